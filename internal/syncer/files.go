package syncer

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

// common holds the migrations of the tables that all sources share, in a folder for
// each dialect.
//
//go:embed migrations
var common embed.FS

// Files returns a file system with the migrations of one source for the dialect d.
// All files are in its top folder ".": the files that all sources share, and the
// files in the folder migrations/<d.String()> of own. No file of own may have the
// name of a shared file: it would be hidden by the shared file. own must not be
// nil: reading the files would panic.
//
// Files does not read the folders. If the folder of own is missing or d is invalid,
// reading the top folder fails. fs.Glob hides this failure: it returns no files and
// a nil error. Files returns an error only if own has a method Sub (fs.SubFS) that
// fails; the first result is then not usable.
func Files(d Dialect, own fs.FS) (fs.FS, error) {
	shared, err := fs.Sub(common, "migrations/"+d.String())
	if err != nil {
		return nil, err
	}
	ours, err := fs.Sub(own, "migrations/"+d.String())
	return both{shared, ours}, err
}

// both joins the top folders of two file systems. They must not have a file name in
// common: Open would return the file of the first one.
type both [2]fs.FS

func (b both) Open(name string) (fs.File, error) {
	file, err := b[0].Open(name)
	if err != nil {
		return b[1].Open(name)
	}
	return file, nil
}

// ReadDir reads folder in both file systems and returns all entries, sorted by name. A
// name that is in both comes twice.
// If folder cannot be read in one of them, it returns nil and the error.
func (b both) ReadDir(folder string) ([]fs.DirEntry, error) {
	first, err := fs.ReadDir(b[0], folder)
	if err != nil {
		return nil, err
	}
	second, err := fs.ReadDir(b[1], folder)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(first, second)
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return all, nil
}
