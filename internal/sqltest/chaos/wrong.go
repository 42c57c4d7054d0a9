package main

import (
	"context"
	"database/sql"
)

// store is the Store of any sync package. Each has its own types.
type store[Checkpoint, Change, Commit any] interface {
	Load(ctx context.Context, stream string) (Checkpoint, error)
	Commit(ctx context.Context, stream string, c Change) (Commit, error)
}

// wrong is a store that breaks a promise of Commit.
type wrong[Checkpoint, Change, Commit any] struct {
	store[Checkpoint, Change, Commit]
	mode  mode
	naive naive
	// parts returns what a change holds; head returns its checkpoint alone, rest
	// its rows alone from another checkpoint.
	parts func(Change) (state string, rows []version)
	head  func(Change) Change
	rest  func(Change, Checkpoint) Change
	// done returns a commit that has moved to a checkpoint, with the counts of
	// another one.
	done func(to Checkpoint, counts Commit) Commit
	at   func(Commit) Checkpoint
}

// Commit uses two transactions, or no compare-and-swap. It returns errors of the
// store, without ErrFenced in the mode no-fence.
func (w *wrong[Checkpoint, Change, Commit]) Commit(ctx context.Context, stream string, c Change) (done Commit, err error) {
	if w.mode == noFence {
		state, rows := w.parts(c)
		if err := w.naive.commit(ctx, stream, state, rows); err != nil {
			return done, err
		}
		at, err := w.Load(ctx, stream)
		return w.done(at, done), err
	}
	moved, err := w.store.Commit(ctx, stream, w.head(c))
	if err != nil {
		return done, err
	}
	const apart = "rows"
	rowsAt, err := w.Load(ctx, apart)
	if err != nil {
		return done, err
	}
	done, err = w.store.Commit(ctx, apart, w.rest(c, rowsAt))
	return w.done(w.at(moved), done), err
}

// naive is a writer that does not consider other processes: it reads which
// versions it has applied, then applies the others and moves the checkpoint, even
// if another process has moved it.
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
	defer tx.Rollback() //nolint:errcheck // does nothing after a commit; otherwise there is an error already
	_, err = tx.ExecContext(ctx, n.bind(`INSERT INTO sync_state (source, stream, version, state, writer) VALUES (?, ?, 1, ?, '2/1')
ON CONFLICT (source, stream) DO UPDATE SET version = sync_state.version + 1, state = excluded.state, writer = '2/' || (sync_state.version + 1)`), n.source, stream, state)
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
