package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Where docs/sql.md has a name for what a column of CSV holds, the column has it.
func TestNamesAreThoseOfTheReports(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/sql.md")
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, new(export).writeCSV(&out, false, time.UTC))
	header, err := csv.NewReader(&out).Read()
	require.NoError(t, err)
	for _, name := range []string{"operation_type", "status", "class", "amount_minor", "currency", "created_at"} {
		assert.Contains(t, string(page), "| `"+name+"` |")
		assert.Contains(t, header, name)
	}
	for _, name := range header {
		found := strings.Contains(string(page), "`"+name+"`") || slices.Contains([]string{"rrn", "arn", "payment_provider_code"}, name)
		assert.True(t, found, "%s is a name of no table", name)
	}
}
