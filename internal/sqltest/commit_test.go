package sqltest_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Which version of a row stays, and what is said of it. Versions are compared as
// numbers: that of step "higher" has a digit more.
func TestVersions(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		db, is := d.pool(t), s.facts()
		r := d.store(t, s, db, options{})
		v := func(version int, text string) row { return row{id: 5, version: version, text: text} }
		inserted, updated, unchanged := result{Inserted: 1}, result{Updated: 1}, result{Unchanged: 1}
		either := func(yes bool, a, b result) result {
			if yes {
				return a
			}
			return b
		}
		of := func(yes bool, a, b string) string {
			if yes {
				return a
			}
			return b
		}
		applied := 0
		for _, step := range []struct {
			name string
			rows []row
			want result
			text string
		}{
			{"new", []row{v(4, "a")}, inserted, "a"},
			{"the same", []row{v(4, "a")}, unchanged, "a"},
			{"higher", []row{v(5, "b")}, updated, "b"},
			{"lower", []row{v(4, "c")}, either(is.lastCounts, updated, unchanged), of(is.lastCounts, "c", "b")},
			{"as high, other bytes", []row{v(5, "d")}, either(is.bytesCount, updated, unchanged), of(is.bytesCount, "d", "b")},
			{"two at once", []row{v(6, "e"), v(7, "f")}, result{Updated: 1, Unchanged: 1}, "f"},
			{"two at once, the lower one last", []row{v(9, "g"), v(8, "h")}, result{Updated: 1, Unchanged: 1}, of(is.lastCounts, "h", "g")},
		} {
			done, err := put(t, r, jsons(s, step.rows...)...)
			require.NoError(t, err, step.name)
			assert.Equal(t, step.want, done, step.name)
			assert.Equal(t, step.text, text(t, db, "SELECT "+is.text+" FROM "+is.table+" WHERE "+is.id+" = 5"), step.name)
			applied += done.Inserted + done.Updated
			assert.EqualValues(t, applied, count(t, db, "ledger"), step.name)
		}
	})
}

// Rows made by hand have no bytes as received.
func TestRowsWithoutRaw(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		db, is := d.pool(t), s.facts()
		r := d.store(t, s, db, options{keepRaw: new(true)})
		for i, want := range []result{{Inserted: 1}, {Unchanged: 1}, {Updated: 1}} {
			done, err := put(t, r, row{id: 1, version: 1 + i/2, text: []string{"a", "a", "b"}[i]})
			require.NoError(t, err)
			assert.Equal(t, want, done)
		}
		assert.Equal(t, "b", text(t, db, "SELECT "+is.text+" FROM "+is.table))
		assert.Equal(t, "NULL", text(t, db, "SELECT raw FROM "+is.table))
	})
}

func TestCommitRefuses(t *testing.T) {
	t.Parallel()
	eachOn(t, sqlite, func(s subject, d database) {
		t := d.t
		db, is := d.pool(t), s.facts()
		r := d.store(t, s, db, options{})
		invalid, _, _ := r.sentinels()
		for raw, want := range is.refuses {
			t.Run(raw, func(t *testing.T) {
				_, err := put(t, r, s.json(row{id: 1, version: 1}), raw)
				require.ErrorIs(t, err, invalid)
				assert.EqualError(t, err, is.name+"sync: invalid request: Rows[1]: "+want)
			})
		}
		assert.Zero(t, count(t, db, "sync_state"))
	})
}

// More rows than a statement takes.
func TestManyRowsInOneCommit(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		db := d.pool(t)
		r := d.store(t, s, db, options{})
		var rows []any
		for id := range int64(3333) {
			rows = append(rows, s.json(row{id: id + 1, version: 1}))
		}
		for _, want := range []result{{Inserted: 3333}, {Unchanged: 3333}} {
			done, err := put(t, r, rows...)
			require.NoError(t, err)
			assert.Equal(t, want, done)
			assert.EqualValues(t, 3333, count(t, db, "ledger"))
		}
	})
}

func TestFence(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		first, second := d.store(t, s, d.pool(t), options{}), d.store(t, s, d.pool(t), options{})
		_, fenced, _ := first.sentinels()
		at, state, err := first.load(t.Context(), "s")
		require.NoError(t, err)
		assert.Zero(t, at)
		assert.Empty(t, state)
		_, err = first.commit(t.Context(), "s", 0, `{"a":1}`, jsons(s, row{id: 1, version: 1}), nil)
		require.NoError(t, err)

		late, bad := jsons(s, row{id: 2, version: 1}), []string{"{}"}
		_, err = second.commit(t.Context(), "s", 0, `{"b":1}`, late, bad)
		require.ErrorIs(t, err, fenced)
		_, err = second.commit(t.Context(), "s", 1, `{"b":2}`, nil, nil)
		require.NoError(t, err)
		done, err := first.commit(t.Context(), "s", 1, `{"c":1}`, late, bad)
		require.ErrorIs(t, err, fenced)
		assert.EqualError(t, err, s.facts().name+`sync: another process has moved on: stream "s"`)
		assert.Zero(t, done)

		at, state, err = first.load(t.Context(), "s")
		require.NoError(t, err)
		assert.EqualValues(t, 2, at)
		assert.JSONEq(t, `{"b":2}`, state)
		db := d.pool(t)
		assert.EqualValues(t, 1, count(t, db, s.facts().table))
		assert.Zero(t, count(t, db, "sync_rejects"))
		at, _, err = first.load(t.Context(), "another")
		require.NoError(t, err)
		assert.Zero(t, at)
	})
}

// Of commits at the very same time one gets through.
func TestFenceUnderContention(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		const writers, rounds = 4, 10
		var wins, losses [writers]int
		var group sync.WaitGroup
		for i := range writers {
			r := d.store(t, s, d.pool(t), options{})
			_, fenced, _ := r.sentinels()
			group.Go(func() {
				for wins[i]+losses[i] < rounds {
					at, _, err := r.load(t.Context(), "s")
					if !assert.NoError(t, err) {
						return
					}
					switch _, err = r.commit(t.Context(), "s", at, "{}", jsons(s, row{id: 1, version: int(at) + 1}), nil); {
					case err == nil:
						wins[i]++
					case assert.ErrorIs(t, err, fenced):
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
		once := map[string]bool{}
		for _, e := range ledger(t, db) {
			once[e.version] = true
		}
		assert.Len(t, once, total)
		assert.EqualValues(t, total, count(t, db, "ledger"))
	})
}
