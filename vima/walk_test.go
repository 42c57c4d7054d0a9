package vima_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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
		}
	}
}

func TestAShortPageIsNotTheEnd(t *testing.T) {
	t.Parallel()
	for _, inclusive := range []bool{false, true} {
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
	}
}

func TestTheOperationAtTheCursorIsNotDeliveredAgain(t *testing.T) {
	t.Parallel()
	for _, inclusive := range []bool{false, true} {
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
	}
}

// script answers the n-th request with the n-th page, each row given as
// operation:cursor, and repeats the last page for ever.
func script(t *testing.T, field string, pages ...string) (*vima.Client, *[]string) {
	t.Helper()
	var mu sync.Mutex
	var asked []string
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		page := pages[min(len(asked), len(pages)-1)]
		asked = append(asked, r.URL.Query().Get("from_"+field))
		var rows []string
		for text := range strings.FieldsSeq(page) {
			id, cursor, _ := strings.Cut(text, ":")
			if id == "bad" {
				rows = append(rows, fmt.Sprintf(`{"operation_id":[],%q:%q}`, field, cursor))
				continue
			}
			rows = append(rows, fmt.Sprintf(`{"operation_id":%q,%q:%q,"payment_custom_data":{%q:"99","x":"]}\"[{"}}`, id, field, cursor, field))
		}
		_, _ = fmt.Fprintf(w, "[%s]", strings.Join(rows, ","))
	})
	return client, &asked
}

func TestWalksOverScriptedPages(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		params  vima.ListOperationsParams
		pages   []string
		want    string // what is delivered
		asked   []string
		stalled bool
	}{
		"exclusive":               {pages: []string{"a:1 b:2", "c:3", ""}, want: "a b c", asked: []string{"", "2", "3"}},
		"inclusive":               {pages: []string{"a:1 b:2", "b:2 c:3", "c:3"}, want: "a b c", asked: []string{"", "2", "3"}},
		"numbers, not text":       {pages: []string{"a:9 b:10", "c:100", ""}, want: "a b c", asked: []string{"", "10", "100"}},
		"beyond 64 bits":          {pages: []string{"a:18446744073709551616", ""}, want: "a", asked: []string{"", "18446744073709551616"}},
		"out of order":            {pages: []string{"b:3 a:1 c:2", "d:4", ""}, want: "b a c d", asked: []string{"", "3", "4"}},
		"twice in a page":         {pages: []string{"a:1 a:1 b:2", ""}, want: "a b", asked: []string{"", "2"}},
		"overlapping pages":       {pages: []string{"a:1 b:2 c:3", "b:2 c:3 d:4", ""}, want: "a b c d", asked: []string{"", "3", "4"}},
		"two at the cursor":       {pages: []string{"a:1 b:2", "b:2 c:2", "b:2 c:2"}, want: "a b c", asked: []string{"", "2", "2"}},
		"late row behind cursor":  {pages: []string{"a:1 b:5", "z:3 c:6", ""}, want: "a b z c", asked: []string{"", "5", "6"}},
		"cursor ignored":          {pages: []string{"a:1 b:2"}, want: "a b", asked: []string{"", "2"}, stalled: true},
		"cursor ignored and grew": {pages: []string{"a:1 b:2", "a:1 b:2 c:3"}, want: "a b", asked: []string{"", "2"}, stalled: true},
		"key goes back":           {pages: []string{"a:5", "b:4"}, want: "a", asked: []string{"", "5"}, stalled: true},
		"full page of the cursor": {
			params: vima.ListOperationsParams{Count: 1},
			pages:  []string{"a:1"}, want: "a", asked: []string{"", "1"}, stalled: true,
		},
		"no cursors at all":     {pages: []string{"a b"}, asked: []string{""}, stalled: true},
		"cursors are no ids":    {pages: []string{"a:x b:y"}, asked: []string{""}, stalled: true},
		"bad row in the middle": {pages: []string{"a:1 bad:2 b:3", ""}, want: "a b !2", asked: []string{"", "3"}},
		"bad row at the end":    {pages: []string{"a:1 bad:2", "bad:2 b:3", "b:3"}, want: "a !2 b", asked: []string{"", "2", "3"}},
		"only bad rows":         {pages: []string{"bad:1 bad:2", "bad:3", ""}, want: "!1 !2 !3", asked: []string{"", "2", "3"}},
		"start, exclusive":      {params: vima.ListOperationsParams{AfterCreateID: "2"}, pages: []string{"c:3", ""}, want: "c", asked: []string{"2", "3"}},
		"start, inclusive":      {params: vima.ListOperationsParams{AfterCreateID: "2"}, pages: []string{"b:2 c:3", "c:3"}, want: "c", asked: []string{"2", "3"}},
		"start, nothing new":    {params: vima.ListOperationsParams{AfterCreateID: "2"}, pages: []string{"b:2"}, asked: []string{"2"}},
		"start, leading zeros":  {params: vima.ListOperationsParams{AfterCreateID: "02"}, pages: []string{"b:2"}, asked: []string{"02"}},
		"start, key goes back":  {params: vima.ListOperationsParams{AfterCreateID: "5"}, pages: []string{"a:1"}, asked: []string{"5"}, stalled: true},
	} {
		for _, ahead := range []int{0, 1, 4} {
			if ahead > 0 && name == "out of order" {
				continue // the script goes by the number of requests, one of which is then thrown away
			}
			client, asked := script(t, "operation_create_id", c.pages...)
			var got []string
			var failed error
			for page, err := range client.OperationPages(t.Context(), c.params, vima.Prefetch(ahead)) {
				require.NoError(t, failed, "nothing comes after an error")
				if failed = err; err != nil {
					assert.Nil(t, page)
					continue
				}
				got = append(got, ids(page.Operations)...)
				for _, bad := range page.Bad {
					got = append(got, "!"+strings.Trim(strings.SplitAfter(string(bad.Raw), ":")[2], `"}`))
				}
			}
			assert.Equal(t, c.want, strings.Join(got, " "), "%s, prefetch %d", name, ahead)
			if c.stalled {
				require.ErrorIs(t, failed, vima.ErrPaginationStalled, name)
			} else {
				require.NoError(t, failed, name)
			}
			if ahead == 0 {
				assert.Equal(t, c.asked, *asked, name)
			}
		}
	}
}

// A page whose last row has not the highest cursor misleads the read-ahead: what
// it fetched is thrown away.
func TestReadAheadThatGuessedWrongIsAskedAgain(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	asked := map[string]int{}
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		cursor := r.URL.Query().Get("from_operation_create_id")
		mu.Lock()
		asked[cursor]++
		mu.Unlock()
		_, _ = fmt.Fprint(w, map[string]string{
			"":  `[{"operation_id":"b","operation_create_id":"3"},{"operation_id":"a","operation_create_id":"1"}]`,
			"1": `[{"operation_id":"wrong","operation_create_id":"9"}]`,
			"3": `[{"operation_id":"c","operation_create_id":"4"}]`,
		}[cursor], map[bool]string{true: "[]"}[cursor == "4" || cursor == "9"])
	})
	var got []string
	for o, err := range client.AllOperations(t.Context(), vima.ListOperationsParams{}, vima.Prefetch(2)) {
		require.NoError(t, err)
		got = append(got, o.OperationID)
	}
	assert.Equal(t, []string{"b", "a", "c"}, got)
	mu.Lock()
	defer mu.Unlock()
	assert.Equal(t, 1, asked["3"])
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

func TestAllOperationsEndsWithTheBadRow(t *testing.T) {
	t.Parallel()
	client, asked := script(t, "operation_create_id", "a:1 bad:2 b:3", "c:4", "")
	var got []string
	var failed error
	for o, err := range client.AllOperations(t.Context(), vima.ListOperationsParams{}) {
		if failed = err; err == nil {
			got = append(got, o.OperationID)
		}
	}
	assert.Equal(t, []string{"a", "b"}, got)
	var e *vima.DecodeError
	require.ErrorAs(t, failed, &e)
	assert.Contains(t, string(e.Body), `"operation_id":[]`)
	assert.Len(t, *asked, 1)
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
	refused(client.OperationPagesByDay(t.Context(), day, day.AddDays(-1), 1, none), "from")
	refused(client.OperationPagesByDay(t.Context(), vima.Date{}, day, 1, none), "from")
	refused(client.OperationPagesByDay(t.Context(), day, vima.Date{Year: 2026, Month: 13, Day: 1}, 1, none), "to")
	refused(client.OperationPagesByDay(t.Context(), day, day, 0, none), "workers")
	refused(client.OperationPagesByDay(t.Context(), day, day, 65, none), "workers")
	refused(client.OperationPagesByDay(t.Context(), day, day, 1, vima.ListOperationsParams{Date: day}), "Date")
	refused(client.OperationPagesByDay(t.Context(), day, day, 1, vima.ListOperationsParams{AfterCreateID: "1"}), "AfterCreateID")
}

func TestOperationPagesByDay(t *testing.T) {
	t.Parallel()
	srv := vimatest.NewServer(vimatest.WithInclusiveCursor(true))
	defer srv.Close()
	operations := generate(vimatest.Plan{Operations: 3000, Seed: 5, From: day, Days: 9})
	srv.Seed(operations...)
	srv.Inject(vimatest.Fault{Kind: vimatest.FaultTruncated, Probability: 0.1, Seed: 1})
	client := newClient(t, srv.URL(), vima.WithRetry(vima.RetryPolicy{MaxAttempts: 8, MinWait: 1, MaxWait: 1}))

	byDay := map[vima.Date][]string{}
	var r vima.Response
	for page, err := range client.OperationPagesByDay(t.Context(), day, day.AddDays(8), 4, vima.ListOperationsParams{}, vima.CaptureResponse(&r), vima.Prefetch(1)) {
		require.NoError(t, err)
		assert.Contains(t, string(r.Body), page.Operations[0].OperationID, "the answer of this page")
		byDay[page.Date] = append(byDay[page.Date], ids(page.Operations)...)
	}
	var got []string
	for i := range 9 {
		got = append(got, byDay[day.AddDays(i)]...)
	}
	sameIDs(t, operations, got)
}

func TestByDayEndsWithTheFirstErrorAndLeavesNothingBehind(t *testing.T) {
	srv := vimatest.NewServer()
	defer srv.Close()
	srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 2000, Seed: 5, From: day, Days: 9})...)
	srv.Inject(vimatest.Fault{Status: 400, Times: -1, Match: func(r vimatest.Request) bool { return r.Query().Get("date") == "2026-01-19" }})
	connections := &http.Transport{}
	client := newClient(t, srv.URL(), vima.WithHTTPClient(&http.Client{Transport: connections}))
	before := runtime.NumGoroutine()

	var failed error
	for page, err := range client.OperationPagesByDay(t.Context(), day, day.AddDays(8), 3, vima.ListOperationsParams{}) {
		require.NoError(t, failed)
		failed = err
		assert.Equal(t, err != nil, page == nil)
	}
	var e *vima.Error
	require.ErrorAs(t, failed, &e)
	assert.Equal(t, 400, e.StatusCode)

	for range client.OperationPagesByDay(t.Context(), day, day.AddDays(8), 3, vima.ListOperationsParams{}, vima.Prefetch(3)) {
		break
	}
	connections.CloseIdleConnections()
	for deadline := time.Now().Add(30 * time.Second); runtime.NumGoroutine() > before && time.Now().Before(deadline); {
		<-time.After(time.Millisecond)
	}
	assert.LessOrEqual(t, runtime.NumGoroutine(), before)
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
