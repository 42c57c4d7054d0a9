package sqltest_test

import (
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"
)

// damage is what a sync must never do.
type damage struct{ lost, stale, extra, doubled, unrecorded int }

// audit compares what is stored with the fake, and with the ledger.
func audit(t testing.TB, s subject, f fake, db *sql.DB) damage {
	t.Helper()
	var d damage
	stored, newest := s.stored(t, db), f.newest()
	for id, version := range newest {
		switch is, there := stored[id]; {
		case !there:
			d.lost++
		case is != version:
			d.stale++
		}
	}
	type entry struct {
		id      int64
		version string
	}
	times := map[entry]int{}
	for _, e := range ledger(t, db) {
		if times[e]++; times[e] > 1 {
			d.doubled++
		}
	}
	for id, version := range stored {
		if _, there := newest[id]; !there {
			d.extra++
		}
		if times[entry{id, version}] == 0 {
			d.unrecorded++
		}
	}
	return d
}

// ledger are the versions that were applied, in their order.
func ledger(t testing.TB, db *sql.DB) (entries []struct {
	id      int64
	version string
},
) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT id, version FROM ledger")
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var e struct {
			id      int64
			version string
		}
		require.NoError(t, rows.Scan(&e.id, &e.version))
		entries = append(entries, e)
	}
	require.NoError(t, rows.Err())
	return entries
}

// catchUp makes passes until three in a row have read everything and stored
// nothing: what is late may need a few.
func catchUp(t testing.TB, r replica, f fake, p params) {
	t.Helper()
	quiet := 0
	for range 200 {
		result, err := r.pass(t.Context(), f, p)
		require.NoError(t, err)
		if quiet++; !result.CaughtUp || result.Inserted+result.Updated > 0 {
			quiet = 0
		}
		if quiet == 3 {
			return
		}
	}
	t.Fatal("two hundred passes were not enough")
}

// put commits rows to a stream of their own.
func put(t testing.TB, r replica, rows ...any) (result, error) {
	t.Helper()
	at, _, err := r.load(t.Context(), "test")
	require.NoError(t, err)
	return r.commit(t.Context(), "test", at, "{}", rows, nil)
}
