package sqltest_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// moment is a time that SQL has made, on both databases.
func (d database) moment(t testing.TB, db *sql.DB, query string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text(t, db, "SELECT "+d.instant("("+query+")")))
	require.NoError(t, err)
	return at
}

// stored_at moves with each version that is stored, first_stored_at does not, and
// what is not stored moves neither.
func TestStoredAt(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		db, is := d.pool(t), s.facts()
		r := d.store(t, s, db, options{})
		of := func(column string) time.Time {
			t.Helper()
			return d.moment(t, db, "SELECT "+column+" FROM "+is.table)
		}
		before := d.moment(t, db, "SELECT present FROM sync_clock")
		_, err := put(t, r, s.json(row{id: 1, version: 1}))
		require.NoError(t, err)
		first := of("stored_at")
		assert.False(t, first.Before(before))
		assert.Equal(t, first, of("first_stored_at"))
		execute(t, db, "UPDATE "+is.table+" SET stored_at = "+hourAgo+", first_stored_at = "+hourAgo)
		old := of("stored_at")
		require.True(t, old.Before(first))
		_, err = put(t, r, s.json(row{id: 1, version: 1}))
		require.NoError(t, err)
		assert.Equal(t, old, of("stored_at"), "the same version")
		_, err = put(t, r, s.json(row{id: 1, version: 2}))
		require.NoError(t, err)
		assert.False(t, of("stored_at").Before(first), "another version")
		assert.Equal(t, old, of("first_stored_at"))
	})
}

const hourAgo = "(SELECT hour_ago FROM sync_clock)"

// stored_at comes before the commit, so a transaction that is open while somebody
// reads what has changed is missed by who goes on from the time of that reading, and
// found by who reads with an overlap and drops the versions that are known.
func TestChangedSince(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		db, is := d.pool(t), s.facts()
		written, commit := make(chan struct{}), make(chan struct{})
		r := d.store(t, s, db, options{apply: func(_ context.Context, _ *sql.Tx, a applied) error {
			if a.id == 2 {
				close(written)
				<-commit
			}
			return nil
		}})
		_, err := put(t, r, s.json(row{id: 1, version: 1}))
		require.NoError(t, err)
		known := map[string]bool{}
		changed := func(since string) (fresh []string) {
			t.Helper()
			rows, err := db.QueryContext(t.Context(), "SELECT id, version FROM "+is.name+"_report WHERE stored_at >= "+since+" ORDER BY stored_at, id")
			require.NoError(t, err)
			defer rows.Close()
			for rows.Next() {
				var id, version int64
				require.NoError(t, rows.Scan(&id, &version))
				if key := fmt.Sprint(id, " ", version); !known[key] {
					known[key] = true
					fresh = append(fresh, idText(id))
				}
			}
			require.NoError(t, rows.Err())
			return fresh
		}
		failed := make(chan error, 1)
		go func() {
			_, err := r.commit(t.Context(), "other", 0, "{}", jsons(s, row{id: 2, version: 1}), nil)
			failed <- err
		}()
		<-written
		require.Equal(t, []string{"1"}, changed(hourAgo), "the other one is not committed")
		read := d.literal(d.moment(t, db, "SELECT present FROM sync_clock"))
		close(commit)
		require.NoError(t, <-failed)
		assert.EqualValues(t, 0, count(t, db, is.table+" WHERE stored_at > "+read), "the control: it is missed")
		assert.Equal(t, []string{"2"}, changed(hourAgo))
		assert.Empty(t, changed(hourAgo), "once")
	})
}

// literal is a time in SQL.
func (d database) literal(at time.Time) string {
	text := quoted(at.UTC().Format("2006-01-02T15:04:05.000000Z"))
	if d.postgres {
		return "CAST(" + text + " AS timestamptz)"
	}
	return text
}

// caught_up_at is when the last pass began that has read everything by itself, also
// where nothing was there to be stored.
func TestCaughtUpAt(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		f, db := s.serve(t, 0, serving{small: true}), d.pool(t)
		r := d.store(t, s, db, options{})
		unknown := func(stream string) {
			t.Helper()
			lag, known, err := r.Lag(t.Context(), stream)
			require.NoError(t, err)
			assert.False(t, known)
			assert.Zero(t, lag)
		}
		unknown("default")
		var last time.Time
		for _, what := range []string{"nothing at all", "nothing new", "a row", "nothing new again"} {
			if what == "a row" {
				f.seed(row{id: 7, version: 1, created: firstDay.Add(time.Hour)}, "")
			}
			began := d.moment(t, db, "SELECT present FROM sync_clock")
			done, err := r.pass(t.Context(), f, params{})
			require.NoError(t, err)
			require.True(t, done.CaughtUp, what)
			at := d.moment(t, db, "SELECT caught_up_at FROM sync_state")
			assert.True(t, at.After(last), what)
			// A pass of ecommpay ends some seconds before the present.
			assert.WithinDuration(t, began, at, 10*time.Second, what)
			assert.False(t, at.After(d.moment(t, db, "SELECT present FROM sync_clock").Add(time.Millisecond)), what)
			last = at
		}
		lag, known, err := r.Lag(t.Context(), "default")
		require.NoError(t, err)
		assert.True(t, known)
		assert.InDelta(t, time.Since(last).Seconds(), lag.Seconds(), 10)
		unknown("another")

		f.refuse(100)
		_, err = r.pass(t.Context(), f, params{})
		require.Error(t, err)
		_, err = put(t, r, s.json(row{id: 8, version: 1}))
		require.NoError(t, err)
		f.calm()
		assert.Equal(t, last, d.moment(t, db, "SELECT caught_up_at FROM sync_state WHERE stream = 'default'"), "it fails")
		unknown("s")
	})
}
