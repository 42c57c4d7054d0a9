package cli

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var errInvalid = errors.New("invalid request")

func example() *Program {
	return &Program{
		Name: "example", About: "Does nothing.", Variables: "EXAMPLE_URL  base URL", Files: "none", Codes: "0  done",
		Real: "EXAMPLE_URL=… example", Invalid: []error{errInvalid},
		Advise: func(err error) string {
			if Unreachable(err) {
				return "Check the network."
			}
			return ""
		},
	}
}

func TestHelpAndUnknownArguments(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args       []string
		code       int
		out, error string
	}{
		"help":         {[]string{"-h"}, 0, "Exit codes:\n\n  0  done\n\nThe real service:\n\n  EXAMPLE_URL=… example\n", ""},
		"long help":    {[]string{"-workers", "3", "--help"}, 0, "Does nothing.\n\nusage: example [flags]\n\nFlags:\n\n  -workers int", ""},
		"unknown flag": {[]string{"-x"}, 2, "", "flag provided but not defined: -x\n  example -h lists"},
		"bad value":    {[]string{"-workers", "x"}, 2, "", `invalid value for flag -workers`},
		"argument":     {[]string{"january"}, 2, "", `there is an argument behind the flags`},
		"none":         {nil, 0, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, stderr bytes.Buffer
			p := example()
			code := p.Run(t.Context(), &Call{Args: c.args, Out: &out, Err: &stderr}, func(_ context.Context, call *Call) error {
				flags := p.Flags()
				flags.Int("workers", 1, "how many")
				return p.Parse(flags, call)
			})
			assert.Equal(t, c.code, code)
			assert.Contains(t, out.String(), c.out)
			assert.Contains(t, stderr.String(), c.error)
			assert.Equal(t, c.out == "", out.Len() == 0)
			assert.Equal(t, c.error == "", stderr.Len() == 0)
		})
	}
}

func TestErrorsOfFilesAreNoneOfTheNetwork(t *testing.T) {
	t.Parallel()
	full := &fs.PathError{Op: "write", Path: "/dev/full", Err: syscall.ENOSPC}
	dial := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	for name, c := range map[string]struct {
		err    error
		advice string
		code   int
	}{
		"full disk":      {fmt.Errorf("rows: %w", full), "The disk is full", 1},
		"missing folder": {fmt.Errorf("%w: %w", ErrUsage, &fs.PathError{Op: "open", Path: "/nosuch/x", Err: syscall.ENOENT}), "There is no such file or folder", 2},
		"not allowed":    {&fs.PathError{Op: "open", Path: "x", Err: syscall.EACCES}, "The file or its folder may not be read", 1},
		"a link":         {&os.LinkError{Op: "rename", Old: "a", New: "b", Err: syscall.EXDEV}, "The file cannot be opened, read or written", 1},
		"a lock":         {fmt.Errorf("another process: %w", syscall.EWOULDBLOCK), "", 1},
		"the network":    {fmt.Errorf("client: %w", dial), "Check the network.", 1},
		"usage":          {ErrUsage, "example -h lists", 2},
		"invalid":        {fmt.Errorf("client: %w", errInvalid), "", 2},
		"interrupted":    {context.Canceled, "Interrupted.", 130},
		"help":           {flag.ErrHelp, "", 0},
		"another":        {io.EOF, "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := example()
			assert.Equal(t, c.code, p.ExitCode(c.err))
			if c.advice == "" {
				assert.Equal(t, c.err.Error(), p.Explain(c.err))
			} else {
				assert.Contains(t, p.Explain(c.err), "\n  "+c.advice)
			}
		})
	}
}

func TestAnOutputIsWholeOrAbsent(t *testing.T) {
	t.Parallel()
	text := func(w io.Writer) error { _, err := io.WriteString(w, "whole\n"); return err }
	half := func(w io.Writer) error {
		return errors.Join(text(w), io.ErrUnexpectedEOF)
	}
	dir := t.TempDir()
	path, link := filepath.Join(dir, "out.csv"), filepath.Join(dir, "link.csv")
	only := func(names ...string) {
		t.Helper()
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		var got []string
		for _, e := range entries {
			got = append(got, e.Name())
		}
		assert.Equal(t, names, got)
	}
	create := func(path string) *Output {
		t.Helper()
		o, err := Create(path, 10_000)
		require.NoError(t, err)
		assert.NoFileExists(t, filepath.Join(dir, "out.csv.x"))
		return o
	}

	require.ErrorIs(t, create(path).Save(half), io.ErrUnexpectedEOF)
	create(path).Discard()
	only()
	require.NoError(t, create(path).Save(text))
	only("out.csv")
	require.ErrorIs(t, create(path).Save(half), io.ErrUnexpectedEOF)
	only("out.csv")
	require.NoError(t, os.Chmod(path, 0o640))
	require.NoError(t, os.Symlink(path, link))
	require.NoError(t, create(link).Save(func(w io.Writer) error { _, err := io.WriteString(w, "new\n"); return err }))
	only("link.csv", "out.csv")
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "new\n", string(got), "nothing of what was reserved stays")
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o640), info.Mode().Perm())

	for _, bad := range []string{filepath.Join(dir, "nosuch", "x"), dir} {
		_, err = CreateFlag("-out", bad, 1)
		require.ErrorIs(t, err, ErrUsage)
		assert.NotEmpty(t, FileAdvice(err))
	}
	none, err := CreateFlag("-out", "", 1)
	require.NoError(t, err)
	none.Discard()
}

func TestADeviceIsWrittenAsItIs(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("the system has no /dev/full")
	}
	o, err := Create("/dev/full", 1)
	require.NoError(t, err)
	err = o.Save(func(w io.Writer) error { _, err := io.WriteString(w, "x"); return err })
	assert.Contains(t, FileAdvice(err), "The disk is full")
	info, err := os.Stat("/dev/full")
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeDevice, "it was not replaced")
}

func TestDaysOfAZone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ day, first, last string }{
		"UTC":              {"2026-01-15", "2026-01-15T00:00:00Z", "2026-01-15T23:59:59Z"},
		"Asia/Bishkek":     {"2026-01-15", "2026-01-14T18:00:00Z", "2026-01-15T17:59:59Z"},
		"Europe/Berlin":    {"2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z"},
		"America/Havana":   {"2025-11-02", "2025-11-02T04:00:00Z", "2025-11-03T04:59:59Z"}, // midnight strikes twice
		"America/Santiago": {"2025-09-07", "2025-09-07T04:00:00Z", "2025-09-08T02:59:59Z"}, // and is skipped
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			zone, err := Zone(name)
			require.NoError(t, err)
			first, last, err := Day("-from", c.day, zone)
			require.NoError(t, err)
			assert.Equal(t, c.first, first.UTC().Format(time.RFC3339))
			assert.Equal(t, c.last, last.UTC().Format(time.RFC3339))
		})
	}
	for _, bad := range []string{"", "Mars/Base", "../../etc/passwd"} {
		_, err := Zone(bad)
		assert.ErrorIs(t, err, ErrUsage)
	}
	_, _, err := Day("-from", "2026-02-30", time.UTC)
	assert.ErrorContains(t, err, "-from must be a day")
}

func TestIDsSurviveASpreadsheet(t *testing.T) {
	t.Parallel()
	for excel, want := range map[bool]string{
		false: "operation_id,note\n1249513591778836480,'=1+1\n",
		true:  "\ufeffoperation_id;note\r\n\"=\"\"1249513591778836480\"\"\";'=1+1\r\n",
	} {
		var out bytes.Buffer
		table := NewTable(&out, excel)
		require.NoError(t, table.Write("operation_id", "note"))
		require.NoError(t, table.Write(table.ID("1249513591778836480"), table.Text("=1+1")))
		require.NoError(t, table.Flush())
		assert.Equal(t, want, out.String())
	}
	table := NewTable(io.Discard, true)
	for id, want := range map[string]string{"": "", "007": `="007"`, "1E5": `="1E5"`, "payment-1": "payment-1", "@x": "'@x", "+1": `="+1"`} {
		assert.Equal(t, want, table.ID(id))
	}
}

func TestFaultsOfFlagsHaveNoValue(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`invalid value "postgres://u:to-hide@h\"x" for flag -every: parse error`: `invalid value for flag -every: parse error`,
		`flag provided but not defined: -dbpostgres://u:to-hide@h`:               `flag provided but not defined`,
		`flag provided but not defined: -zone`:                                   `flag provided but not defined: -zone`,
		`bad flag syntax: --=to-hide`:                                            `bad flag syntax`,
		`flag needs an argument: -db`:                                            `flag needs an argument: -db`,
	} {
		assert.Equal(t, want, withoutValues(text))
	}
}
