package main

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ticks is a queue that keeps a job a tick, as River would.
type ticks struct {
	queue
	mu       sync.Mutex
	failures int // that are to come
	asked    int
	jobs     map[time.Time]int // by tick; 1 unless one was doubled
}

func (q *ticks) InsertMany(_ context.Context, jobs []river.InsertManyParams) ([]*rivertype.JobInsertResult, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.asked++
	if q.failures > 0 {
		q.failures--
		return nil, errors.New("the database is away")
	}
	for _, j := range jobs {
		q.jobs[time.Now().Truncate(j.InsertOpts.UniqueOpts.ByPeriod)] = 1
	}
	return nil, nil
}

// seen is the number of ticks that have a job, and how often one was asked for.
func (q *ticks) seen() (jobs, asked int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.jobs), q.asked
}

// However long a tick is and whenever processes start, there is a job for each.
func TestNoTickIsLost(t *testing.T) {
	t.Parallel()
	for _, every := range []time.Duration{time.Second, 1300 * time.Millisecond, 7 * time.Minute, 5 * time.Minute, time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			q := &ticks{jobs: map[time.Time]int{}}
			ctx, stop := context.WithCancel(t.Context())
			began := time.Now()
			for i := range 3 {
				go func() {
					pause(ctx, time.Duration(i)*every/7)
					d := daemon{config: config{every: every}, queue: q, streams: []*stream{stub(nil)}, log: silent()}
					d.tick(ctx)
				}()
			}
			time.Sleep(20 * every)
			synctest.Wait()
			stop()
			jobs, asked := q.seen()
			assert.Equal(t, int(time.Now().Truncate(every).Sub(began.Truncate(every))/every)+1, jobs)
			assert.LessOrEqual(t, asked, 3*22, "one request of each process a tick")
		})
	}
}

// A database that is away for less than a tick loses none.
func TestATickIsTriedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := &ticks{jobs: map[time.Time]int{}, failures: 100}
		ctx, stop := context.WithCancel(t.Context())
		d := daemon{config: config{every: 5 * time.Minute}, queue: q, streams: []*stream{stub(nil)}, log: silent()}
		d.outage = newOutage(d.log, func(context.Context) error { return nil })
		d.metrics = newMetrics(d.streams)
		go d.tick(ctx)
		time.Sleep(101 * time.Second)
		synctest.Wait()
		jobs, asked := q.seen()
		assert.Equal(t, []int{1, 101}, []int{jobs, asked})
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		stop()
		jobs, asked = q.seen()
		assert.Equal(t, []int{2, 102}, []int{jobs, asked})
	})
}

// Several processes on one database: every tick has one job, and none is missing
// between the first one and the last.
func TestOneJobATickInManyProcesses(t *testing.T) {
	t.Parallel()
	onEach(t, func(e empty) {
		t, where := e.t, e.where
		const every = time.Second
		var passes sync.Map
		for range 3 {
			db := open(t, where)
			runs(t, daemonOf(t, db, every, silent(), stub(func(context.Context) (result, error) {
				passes.Store(time.Now(), true)
				return result{CaughtUp: true}, nil
			})))
		}
		db := open(t, where)
		eventually(t, "six ticks", func() bool {
			return number(t, db, "SELECT count(*) FROM river_job WHERE state = 'completed'") >= 6
		})
		d := daemonOf(t, db, every, silent(), stub(nil))
		var at []time.Time
		for _, j := range allJobs(t, d.queue) {
			assert.JSONEq(t, `{"stream":"vima"}`, string(json.RawMessage(j.EncodedArgs)))
			at = append(at, j.CreatedAt.Truncate(every))
		}
		require.NotEmpty(t, at)
		slices.SortFunc(at, time.Time.Compare)
		for i := 1; i < len(at); i++ {
			// The database writes the time a moment after River has cut it.
			assert.InDelta(t, every, at[i].Sub(at[i-1]), float64(every))
		}
		span := at[len(at)-1].Sub(at[0])
		assert.InDelta(t, float64(span/every)+1, float64(len(at)), 1, "%v", at)
	})
}
