package main

import (
	"context"
	"database/sql"
)

// naive is a writer as one makes it without thinking of other processes: it
// reads which versions it has applied, and then applies the others and moves the
// checkpoint, wherever that is by then.
type naive struct {
	database
	pool   *sql.DB
	source string
	upsert string // a row's id and version
	tell   func(event)
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
		if _, err := tx.ExecContext(ctx, n.bind(n.upsert), v.id, v.version); err != nil {
			return err
		}
		if err := n.record(ctx, tx, v); err != nil {
			return err
		}
	}
	return tx.Commit()
}
