package vima_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/testform"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// collectors are what a collector may take for a day.
func collectors() map[string][]vimatest.Option {
	zone := func(hours float64) vimatest.Option {
		return vimatest.WithDayZone(time.FixedZone("", int(hours*3600)))
	}
	return map[string][]vimatest.Option{
		"days of UTC":           nil,
		"days of UTC+5:30":      {zone(5.5), vimatest.WithInclusiveCursor(true)},
		"days of UTC+14":        {zone(14)},
		"days of UTC-12":        {zone(-12)},
		"days end at 23:59:59":  {vimatest.WithShortDays(), vimatest.WithInclusiveCursor(true)},
		"the date is ignored":   {vimatest.WithIgnoredDate()},
		"short days of a zone":  {zone(-5), vimatest.WithShortDays()},
		"one operation a page":  {vimatest.WithPageLimit(2), vimatest.WithInclusiveCursor(true)},
		"three operations only": {vimatest.WithPageLimit(3)},
	}
}

// history is operations of days from day on, as many a day as counts say. The last
// of each day is of its last second, and its create id comes after the first one of
// the next day.
func history(counts ...int) []*vima.Operation {
	var operations []*vima.Operation
	for i, n := range counts {
		midnight := day.AddDays(i).Time()
		for j := range n {
			created := midnight.Add(time.Duration(j) * 24 * time.Hour / time.Duration(n))
			registered := created.Add(100 * time.Millisecond)
			if j == n-1 && n > 1 {
				created = midnight.Add(24*time.Hour - 300*time.Millisecond)
				registered = created.Add(2 * time.Second)
			}
			cursor, _ := strconv.ParseInt(vima.CursorAt(registered), 10, 64)
			operations = append(operations, &vima.Operation{
				OperationID: strconv.FormatInt(cursor+3, 10), OperationCreateID: strconv.FormatInt(cursor+1, 10), OperationUpdateID: strconv.FormatInt(cursor+2, 10),
				OperationCreatedAt: created, OperationModifiedAt: created, CurrentStatus: vima.StatusInProcess,
			})
		}
	}
	return operations
}

// of are the operations that were created on the days from from to to, by day and
// create id.
func of(operations []*vima.Operation, from, to vima.Date) []string {
	in := slices.DeleteFunc(slices.Clone(operations), func(o *vima.Operation) bool {
		on := vima.DateOf(o.OperationCreatedAt)
		return on.Compare(from) < 0 || on.Compare(to) > 0
	})
	slices.SortFunc(in, func(a, b *vima.Operation) int {
		return cmp.Or(vima.DateOf(a.OperationCreatedAt).Compare(vima.DateOf(b.OperationCreatedAt)), vima.CompareCursors(a.OperationCreateID, b.OperationCreateID))
	})
	return ids(in)
}

// walkDays walks by day and sorts the pages as the doc comment says.
func walkDays(t testing.TB, c *vima.Client, from, to vima.Date, workers int, p vima.ListOperationsParams) []string {
	t.Helper()
	var pages []*vima.OperationPage
	for page, err := range c.OperationPagesByDay(t.Context(), from, to, workers, p) {
		require.NoError(t, err)
		for _, o := range page.Operations {
			require.Equal(t, page.Date, vima.DateOf(o.OperationCreatedAt))
		}
		pages = append(pages, page)
	}
	slices.SortStableFunc(pages, func(a, b *vima.OperationPage) int {
		return cmp.Or(a.Date.Compare(b.Date), vima.CompareCursors(a.NextCreateID, b.NextCreateID))
	})
	var got []string
	for _, page := range pages {
		got = append(got, ids(page.Operations)...)
	}
	return got
}

// Whatever the collector takes for a day, a walk by days delivers the operations of
// the UTC days, each once.
func TestByDayHasNoHolesAtTheBordersOfDays(t *testing.T) {
	t.Parallel()
	operations := history(4, 3, 1, 0, 9, 0, 0, 5)
	for name, opts := range collectors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := vimatest.Run(t, opts...)
			srv.Seed(operations...)
			client := newClient(t, srv.URL())
			for _, workers := range []int{1, 16} {
				for _, days := range [][2]int{{0, 7}, {-400, 30}, {2, 4}, {3, 3}, {6, 9}, {30, 31}} {
					from, to := day.AddDays(days[0]), day.AddDays(days[1])
					require.Equal(t, of(operations, from, to), walkDays(t, client, from, to, workers, vima.ListOperationsParams{}), "%d workers, %v", workers, days)
				}
			}
		})
	}
}

// The walk by a collector's date, which this package had before, loses what is in
// none of its days.
func TestByDateAloneLosesOperations(t *testing.T) {
	t.Parallel()
	operations := history(7, 7, 7, 7)
	for name, want := range map[string]int{"days of UTC": 28, "days end at 23:59:59": 24, "days of UTC-12": 24} {
		srv := vimatest.Run(t, collectors()[name]...)
		srv.Seed(operations...)
		got := 0
		for i := range 4 {
			for _, err := range newClient(t, srv.URL()).AllOperations(t.Context(), vima.ListOperationsParams{Date: day.AddDays(i)}) {
				require.NoError(t, err)
				got++
			}
		}
		assert.Equal(t, want, got, name)
	}
}

// walkRanges walks by ranges until stop says so, and then the rest by the create
// cursor. Each page takes the walk up again, as a process does that is killed after
// it, where again says so.
func walkRanges(t testing.TB, c *vima.Client, p vima.RangesParams, again func(page int) (workers int, ok bool)) (got []string) {
	t.Helper()
	for page := 0; ; {
		stopped := false
		for is, err := range c.OperationPagesByRange(t.Context(), p) {
			require.NoError(t, err)
			got = append(got, ids(is.Operations)...)
			text, err := json.Marshal(is.Ranges)
			require.NoError(t, err)
			p.At = vima.OperationRanges{}
			require.NoError(t, json.Unmarshal(text, &p.At))
			require.LessOrEqual(t, len(p.At.Open), vima.MaxRanges)
			page++
			if workers, ok := again(page); ok && len(is.Operations) > 0 {
				p.Workers, stopped = workers, true
				break
			}
		}
		if !stopped {
			break
		}
		require.Less(t, page, 10_000)
	}
	require.Empty(t, p.At.Open)
	for o, err := range c.AllOperations(t.Context(), vima.ListOperationsParams{AfterCreateID: p.At.Tail.After}) {
		require.NoError(t, err)
		got = append(got, o.OperationID)
	}
	return got
}

func TestRangesLeaveNothingOut(t *testing.T) {
	t.Parallel()
	operations := history(4, 3, 1, 0, 9, 0, 0, 5)
	for name, opts := range collectors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := vimatest.Run(t, opts...)
			srv.Seed(operations...)
			client := newClient(t, srv.URL())
			for kind, again := range map[string]func(int) (int, bool){
				"in one go":                           func(int) (int, bool) { return 0, false },
				"killed at every page":                func(page int) (int, bool) { return 1 + page*page%17, true },
				"killed at every third, with another": func(page int) (int, bool) { return 1 + page%64, page%3 == 0 },
			} {
				firsts, untils := []int{-500, 3}, []int{5}
				if testform.Long() {
					firsts, untils = []int{-500, -20, 0, 1, 3, 4, 6, 7, 40}, []int{0, 4, 7, 40}
				}
				for _, first := range firsts {
					for _, until := range untils {
						p := vima.RangesParams{Until: day.AddDays(until).Time().Add(time.Hour), Workers: 8}
						if first > -500 {
							p.From = day.AddDays(first)
						}
						got := walkRanges(t, client, p, again)
						slices.Sort(got)
						require.Equal(t, slices.Compact(slices.Clone(got)), got, "twice")
						for _, id := range of(operations, day.AddDays(first), day.AddDays(100)) {
							_, there := slices.BinarySearch(got, id)
							require.True(t, there, "%s: %s from %d until %d is lost", kind, id, first, until)
						}
					}
				}
			}
		})
	}
}

// A date only proposes: how many requests have one, and none of a range has.
func TestRangesAreWalkedWithoutADate(t *testing.T) {
	t.Parallel()
	srv := vimatest.Run(t, vimatest.WithPageLimit(5))
	srv.Seed(history(20, 20, 20, 20, 20, 20)...)
	got := walkRanges(t, newClient(t, srv.URL()), vima.RangesParams{From: day.AddDays(2), Until: day.AddDays(5).Time().Add(time.Hour), Workers: 4},
		func(int) (int, bool) { return 0, false })
	dated := map[string]int{}
	for _, r := range srv.Requests() {
		if q := r.Query(); q.Has("date") {
			assert.False(t, q.Has("from_operation_create_id"))
			dated[q.Get("date")+" "+q.Get("descending")]++
		}
	}
	for i := range 4 {
		assert.Equal(t, 1, dated[day.AddDays(2+i).String()+" false"])
	}
	assert.Equal(t, 1, dated[day.AddDays(1).String()+" true"], "where the walk begins")
	assert.Len(t, dated, 5)
	assert.Less(t, len(got), 90, "little of what is older than From")
}

// The operation that a range ends with gets another create id, or leaves the
// status: the range goes on through the next one.
func TestRangeGoesOnWhereItsEndDoesNotCome(t *testing.T) {
	t.Parallel()
	for _, workers := range []int{1, 2, 8} {
		for gone := 1; gone < 6; gone++ {
			t.Run(fmt.Sprint(workers, " workers, day ", gone), func(t *testing.T) {
				t.Parallel()
				srv := vimatest.Run(t, vimatest.WithPageLimit(4))
				operations := history(10, 10, 10, 10, 10, 10)
				srv.Seed(operations...)
				first := operations[10*gone]
				asked := false
				vanish := func(r vimatest.Request) bool { // once its day was asked for
					q := r.Query()
					if q.Has("from_operation_create_id") && asked {
						srv.Update(first.OperationID, func(o *vima.Operation) { o.CurrentStatus = vima.StatusSuccess })
						asked = false
					}
					asked = asked || q.Get("date") == day.AddDays(gone).String() && q.Get("descending") == "false"
					return false
				}
				srv.Inject(vimatest.Fault{Status: 500, Times: -1, Match: vanish})
				got := walkDays(t, newClient(t, srv.URL()), day, day.AddDays(5), workers, vima.ListOperationsParams{Status: vima.StatusInProcess})
				want := of(operations, day, day.AddDays(5))
				delivered := slices.Contains(got, first.OperationID) // found before it left
				if !delivered {
					want = slices.DeleteFunc(want, func(id string) bool { return id == first.OperationID })
				}
				require.Equal(t, want, got)

				// All that is left of two days, and nothing behind.
				for _, o := range operations[20:] {
					srv.Update(o.OperationID, func(o *vima.Operation) { o.CurrentStatus = vima.StatusFail })
				}
				got = walkDays(t, newClient(t, srv.URL()), day, day.AddDays(5), workers, vima.ListOperationsParams{Status: vima.StatusInProcess})
				require.Equal(t, slices.DeleteFunc(of(operations[:20], day, day.AddDays(5)), func(id string) bool { return id == first.OperationID }), got)
			})
		}
	}
}

// Create ids that fall with time: the walk begins earlier than its first division.
func TestRangesOfIDsThatFall(t *testing.T) {
	t.Parallel()
	srv := vimatest.Run(t, vimatest.WithPageLimit(3))
	operations := history(5, 5, 5, 5, 5, 5)
	for i, o := range operations {
		o.OperationCreateID = strconv.Itoa(1000 - i)
	}
	srv.Seed(operations...)
	for _, workers := range []int{1, 4} {
		got := walkRanges(t, newClient(t, srv.URL()), vima.RangesParams{From: day.AddDays(2), Until: day.AddDays(9).Time(), Workers: workers},
			func(page int) (int, bool) { return workers, page%2 == 0 })
		for _, id := range of(operations, day.AddDays(2), day.AddDays(9)) {
			require.Contains(t, got, id)
		}
	}
}

func TestRangesEndWithAnErrorAndNeverShort(t *testing.T) {
	t.Parallel()
	srv := vimatest.Run(t, vimatest.WithPageLimit(5))
	operations := history(20, 20, 20)
	srv.Seed(operations...)
	p := vima.RangesParams{From: day.AddDays(1), Until: day.AddDays(2).Time().Add(time.Hour), Workers: 2}
	last := func(ctx context.Context) (failed error) {
		for page, err := range newClient(t, srv.URL()).OperationPagesByRange(ctx, p) {
			require.NoError(t, failed)
			assert.Equal(t, err != nil, page == nil)
			failed = err
		}
		return failed
	}
	within := func(r vimatest.Request) bool {
		return r.Query().Get("from_operation_create_id") == operations[24].OperationCreateID
	}
	require.NoError(t, last(t.Context()))
	require.True(t, slices.ContainsFunc(srv.Requests(), within))

	// An answer without operations, in the middle of a range.
	srv.Inject(vimatest.Fault{Status: 200, Body: "[]", Match: within})
	require.ErrorIs(t, last(t.Context()), vima.ErrPaginationStalled)
	srv.Inject(vimatest.Fault{Status: 403, Match: within})
	require.ErrorIs(t, last(t.Context()), vima.ErrForbidden)
	ctx, cancel := context.WithCancel(t.Context())
	srv.Inject(vimatest.Fault{Delay: time.Hour, Match: func(r vimatest.Request) bool {
		if within(r) {
			cancel()
		}
		return within(r)
	}})
	require.ErrorIs(t, last(ctx), context.Canceled)
}

// With an earlier From the operations between the two days would be left out.
func TestRangesGoOnWithTheirOwnFrom(t *testing.T) {
	t.Parallel()
	srv := vimatest.Run(t, vimatest.WithPageLimit(5))
	srv.Seed(history(10, 10, 10, 10)...)
	client := newClient(t, srv.URL())
	p := vima.RangesParams{From: day.AddDays(2), Until: day.AddDays(3).Time().Add(time.Hour)}
	for page, err := range client.OperationPagesByRange(t.Context(), p) {
		require.NoError(t, err)
		p.At = page.Ranges
		break
	}
	p.From = day.AddDays(1)
	for _, err := range client.OperationPagesByRange(t.Context(), p) {
		require.ErrorIs(t, err, vima.ErrInvalidRequest)
		require.ErrorContains(t, err, "From: must be "+day.AddDays(2).String())
	}
}

func TestBadRangesAreRefusedBeforeIO(t *testing.T) {
	t.Parallel()
	client := newClient(t, "https://127.0.0.1:1/")
	next := day
	for want, p := range map[string]vima.RangesParams{
		"From: must be a day of the calendar":                                            {From: vima.Date{Year: 2026, Month: 2, Day: 30}},
		"Workers: must be 1 to 64, or 0 for 1":                                           {Workers: 65},
		"Select: OperationPagesByRange sets dates and cursors itself":                    {Select: vima.ListOperationsParams{AfterCreateID: "1"}},
		"Descending: must not be set for pagination, which follows the ascending cursor": {Select: vima.ListOperationsParams{Descending: true}},

		"At: must have Next": {At: vima.OperationRanges{First: "1"}},
		"From: must be 2026-01-15, the day with which the iteration in At began": {From: vima.Date{Year: 2026, Month: 1, Day: 1}, At: vima.OperationRanges{Next: next, From: vima.Date{Year: 2026, Month: 1, Day: 15}}},
		"At.From: must be a day of the calendar":                                 {At: vima.OperationRanges{Next: next, From: vima.Date{Year: 2026, Month: 2, Day: 30}}},
		"At.Next: must be a day of the calendar from 1990 on":                    {At: vima.OperationRanges{Next: vima.Date{Year: 1, Month: 1, Day: 1}}},
		"At.First: must be decimal digits or empty":                              {At: vima.OperationRanges{Next: next, First: "x"}},
		"At.Tail: After must be decimal digits or empty, and Until empty":        {At: vima.OperationRanges{Next: next, Tail: vima.OperationRange{Until: "1"}}},
		"At.Open: must have at most 64 ranges":                                   {At: vima.OperationRanges{Next: next, Open: make([]vima.OperationRange, 65)}},
		"At.Open: Until must be decimal digits and not above Tail.After":         {At: vima.OperationRanges{Next: next, Open: []vima.OperationRange{{Until: "1"}}}},
		"At.Open: After must be decimal digits or empty":                         {At: vima.OperationRanges{Next: next, Open: []vima.OperationRange{{After: "-1"}}}},
		"At.Open: must be in ascending order":                                    {At: vima.OperationRanges{Next: next, Open: []vima.OperationRange{{Until: "2"}, {Until: "2"}}, Tail: vima.OperationRange{After: "3"}}},
	} {
		for page, err := range client.OperationPagesByRange(t.Context(), p) {
			require.ErrorIs(t, err, vima.ErrInvalidRequest)
			require.ErrorContains(t, err, want)
			assert.Nil(t, page)
		}
	}
}
