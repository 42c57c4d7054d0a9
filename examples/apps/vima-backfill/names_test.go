package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Where docs/sql.md has a name for what a column of CSV holds, the column has it.
func TestNamesAreThoseOfTheReports(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/sql.md")
	require.NoError(t, err)
	header := "," + strings.TrimSpace(string(newEncoder(config{}).header())) + ","
	for _, name := range []string{"project", "status", "class", "currency", "fee_currency", "created_at", "completed_at"} {
		assert.Contains(t, string(page), "| `"+name+"` |")
		assert.Contains(t, header, ","+name+",")
	}
	for _, name := range []string{"outcome", "state", "done_at"} {
		assert.NotContains(t, header, ","+name+",")
	}
}
