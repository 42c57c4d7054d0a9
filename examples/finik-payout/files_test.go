package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
	require.ErrorIs(t, c.apart(), errUsage)
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
