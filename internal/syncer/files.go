package syncer

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

//go:embed migrations
var common embed.FS

// Files returns the migrations of one source for the dialect d: the files that all
// sources share, and the files in the folder migrations/<dialect> of own. It
// returns an error if the folder's name is not valid. It does not read the
// folders.
func Files(d Dialect, own fs.FS) (fs.FS, error) {
	shared, err := fs.Sub(common, "migrations/"+d.String())
	if err != nil {
		return nil, err
	}
	ours, err := fs.Sub(own, "migrations/"+d.String())
	return both{shared, ours}, err
}

// both joins the files of two folders, which have no name in common.
type both [2]fs.FS

func (b both) Open(name string) (fs.File, error) {
	file, err := b[0].Open(name)
	if err != nil {
		return b[1].Open(name)
	}
	return file, nil
}

// ReadDir returns the entries of the folder name in both file systems, sorted by
// name. It returns an error if either folder cannot be read.
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
