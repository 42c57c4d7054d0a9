package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// -out is opened and tried before anything is read: the database and the file of
// these runs are not there.
func TestOutIsTriedBeforeTheWork(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, out := range map[string]string{
		"no folder":             filepath.Join(dir, "nosuch", "out.csv"),
		"a folder":              dir,
		"a file for a folder":   filepath.Join(write(t, filepath.Join(dir, "file"), ""), "out.csv"),
		"a name that is no one": filepath.Join(dir, strings.Repeat("n", 300)),
	} {
		t.Run(name, func(t *testing.T) {
			got := start(t, "-db", filepath.Join(dir, "none.db"), "-csv", filepath.Join(dir, "none.csv"), "-out", out)
			assert.Equal(t, 2, got.code)
			assert.Contains(t, got.stderr, "-out ")
			assert.NotContains(t, got.stderr, "network")
			assert.Empty(t, got.stdout)
			assert.Equal(t, []string{filepath.Join(dir, "file")}, files(t, dir), "nothing is left behind")
		})
	}
}

// An error of a file says what is wrong with the file.
func TestErrorsOfFilesAreToldAsSuch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want string
	}{
		{&fs.PathError{Op: "write", Path: "out.csv", Err: syscall.ENOSPC}, "write out.csv: no space left on device\n  The disk is full: make room, or name a file on another one."},
		{&fs.PathError{Op: "open", Path: "x.csv", Err: syscall.EACCES}, "open x.csv: permission denied\n  The file or its folder does not allow it: check the rights of -csv, -out and -keep."},
		{&fs.PathError{Op: "open", Path: "x.csv", Err: syscall.ENOENT}, "open x.csv: no such file or directory\n  Check the names in -db, -csv, -out and -keep."},
		{fmt.Errorf("%w: %w", errSort, syscall.ENOSPC), "sort: no space left on device\n  Rows are sorted in a file of the folder for temporary files: SQLITE_TMPDIR or TMPDIR names one with room for it."},
	} {
		assert.Equal(t, c.want, program().Explain(c.err))
		assert.Equal(t, 3, program().ExitCode(c.err))
	}
}

// The file in which rows are sorted may grow until the disk is full.
func TestASortThatFindsNoRoom(t *testing.T) {
	t.Parallel()
	s, err := newSorter(t.Context())
	require.NoError(t, err)
	defer func() { assert.NoError(t, s.close()) }()
	_, err = s.conn.ExecContext(t.Context(), "PRAGMA max_page_count = 10")
	require.NoError(t, err)
	for n := range int64(2000) {
		if err = s.add(t.Context(), line{number: n, key: strings.Repeat("k", 100)}); err != nil {
			break
		}
	}
	assert.ErrorIs(t, err, errSort)
	assert.Contains(t, program().Explain(err), "SQLITE_TMPDIR or TMPDIR names one with room")
}

// A file that cannot be finished is not there at all.
func TestAFileIsWholeOrAbsent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "out.csv")
	d, err := create(path, "payshack", false)
	require.NoError(t, err)
	assert.NoFileExists(t, path, "before it is complete")
	require.NoError(t, d.file.Close()) // what is written from here on fails
	require.NoError(t, d.add(entry{vima: &row{key: "1"}, kinds: missingOther}), "it is in memory yet")
	assert.ErrorContains(t, d.finish(), "-out cannot be written: ")
	require.NoError(t, d.abandon())
	assert.Empty(t, files(t, dir))

	d, err = create(path, "payshack", false)
	require.NoError(t, err)
	require.NoError(t, d.finish())
	require.NoError(t, d.abandon(), "a finished file stays")
	assert.Equal(t, []string{path}, files(t, dir))
}

func TestKeepNeedsAFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	got := start(t, "-keep", filepath.Join(dir, "nosuch"))
	assert.Equal(t, 2, got.code)
	got = start(t, "-keep", write(t, filepath.Join(dir, "file"), ""))
	assert.Equal(t, 2, got.code)
	assert.Contains(t, got.stderr, "-keep is not a folder")
	got = start(t, "-keep", dir, "-operations", "10", "-out", filepath.Join(dir, "nosuch", "out.csv"))
	assert.Equal(t, 2, got.code)
	assert.Equal(t, []string{filepath.Join(dir, "file")}, files(t, dir), "no side was made")
}

func TestHelpListsAll(t *testing.T) {
	t.Parallel()
	got := start(t, "-h")
	assert.Zero(t, got.code)
	for _, text := range []string{
		"-type-column column", "-zone zone", "RECONCILE_DB", "TMPDIR", "\n  -out  ", "\n  4  ", "\n  130  ", "bin/reconcile -db postgres://",
	} {
		assert.Contains(t, got.stdout, text)
	}
	doc, err := os.ReadFile("main.go")
	require.NoError(t, err)
	for _, code := range []string{"0 nothing differs", "1 something differs", "2 wrong flags", "3 something failed", "4 nothing differs, but rows", "130 interrupted"} {
		assert.Contains(t, strings.ReplaceAll(string(doc), "\n// ", " "), code)
	}
}

// Keys and refs are ="…", which spreadsheets keep as texts.
func TestDifferencesForSpreadsheets(t *testing.T) {
	t.Parallel()
	d := sqlite(t).store(paid("1249513591778836480", "1"))
	dir := t.TempDir()
	out := filepath.Join(dir, "out.csv")
	got := start(t, "-db", d.where, "-csv", write(t, filepath.Join(dir, "p.csv"), header+"0042,1.50,INR,success\n"), "-out", out, "-excel")
	assert.Equal(t, 1, got.code, got.stderr)
	text := read(t, out)
	assert.True(t, strings.HasPrefix(text, "\ufeffkinds;key;problem;vima_ref;"), text)
	assert.Contains(t, text, "missing_in_payshack;\"=\"\"1249513591778836480\"\"\";;\"=\"\"1\"\"\";1;INR;")
	assert.Contains(t, text, "missing_in_vima;\"=\"\"0042\"\"\";")
	assert.Equal(t, strings.Count(text, "\n"), strings.Count(text, "\r\n"))
	got = start(t, "-db", d.where, "-csv", "p.csv", "-excel")
	assert.Equal(t, 2, got.code)
	assert.Contains(t, got.stderr, "-excel needs -out")
}
