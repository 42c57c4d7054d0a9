package vima_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/testform"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// faults make about one request in four fail, each in one of five ways.
func faults() []vimatest.Fault {
	return []vimatest.Fault{
		{Kind: vimatest.FaultStalledPage, Probability: 0.05, Seed: 1},
		{Kind: vimatest.FaultResetBefore, Probability: 0.05, Seed: 2},
		{Kind: vimatest.FaultResetAfter, Probability: 0.05, Seed: 3},
		{Kind: vimatest.FaultTruncated, Probability: 0.05, Seed: 4},
		{Status: 503, RetryAfter: "0", Probability: 0.05, Seed: 5},
	}
}

// The operations' custom data imitates cursors. A walk that a fault ends is
// taken up at the last page's cursor, as a sync would.
func TestFiveThousandOperationsArriveExactlyOnce(t *testing.T) {
	t.Parallel()
	operations := generate(vimatest.Plan{Operations: 5000, Seed: 7})
	for _, inclusive := range []bool{false, true} {
		for _, ahead := range []int{0, 3} {
			t.Run(fmt.Sprintf("inclusive=%t,prefetch=%d", inclusive, ahead), func(t *testing.T) {
				t.Parallel()
				srv := vimatest.NewServer(vimatest.WithInclusiveCursor(inclusive))
				defer srv.Close()
				srv.Seed(operations...)
				srv.Inject(faults()...)
				client := newClient(t, srv.URL())

				var got []string
				stalled, cursor := 0, ""
				for range 100 {
					var failed error
					for page, err := range client.OperationPages(t.Context(), vima.ListOperationsParams{AfterCreateID: cursor}, vima.Prefetch(ahead)) {
						if failed = err; err != nil {
							break
						}
						for _, o := range page.Operations {
							got = append(got, o.OperationID)
						}
						cursor = page.NextCreateID
					}
					if failed == nil {
						break
					}
					if errors.Is(failed, vima.ErrPaginationStalled) {
						stalled++
					}
				}
				assert.Positive(t, stalled, "the stalled cursors did occur")
				sameIDs(t, operations, got)
			})
		}
	}
}

// generate makes operations in the order of the create stream.
func generate(p vimatest.Plan) []*vima.Operation {
	operations := vimatest.Generate(p)
	slices.SortFunc(operations, func(a, b *vima.Operation) int { return strings.Compare(a.OperationCreateID, b.OperationCreateID) })
	return operations
}

// sameIDs compares long lists without printing them.
func sameIDs(t *testing.T, want []*vima.Operation, got []string) {
	t.Helper()
	require.Len(t, got, len(want))
	for i, o := range want {
		require.Equal(t, o.OperationID, got[i], "operation %d", i)
	}
}

func ids(operations []*vima.Operation) []string {
	var out []string
	for _, o := range operations {
		out = append(out, o.OperationID)
	}
	return out
}

func TestChangesArriveOncePerVersion(t *testing.T) {
	t.Parallel()
	for _, inclusive := range []bool{false, true} {
		t.Run(fmt.Sprint("inclusive=", inclusive), func(t *testing.T) {
			srv := vimatest.NewServer(vimatest.WithInclusiveCursor(inclusive))
			defer srv.Close()
			operations := generate(vimatest.Plan{Operations: 450, Seed: 3})
			srv.Seed(operations...)
			client := newClient(t, srv.URL())

			// While the walk goes on, operations that it has delivered change.
			versions := map[string]string{}
			pages := 0
			for page, err := range client.OperationPages(t.Context(), vima.ListOperationsParams{AfterUpdateID: "0"}) {
				require.NoError(t, err)
				for _, o := range page.Operations {
					require.NotEqual(t, versions[o.OperationID], o.OperationUpdateID, "the same version twice")
					versions[o.OperationID] = o.OperationUpdateID
				}
				if pages++; pages <= 3 {
					srv.Update(page.Operations[0].OperationID, func(o *vima.Operation) { o.CurrentStatus = vima.StatusFail })
				}
			}
			require.Len(t, versions, 450)
			for _, raw := range srv.Rows() {
				var o vima.Operation
				require.NoError(t, o.UnmarshalJSON(raw))
				assert.Equal(t, o.OperationUpdateID, versions[o.OperationID], "the newest version came last")
			}
		})
	}
}

func TestAWalkMakesAtMostOneRequestMoreThanPages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		operations, count, want int
		inclusive               bool
	}{
		{0, 0, 1, false},
		{1, 0, 2, false},
		{100, 0, 2, false},
		{250, 0, 4, false},
		{10, 1, 11, false},
		{0, 0, 1, true},
		{1, 0, 2, true},
		{100, 0, 2, true},
		{298, 0, 4, true},
		{10, 2, 10, true},
	} {
		for _, ahead := range []int{0, 1, 5} {
			t.Run(fmt.Sprint(c.operations, ", ", c.count, ", ahead=", ahead), func(t *testing.T) {
				srv := vimatest.NewServer(vimatest.WithInclusiveCursor(c.inclusive))
				srv.Seed(vimatest.Generate(vimatest.Plan{Operations: c.operations, Seed: 1})...)
				client := newClient(t, srv.URL())
				seen := 0
				for _, err := range client.AllOperations(t.Context(), vima.ListOperationsParams{Count: c.count}, vima.Prefetch(ahead)) {
					require.NoError(t, err)
					seen++
				}
				assert.Equal(t, c.operations, seen, "%+v", c)
				assert.Len(t, srv.Requests(), c.want, "%+v, prefetch %d", c, ahead)
				srv.Close()
			})
		}
	}
}

func TestAShortPageIsNotTheEnd(t *testing.T) {
	t.Parallel()
	for _, inclusive := range []bool{false, true} {
		t.Run(fmt.Sprint("inclusive=", inclusive), func(t *testing.T) {
			srv := vimatest.NewServer(vimatest.WithPageLimit(7), vimatest.WithInclusiveCursor(inclusive))
			defer srv.Close()
			operations := generate(vimatest.Plan{Operations: 100, Seed: 1})
			srv.Seed(operations...)
			var got []string
			for o, err := range newClient(t, srv.URL()).AllOperations(t.Context(), vima.ListOperationsParams{}, vima.Prefetch(2)) {
				require.NoError(t, err)
				got = append(got, o.OperationID)
			}
			sameIDs(t, operations, got)
		})
	}
}

func TestTheOperationAtTheCursorIsNotDeliveredAgain(t *testing.T) {
	t.Parallel()
	for _, inclusive := range []bool{false, true} {
		t.Run(fmt.Sprint("inclusive=", inclusive), func(t *testing.T) {
			srv := vimatest.NewServer(vimatest.WithInclusiveCursor(inclusive))
			defer srv.Close()
			operations := generate(vimatest.Plan{Operations: 10, Seed: 1})
			srv.Seed(operations...)
			var got []string
			for o, err := range newClient(t, srv.URL()).AllOperations(t.Context(), vima.ListOperationsParams{AfterCreateID: operations[6].OperationCreateID}) {
				require.NoError(t, err)
				got = append(got, o.OperationID)
			}
			sameIDs(t, operations[7:], got)
		})
	}
}

func TestIteratorContract(t *testing.T) {
	t.Parallel()
	srv := vimatest.NewServer()
	defer srv.Close()
	operations := generate(vimatest.Plan{Operations: 350, Seed: 1})
	srv.Seed(operations...)
	client := newClient(t, srv.URL())
	params := vima.ListOperationsParams{}
	for _, ahead := range []int{0, 2} {
		t.Run(fmt.Sprint("ahead=", ahead), func(t *testing.T) {
			srv.ResetRequests()
			all := client.AllOperations(t.Context(), params, vima.Prefetch(ahead))
			assert.Empty(t, srv.Requests(), "lazy")
			for range 2 {
				var got []string
				for o, err := range all {
					require.NoError(t, err)
					if got = append(got, o.OperationID); len(got) == 150 {
						break
					}
				}
				sameIDs(t, operations[:150], got)
			}
		})
	}

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	seen := 0
	for o, err := range client.AllOperations(ctx, params) {
		if last = err; err != nil {
			assert.Nil(t, o)
			continue
		}
		if seen++; seen == 120 {
			cancel()
		}
	}
	require.ErrorIs(t, last, context.Canceled, "never silently short")
	assert.Equal(t, 200, seen, "what came is delivered")
	assert.Equal(t, vima.ListOperationsParams{}, params)
}

func TestBadWalksAreRefusedBeforeIO(t *testing.T) {
	t.Parallel()
	client := newClient(t, "https://127.0.0.1:1/")
	refused := func(seq func(func(*vima.OperationPage, error) bool), field string) {
		t.Helper()
		n := 0
		for page, err := range seq {
			require.ErrorIs(t, err, vima.ErrInvalidRequest)
			require.ErrorContains(t, err, field)
			assert.Nil(t, page)
			n++
		}
		assert.Equal(t, 1, n)
	}
	none := vima.ListOperationsParams{}
	refused(client.OperationPages(t.Context(), vima.ListOperationsParams{Descending: true}), "Descending")
	refused(client.OperationPages(t.Context(), none, vima.Prefetch(101)), "Prefetch")
	refused(client.OperationPagesByDay(t.Context(), day, day.AddDays(-1), 1, none), "firstDay")
	refused(client.OperationPagesByDay(t.Context(), vima.Date{}, day, 1, none), "firstDay")
	refused(client.OperationPagesByDay(t.Context(), day, vima.Date{Year: 2026, Month: 13, Day: 1}, 1, none), "lastDay")
	refused(client.OperationPagesByDay(t.Context(), day, day, 0, none), "workers")
	refused(client.OperationPagesByDay(t.Context(), day, day, 65, none), "workers")
	refused(client.OperationPagesByDay(t.Context(), day, day, 1, vima.ListOperationsParams{Date: day}), "Date")
	refused(client.OperationPagesByDay(t.Context(), day, day, 1, vima.ListOperationsParams{AfterCreateID: "1"}), "AfterCreateID")
}

func TestLateRowsAreFoundByReadingAgain(t *testing.T) {
	t.Parallel()
	srv := vimatest.Run(t, vimatest.WithLateRows(20, time.Hour))
	operations := generate(vimatest.Plan{Operations: 500, Seed: 9})
	srv.Seed(operations...)
	client := newClient(t, srv.URL())
	seen := map[string]bool{}
	for pass := range 2 { // the second walk is the overlap that the package doc asks for
		for o, err := range client.AllOperations(t.Context(), vima.ListOperationsParams{}) {
			require.NoError(t, err)
			seen[o.OperationID] = true
		}
		assert.Equal(t, pass == 1, len(seen) == 500, "%d after pass %d", len(seen), pass)
		srv.Advance(time.Hour)
	}
}

func TestAKeptOperationPinsOnlyItself(t *testing.T) {
	srv := vimatest.NewServer()
	defer srv.Close()
	srv.Seed(vimatest.Generate(vimatest.Plan{Operations: testform.Scale(6_000, 20_000), Seed: 9})...)
	client := newClient(t, srv.URL())
	var kept []*vima.Operation
	before := heap()
	for page, err := range client.OperationPages(t.Context(), vima.ListOperationsParams{}) {
		require.NoError(t, err)
		kept = append(kept, page.Operations[0]) // one of each hundred
	}
	assert.Less(t, heap()-before, int64(len(kept)*20_000), "a page has 190 KB")
	runtime.KeepAlive(kept)
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestManyWalksAtATime(t *testing.T) {
	t.Parallel()
	srv := vimatest.NewServer()
	defer srv.Close()
	operations := generate(vimatest.Plan{Operations: 150, Seed: 2})
	srv.Seed(operations...)
	client := newClient(t, srv.URL())
	var running sync.WaitGroup
	for i := range 100 {
		running.Go(func() {
			var got []string
			for o, err := range client.AllOperations(t.Context(), vima.ListOperationsParams{}, vima.Prefetch(i%3), vima.WithHeader("X-Walk", strconv.Itoa(i))) {
				if !assert.NoError(t, err) {
					return
				}
				got = append(got, o.OperationID)
			}
			assert.True(t, slices.Equal(ids(operations), got))
		})
	}
	running.Wait()
}
