package sqltest_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What MapRow masks is in the rows as received too: they are stored where that is
// asked for, those that it changes by their changed fields, and those that do not
// decode never pass through it.
func TestMapRowAndKeepRaw(t *testing.T) {
	t.Parallel()
	eachOn(t, sqlite, func(s subject, d database) {
		t, is := d.t, s.facts()
		for _, keep := range []*bool{nil, new(false), new(true)} {
			for _, mapRow := range []mapping{mapNothing, mapText, mapRaw} {
				kept := is.keepsRaw && mapRow == mapNothing
				if keep != nil {
					kept = *keep
				}
				t.Run(fmt.Sprint("KeepRaw ", shown(keep), " MapRow ", mapRow), func(t *testing.T) {
					d := sqlite(t)
					db := d.pool(t)
					r := d.store(t, s, db, options{keepRaw: keep, mapRow: mapRow})
					raw, bad := s.json(row{id: 1, version: 1, text: "payer@example.com"}), `{"contact":"payer@example.com"}`
					wantRow, wantBad := "NULL", "NULL"
					if kept {
						wantRow, wantBad = raw, bad
						if mapRow == mapRaw {
							wantRow = "{}"
						}
					}
					for at := range int64(2) { // told apart all the same
						_, err := r.commit(t.Context(), "s", at, "{}", []any{raw}, []string{bad})
						require.NoError(t, err)
						got := text(t, db, "SELECT raw FROM "+is.table)
						if mapRow == mapText && kept {
							assert.NotContains(t, got, "payer@example.com", "a changed row does not keep the old bytes")
							assert.Contains(t, got, "masked")
						} else {
							assert.Equal(t, wantRow, got)
						}
						assert.Equal(t, wantBad, text(t, db, "SELECT raw FROM sync_rejects"))
						assert.EqualValues(t, 1, count(t, db, "sync_rejects"))
						assert.EqualValues(t, 1, count(t, db, "ledger"))
					}
				})
			}
		}
	})
}

// What MapRow changes is stored and applied, except what a row is told apart by.
func TestMapRow(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		db, is := d.pool(t), s.facts()
		var got []applied
		r := d.store(t, s, db, options{mapRow: mapText, keepRaw: new(true), apply: func(_ context.Context, _ *sql.Tx, a applied) error {
			got = append(got, a)
			return nil
		}})
		raw := s.json(row{id: 1, version: 1, text: "secret"})
		for range 2 {
			_, err := put(t, r, raw)
			require.NoError(t, err)
		}
		assert.Equal(t, "masked", text(t, db, "SELECT "+is.text+" FROM "+is.table+" WHERE "+is.id+" = 1"))
		assert.NotContains(t, text(t, db, "SELECT raw FROM "+is.table), "secret")
		require.Len(t, got, 1)
		assert.EqualValues(t, 1, got[0].id)
		assert.Equal(t, "masked", got[0].text)
		// A change is told by what was received.
		_, err := put(t, r, s.json(row{id: 1, version: 2, text: "another secret"}))
		require.NoError(t, err)
		require.Len(t, got, 2)
		assert.NotEqual(t, got[0].told, got[1].told)
		assert.Equal(t, got[0].told, got[1].before.version)
	})
}

// OnApply comes after the row is written, in the order of the page, with what was
// stored before; an error of it undoes everything.
func TestOnApply(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		db, is := d.pool(t), s.facts()
		var order []int64
		refuse := true
		r := d.store(t, s, db, options{apply: func(ctx context.Context, tx *sql.Tx, a applied) error {
			order = append(order, a.id)
			var there string
			query := fmt.Sprintf("SELECT %s FROM %s WHERE %s = %d", is.text, is.table, is.id, a.id)
			assert.NoError(t, tx.QueryRowContext(ctx, query).Scan(&there))
			assert.Equal(t, a.text, there, "it is written")
			assert.Nil(t, a.before)
			if refuse && a.id == 2 {
				return errBad
			}
			return d.enter(ctx, tx, a)
		}})
		rows := jsons(s, row{id: 3, version: 1, text: "c"}, row{id: 2, version: 1, text: "b"}, row{id: 1, version: 1, text: "a"})
		_, err := put(t, r, rows...)
		require.ErrorIs(t, err, errBad)
		assert.Equal(t, []int64{3, 2}, order)
		for _, table := range []string{is.table, "ledger", "sync_state"} {
			assert.Zero(t, count(t, db, table), table)
		}
		refuse, order = false, nil
		for range 2 {
			_, err = put(t, r, rows...)
			require.NoError(t, err)
		}
		assert.Equal(t, []int64{3, 2, 1}, order, "once")
	})
}

// Before is what the row held, as it is stored.
func TestBefore(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		db := d.pool(t)
		var got []*before
		var told []string
		r := d.store(t, s, db, options{apply: func(_ context.Context, _ *sql.Tx, a applied) error {
			got, told = append(got, a.before), append(told, a.told)
			return nil
		}})
		first := row{id: 5, version: 1, status: "success", minor: 1050, currency: true}
		second := row{id: 5, version: 2, status: "fail"}
		for _, one := range []row{first, second, {id: 5, version: 3}} {
			_, err := put(t, r, s.json(one), s.json(row{id: 6, version: 1}))
			require.NoError(t, err)
		}
		want := map[string][]*before{
			"vima":         {{"6", "success", "10.50", "EUR"}, {"7", "fail", "NULL", ""}},
			"ecommpay":     {{digestOf(s.json(first)), "success", "1050", "EUR"}, {digestOf(s.json(second)), "fail", "NULL", ""}},
			"transactions": {{digestOf(s.json(first)), "success", "1050", "978"}, {digestOf(s.json(second)), "fail", "NULL", "NULL"}},
		}[s.facts().name]
		assert.Equal(t, []*before{nil, nil, want[0], want[1]}, got)
		assert.Equal(t, []string{want[0].version, want[1].version}, []string{told[0], told[2]}, "the version is told as Before tells it later")
	})
}

func digestOf(raw string) string { return transactionsSubject{}.version([]byte(raw)) }

// Backfill is the first pass of a stream, also where several passes are needed for
// it, and not what comes later.
func TestBackfill(t *testing.T) {
	t.Parallel()
	eachOn(t, sqlite, func(s subject, d database) {
		t := d.t
		f, db := s.serve(t, 40, serving{small: true}), d.pool(t)
		news, history := 0, 0
		r := d.store(t, s, db, options{apply: func(_ context.Context, _ *sql.Tx, a applied) error {
			if a.backfill {
				history++
			} else {
				news++
			}
			return nil
		}})
		for passes := 0; ; passes++ {
			require.Less(t, passes, 300)
			done, err := r.pass(t.Context(), f, params{maxPages: 2})
			require.NoError(t, err)
			if done.CaughtUp {
				require.Positive(t, passes)
				break
			}
		}
		assert.Equal(t, []int{40, 0}, []int{history, news})
		for _, id := range f.ids()[:7] {
			f.change(id)
		}
		_, err := r.pass(t.Context(), f, params{})
		require.NoError(t, err)
		assert.Equal(t, []int{40, 7}, []int{history, news})
		// What the caller commits with a state of their own is not a first pass.
		_, err = put(t, r, s.json(row{id: 1, version: 1}))
		require.NoError(t, err)
		assert.Equal(t, []int{40, 8}, []int{history, news})
	})
}

// A panic of the caller's function leaves no transaction behind.
func TestOnApplyPanics(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		db := d.pool(t)
		db.SetMaxOpenConns(1)
		r := d.store(t, s, db, options{apply: func(context.Context, *sql.Tx, applied) error { panic("oh") }})
		assert.PanicsWithValue(t, "oh", func() { _, _ = put(t, r, s.json(row{id: 3, version: 1})) })
		assert.Zero(t, count(t, db, s.facts().table))
	})
}
