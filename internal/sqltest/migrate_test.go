package sqltest_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/sqldb"
)

func TestMigrateInManyProcessesAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		var group sync.WaitGroup
		for range 4 {
			r := d.open(t, s, d.pool(t), options{})
			group.Go(func() {
				for range 3 {
					assert.NoError(t, r.Migrate(t.Context()))
				}
			})
		}
		group.Wait()
		db := d.pool(t)
		assert.EqualValues(t, 2+4, count(t, db, "sync_migrations"))
		assert.Zero(t, count(t, db, s.facts().table))
	})
}

// The sync packages share a database, also where they create it at the same time,
// and streams of the same name are apart.
func TestMigrateBesideOthers(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		t := d.t
		var group sync.WaitGroup
		for range 3 {
			for _, s := range subjects() {
				r := d.open(t, s, d.pool(t), options{})
				group.Go(func() { assert.NoError(t, r.Migrate(t.Context())) })
			}
		}
		group.Wait()
		db := d.pool(t)
		assert.EqualValues(t, 2+4*len(subjects()), count(t, db, "sync_migrations"))
		for _, s := range subjects() {
			r := d.open(t, s, db, options{})
			at, state, err := r.load(t.Context(), "s")
			require.NoError(t, err)
			assert.Zero(t, at)
			assert.Empty(t, state)
			_, err = r.commit(t.Context(), "s", 0, "{}", nil, nil)
			require.NoError(t, err)
		}
	})
}

// What is cut off leaves all tables or none, and no connection in a transaction.
func TestMigrateKilled(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		db := d.pool(t)
		for at := 1; ; at += 1 + at/8 {
			pool, k := d.killed(t, at, false)
			if err := d.open(t, s, pool, options{}).Migrate(t.Context()); !k.dead() {
				require.NoError(t, err)
				require.Greater(t, at, 10)
				return
			}
			if _, err := db.ExecContext(t.Context(), "SELECT 1 FROM sync_migrations"); err == nil {
				require.EqualValues(t, 6, count(t, db, "sync_migrations"), "all of it")
			}
		}
	})
}

func TestMigrateWithACancelledContext(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		db := d.pool(t)
		db.SetMaxOpenConns(1)
		r := d.open(t, s, db, options{silent: true})
		for _, after := range []time.Duration{0, time.Microsecond, 100 * time.Microsecond, time.Millisecond} {
			ctx, cancel := context.WithTimeout(t.Context(), after)
			_ = r.Migrate(ctx) // may have been in time
			cancel()
		}
		require.NoError(t, r.Migrate(t.Context()))
		_, err := put(t, r, s.json(row{id: 1, version: 1}))
		require.NoError(t, err)
	})
}

// A connection goes back to its pool outside of any transaction, also after a panic.
func TestTransactionOnAConnection(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		db := d.pool(d.t)
		db.SetMaxOpenConns(1)
		dialect := sqldb.SQLite
		if d.postgres {
			dialect = sqldb.PostgreSQL
		}
		execute(d.t, db, "CREATE TABLE entered (n INTEGER)")
		enter := func(then func() error) error {
			conn, err := db.Conn(d.t.Context())
			require.NoError(d.t, err)
			defer conn.Close()
			return dialect.In(d.t.Context(), conn, func() error {
				_, err := conn.ExecContext(d.t.Context(), "INSERT INTO entered (n) VALUES (1)")
				require.NoError(d.t, err)
				return then()
			})
		}
		failed := errors.New("failed")
		require.ErrorIs(d.t, enter(func() error { return failed }), failed)
		assert.Panics(d.t, func() { _ = enter(func() error { panic("work") }) })
		require.NoError(d.t, enter(func() error { return nil }), "no transaction is open")
		assert.EqualValues(d.t, 1, count(d.t, db, "entered"))
	})
}
