package vimatest_test

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// walk follows a cursor to its end.
func walk(t *testing.T, srv *vimatest.Server, cursor string, count int) []*vima.Operation {
	t.Helper()
	var out []*vima.Operation
	for at := "0"; ; {
		page := list(t, srv, cursor+"="+at+"&count="+strconv.Itoa(count))
		if len(page) == 0 {
			return out
		}
		out = append(out, page...)
		at = page[len(page)-1].OperationCreateID
		if cursor == "from_operation_update_id" {
			at = page[len(page)-1].OperationUpdateID
		}
	}
}

func TestWalks(t *testing.T) {
	t.Parallel()
	srv := start(t)
	ops := vimatest.Generate(vimatest.Plan{Operations: 1234, Seed: 2, Days: 4})
	srv.Seed(ops[600:]...)
	srv.Seed(ops[:600]...)
	byID := map[string]*vima.Operation{}
	for _, o := range ops {
		byID[o.OperationID] = o
	}
	for _, cursor := range []string{"from_operation_create_id", "from_operation_update_id"} {
		got := walk(t, srv, cursor, 97)
		require.Len(t, got, len(ops))
		last := ""
		for _, o := range got {
			assert.Equal(t, string(byID[o.OperationID].Raw), string(o.Raw))
			key := o.OperationCreateID
			if cursor == "from_operation_update_id" {
				key = o.OperationUpdateID
			}
			assert.Greater(t, key, last) // all have 19 digits
			last = key
		}
	}
	assert.Len(t, srv.Rows(), len(ops))
}

// Days are found by blocks of 256 places; each of them must give the same as a
// look at every row.
func TestDaysOfManyOperations(t *testing.T) {
	t.Parallel()
	srv := start(t)
	ops := vimatest.Generate(vimatest.Plan{Operations: 1500, Seed: 3, Days: 15})
	srv.Seed(ops...)
	first := vima.Date{Year: 2026, Month: time.January, Day: 1}
	total := 0
	for day := range 15 {
		date := first.AddDays(day)
		want := ""
		for _, o := range ops {
			if vima.DateOf(o.OperationCreatedAt) == date {
				want += " " + o.OperationID
				total++
			}
		}
		up, down := "", ""
		for _, o := range list(t, srv, "date="+date.String()) {
			up += " " + o.OperationID
		}
		for _, o := range list(t, srv, "descending=true&date="+date.String()) {
			down = " " + o.OperationID + down
		}
		assert.ElementsMatch(t, strings.Fields(want), strings.Fields(up))
		assert.Equal(t, up, down)
	}
	assert.Equal(t, 1500, total)
}

func TestLateRows(t *testing.T) {
	t.Parallel()
	srv := start(t, vimatest.WithLateRows(2, time.Minute)) // 2 and 4 come late
	srv.Seed(five()...)
	assert.Equal(t, "1 3", ids(t, srv, "count=2"))
	assert.Equal(t, "5", ids(t, srv, "from_operation_create_id=300"))
	srv.Advance(59 * time.Second)
	assert.Equal(t, "1 3 5", ids(t, srv, ""), "however often one asks")
	srv.Advance(time.Second)
	assert.Equal(t, "1 2 3 4 5", ids(t, srv, ""), "2 and 4 are behind the cursor now")
	assert.Len(t, srv.Rows(), 5)

	srv.Update("1", func(o *vima.Operation) { o.CurrentStatus = "late" })
	srv.Advance(30 * time.Second)
	srv.Update("3", func(o *vima.Operation) { o.CurrentStatus = "prompt" })
	// Number 6, of operation 1, is late: its old version is served in the meantime.
	assert.Equal(t, "5 2 4 3", ids(t, srv, "from_operation_update_id=1020"))
	assert.Equal(t, "1", ids(t, srv, "status=success&count=1"))
	srv.Advance(30 * time.Second)
	assert.Equal(t, "1", ids(t, srv, "status=late"))
	assert.Equal(t, "5 2 4 1 3", ids(t, srv, "from_operation_update_id=0"))
}

// Rows of long ago are not late any more: newer ones have moved the clock.
func TestLateRowsOfADay(t *testing.T) {
	t.Parallel()
	srv := start(t, vimatest.WithLateRows(20, 10*time.Minute))
	ops := vimatest.Generate(vimatest.Plan{Operations: 300, Seed: 1})
	srv.Seed(ops...)
	at, ok := vima.CursorTime(ops[299].OperationUpdateID)
	require.True(t, ok)
	assert.WithinRange(t, srv.Now(), at.Add(-time.Hour), at.Add(time.Hour))
	missing := 300 - len(walk(t, srv, "from_operation_create_id", 100))
	assert.LessOrEqual(t, missing, 1, "of the last ten minutes")
	srv.Advance(10 * time.Minute)
	assert.Len(t, walk(t, srv, "from_operation_create_id", 100), 300)
}

func TestLateRowsSwitchedOff(t *testing.T) {
	t.Parallel()
	for every, late := range map[int]time.Duration{-1: time.Hour, 1: -time.Hour} {
		srv := start(t, vimatest.WithLateRows(every, late))
		srv.Seed(five()...)
		assert.Equal(t, "1 2 3 4 5", ids(t, srv, ""))
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	srv := start(t, vimatest.WithClock(func() time.Time { return now }))
	srv.Seed(five()...)
	assert.Equal(t, now, srv.Now())
	srv.Update("1", func(*vima.Operation) {})
	srv.Update("1", func(*vima.Operation) {})
	srv.Advance(time.Hour)
	srv.Seed(&vima.Operation{OperationID: "6"})
	rows := list(t, srv, "from_operation_update_id=1050")
	require.Len(t, rows, 2)
	assert.Equal(t, now.Add(10*time.Millisecond), rows[0].OperationModifiedAt)
	assert.Equal(t, now.Add(time.Hour+10*time.Millisecond), rows[1].OperationModifiedAt)
	assert.Equal(t, rows[1].OperationModifiedAt, srv.Now())
}

func TestServerAtTheSameTime(t *testing.T) {
	t.Parallel()
	srv := start(t, vimatest.WithLateRows(10, time.Minute))
	ops := vimatest.Generate(vimatest.Plan{Operations: 600, Seed: 4})
	srv.Seed(ops[:300]...)
	var group sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		group.Go(func() {
			for _, query := range []string{"", "date=2026-01-01", "descending=true", "from_operation_update_id=1"} {
				_, _, err := get(t, srv, query)
				errs[i] = errors.Join(errs[i], err)
				srv.Update(ops[i].OperationID, func(*vima.Operation) {})
				_, _ = srv.Rows(), srv.Requests()
			}
		})
	}
	group.Go(func() {
		for _, o := range ops[300:] {
			srv.Seed(o)
		}
	})
	group.Go(func() { srv.Inject(vimatest.Fault{Kind: vimatest.FaultStalledPage, Probability: 0.3}) })
	group.Wait()
	require.NoError(t, errors.Join(errs...))
	assert.Len(t, srv.Rows(), 600)
}
