package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// caseOf makes the database of a folder of testdata, with the tables of an older
// vimasync.
func caseOf(t *testing.T, folder string) (db string) {
	t.Helper()
	db = filepath.Join(t.TempDir(), "vima.db")
	file, err := sql.Open("sqlite", sqliteDSN(db, "_pragma=synchronous(OFF)"))
	require.NoError(t, err)
	_, err = file.ExecContext(t.Context(), read(t, filepath.Join("testdata", folder, "vima.sql")))
	require.NoError(t, err)
	require.NoError(t, file.Close())
	return db
}

// onCase runs the program on a file of a folder of testdata, and returns the lines
// of -out.
func onCase(t *testing.T, folder, csv string, args ...string) (result, []string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.csv")
	got := start(t, append([]string{"-db", caseOf(t, folder), "-csv", filepath.Join("testdata", folder, csv), "-out", out}, args...)...)
	if _, err := os.Stat(out); err != nil {
		return got, nil
	}
	return got, lines(read(t, out))[1:]
}

// A loss near the end of a day is reported by that day, where the file goes on.
func TestALossNearAnEndIsReported(t *testing.T) {
	t.Parallel()
	for day, want := range map[string]struct {
		code int
		text string
	}{
		"2026-01-14": {0, "nothing differs"},
		"2026-01-15": {1, "missing in payshack  INR"},
		"2026-01-16": {0, "nothing differs"},
		"2026-01-17": {0, "nothing differs"},
	} {
		t.Run(day, func(t *testing.T) {
			t.Parallel()
			got, _ := onCase(t, "case-01", "other.csv", "-date-column", "created", "-from", day, "-to", day, "-edge", "1h")
			assert.Equal(t, want.code, got.code, got.stdout)
			assert.Contains(t, got.stdout, want.text)
		})
	}
}

// A side reaches past a row of 23:30 with a tolerance of an hour from 00:30 on.
func TestARowWaitsUntilTheFileReachesPastIt(t *testing.T) {
	t.Parallel()
	for newest, code := range map[string]int{"2026-01-15 23:59:59": 4, "2026-01-16 00:29:59": 4, "2026-01-16 00:30:00": 1, "": 4} {
		t.Run(newest, func(t *testing.T) {
			t.Parallel()
			file := write(t, filepath.Join(t.TempDir(), "p.csv"), "client_operation_id,amount,currency,status,created\nA,100,INR,success,2026-01-15 12:30:00\nB,100,INR,success,"+newest+"\n")
			got := start(t, "-db", caseOf(t, "case-01"), "-csv", file, "-date-column", "created", "-from", "2026-01-15", "-to", "2026-01-15", "-edge", "1h", "-types", "payment")
			if newest == "" { // a row without a time lies in every period
				assert.Equal(t, 1, got.code)
				assert.Contains(t, got.stdout, "1 waiting")
				return
			}
			assert.Contains(t, got.stdout, map[int]string{1: "1 missing", 4: "1 waiting"}[code])
			assert.NotContains(t, got.stdout, "nothing differs")
		})
	}
}

func TestNoAmountOnEitherSideIsNotAMatch(t *testing.T) {
	t.Parallel()
	got, out := onCase(t, "case-07", "other.csv")
	assert.Equal(t, 1, got.code)
	assert.Equal(t, []string{"no_amount,A1"}, first(t, 2, out))
}

func TestTypesOfRowsAreHeldAgainstMethods(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		code int
		out  []string
		text string
	}{
		"no column":        {nil, 0, nil, "types of rows were not compared"},
		"column":           {[]string{"-type-column", "type"}, 1, []string{"type,A1", "type,A2"}, "2 different"},
		"words":            {[]string{"-type-column", "type", "-type-map", "Deposit=payout,refund=payment"}, 0, nil, "nothing differs"},
		"words of Vima":    {[]string{"-type-column", "type", "-vima-type-map", "payment.out=payment,payment.in=refund"}, 0, nil, "nothing differs"},
		"filter":           {[]string{"-type-column", "type", "-types", "payment"}, 1, []string{"missing_in_vima,A1", "missing_in_payshack,A2"}, "1 left out"},
		"file of one type": {[]string{"-types", "payout"}, 1, []string{"missing_in_vima,A2"}, "vima: 2 rows: 1 matched, 1 left out"},
		"unknown word":     {[]string{"-type-column", "status"}, 1, []string{"unreadable,A1", "unreadable,A2"}, "2 unreadable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, out := onCase(t, "case-08", "other.csv", c.args...)
			assert.Equal(t, c.code, got.code, got.stdout)
			assert.Equal(t, c.out, first(t, 2, out))
			assert.Contains(t, got.stdout, c.text)
		})
	}
}

func TestKeysThatMetAreCounted(t *testing.T) {
	t.Parallel()
	got, _ := onCase(t, "case-16", "other.csv")
	assert.Equal(t, 1, got.code)
	assert.NotContains(t, got.stdout, "no key is on both sides")
}

// Rows that a flag leaves out have keys too.
func TestKeysOfRowsThatAreLeftOutAreNotMissed(t *testing.T) {
	t.Parallel()
	got, _ := onCase(t, "case-08", "other.csv", "-type-column", "type", "-types", "payment")
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.stdout, "no key is on both sides, except those of rows that are left out: is it the right column, the right project and the right -types?\n")
	assert.NotContains(t, got.stdout, "no key is on both sides:")
}
