package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

func TestWrongFlagsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"-csv and -ecommpay need -db":        {"-csv", "a.csv"},
		"-db needs -csv or -ecommpay":        {"-db", "vima.db"},
		"and not both":                       {"-db", "vima.db", "-csv", "a.csv", "-ecommpay"},
		"are for the program offline":        {"-db", "vima.db", "-ecommpay", "-seed", "2"},
		"without -db it is offline":          {"-minor"},
		"-operations must be":                {"-operations", "-1"},
		"is after -to":                       {"-db", "vima.db", "-ecommpay", "-from", "2026-01-16", "-to", "2026-01-15"},
		"must be a day of the calendar":      {"-db", "vima.db", "-ecommpay", "-from", "2026-02-30"},
		"-edge must not be negative":         {"-db", "vima.db", "-ecommpay", "-from", "2026-01-16", "-edge", "-1s"},
		"-edge needs -from or -to":           {"-db", "vima.db", "-ecommpay", "-edge", "1h"},
		"must not be empty":                  {"-db", "vima.db", "-csv", "a.csv", "-id-column", ""},
		"-currency-column must not be empty": {"-db", "vima.db", "-csv", "a.csv", "-currency-column", ""},
		"in place of -currency-column":       {"-db", "vima.db", "-csv", "a.csv", "-currency-column", "c", "-currency", "INR"},
		"must be a code such as INR":         {"-db", "vima.db", "-csv", "a.csv", "-currency", "rupees"},
		"need -date-column":                  {"-db", "vima.db", "-csv", "a.csv", "-date-zone", "Asia/Kolkata"},
		"-zone needs -from, -to or":          {"-db", "vima.db", "-csv", "a.csv", "-zone", "Asia/Kolkata"},
		"-zone must be UTC or the name of":   {"-db", "vima.db", "-csv", "a.csv", "-from", "2026-01-15", "-zone", "Nowhere/At_all"},
		"-date-zone must be UTC":             {"-db", "vima.db", "-csv", "a.csv", "-date-column", "d", "-date-zone", "Local"},
		"must have a year, a month and":      {"-db", "vima.db", "-csv", "a.csv", "-date-column", "d", "-date-layout", "02 Jan 15:04"},
		"must have 15 for hours":             {"-db", "vima.db", "-csv", "a.csv", "-date-column", "d", "-date-layout", "2006-01-02 03:04"},
		"-minor is for -csv":                 {"-db", "vima.db", "-ecommpay", "-minor"},
		"-encoding is for -csv":              {"-db", "vima.db", "-ecommpay", "-encoding", "utf-8"},
		"are for -ecommpay":                  {"-db", "vima.db", "-csv", "a.csv", "-ecommpay-types", "sale"},
		"-encoding must be an encoding":      {"-db", "vima.db", "-csv", "a.csv", "-encoding", "cp9999"},
		"is not an encoding of text":         {"-db", "vima.db", "-csv", "a.csv", "-encoding", "iso-2022-kr"},
		"-grouping must be one of":           {"-db", "vima.db", "-csv", "a.csv", "-grouping", "x"},
		"-grouping must be another mark":     {"-db", "vima.db", "-csv", "a.csv", "-grouping", ",", "-decimal-comma"},
		"-currency-signs must be pairs":      {"-db", "vima.db", "-csv", "a.csv", "-currency-signs", "$"},
		"-header-line must be 1 to 1000":     {"-db", "vima.db", "-csv", "a.csv", "-header-line", "0"},
		"and -skip-last 0 to 1000":           {"-db", "vima.db", "-csv", "a.csv", "-skip-last", "-1"},
		"-types must be of payment":          {"-db", "vima.db", "-ecommpay", "-types", "payments"},
		"-types must be one type without":    {"-db", "vima.db", "-csv", "a.csv", "-types", "payment,payout"},
		"-type-map needs -type-column":       {"-db", "vima.db", "-csv", "a.csv", "-type-map", "CR=payment"},
		"-type-map must be pairs":            {"-db", "vima.db", "-csv", "a.csv", "-type-column", "t", "-type-map", "CR=in"},
		"-vima-type-map needs":               {"-db", "vima.db", "-csv", "a.csv", "-vima-type-map", "x=payment"},
		"-separator must be":                 {"-db", "vima.db", "-csv", "a.csv", "-separator", "ab"},
		"-status-map must be pairs":          {"-db", "vima.db", "-csv", "a.csv", "-status-map", "PAID=good"},
		"-vima-status-map must be pairs":     {"-db", "vima.db", "-csv", "a.csv", "-vima-status-map", "=success"},
		"-ecommpay-types must not be empty":  {"-db", "vima.db", "-ecommpay", "-ecommpay-types", ","},
		`there is an argument behind`:        {"x"},
		"flag provided but not defined":      {"-nothing"},
		"-db is not a URL of":                {"-db", "postgres://user:to-hide@%zz/", "-ecommpay"},
		"-db is not a URL of PostgreSQL":     {"-db", "postgres://user:to-hide@host/db?connect_timeout=soon", "-ecommpay"},
		"is not a file":                      {"-db", ".", "-ecommpay"},
	} {
		got := start(t, args...)
		assert.Equal(t, 2, got.code, want)
		assert.Contains(t, got.stderr, want)
		assert.Contains(t, got.stderr, "reconcile -h lists flags")
		assert.NotContains(t, got.stderr, "to-hide")
		assert.Empty(t, got.stdout, want)
	}
}

func TestTheDatabaseMayBeInTheEnvironment(t *testing.T) {
	t.Parallel()
	d := sqlite(t).store(paid("1", "1"))
	file := write(t, filepath.Join(t.TempDir(), "p.csv"), header+"1,1,INR,success\n")
	var stdout, stderr bytes.Buffer
	env := func(name string) string { return map[string]string{"RECONCILE_DB": d.where}[name] }
	assert.Zero(t, program().Run(t.Context(), &cli.Call{Args: []string{"-csv", file}, Env: env, Out: &stdout, Err: &stderr}, run), stderr.String())
	assert.Contains(t, stdout.String(), "nothing differs")
	stderr.Reset()
	assert.Zero(t, program().Run(t.Context(), &cli.Call{Args: []string{"-h"}, Env: env, Out: &stdout, Err: &stderr}, run))
	assert.NotContains(t, stdout.String()+stderr.String(), d.where, "it may hold a password")
}

func TestFailuresAreNoDifferences(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "p.csv"), header)
	empty := write(t, filepath.Join(dir, "empty.db"), "")
	text := write(t, filepath.Join(dir, "text.db"), strings.Repeat("no database\n", 1000))
	whole := sqlite(t)
	for _, c := range []struct {
		want string
		args []string
	}{
		{"Check the names in -db, -csv", []string{"-db", filepath.Join(dir, "none.db"), "-ecommpay"}},
		{"Check the names in -db, -csv", []string{"-db", whole.where, "-csv", filepath.Join(dir, "none.csv")}},
		{"database empty.db, vima_operations: ", []string{"-db", empty, "-csv", file}},
		{"database text.db", []string{"-db", text, "-csv", file}},
		{"tables are those of vimasync", []string{"-db", whole.where, "-ecommpay"}},
		{"Check -db: a file of SQLite", []string{"-db", "postgres://user:to-hide@127.0.0.1:1/db", "-csv", file}},
		{"database PostgreSQL: failed to connect to the database: connection refused", []string{"-db", "postgres://user:to-hide@127.0.0.1:1/db", "-csv", file}},
	} {
		got := start(t, c.args...)
		assert.Equal(t, 3, got.code, c.want)
		assert.True(t, strings.HasPrefix(got.stderr, "reconcile: failed: "), got.stderr)
		assert.Contains(t, got.stderr, c.want)
		assert.NotContains(t, got.stderr, "to-hide")
		assert.Empty(t, got.stdout)
	}
	assert.Equal(t, "some other error", program().Explain(errors.New("some other error")))
	assert.NoFileExists(t, filepath.Join(dir, "none.db"), "nothing is created")
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestABrokenPipeIsAFailure(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	assert.Equal(t, 3, program().Run(t.Context(), &cli.Call{Args: nil, Env: func(string) string { return "" }, Out: brokenPipe{}, Err: &stderr}, run))
	assert.Contains(t, stderr.String(), "failed: broken pipe")
}

// The database is read only, whatever the program would try.
func TestTheDatabaseIsOnlyRead(t *testing.T) {
	t.Parallel()
	d := sqlite(t)
	opened, err := open(t.Context(), d.where)
	require.NoError(t, err)
	_, err = opened.db.ExecContext(t.Context(), "DELETE FROM vima_operations")
	assert.ErrorContains(t, err, "readonly")
	require.NoError(t, opened.close())
}

func TestCtrlCLeavesNothing(t *testing.T) {
	t.Parallel()
	onEach(t, func(d target) {
		dir := d.t.TempDir()
		file := write(d.t, filepath.Join(dir, "p.csv"), header+strings.Repeat("1,1,INR,success\n", 2000))
		d.store(paid("1", "1"))
		for _, after := range []int{1, 5, 1500} {
			ctx, cancel := context.WithCancel(d.t.Context())
			defer cancel()
			c, err := parse(&cli.Call{Args: []string{"-db", d.where, "-csv", file, "-out", filepath.Join(dir, "out.csv")}, Env: os.Getenv})
			require.NoError(d.t, err)
			var stdout bytes.Buffer
			err = reconcile(ctx, c, &stdout, io.Discard, func(entry, string) {
				if after--; after == 0 {
					cancel()
				}
			})
			require.Error(d.t, err)
			assert.Empty(d.t, stdout.String())
			assert.Equal(d.t, []string{file}, files(d.t, dir))

			var stderr bytes.Buffer
			assert.Equal(d.t, 130, program().Run(ctx, &cli.Call{Args: []string{"-db", d.where, "-csv", file}, Env: os.Getenv, Out: &stdout, Err: &stderr}, run))
			assert.Contains(d.t, stderr.String(), "Interrupted")
			assert.Equal(d.t, 130, program().Run(ctx, &cli.Call{Args: nil, Env: func(string) string { return "" }, Out: &stdout, Err: &stderr}, run))
		}
	})
}

func files(t *testing.T, dir string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		all = append(all, filepath.Join(dir, e.Name()))
	}
	return all
}
