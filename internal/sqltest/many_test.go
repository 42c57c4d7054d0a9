package sqltest_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// Several processes, each with a pool of its own, work on one stream while rows
// change, some of them late, and 12 requests of 100 fail. Each process is killed
// and replaced, again and again.
func TestManyProcesses(t *testing.T) {
	t.Parallel()
	processes, lives := []int{3}, int64(8)
	if long() {
		processes, lives = []int{1, 2, 3}, 60
	}
	for _, n := range processes {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			each(t, func(s subject, d database) {
				t := d.t
				f, db := s.serve(t, 200, serving{late: true, moves: true}), d.pool(t)
				r := d.store(t, s, db, options{})
				ids := f.ids()
				f.storm()
				m := &many{s: s, d: d, f: f}
				ctx, stop := context.WithCancel(t.Context())
				defer stop()
				var group sync.WaitGroup
				for i := range n {
					group.Go(func() {
						random := rand.New(rand.NewPCG(uint64(i), 1))
						for m.kills.Load() < lives || n > 1 && m.fenced.Load() == 0 {
							m.live(ctx, t, 20+random.IntN(200))
							m.kills.Add(1)
						}
					})
				}
				changed := make(chan int)
				go func() {
					random, changes := rand.New(rand.NewPCG(9, 9)), 0
					for ctx.Err() == nil {
						if id := ids[random.IntN(len(ids))]; random.IntN(20) == 0 {
							f.changeLate(id)
						} else {
							f.change(id)
						}
						changes++
						wait(ctx, 5*time.Millisecond)
					}
					changed <- changes
				}()
				group.Wait()
				stop()
				changes := <-changed

				f.calm()
				f.showLate()
				catchUp(t, r, f, wide)
				assert.Zero(t, audit(t, s, f, db))
				t.Logf("%d passes, %d fenced, %d kills, %d changes", m.passes.Load(), m.fenced.Load(), m.kills.Load(), changes)
			})
		})
	}
}

// many are processes over one stream.
type many struct {
	s                     subject
	d                     database
	f                     fake
	passes, fenced, kills atomic.Int64
}

// live is a process from its start to the call to the database at which it is
// killed.
func (m *many) live(ctx context.Context, t *testing.T, calls int) {
	t.Helper()
	pool, k := m.d.killed(t, calls, calls%2 == 0)
	defer pool.Close()
	r := m.d.open(t, m.s, pool, options{})
	_, fenced, _ := r.sentinels()
	for !t.Failed() {
		_, err := r.pass(ctx, m.f, wide)
		switch stalled := m.s.facts().stalled; {
		case k.dead():
			return
		case errors.Is(err, fenced):
			m.fenced.Add(1)
		case err == nil:
			m.passes.Add(1)
		case stalled == nil || !errors.Is(err, stalled):
			assert.NoError(t, err)
		}
	}
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// The suite has to notice when the design is left: rows that are late are lost
// without a rewind window. The command chaos has the other rules.
func TestControlWithoutRewind(t *testing.T) {
	t.Parallel()
	eachOn(t, sqlite, func(s subject, d database) {
		t := d.t
		f, db := s.serve(t, 400, serving{late: true}), d.pool(t)
		r := d.store(t, s, db, options{})
		p := params{rewind: -1}
		catchUp(t, r, f, p)
		for _, id := range f.ids()[:30] { // of the changes of vima one of lateEvery is late
			f.changeLate(id)
		}
		catchUp(t, r, f, p)
		f.showLate()
		catchUp(t, r, f, p)
		found := audit(t, s, f, db)
		assert.Positive(t, found.lost+found.stale)
		assert.Zero(t, found.doubled)

		catchUp(t, r, f, params{stream: "again", rewind: wide.rewind})
		assert.Zero(t, audit(t, s, f, db))
	})
}
