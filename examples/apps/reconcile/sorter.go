package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"
)

// sorter puts rows of any number into the order of their keys. They are in a
// database that SQLite keeps in a nameless file, which goes with the process,
// and sorts there with a few megabytes of memory.
type sorter struct {
	db    *sql.DB
	conn  *sql.Conn // whose own the file is
	batch []any
}

// line is a row of a file, of which only this is kept.
type line struct {
	number                                    int64
	key, amount, currency, status, kind, date string
	problem                                   string
}

// cells are the cells of a line, in the order of export.columns.
func (l *line) cells() []*string {
	return []*string{&l.key, &l.amount, &l.currency, &l.status, &l.kind, &l.date}
}

const (
	sortedColumns = 8   // columns of line
	sortedBatch   = 500 // rows of one statement
)

func newSorter(ctx context.Context) (*sorter, error) {
	db, err := sql.Open("sqlite", "")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errSort, err)
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", errSort, err), db.Close())
	}
	s := &sorter{db: db, conn: conn}
	for _, statement := range []string{
		"PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", // it need not outlive anything
		"CREATE TABLE lines (number INTEGER, key BLOB, amount BLOB, currency BLOB, status BLOB, kind BLOB, date BLOB, problem BLOB)",
		"BEGIN",
	} {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return nil, errors.Join(fmt.Errorf("%w: %w", errSort, err), s.close())
		}
	}
	return s, nil
}

func (s *sorter) close() error { return errors.Join(s.conn.Close(), s.db.Close()) }

func (s *sorter) add(ctx context.Context, l line) error {
	s.batch = append(s.batch, l.number)
	for _, cell := range []string{l.key, l.amount, l.currency, l.status, l.kind, l.date, l.problem} {
		s.batch = append(s.batch, []byte(cell))
	}
	if len(s.batch) < sortedBatch*sortedColumns {
		return nil
	}
	return s.flush(ctx)
}

func (s *sorter) flush(ctx context.Context) error {
	n := len(s.batch) / sortedColumns
	if n == 0 {
		return nil
	}
	_, err := s.conn.ExecContext(ctx, "INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, ?, ?)"+strings.Repeat(", (?, ?, ?, ?, ?, ?, ?, ?)", n-1), s.batch...)
	s.batch = s.batch[:0]
	if err != nil {
		return fmt.Errorf("%w: %w", errSort, err)
	}
	return nil
}

// sorted yields what was added, in the order of the bytes of keys and then of
// lines.
func (s *sorter) sorted(ctx context.Context) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		if err := s.flush(ctx); err != nil {
			yield(line{}, err)
			return
		}
		rows, err := s.conn.QueryContext(ctx, "SELECT number, key, amount, currency, status, kind, date, problem FROM lines ORDER BY key, number")
		if err != nil {
			yield(line{}, fmt.Errorf("%w: %w", errSort, err))
			return
		}
		defer rows.Close() //nolint:errcheck // Err returns it
		for rows.Next() {
			var l line
			if err := rows.Scan(&l.number, &l.key, &l.amount, &l.currency, &l.status, &l.kind, &l.date, &l.problem); err != nil {
				yield(line{}, fmt.Errorf("%w: %w", errSort, err))
				return
			}
			if !yield(l, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(line{}, fmt.Errorf("%w: %w", errSort, err))
		}
	}
}
