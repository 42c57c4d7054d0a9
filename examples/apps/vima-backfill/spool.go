package main

import (
	"cmp"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/payclients/payclients-go/vima"
)

// place is where a page belongs in the output.
type place struct {
	day    vima.Date
	cursor string
}

func (p place) compare(q place) int {
	return cmp.Or(p.day.Compare(q.day), vima.CompareCursors(p.cursor, q.cursor))
}

// spool is a batch of pages on disk, in the order of their arrival.
type spool struct {
	file                *os.File
	size                int64
	pages               []extent
	operations, rejects int
}

// extent is where a page is in the file: its rows, and behind them its rejects.
type extent struct {
	place

	at            int64
	rows, rejects int64 // bytes
}

// newSpool uses OUT.part, which a killed run may have left, or for stdout a file
// in the system's folder for such.
func newSpool(c config) (*spool, error) {
	var file *os.File
	var err error
	if c.out == "" {
		file, err = os.CreateTemp("", "vima-backfill-*.part")
	} else {
		file, err = os.OpenFile(c.part(), os.O_RDWR|os.O_CREATE, 0o600)
	}
	if err != nil {
		return nil, err
	}
	if c.out == "" {
		_ = os.Remove(file.Name()) // so that a kill leaves nothing; Windows refuses and close removes it
	}
	return &spool{file: file}, nil
}

func (s *spool) reset() error {
	s.size, s.pages, s.operations, s.rejects = 0, s.pages[:0], 0, 0
	return s.file.Truncate(0)
}

// add takes a page with its counts.
func (s *spool) add(at place, rows, rejects []byte, operations, rejected int) error {
	for _, text := range [][]byte{rows, rejects} {
		if _, err := s.file.WriteAt(text, s.size); err != nil {
			return err
		}
		s.size += int64(len(text))
	}
	begin := s.size - int64(len(rows)+len(rejects))
	at.cursor = strings.Clone(at.cursor) // the page is not kept with it
	s.pages = append(s.pages, extent{at, begin, int64(len(rows)), int64(len(rejects))})
	s.operations += operations
	s.rejects += rejected
	return nil
}

// copyRows writes the rows in order.
func (s *spool) copyRows(w io.Writer) (int64, error) {
	return s.copy(w, func(e extent) (int64, int64) { return e.at, e.rows })
}

// copyRejects writes the rejects in order.
func (s *spool) copyRejects(w io.Writer) (int64, error) {
	return s.copy(w, func(e extent) (int64, int64) { return e.at + e.rows, e.rejects })
}

func (s *spool) copy(w io.Writer, part func(extent) (at, n int64)) (total int64, err error) {
	slices.SortStableFunc(s.pages, func(a, b extent) int { return a.compare(b.place) })
	for _, page := range s.pages {
		at, want := part(page)
		n, err := io.Copy(w, io.NewSectionReader(s.file, at, want))
		total += n
		if err == nil && n != want {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

func (s *spool) close() error {
	err := s.file.Close()
	if gone := os.Remove(s.file.Name()); !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}
