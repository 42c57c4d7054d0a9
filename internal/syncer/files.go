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

// Files returns a file system with the migrations of one source for the dialect d:
// the files that all sources share, and the files in the folder
// migrations/<d.String()> of own. It does not read the folders: a missing folder,
// or an invalid d, fails when the files are read. Files returns an error only if
// own has a method Sub (fs.SubFS) that fails; the first result is then not usable.
func Files(d Dialect, own fs.FS) (fs.FS, error) {
	shared, err := fs.Sub(common, "migrations/"+d.String())
	if err != nil {
		return nil, err
	}
	ours, err := fs.Sub(own, "migrations/"+d.String())
	return both{shared, ours}, err
}

// both joins the files of two file systems, which have no file name in common,
// except the folder ".".
type both [2]fs.FS

func (b both) Open(name string) (fs.File, error) {
	file, err := b[0].Open(name)
	if err != nil {
		return b[1].Open(name)
	}
	return file, nil
}

// ReadDir returns the entries of the folder name in both file systems, sorted by
// name. If the folder cannot be read in one of them, it returns nil and the error.
func (b both) ReadDir(name string) ([]fs.DirEntry, error) {
	first, err := fs.ReadDir(b[0], name)
	if err != nil {
		return nil, err
	}
	second, err := fs.ReadDir(b[1], name)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(first, second)
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return all, nil
}
