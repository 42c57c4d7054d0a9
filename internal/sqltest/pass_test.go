package sqltest_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFirstPassStoresEverything(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		f, db := s.serve(t, 700, serving{}), d.pool(t)
		r := d.store(t, s, db, options{})
		done, err := r.pass(t.Context(), f, params{})
		require.NoError(t, err)
		assert.Equal(t, 700, done.Inserted)
		assert.True(t, done.CaughtUp)
		assert.Zero(t, done.Updated+done.Rejected)
		assert.Zero(t, audit(t, s, f, db))

		for _, id := range f.ids()[:200] {
			f.change(id)
		}
		for _, updated := range []int{200, 0} {
			done, err = r.pass(t.Context(), f, params{})
			require.NoError(t, err)
			assert.Equal(t, updated, done.Updated)
			assert.Zero(t, done.Inserted)
			assert.Zero(t, audit(t, s, f, db))
		}
	})
}

// The commit that ends a pass says how long ago the pass began, where no other
// pass was needed to read everything.
func TestCaughtUp(t *testing.T) {
	t.Parallel()
	eachOn(t, sqlite, func(s subject, d database) {
		t := d.t
		f := s.serve(t, 60, serving{small: true})
		r := d.store(t, s, d.pool(t), options{})
		pass := func(p params) (result, []time.Duration) {
			t.Helper()
			var ages []time.Duration
			before := time.Now()
			done, err := r.passing(t.Context(), f, p, func(_ int, age time.Duration) { ages = append(ages, age) })
			require.NoError(t, err)
			for _, age := range ages {
				assert.LessOrEqual(t, age, time.Since(before)+10*time.Second)
			}
			return done, ages
		}
		passes := 0
		for { // of one page each, so that several passes read what there is
			done, ages := pass(params{maxPages: 1})
			for _, age := range ages {
				assert.Zero(t, age)
			}
			if passes++; done.CaughtUp {
				break
			}
			require.Less(t, passes, 300)
		}
		assert.Greater(t, passes, 3)
		f.change(f.ids()[3])
		done, ages := pass(params{})
		assert.True(t, done.CaughtUp)
		require.NotEmpty(t, ages)
		for i, age := range ages {
			assert.Equal(t, i == len(ages)-1, age > 0, "commit %d of %d", i, len(ages))
		}
	})
}

// A pool of one connection is enough for everything.
func TestOneConnection(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		f, db := s.serve(t, 150, serving{}), d.pool(t)
		db.SetMaxOpenConns(1)
		r := d.store(t, s, db, options{})
		catchUp(t, r, f, params{})
		assert.Zero(t, audit(t, s, f, db))
		days, err := r.check(t.Context(), f, 0, 2)
		require.NoError(t, err)
		for _, is := range days {
			assert.True(t, is.ok, is.text)
		}
	})
}

// Streams of one part each write to one table. A stream does not go on with
// another part.
func TestParts(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		f, db := s.serve(t, 200, serving{}), d.pool(t)
		r := d.store(t, s, db, options{})
		for part := range s.facts().parts {
			catchUp(t, r, f, params{stream: fmt.Sprint("part ", part+1), part: part + 1})
		}
		assert.Zero(t, audit(t, s, f, db))
		unasked := s.serve(t, 200, serving{}) // which no page read ahead is still on its way to
		_, err := r.pass(t.Context(), unasked, params{stream: "part 1", other: true})
		invalid, _, _ := r.sentinels()
		require.ErrorIs(t, err, invalid)
		assert.ErrorContains(t, err, `stream "part 1" was begun with`)
		assert.Zero(t, unasked.requests())
	})
}

// Streams that read the same at the same time: rows are locked in one order, and
// each version is applied once where streams may share rows.
func TestOverlappingStreams(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		f, db := s.serve(t, 600, serving{}), d.pool(t)
		r := d.store(t, s, db, options{})
		var group sync.WaitGroup
		for _, p := range []params{{stream: "a"}, {stream: "b"}, {stream: "c", part: s.facts().parts}} {
			r := d.store(t, s, d.pool(t), options{})
			group.Go(func() {
				_, err := r.pass(t.Context(), f, p)
				assert.NoError(t, err)
			})
		}
		group.Wait()
		catchUp(t, r, f, params{})
		found := audit(t, s, f, db)
		if !s.facts().overlapping {
			found.doubled = 0
		}
		assert.Zero(t, found)
	})
}

// A new stream over what is stored mends what is not as it is read, and applies
// nothing else.
func TestNewStreamMends(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		f, db, is := s.serve(t, 150, serving{}), d.pool(t), s.facts()
		r := d.store(t, s, db, options{})
		catchUp(t, r, f, params{})
		ids := f.ids()
		for i, id := range ids[:20] {
			if i < 5 {
				execute(t, db, fmt.Sprintf("DELETE FROM %s WHERE %s = %d", is.table, is.id, id))
				continue
			}
			execute(t, db, fmt.Sprintf("UPDATE %s SET %s, %s = 'spoilt' WHERE %s = %d", is.table, d.spoilt(is), is.status, is.id, id))
		}
		done, err := r.pass(t.Context(), f, params{stream: "again"})
		require.NoError(t, err)
		assert.Equal(t, 5, done.Inserted)
		assert.Equal(t, 15, done.Updated)
		assert.Zero(t, count(t, db, is.table+" WHERE "+is.status+" = 'spoilt'"))
		found := audit(t, s, f, db)
		found.doubled = 0 // they were applied before
		assert.Zero(t, found)
	})
}

// spoilt makes a row an older version.
func (d database) spoilt(is facts) string {
	if is.name == "vima" {
		return is.spoilt
	}
	return fmt.Sprintf(is.spoilt, map[bool]string{true: "bytea", false: "BLOB"}[d.postgres])
}

// Rows that do not decode, or cannot be stored, are kept aside, each once.
func TestRejects(t *testing.T) {
	t.Parallel()
	for _, keep := range []bool{false, true} {
		t.Run(fmt.Sprint("KeepRaw ", keep), func(t *testing.T) {
			t.Parallel()
			each(t, func(s subject, d database) {
				t := d.t
				f, db, is := s.serve(t, 20, serving{}), d.pool(t), s.facts()
				raws := map[string]string{}
				broken := ",\"note\":\"\xff\",\"note\":1"
				if is.name == "ecommpay" { // which rejects the whole page of that
					broken = `,"operation_status":{"a":1}`
				}
				for i, members := range []string{`,"` + amountMember(is) + `":` + wrongAmount(is), broken} {
					r := row{id: int64(7 + i), version: 1, created: firstDay.Add(25 * time.Hour), members: members}
					raws[idText(r.id)] = s.json(r)
					f.seed(r, "")
				}
				if is.bigID != "" {
					raw := `{"operation_id":"` + is.bigID + `","operation_create_id":"9","operation_update_id":"9"}`
					raws[is.bigID] = raw
					f.seed(row{id: 9, created: firstDay.Add(25 * time.Hour)}, raw)
				}
				r := d.store(t, s, db, options{keepRaw: &keep})
				_, _, rejected := r.sentinels()
				done, err := r.pass(t.Context(), f, params{})
				require.ErrorIs(t, err, rejected)
				assert.EqualError(t, err, fmt.Sprintf(`%ssync: rows were rejected: %d of stream "default"`, is.name, len(raws)))
				assert.Equal(t, len(raws), done.Rejected)
				assert.Equal(t, 20, done.Inserted)
				assert.True(t, done.CaughtUp)
				_, err = r.pass(t.Context(), f, params{stream: "again"})
				require.ErrorIs(t, err, rejected)
				assert.EqualValues(t, len(raws), count(t, db, "sync_rejects WHERE stream = 'default'"))
				assert.EqualValues(t, 20, count(t, db, is.table))
				for id, raw := range raws {
					if !keep {
						raw = "NULL"
					}
					assert.Equal(t, raw, text(t, db, "SELECT raw FROM sync_rejects WHERE stream = 'default' AND row_id = '"+id+"'"))
				}
				reason := text(t, db, "SELECT reason FROM sync_rejects WHERE stream = 'default' AND row_id = '7'")
				assert.Contains(t, reason, amountMember(is))
				assert.NotContains(t, reason, "much", "no values")
				if is.bigID != "" {
					assert.Contains(t, text(t, db, "SELECT reason FROM sync_rejects WHERE row_id = '"+is.bigID+"'"), "63 bits")
				}

				done, err = r.pass(t.Context(), f, params{rewind: -1})
				require.NoError(t, err, "what is behind the window is not met again")
				assert.True(t, done.CaughtUp)
			})
		})
	}
}

// amountMember is the member of a row that holds its amount.
func amountMember(is facts) string {
	return map[string]string{"vima": "complete_amount", "ecommpay": "sum_initial", "transactions": "requestAmount"}[is.name]
}

func wrongAmount(is facts) string {
	if is.name == "ecommpay" {
		return `{"amount":"much","currency":"EUR"}`
	}
	return `"much"`
}
