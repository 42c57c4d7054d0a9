package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/clitest"
)

func TestTheCommandLine(t *testing.T) {
	t.Parallel()
	p := &clitest.Program{Program: program(), Run: run, Outputs: []string{"-csv"}, Flags: []string{"-day", "-zone", "-filter", "-digits", "-excel"}}
	p.Check(t)
	p.FullDisk(t)
	p.FullDisk(t, "-csv", "-")

	path := filepath.Join(t.TempDir(), "totals.csv")
	code, _, stderr := p.Start(t, nil, "-csv", path, "-excel")
	require.Zero(t, code, stderr)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Contains(t, string(text), "\ufeffgateway;status;currency;count;amount_minor\r\n100%_gate;CHECK_OK;\"=\"\"643\"\"\";2;266837961\r\n")
}
