package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
	"github.com/payclients/payclients-go/examples/internal/clitest"
)

func tried() *clitest.Program {
	return &clitest.Program{Program: program(), Run: run, Outputs: []string{"-out"}, Flags: []string{"-from", "-to", "-zone", "-excel"}}
}

func TestTheCommandLine(t *testing.T) {
	t.Parallel()
	tried().Check(t)
	tried().FullDisk(t)
}

func TestAFileIsWholeOrAbsent(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "january.csv")
	code, stdout, stderr := tried().Start(t, nil, "-out", path)
	require.Zero(t, code, stderr)
	assert.Empty(t, stdout)
	assert.Contains(t, stderr, "2400 operations")
	assert.True(t, strings.HasSuffix(stderr, "-h lists all flags.\n"), "the real service comes last")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, 2401, strings.Count(string(text), "\n"))

	srv, address := service(t)
	srv.Inject(ecommpaytest.Fault{Status: 401, Times: -1})
	code, _, _ = tried().Start(t, address, "-out", path)
	assert.Equal(t, 1, code)
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, text, after, "the file of before is still there")
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, entries, 1)
}

func TestDaysOfAZone(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.March, 1, 18, 0, 0, 0, time.UTC) // midnight of Bishkek
	var ops []*ecommpay.Operation
	for i, updated := range []time.Time{at.Add(-time.Second), at, at.AddDate(0, 0, 1).Add(-time.Second), at.AddDate(0, 0, 1)} {
		ops = append(ops, &ecommpay.Operation{OperationID: string(rune('1' + i)), OperationCreatedAt: updated, OperationCompletedAt: updated})
	}
	srv, address := service(t, ops...)
	code, stdout, stderr := tried().Start(t, address, "-from", "2026-03-02", "-zone", "Asia/Bishkek")
	require.Zero(t, code, stderr)
	assert.Contains(t, string(srv.Requests()[0].Body), `{"from":"2026-03-01 18:00:00","to":"2026-03-02 17:59:59"}`)
	assert.Contains(t, stderr, "Operations from 2026-03-02 to 2026-03-02")
	assert.Contains(t, stdout, "2026-03-02T00:00:00+06:00")
	code, _, stderr = tried().Start(t, address, "-zone", "Mars")
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, "-zone must be a time zone")
}

// Ids that a spreadsheet would round: an ARN of 23 digits, and leading zeros.
func TestExcelKeepsIDs(t *testing.T) {
	t.Parallel()
	_, address := service(t, &ecommpay.Operation{
		OperationID: "6435210000000", ProjectID: "11", PaymentID: "payment-0", OperationCreatedAt: time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC),
		SumInitial: ecommpay.Sum{AmountMinor: 1111010, Currency: "USD"}, RRN: "017694737234", ARN: "63140918274819511384272", PaymentProviderCode: "0",
	})
	code, stdout, stderr := tried().Start(t, address, "-from", "2026-03-02", "-excel")
	require.Zero(t, code, stderr)
	header, rows, _ := strings.Cut(stdout, "\r\n")
	assert.True(t, strings.HasPrefix(header, "\ufeffproject_id;operation_id;"))
	assert.Contains(t, rows, `"=""6435210000000""";payment-0;`)
	assert.Contains(t, rows, `;11110.10;USD;1111010;`)
	assert.Contains(t, rows, `;"=""017694737234""";"=""63140918274819511384272""";"=""0"""`)
}
