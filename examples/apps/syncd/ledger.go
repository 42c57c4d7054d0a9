package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
)

// The ledger of an offline run has an entry for each version that was applied,
// made in the transaction that applied it. It marks the database as one with
// made-up operations.
const ledgerTable = `CREATE TABLE IF NOT EXISTS syncd_ledger (stream VARCHAR(50) NOT NULL, id VARCHAR(100) NOT NULL, version VARCHAR(100) NOT NULL)`

func (d *database) enter(ctx context.Context, tx *sql.Tx, stream, id, version string) error {
	_, err := tx.ExecContext(ctx, d.bind(`INSERT INTO syncd_ledger (stream, id, version) VALUES (?, ?, ?)`), stream, id, version)
	return err
}

func (d *database) hasLedger(ctx context.Context) (found bool, err error) {
	query := `SELECT count(*) > 0 FROM sqlite_master WHERE name = 'syncd_ledger'`
	if d.pool != nil {
		query = `SELECT to_regclass('syncd_ledger') IS NOT NULL`
	}
	if err := d.sql.QueryRowContext(ctx, query).Scan(&found); err != nil {
		return false, fmt.Errorf("look for the ledger: %w", err)
	}
	return found, nil
}

// digest tells versions apart that have no number.
func digest(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// hexDigest is the column digest in a query, as digest has it.
func hexDigest(postgres bool) string {
	if postgres {
		return "encode(digest, 'hex')"
	}
	return "lower(hex(digest))"
}

// verdict is what became of a copy, beside the service and the ledger.
type verdict struct {
	service, stored int // rows
	lost            int // not stored
	stale           int // stored in another version than the service has
	extra           int // stored, and not at the service
	doubled         int // versions that were applied more than once
	unrecorded      int // stored without having been applied
}

func (v verdict) ok() bool {
	return v.lost+v.stale+v.extra+v.doubled+v.unrecorded == 0
}

func (v verdict) String() string {
	text := fmt.Sprintf("lost %d, doubled %d, stale %d", v.lost, v.doubled, v.stale)
	if v.extra+v.unrecorded > 0 {
		text += fmt.Sprintf(", extra %d, unrecorded %d", v.extra, v.unrecorded)
	}
	return text
}

func (v verdict) plus(w verdict) verdict {
	return verdict{
		v.service + w.service, v.stored + w.stored, v.lost + w.lost, v.stale + w.stale,
		v.extra + w.extra, v.doubled + w.doubled, v.unrecorded + w.unrecorded,
	}
}

// audit compares the copy of a fake with it, and with the ledger.
func (d *database) audit(ctx context.Context, f *fake) (verdict, error) {
	want := f.versions()
	version := f.version
	if version == "" {
		version = hexDigest(d.pool != nil)
	}
	stored, err := d.pairs(ctx, "SELECT CAST("+f.id+" AS text), CAST("+version+" AS text) FROM "+f.table)
	if err != nil {
		return verdict{}, err
	}
	applied, err := d.pairs(ctx, `SELECT id, version FROM syncd_ledger WHERE stream = ?`, f.stream)
	if err != nil {
		return verdict{}, err
	}
	v := verdict{service: len(want), stored: len(stored)}
	for id, version := range want {
		switch has := stored[id]; {
		case len(has) == 0:
			v.lost++
		case has[version] == 0:
			v.stale++
		}
	}
	for id, versions := range stored {
		if _, known := want[id]; !known {
			v.extra++
		}
		for version := range versions {
			if applied[id][version] == 0 {
				v.unrecorded++
			}
		}
	}
	for _, versions := range applied {
		for _, times := range versions {
			v.doubled += times - 1
		}
	}
	return v, nil
}

// pairs counts pairs of an id and a version.
func (d *database) pairs(ctx context.Context, query string, args ...any) (_ map[string]map[string]int, err error) {
	rows, err := d.sql.QueryContext(ctx, d.bind(query), args...)
	if err != nil {
		return nil, fmt.Errorf("compare: %w", err)
	}
	defer rows.Close() //nolint:errcheck // Err tells
	found := map[string]map[string]int{}
	for rows.Next() {
		var id, version string
		if err := rows.Scan(&id, &version); err != nil {
			return nil, fmt.Errorf("compare: %w", err)
		}
		if found[id] == nil {
			found[id] = map[string]int{}
		}
		found[id][version]++
	}
	return found, rows.Err()
}
