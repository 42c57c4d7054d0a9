package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// source is both sides.
type source struct {
	vima, other side
	otherName   string
	what        string // for the heading
	close       func() error
}

// newSource opens the sides that c names. Of a file it reads all.
func newSource(ctx context.Context, c config) (*source, error) {
	d, err := open(ctx, c.db)
	if err != nil {
		return nil, err
	}
	s := &source{otherName: c.otherName(), close: d.close}
	if s.vima, err = d.vimaRows(ctx, c); err != nil {
		return nil, errors.Join(err, d.close())
	}
	s.what = "Vima operations of " + d.name
	if c.ecommpay {
		if s.other, err = d.ecommpayRows(ctx, c); err != nil {
			return nil, errors.Join(err, d.close())
		}
		s.what += " and ecommpay operations beside them"
		return s, nil
	}
	s.what += " and PayShack rows of " + filepath.Base(c.csv)
	sorter, err := newSorter(ctx)
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	s.close = func() error { return errors.Join(sorter.close(), d.close()) }
	if s.other.reach, err = loadFile(ctx, c, sorter); err != nil {
		return nil, errors.Join(err, s.close())
	}
	s.other.rows = c.export.rows(ctx, sorter, c.period, c.types)
	return s, nil
}

// loadFile sorts the file of the other side, and returns how far it reaches.
func loadFile(ctx context.Context, c config, into *sorter) (reach, error) {
	file, err := os.Open(c.csv)
	if err != nil {
		return reach{}, err
	}
	defer file.Close() //nolint:errcheck // it was only read
	reached, err := c.export.load(ctx, file, into)
	if err != nil {
		return reach{}, fmt.Errorf("%s: %w", filepath.Base(c.csv), err)
	}
	return reached, nil
}
