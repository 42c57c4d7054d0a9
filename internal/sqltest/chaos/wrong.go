package main

import (
	"context"
	"database/sql"
)

// store is what the sync packages call Store: each has types of its own.
type store[Checkpoint any, State ~string, Row, Bad any] interface {
	Load(ctx context.Context, stream string) (Checkpoint, error)
	Commit(ctx context.Context, stream string, from Checkpoint, next State, rows []*Row, bad []Bad) (Checkpoint, error)
}

// wrong leaves out what Commit promises.
type wrong[Checkpoint any, State ~string, Row, Bad any] struct {
	store[Checkpoint, State, Row, Bad]
	mode    mode
	naive   naive
	version func(*Row) version
}

// Commit is in two transactions, or without a compare-and-swap.
func (w *wrong[Checkpoint, State, Row, Bad]) Commit(ctx context.Context, stream string, from Checkpoint, next State, rows []*Row, bad []Bad) (Checkpoint, error) {
	if w.mode == noFence {
		versions := make([]version, len(rows))
		for i, r := range rows {
			versions[i] = w.version(r)
		}
		if err := w.naive.commit(ctx, stream, string(next), versions); err != nil {
			return from, err
		}
		return w.Load(ctx, stream)
	}
	at, err := w.store.Commit(ctx, stream, from, next, nil, nil)
	if err != nil {
		return at, err
	}
	const apart = "rows"
	rowsAt, err := w.Load(ctx, apart)
	if err != nil {
		return at, err
	}
	_, err = w.store.Commit(ctx, apart, rowsAt, next, rows, bad)
	return at, err
}

// naive is a writer as one makes it without thinking of other processes: it
// reads which versions it has applied, and then applies the others and moves the
// checkpoint, wherever that is by then.
type naive struct {
	database
	pool   *sql.DB
	source string
	tell   func(event)
	upsert func(ctx context.Context, tx *sql.Tx, v version) error
}

func (n naive) commit(ctx context.Context, stream, state string, rows []version) error {
	var fresh []version
	for _, v := range rows {
		var times int
		err := n.pool.QueryRowContext(ctx, n.bind(`SELECT count(*) FROM ledger WHERE id = ? AND version = ?`), v.id, v.version).Scan(&times)
		if err != nil {
			return err
		}
		if times == 0 {
			fresh = append(fresh, v)
		}
	}
	tx, err := n.pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing, and else there is an error already
	_, err = tx.ExecContext(ctx, n.bind(`INSERT INTO sync_state (source, stream, version, state) VALUES (?, ?, 1, ?)
ON CONFLICT (source, stream) DO UPDATE SET version = sync_state.version + 1, state = excluded.state`), n.source, stream, state)
	if err != nil {
		return err
	}
	for _, v := range fresh {
		n.tell(applying)
		if err := n.upsert(ctx, tx, v); err != nil {
			return err
		}
		if err := n.record(ctx, tx, v); err != nil {
			return err
		}
	}
	return tx.Commit()
}
