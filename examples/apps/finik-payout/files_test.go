package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

func TestTheFilesMustBeThree(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	env, path := environment(t, srv), file(t, 1)
	dir, base := filepath.Split(path)
	link, hard := filepath.Join(dir, "link"), filepath.Join(dir, "hard.csv")
	require.NoError(t, os.Symlink(dir, link))
	require.NoError(t, os.Link(path, hard))
	before := read(t, path)
	for name, args := range map[string][]string{
		"report is the file":            {"-report", path, path},
		"report is the file, uncleaned": {"-report", dir + "x/../" + base, path},
		"report is the file, linked":    {"-report", hard, path},
		"report is the journal":         {"-report", path + ".journal", path},
		"report is the lock":            {"-report", path + ".journal.lock", path},
		"report is -state":              {"-report", dir + "./j", "-state", dir + "j", path},
		"report is -state by a folder":  {"-report", filepath.Join(link, "j"), "-state", dir + "j", path},
		"state is the file":             {"-state", path, path},
		"state is the file by a folder": {"-state", filepath.Join(link, base), path},
		"the file is the lock of state": {"-state", dir + "payouts", filepath.Join(dir, "payouts.lock")},
	} {
		got := start(t, env, quick(args...)...)
		assert.Equal(t, 2, got.code, name)
		assert.Contains(t, got.stderr, "must be another file than", name)
		assert.Equal(t, before, read(t, path), name)
	}
	assert.Empty(t, srv.Requests())
	assert.NoFileExists(t, path+".journal")
	assert.NoFileExists(t, dir+"j")
	assert.Zero(t, start(t, env, quick("-report", dir+"r", "-state", dir+"j", path)...).code)
}

// Where names that differ are one file, which shows when the first is there.
func TestFilesThatBecomeOneAreRefusedToo(t *testing.T) {
	t.Parallel()
	path := file(t, 1)
	c := config{file: path, state: path + ".journal", report: path + ".out"}
	require.NoError(t, c.apart())
	require.NoError(t, os.WriteFile(c.state, nil, 0o600))
	require.NoError(t, os.Symlink(c.state, c.report))
	require.ErrorIs(t, c.apart(), cli.ErrUsage)
}

func TestAForeignFileIsNoJournal(t *testing.T) {
	t.Parallel()
	whole := header(t)
	for i, text := range []string{"a secret without a newline", "{", whole[:20] + "x", whole[:len(whole)-1] + " ", "\n"} {
		t.Run(fmt.Sprint("text ", i), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "j")
			require.NoError(t, os.WriteFile(path, []byte(text), 0o640))
			j, _, err := openJournal(path, aKey())
			if text == "{" { // that is how a journal begins
				require.NoError(t, err)
				require.NoError(t, j.close())
				return
			}
			require.ErrorIs(t, err, errForeign)
			assert.Equal(t, text, read(t, path))
			info, err := os.Stat(path)
			require.NoError(t, err)
			assert.Equal(t, os.FileMode(0o640), info.Mode().Perm())
		})
	}
}

func TestAJournalIsItsOwnersOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "j")
	require.NoError(t, os.WriteFile(path, []byte(header(t)), 0o600))
	require.NoError(t, os.Chmod(path, 0o644))
	j, _ := reopen(t, path)
	require.NoError(t, j.close())
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

// What cannot be written is told before money moves, and as a fault of a file.
func TestOutputsAreTriedBeforeMoneyMoves(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	env, path := environment(t, srv), write(t, "reference,service,phone,amount\nrep1,finik,+996000000001,3\n")
	dir := filepath.Dir(path)
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"report without a folder":  {[]string{"-report", dir + "/nosuch/r.csv"}, "There is no such file or folder"},
		"report is a folder":       {[]string{"-report", dir}, "must be a file"},
		"report is a device":       {[]string{"-report", os.DevNull}, "must be a file"},
		"journal without a folder": {[]string{"-state", dir + "/nosuch/j"}, "There is no such file or folder"},
		"journal is a device":      {[]string{"-state", os.DevNull}, "must be a file"},
		"no such rows":             {[]string{dir + "/nosuch.csv"}, "There is no such file or folder"},
	} {
		t.Run(name, func(t *testing.T) {
			args := c.args
			if len(args) > 1 {
				args = append(args, path)
			}
			got := start(t, env, quick(args...)...)
			assert.Equal(t, 2, got.code)
			assert.Contains(t, got.stderr, c.want)
			assert.NotContains(t, got.stderr, "network")
			assert.Empty(t, srv.Payments())
		})
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1, "nothing is left behind")

	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		return // the system has none
	}
	t.Cleanup(func() { _ = full.Close() })
	var stderr bytes.Buffer
	code := run(t.Context(), &cli.Call{Args: quick(path), Env: func(name string) string { return env[name] }, Out: full, Err: &stderr})
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr.String(), "nothing was sent: write /dev/full: no space left on device\n  The disk is full")
	assert.Empty(t, srv.Payments())
}
