package main

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// createLedger creates the ledger: one row for each applied version, written by
// the transaction that applied it. A version with two rows was applied twice.
const createLedger = `CREATE TABLE IF NOT EXISTS ledger (id VARCHAR(100) NOT NULL, version VARCHAR(100) NOT NULL)`

// createLedgerIndex serves the wrong writer, which reads the ledger.
const createLedgerIndex = `CREATE INDEX IF NOT EXISTS ledger_id ON ledger (id)`

func (d database) record(ctx context.Context, tx *sql.Tx, v version) error {
	_, err := tx.ExecContext(ctx, d.bind(`INSERT INTO ledger (id, version) VALUES (?, ?)`), v.id, v.version)
	return err
}

func ledger(ctx context.Context, pool *sql.DB) ([]version, error) {
	return query(ctx, pool, `SELECT id, version FROM ledger`, func(rows *sql.Rows) (v version, err error) {
		err = rows.Scan(&v.id, &v.version)
		return v, err
	})
}

// versions reads pairs of id and version.
func versions(ctx context.Context, pool *sql.DB, statement string) (map[string]string, error) {
	all := map[string]string{}
	_, err := query(ctx, pool, statement, func(rows *sql.Rows) (v version, err error) {
		err = rows.Scan(&v.id, &v.version)
		all[v.id] = v.version
		return v, err
	})
	return all, err
}

// damage is what a sync must never do, by id.
type damage struct {
	lost       []string // at the provider, and not stored
	stale      []string // stored, but not in the newest version
	extra      []string // stored, and not at the provider
	doubled    []string // the same version applied more than once
	unrecorded []string // stored in a version that was never applied
}

func (d damage) none() bool {
	return len(d.lost)+len(d.stale)+len(d.extra)+len(d.doubled)+len(d.unrecorded) == 0
}

// String returns up to five ids of each sort.
func (d damage) String() string {
	text := ""
	for _, sort := range []struct {
		name string
		ids  []string
	}{{"lost", d.lost}, {"stale", d.stale}, {"extra", d.extra}, {"doubled", d.doubled}, {"unrecorded", d.unrecorded}} {
		if n := len(sort.ids); n > 0 {
			slices.Sort(sort.ids)
			text += fmt.Sprintf("; %d %s: %v", n, sort.name, sort.ids[:min(n, 5)])
		}
	}
	return text[min(len(text), 2):]
}

// compare compares what is stored with the provider and the ledger.
func compare(newest, stored map[string]string, applied []version) damage {
	var d damage
	for id, v := range newest {
		switch is, there := stored[id]; {
		case !there:
			d.lost = append(d.lost, id)
		case is != v:
			d.stale = append(d.stale, id)
		}
	}
	times := map[version]int{}
	for _, v := range applied {
		if times[v]++; times[v] > 1 {
			d.doubled = append(d.doubled, v.id)
		}
	}
	for id, v := range stored {
		if _, there := newest[id]; !there {
			d.extra = append(d.extra, id)
		}
		if times[version{id, v}] == 0 {
			d.unrecorded = append(d.unrecorded, id)
		}
	}
	return d
}
