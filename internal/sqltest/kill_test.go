package sqltest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A pass is killed at each of its calls to the database, once before the call is
// made and once after it was, when nobody hears of it any more; the first pass of
// all and a later one. The next pass, by a new process, has to end with what the
// provider has, and each version has to be applied once.
func TestKilledAtEveryCall(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		f, db, is := s.serve(t, 9, serving{small: true}), d.pool(t), s.facts()
		f.seed(row{id: 7, version: 1, created: firstDay, members: `,"` + amountMember(is) + `":` + wrongAmount(is)}, "")
		r := d.store(t, s, db, options{})
		_, _, rejected := r.sentinels()
		ids := f.ids()
		pass := func(r replica) error {
			_, err := r.pass(t.Context(), f, params{})
			if errors.Is(err, rejected) && !errors.Is(err, errKilled) {
				return nil
			}
			return err
		}
		change := func(i int) { f.change(ids[i%len(ids)]) }
		victims := map[string]int{}
		step := 1
		if !long() {
			step = 2 // at every other call, the odd ones before and the even ones after
		}
		for _, later := range []bool{false, true} {
			for i, after := range []bool{false, true} {
				for at := 1 + i*(step-1); ; at += step {
					d.empty(t, s, db)
					if later {
						require.NoError(t, pass(r))
					}
					for i := range 4 {
						change(at + i)
					}
					pool, k := d.killed(t, at, after)
					err := pass(d.open(t, s, pool, options{}))
					if k.victim == "" {
						require.NoError(t, err) // it came to the end
						break
					}
					require.ErrorIs(t, err, errKilled)
					victims[k.victim]++

					change(at + 5)
					require.NoError(t, pass(r))
					assert.EqualValues(t, 1, count(t, db, "sync_rejects WHERE row_id = '7'"))
					require.Zero(t, audit(t, s, f, db), "killed at call %d, %s, after it: %t", at, k.victim, after)
				}
			}
		}
		for _, name := range []string{
			"BEGIN", "INSERT sync_state", "UPDATE sync_state", "SELECT sync_state", "SELECT " + is.table,
			"INSERT " + is.table, "INSERT ledger", "INSERT sync_rejects", "COMMIT",
		} {
			assert.Positive(t, victims[name], name)
		}
		t.Logf("killed at %v", victims)
	})
}

// A kill of the context rather than of the connection.
func TestCancelledAtEveryRequest(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		f, db := s.serve(t, 25, serving{small: true}), d.pool(t)
		r := d.store(t, s, db, options{})
		for at := 1; ; at++ {
			d.empty(t, s, db)
			ctx, cancel := context.WithCancel(t.Context())
			_, err := r.pass(ctx, f.observed(func(request int) {
				if request == at {
					cancel()
				}
			}), params{})
			cancelled := ctx.Err() != nil
			cancel()
			if !cancelled {
				require.NoError(t, err)
				require.Greater(t, at, 5)
				return
			}
			if err != nil { // the last request may have been answered in time
				require.ErrorIs(t, err, context.Canceled, "at request %d", at)
			}
			catchUp(t, r, f, params{})
			require.Zero(t, audit(t, s, f, db), fmt.Sprint("at request ", at))
		}
	})
}

// A pass is overtaken by another one just before each of its commits: it ends with
// the sentinel for that, and what the other one has stored is there once.
func TestOvertakenAtEveryCommit(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		f, db := s.serve(t, 25, serving{small: true}), d.pool(t)
		r, other := d.store(t, s, db, options{}), d.store(t, s, d.pool(t), options{})
		_, fenced, _ := r.sentinels()
		for at := 1; ; at++ {
			d.empty(t, s, db)
			commits := 0
			_, err := r.passing(t.Context(), f, params{}, func(int, time.Duration) {
				if commits++; commits == at {
					_, err := other.pass(t.Context(), f, params{})
					assert.NoError(t, err)
				}
			})
			require.Zero(t, audit(t, s, f, db), "at commit %d", at)
			if commits < at {
				require.NoError(t, err)
				require.Greater(t, at, 5)
				return
			}
			require.ErrorIs(t, err, fenced, "at commit %d", at)
		}
	})
}
