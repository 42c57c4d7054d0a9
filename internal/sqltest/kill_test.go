package sqltest_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// small is a fake with pages of five, and one row that does not decode.
func small(t testing.TB) *vimatest.Server {
	t.Helper()
	srv := seeded(t, smallSize, vimatest.WithPageLimit(5))
	srv.Seed(&vima.Operation{
		OperationID: "7", OperationCreateID: "7", OperationUpdateID: "7",
		Raw: []byte(`{"operation_id":"7","operation_create_id":"7","operation_update_id":"7","complete_amount":"much"}`),
	})
	return srv
}

const smallSize = 20

// auditSmall is audit, and looks for the row that does not decode.
func auditSmall(t testing.TB, srv *vimatest.Server, db *sql.DB) {
	t.Helper()
	var rejects int
	require.NoError(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM sync_rejects WHERE row_id = '7'`).Scan(&rejects))
	assert.Equal(t, 1, rejects)
	assert.Zero(t, audit(t, srv, db))
}

// A pass is killed at each of its calls to the database, once before the call is
// made and once after it was, when nobody hears of it any more; the first pass of
// all and a later one. The next pass, by a new process, has to end with what the
// collector has, and each version has to be applied once.
func TestKilledAtEveryCall(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		srv, db := small(t), d.pool(t)
		s := d.store(t, db)
		c := client(t, srv)
		pass := func(s *vimasync.SQLStore) error {
			_, err := vimasync.RunOnce(t.Context(), c, s, vimasync.Params{})
			if errors.Is(err, vimasync.ErrRejected) && !errors.Is(err, errKilled) {
				return nil
			}
			return err
		}
		change := func(i int) {
			srv.Update(idText(decodable(t, srv)[i%smallSize].id), func(o *vima.Operation) { o.CurrentStatus = vima.StatusFail })
		}
		victims := map[string]int{}
		for _, later := range []bool{false, true} {
			for _, after := range []bool{false, true} {
				for at := 1; ; at++ {
					d.empty(t, db, "vima_operations")
					if later {
						require.NoError(t, pass(s))
					}
					for i := range 7 {
						change(at + i)
					}
					pool, k := d.killed(t, at, after)
					doomed, err := vimasync.NewSQLStore(pool, d.dialect, vimasync.OnApply(d.ledger))
					require.NoError(t, err)
					err = pass(doomed)
					if k.victim == "" {
						require.NoError(t, err) // it came to the end
						break
					}
					require.ErrorIs(t, err, errKilled)
					victims[fmt.Sprint(k.victim, " after ", after)]++

					change(at + 9)
					require.NoError(t, pass(s))
					auditSmall(t, srv, db)
					if t.Failed() {
						t.Fatalf("killed at call %d, %s", at, k.victim)
					}
				}
			}
		}
		for _, name := range []string{
			"BEGIN", "INSERT sync_state", "UPDATE sync_state", "SELECT sync_state", "SELECT vima_operations",
			"INSERT vima_operations", "INSERT ledger", "INSERT sync_rejects", "COMMIT",
		} {
			assert.Positive(t, victims[name+" after false"], name)
			assert.Positive(t, victims[name+" after true"], name)
		}
		t.Logf("killed at %v", victims)
	})
}

// A kill of the context rather than of the connection.
func TestCancelledAtEveryRequest(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		srv, db := seeded(t, 60, vimatest.WithPageLimit(10)), d.pool(t)
		s := d.store(t, db)
		for at := 1; at <= 14; at++ {
			d.empty(t, db, "vima_operations")
			ctx, cancel := context.WithCancel(t.Context())
			requests := 0
			c := client(t, srv, vima.WithRateLimit(1e6, 1), vima.WithObserver(func(context.Context, vima.Attempt) {
				if requests++; requests == at {
					cancel()
				}
			}))
			_, err := vimasync.RunOnce(ctx, c, s, vimasync.Params{})
			require.ErrorIs(t, err, context.Canceled, "at request %d", at)
			cancel()
			catchUp(t, client(t, srv), s, vimasync.Params{})
			require.Zero(t, audit(t, srv, db), "at request %d", at)
		}
	})
}

// empty makes the database as it was after Migrate. rows is the table of the
// operations.
func (d database) empty(t testing.TB, db *sql.DB, rows string) {
	t.Helper()
	for _, table := range []string{"sync_state", "sync_rejects", "sync_lease", "ledger", rows} {
		_, err := db.ExecContext(t.Context(), "DELETE FROM "+table)
		require.NoError(t, err)
	}
}
