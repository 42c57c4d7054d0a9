package sqltest_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// operation decodes one made of members.
func operation(t testing.TB, members string) *vima.Operation {
	t.Helper()
	o := new(vima.Operation)
	require.NoError(t, o.UnmarshalJSON([]byte("{"+members+"}")))
	return o
}

// commit commits rows to a stream of their own.
func commit(t testing.TB, s *vimasync.SQLStore, rows ...*vima.Operation) error {
	t.Helper()
	at, err := s.Load(t.Context(), "test")
	require.NoError(t, err)
	_, err = s.Commit(t.Context(), "test", at, "{}", rows, nil)
	return err
}

func text(t testing.TB, db *sql.DB, query string) string {
	t.Helper()
	var value sql.NullString
	require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&value))
	if !value.Valid {
		return "NULL"
	}
	return value.String
}

func TestMigrateInManyProcessesAtOnce(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		var group sync.WaitGroup
		for range 8 {
			db := d.pool(t)
			s, err := vimasync.NewSQLStore(db, d.dialect)
			require.NoError(t, err)
			group.Go(func() {
				for range 3 {
					assert.NoError(t, s.Migrate(t.Context()))
				}
			})
		}
		group.Wait()
		db := d.pool(t)
		assert.Equal(t, "2", text(t, db, "SELECT count(*) FROM sync_migrations"))
		assert.Equal(t, "0", text(t, db, "SELECT count(*) FROM vima_operations"))
	})
}

// What is cut off leaves neither tables nor a connection in a transaction.
func TestMigrateKilled(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		for at := 1; ; at++ {
			pool, k := d.killed(t, at, false)
			doomed, err := vimasync.NewSQLStore(pool, d.dialect)
			require.NoError(t, err)
			if err := doomed.Migrate(t.Context()); !k.dead() {
				require.NoError(t, err)
				require.Greater(t, at, 10)
				return
			}
			db := d.pool(t)
			_, err = db.ExecContext(t.Context(), "SELECT 1 FROM sync_migrations")
			require.Error(t, err)
		}
	})
}

func TestMigrateWithACancelledContext(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		db := d.pool(t)
		db.SetMaxOpenConns(1)
		s, err := vimasync.NewSQLStore(db, d.dialect)
		require.NoError(t, err)
		for _, after := range []time.Duration{0, time.Microsecond, 100 * time.Microsecond, time.Millisecond} {
			ctx, cancel := context.WithTimeout(t.Context(), after)
			_ = s.Migrate(ctx) // may have been in time
			cancel()
		}
		require.NoError(t, s.Migrate(t.Context()))
		require.NoError(t, commit(t, s, operation(t, `"operation_id":"1","operation_update_id":"1"`)))
	})
}

func TestColumns(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		db := d.pool(t)
		s := d.store(t, db)
		raw := `"operation_id":1067250921664811008,"operation_update_id":"1067250921664811010","operation_create_id":"1067250921664811009",
			"client_operation_id":"001768491979464","reference_id":"ab","project":"monetix","current_status":"in_process","payment_status":"success",
			"payment_method_code":"apm","create_params":{"method":"payment.in","params":{"payment":{"amount":{"value":10000,"currency":"INR"}}}},
			"complete_amount":99999999999.12345678,"complete_currency":"INR","complete_modified_at":"2026-01-15 15:46:20.195123",
			"card_finish":[{"charged_fee":1.50,"charged_currency":"USD"}],
			"operation_created_at":"2026-01-15T18:46:20.195+03:00","operation_modified_at":null`
		require.NoError(t, commit(t, s, operation(t, raw)))
		created := "operation_created_at"
		completed := "complete_modified_at"
		if d.dialect == vimasync.PostgreSQL {
			layout := `, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
			created, completed = "to_char(operation_created_at AT TIME ZONE 'UTC'"+layout, "to_char(complete_modified_at AT TIME ZONE 'UTC'"+layout
		}
		for column, want := range map[string]string{
			"operation_id": "1067250921664811008", "operation_update_id": "1067250921664811010", "operation_create_id": "1067250921664811009",
			"client_operation_id": "001768491979464", "reference_id": "ab", "project": "monetix", "method": "payment.in",
			"status": "success", "current_status": "in_process", "payment_status": "success", "payment_method_code": "apm",
			"amount": "99999999999.12345678", "currency": "INR", "requested_minor": "10000", "requested_currency": "INR",
			"complete_amount": "99999999999.12345678", "complete_currency": "INR", "fee": "1.50", "fee_currency": "USD",
			created: "2026-01-15T15:46:20.195000Z", completed: "2026-01-15T15:46:20.195123Z", "operation_modified_at": "NULL",
			"raw": "{" + raw + "}",
		} {
			assert.Equal(t, want, text(t, db, "SELECT "+column+" FROM vima_operations"), column)
		}

		require.NoError(t, commit(t, s, operation(t, `"operation_id":"2","operation_update_id":"1"`)))
		for column, want := range map[string]string{"amount": "NULL", "fee": "NULL", "requested_minor": "NULL", "operation_create_id": "NULL", "currency": ""} {
			assert.Equal(t, want, text(t, db, "SELECT "+column+" FROM vima_operations WHERE operation_id = 2"), column)
		}
	})
}

// Texts that a database or an array's syntax could trip over are stored as they
// are; what PostgreSQL cannot hold becomes U+FFFD and stops nothing.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	hostile := []string{
		"", "NULL", "null", `"`, `\`, `\\`, `""`, `{}`, `{a,b}`, ",", "'", "';DROP TABLE vima_operations;--", "$1", "?", "%s", "\t\r\n ", " x ",
		"é", "日本", "😀", "\u202e", "\\x00", `\u0000`, strings.Repeat(`\"`, 1<<16),
	}
	onEach(t, func(d database) {
		t := d.t
		db := d.pool(t)
		s := d.store(t, db)
		var rows []*vima.Operation
		for i, value := range hostile {
			project, err := json.Marshal(value)
			require.NoError(t, err)
			rows = append(rows, operation(t, `"operation_id":`+idText(int64(i+1))+`,"operation_update_id":1,"project":`+string(project)))
		}
		rows = append(rows,
			operation(t, `"operation_id":1001,"operation_update_id":1,"project":"a\u0000b"`),
			&vima.Operation{OperationID: "1002", OperationUpdateID: "1", Project: "a\xffb", Raw: []byte("{\"\xff\x00\"}")})
		require.NoError(t, commit(t, s, rows...))
		for i, value := range hostile {
			assert.Equal(t, value, text(t, db, "SELECT project FROM vima_operations WHERE operation_id = "+idText(int64(i+1))))
		}
		assert.Equal(t, "a\uFFFDb", text(t, db, "SELECT project FROM vima_operations WHERE operation_id = 1001"))
		assert.Equal(t, string(rows[len(rows)-2].Raw), text(t, db, "SELECT raw FROM vima_operations WHERE operation_id = 1001"))
		assert.Equal(t, "a\uFFFDb", text(t, db, "SELECT project FROM vima_operations WHERE operation_id = 1002"))
		assert.Equal(t, "{\"\uFFFD\uFFFD\"}", text(t, db, "SELECT raw FROM vima_operations WHERE operation_id = 1002"))
	})
}

// Versions are compared as numbers: as texts 9 would be after 10.
func TestVersions(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		db := d.pool(t)
		s := d.store(t, db)
		put := func(version, project string) {
			t.Helper()
			require.NoError(t, commit(t, s, operation(t, `"operation_id":"5","operation_update_id":"`+version+`","project":"`+project+`"`)))
		}
		is := func(project string) {
			t.Helper()
			assert.Equal(t, project, text(t, db, "SELECT project FROM vima_operations WHERE operation_id = 5"))
		}
		put("9", "a")
		is("a")
		put("10", "b")
		is("b")
		put("9", "c")
		is("b")
		put("10", "d")
		is("b")
		put("0009223372036854775807", "e")
		is("e")
		// Both at once, in either order: the higher one stays, and counts once.
		two := func(first, second string) []*vima.Operation {
			return []*vima.Operation{
				operation(t, `"operation_id":"6","operation_update_id":"`+first+`"`),
				operation(t, `"operation_id":"6","operation_update_id":"`+second+`"`),
			}
		}
		require.NoError(t, commit(t, s, two("99", "100")...))
		require.NoError(t, commit(t, s, two("200", "101")...))
		assert.Equal(t, "200", text(t, db, "SELECT operation_update_id FROM vima_operations WHERE operation_id = 6"))
		assert.Equal(t, []version{{5, 9}, {5, 10}, {5, 9223372036854775807}, {6, 100}, {6, 200}}, versions(t, db, "SELECT operation_id, version FROM ledger"))
	})
}

func TestCommitRefusesIDs(t *testing.T) {
	t.Parallel()
	d := sqlite(t)
	db := d.pool(t)
	s := d.store(t, db)
	for _, id := range []string{"", "abc", "-1", "+1", "1.0", "0x1", "9223372036854775808", "99999999999999999999999"} {
		err := commit(t, s, &vima.Operation{OperationID: id, OperationUpdateID: "1"})
		require.ErrorIs(t, err, vimasync.ErrInvalidRequest)
		assert.ErrorContains(t, err, "rows[0]: operation_id")
		err = commit(t, s, &vima.Operation{OperationID: "1", OperationUpdateID: id})
		require.ErrorIs(t, err, vimasync.ErrInvalidRequest)
		assert.ErrorContains(t, err, "rows[0]: operation_update_id")
	}
	assert.Equal(t, "0", text(t, db, "SELECT count(*) FROM sync_state"))
}

func TestFence(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		first, second := d.store(t, d.pool(t)), d.store(t, d.pool(t))
		row := operation(t, `"operation_id":"1","operation_update_id":"1"`)
		zero, err := first.Load(t.Context(), "s")
		require.NoError(t, err)
		assert.Zero(t, zero)
		one, err := first.Commit(t.Context(), "s", zero, `{"a":1}`, []*vima.Operation{row}, nil)
		require.NoError(t, err)
		assert.Equal(t, vimasync.Checkpoint{Version: 1, State: `{"a":1}`}, one)

		late := operation(t, `"operation_id":"2","operation_update_id":"1"`)
		bad := []vima.BadRow{{Raw: []byte(`{}`), Err: errors.New("no")}}
		_, err = second.Commit(t.Context(), "s", zero, `{"b":1}`, []*vima.Operation{late}, bad)
		require.ErrorIs(t, err, vimasync.ErrFenced)
		two, err := second.Commit(t.Context(), "s", one, `{"b":2}`, nil, nil)
		require.NoError(t, err)
		_, err = first.Commit(t.Context(), "s", one, `{"c":1}`, []*vima.Operation{late}, bad)
		require.ErrorIs(t, err, vimasync.ErrFenced)
		assert.EqualError(t, err, `vimasync: another process has moved on: stream "s"`)

		now, err := first.Load(t.Context(), "s")
		require.NoError(t, err)
		assert.Equal(t, two, now)
		db := d.pool(t)
		assert.Equal(t, "1", text(t, db, "SELECT count(*) FROM vima_operations"))
		assert.Equal(t, "0", text(t, db, "SELECT count(*) FROM sync_rejects"))
		other, err := first.Load(t.Context(), "another")
		require.NoError(t, err)
		assert.Zero(t, other)
	})
}

// Of commits at the very same time one gets through.
func TestFenceUnderContention(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		const writers, rounds = 4, 20
		var wins, losses [writers]int
		var group sync.WaitGroup
		for i := range writers {
			s := d.store(t, d.pool(t))
			group.Go(func() {
				for wins[i]+losses[i] < rounds {
					at, err := s.Load(t.Context(), "s")
					if !assert.NoError(t, err) {
						return
					}
					row := &vima.Operation{OperationID: "1", OperationUpdateID: idText(at.Version + 1)}
					switch _, err = s.Commit(t.Context(), "s", at, "{}", []*vima.Operation{row}, nil); {
					case err == nil:
						wins[i]++
					case assert.ErrorIs(t, err, vimasync.ErrFenced):
						losses[i]++
					default:
						return
					}
				}
			})
		}
		group.Wait()
		total := 0
		for i := range wins {
			total += wins[i]
		}
		db := d.pool(t)
		assert.Equal(t, idText(int64(total)), text(t, db, "SELECT version FROM sync_state"))
		applied := versions(t, db, "SELECT operation_id, version FROM ledger")
		require.Len(t, applied, total)
		for i, v := range applied {
			assert.EqualValues(t, i+1, v.update)
		}
	})
}

func TestRejects(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		srv, db := seeded(t, 20), d.pool(t)
		bad := `{"operation_id":"7","operation_create_id":"7","operation_update_id":"7","contact":"payer@example.com","complete_amount":"much"}`
		srv.Seed(&vima.Operation{OperationID: "7", OperationCreateID: "7", OperationUpdateID: "7", Raw: []byte(bad)})
		huge := `{"operation_id":"18446744073709551615","operation_create_id":"8","operation_update_id":"8"}`
		srv.Seed(&vima.Operation{OperationID: "8", OperationCreateID: "8", OperationUpdateID: "8", Raw: []byte(huge)})
		broken := "{\"operation_id\":\"9\",\"note\":\"\xff\",\"note\":1}"
		srv.Seed(&vima.Operation{OperationID: "9", OperationCreateID: "9", OperationUpdateID: "9", Raw: []byte(broken)})

		s := d.store(t, db)
		result, err := vimasync.RunOnce(t.Context(), client(t, srv), s, vimasync.Params{})
		require.ErrorIs(t, err, vimasync.ErrRejected)
		assert.EqualError(t, err, `vimasync: rows were rejected: 3 of stream "default"`)
		assert.Equal(t, 3, result.Rejected)
		assert.Equal(t, 20, result.Inserted)
		assert.True(t, result.CaughtUp)
		assert.Equal(t, "20", text(t, db, "SELECT count(*) FROM vima_operations"))

		assert.Equal(t, "3", text(t, db, "SELECT count(*) FROM sync_rejects"))
		assert.Equal(t, bad, text(t, db, "SELECT raw FROM sync_rejects WHERE row_id = '7'"))
		assert.Equal(t, broken, text(t, db, "SELECT raw FROM sync_rejects WHERE row_id = '9'"))
		assert.Contains(t, text(t, db, "SELECT reason FROM sync_rejects WHERE row_id = '7'"), "complete_amount")
		assert.Contains(t, text(t, db, "SELECT reason FROM sync_rejects WHERE row_id = '18446744073709551615'"), "63 bits")
		assert.NotContains(t, text(t, db, "SELECT reason FROM sync_rejects WHERE row_id = '7'"), "much")

		_, err = vimasync.RunOnce(t.Context(), client(t, srv), s, vimasync.Params{Stream: "s", Rewind: -1})
		require.ErrorIs(t, err, vimasync.ErrRejected)
		result, err = vimasync.RunOnce(t.Context(), client(t, srv), s, vimasync.Params{Stream: "s", Rewind: -1})
		require.NoError(t, err, "what is behind the window is not met again")
		assert.True(t, result.CaughtUp)
	})
}

// A pool of one connection is enough for everything.
func TestOneConnection(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		srv, db := seeded(t, 150), d.pool(t)
		db.SetMaxOpenConns(1)
		s := d.store(t, db)
		catchUp(t, client(t, srv), s, vimasync.Params{})
		assert.Zero(t, audit(t, srv, db))
	})
}

// Two streams, of one project each, write to one table.
func TestProjectsAsStreams(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		srv, db := seeded(t, 300), d.pool(t)
		s := d.store(t, db)
		for _, project := range []string{vima.ProjectMonetix, vima.ProjectCaroussel, vima.Project91Game} {
			catchUp(t, client(t, srv), s, vimasync.Params{Stream: project, Project: project})
		}
		assert.Zero(t, audit(t, srv, db))
		_, err := vimasync.RunOnce(t.Context(), client(t, srv), s, vimasync.Params{Stream: vima.ProjectMonetix})
		require.ErrorIs(t, err, vimasync.ErrInvalidRequest)
		assert.EqualError(t, err, `vimasync: invalid request: Project: stream "monetix" was begun with "monetix"`)
	})
}

// A stream over all, and one over a part of it, at the same time: rows are
// locked in one order, and each version is applied once.
func TestOverlappingStreams(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		srv, db := seeded(t, 2000, vimatest.WithPageLimit(50)), d.pool(t)
		s := d.store(t, db)
		var group sync.WaitGroup
		for _, p := range []vimasync.Params{{Stream: "a"}, {Stream: "b"}, {Stream: "c", Project: vima.ProjectMonetix}} {
			s := d.store(t, d.pool(t))
			group.Go(func() {
				_, err := vimasync.RunOnce(t.Context(), client(t, srv), s, p)
				assert.NoError(t, err)
			})
		}
		group.Wait()
		catchUp(t, client(t, srv), s, vimasync.Params{})
		assert.Zero(t, audit(t, srv, db))
	})
}
