package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
)

// source is both sides.
type source struct {
	vima, other iter.Seq2[row, error]
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
	s := &source{vima: d.vimaRows(ctx, c.period, c.projects, c.vimaClasses), otherName: "payshack", close: d.close}
	s.what = "Vima operations of " + d.name
	if c.ecommpay {
		s.otherName = "ecommpay"
		s.other = d.ecommpayRows(ctx, c.period, c.types, c.shops, c.ecommpayClasses)
		s.what += " and ecommpay operations beside them"
		return s, nil
	}
	s.what += " and PayShack rows of " + filepath.Base(c.csv)
	sorter, err := newSorter(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sort: %w", err), d.close())
	}
	s.close = func() error { return errors.Join(sorter.close(), d.close()) }
	s.other = c.export.rows(ctx, sorter, c.period)
	if err := loadFile(ctx, c, sorter); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func loadFile(ctx context.Context, c config, into *sorter) error {
	file, err := os.Open(c.csv)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // it was only read
	if err := c.export.load(ctx, file, into); err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(c.csv), err)
	}
	return nil
}
