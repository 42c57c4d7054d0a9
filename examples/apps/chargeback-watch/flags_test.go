package main

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/examples/internal/clitest"
)

func tried() *clitest.Program {
	return &clitest.Program{Program: program(), Run: run, Flags: []string{"-from", "-to", "-zone", "-json"}}
}

func TestTheCommandLine(t *testing.T) {
	t.Parallel()
	tried().Check(t)
	tried().FullDisk(t)
}

func TestOverdueIsCode1(t *testing.T) {
	t.Parallel()
	srv := ecommpaytest.NewServer()
	defer srv.Close()
	key := ecommpaytest.DefaultCredentials()
	address := []string{"ECOMMPAY_URL", srv.URL(), "ECOMMPAY_TOKEN", key.Token, "ECOMMPAY_SECRET", key.Secret}
	srv.SeedChargebacks(&ecommpay.Chargeback{ChargebackID: "1", ReportDate: time.Now(), RespondBy: time.Now().Add(time.Hour)})
	code, stdout, stderr := tried().Start(t, address)
	assert.Zero(t, code, stderr)
	assert.Contains(t, stdout, "1 open: 0 overdue")
	srv.SeedChargebacks(&ecommpay.Chargeback{ChargebackID: "2", ReportDate: time.Now(), RespondBy: time.Now().Add(-time.Hour)})
	code, stdout, stderr = tried().Start(t, address)
	assert.Equal(t, 1, code)
	assert.Contains(t, stdout, "2 open: 1 overdue")
	assert.Contains(t, stderr, "something is overdue: 1 of 2")
}

func TestJSON(t *testing.T) {
	t.Parallel()
	code, stdout, _ := tried().Start(t, nil, "-json", "-zone", "Asia/Bishkek")
	assert.Equal(t, 1, code)
	var got list
	require.NoError(t, json.Unmarshal([]byte(stdout), &got))
	require.Len(t, got.Open, 7)
	assert.Equal(t, "2026-01-15T18:00:00+06:00", got.Now)
	assert.Equal(t, item{
		Chargeback: "9003", Mark: "overdue", DaysLeft: new(-2), RespondBy: new("2026-01-14T12:00:00+06:00"), Amount: "310.10", Currency: "USD",
		Reason: "4837", ARN: "74537305015000000000003", Project: "11", Operation: "6435210000003", Status: "NEW",
	}, got.Open[0])
	assert.Equal(t, []int{1, 3, 1}, []int{got.Overdue, got.DueSoon, got.NoDate})
	assert.Nil(t, got.Open[6].DaysLeft)
	assert.Nil(t, got.Open[6].RespondBy)
	assert.NotContains(t, stdout, "card")
}

func TestTimesOfAZone(t *testing.T) {
	t.Parallel()
	srv := ecommpaytest.NewServer()
	defer srv.Close()
	key := ecommpaytest.DefaultCredentials()
	address := []string{"ECOMMPAY_URL", srv.URL(), "ECOMMPAY_TOKEN", key.Token, "ECOMMPAY_SECRET", key.Secret}
	for day := 14; day <= 16; day++ { // report dates have no time
		srv.SeedChargebacks(&ecommpay.Chargeback{
			ChargebackID: fmt.Sprint("chargeback-", day), ReportDate: time.Date(2026, time.January, day, 0, 0, 0, 0, time.UTC),
			RespondBy: time.Date(2126, time.January, 15, 20, 30, 0, 0, time.UTC),
		})
	}
	code, stdout, stderr := tried().Start(t, address, "-from", "2026-01-15", "-to", "2026-01-15", "-zone", "Asia/Bishkek")
	require.Zero(t, code, stderr)
	assert.Contains(t, stdout, "RESPOND BY (Asia/Bishkek)")
	assert.Contains(t, stdout, "2126-01-16 02:30")
	assert.Contains(t, stdout, "chargeback-15")
	assert.Contains(t, stdout, "1 open: ")
}

func TestDaysOfAZone(t *testing.T) {
	t.Parallel()
	ask, err := parse(&cli.Call{Env: clitest.Env(), Args: []string{"-from", "2026-01-15", "-to", "2026-01-15", "-zone", "Asia/Bishkek"}})
	require.NoError(t, err)
	for reported, held := range map[string]bool{
		"2026-01-14T00:00:00Z": false, "2026-01-15T00:00:00Z": true, "2026-01-16T00:00:00Z": false, // dates
		"2026-01-14T17:59:59Z": false, "2026-01-14T18:00:00Z": true, "2026-01-15T17:59:59.9Z": true, "2026-01-15T18:00:00Z": false,
		"0001-01-01T00:00:00Z": true, // cannot be read
	} {
		at, err := time.Parse(time.RFC3339, reported)
		require.NoError(t, err)
		assert.Equal(t, held, ask.holds(at), reported)
	}
}
