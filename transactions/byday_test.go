package transactions_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

func january(t *testing.T, opts ...transactionstest.Option) (*transactionstest.Server, *transactions.Client) {
	t.Helper()
	srv, client := start(t, opts...)
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 3100, Seed: 1, Days: 31})...)
	return srv, client
}

var firstDay = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

func TestDaysByWorkers(t *testing.T) {
	t.Parallel()
	for _, workers := range []int{1, 8, 64} {
		for _, ahead := range []int{0, 2} {
			t.Run(fmt.Sprint("workers=", workers, ", ahead=", ahead), func(t *testing.T) {
				srv, client := january(t)
				got := map[int64]int{}
				last := map[time.Time]int64{}
				for page, err := range client.TransactionPagesByDay(t.Context(), firstDay, firstDay.AddDate(0, 0, 31), workers, transactions.Filter{}, transactions.PageSize(30), transactions.Prefetch(ahead)) {
					require.NoError(t, err)
					for _, row := range page.Transactions {
						got[row.ID]++
						require.False(t, row.Date.Before(page.Day) || !row.Date.Before(page.Day.AddDate(0, 0, 1)), "%s on %s", row, page.Day)
						require.Greater(t, row.ID, last[page.Day], "in order within a day")
						last[page.Day] = row.ID
					}
					assert.Equal(t, last[page.Day], page.NextID)
				}
				assert.Len(t, got, len(srv.Rows()))
				assert.Zero(t, doubled(got))
				assert.Len(t, last, 31)
			})
		}
	}
}

// Days are the days of a time zone, as long as they are there, and the last one may
// be a part.
func TestDaysOfATimeZone(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	srv, client := start(t)
	from := time.Date(2026, time.March, 28, 0, 0, 0, 0, berlin)
	for _, err := range client.TransactionPagesByDay(t.Context(), from, from.AddDate(0, 0, 2).Add(time.Hour), 1, transactions.Filter{}) {
		require.NoError(t, err)
	}
	var got []string
	for _, r := range srv.Requests() {
		got = append(got, r.Query().Get("date.greaterThanOrEqual")+" "+r.Query().Get("date.lessThan"))
	}
	assert.Equal(t, []string{
		"2026-03-27T23:00:00Z 2026-03-28T23:00:00Z",
		"2026-03-28T23:00:00Z 2026-03-29T22:00:00Z", // of 23 hours
		"2026-03-29T22:00:00Z 2026-03-29T23:00:00Z",
	}, got)
}

func TestTheFirstErrorEndsAllDays(t *testing.T) {
	t.Parallel()
	srv, client := january(t)
	srv.Inject(transactionstest.Fault{Status: 403, Times: -1, Match: func(r transactionstest.Request) bool {
		return r.Query().Get("date.greaterThanOrEqual") == "2026-01-15T00:00:00Z"
	}})
	var last error
	errs := 0
	for page, err := range client.TransactionPagesByDay(t.Context(), firstDay, firstDay.AddDate(0, 0, 31), 4, transactions.Filter{}) {
		if last = err; err != nil {
			assert.Nil(t, page)
			errs++
		}
	}
	require.ErrorIs(t, last, transactions.ErrForbidden)
	assert.Equal(t, 1, errs)
	assert.Less(t, len(srv.Requests()), 31)
}

// Every shape that an answer may have, walked in every way.
func TestWalksOfEveryShape(t *testing.T) {
	t.Parallel()
	shapes := map[string]transactionstest.Shape{
		"array": transactionstest.ShapeArray, "page": transactionstest.ShapePage, "paged model": transactionstest.ShapePagedModel,
		"data": transactionstest.ShapeData, "items": transactionstest.ShapeItems, "embedded": transactionstest.ShapeEmbedded,
		"object": transactionstest.ShapeObject,
	}
	for name, shape := range shapes {
		for i, headers := range [][]transactionstest.Option{nil, {transactionstest.WithoutHeaders()}} {
			for _, count := range []int{0, 1, 40, 90} {
				t.Run(fmt.Sprint(name, ", case ", i, ", count=", count), func(t *testing.T) {
					srv, client := start(t, append(headers, transactionstest.WithShape(shape), transactionstest.WithPageLimit(40))...)
					srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: count, Seed: 1})...)
					var want []int64
					for _, row := range srv.Rows() {
						want = append(want, row.ID)
					}
					for _, ahead := range []int{0, 2} {
						for way, walk := range map[string]func(func(*transactions.Transaction, error) bool){
							"pages":   client.AllTransactions(t.Context(), transactions.ListTransactionsParams{}, transactions.Prefetch(ahead)),
							"ids":     client.WalkTransactions(t.Context(), transactions.Filter{}, transactions.Prefetch(ahead)),
							"updates": client.WalkUpdated(t.Context(), firstDay, transactions.Filter{}, transactions.Prefetch(ahead)),
						} {
							t.Run(fmt.Sprint("ahead=", ahead, ", ", way), func(t *testing.T) {
								got, err := ids(walk)
								require.NoError(t, err, "%s, %d rows, by %s", name, count, way)
								slices.Sort(got)
								require.Equal(t, want, got, "%s, %d rows, by %s", name, count, way)
							})
						}
					}
				})
			}
		}
	}
}

// Requests of a walk over a server that counts, and over one that does not.
func TestWalksAskNoMoreThanNeeded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rows, size                 int
		byID, byNumber, byTime     int // with a count
		blindID, blindNum, blindTi int // without
	}{
		{0, 10, 1, 1, 1, 1, 1, 1},
		{1, 10, 1, 1, 1, 2, 2, 5},
		{10, 10, 2, 2, 2, 2, 2, 5},
		{95, 10, 10, 10, 11, 11, 11, 15},
	} {
		for _, counted := range []bool{true, false} {
			t.Run(fmt.Sprint(c.rows, ", ", c.size, ", counted=", counted), func(t *testing.T) {
				var opts []transactionstest.Option
				want := []int{c.byID, c.byNumber, c.byTime}
				if !counted {
					opts, want = append(opts, transactionstest.WithoutHeaders()), []int{c.blindID, c.blindNum, c.blindTi}
				}
				srv, client := start(t, opts...)
				for i := range c.rows {
					srv.Seed(&transactions.Transaction{LastModifiedDate: firstDay.Add(time.Duration(i) * time.Hour)})
				}
				var asked []int
				for i, walk := range []func(func(*transactions.Transaction, error) bool){
					client.WalkTransactions(t.Context(), transactions.Filter{}, transactions.PageSize(c.size)),
					client.AllTransactions(t.Context(), transactions.ListTransactionsParams{Size: c.size}),
					client.WalkUpdated(t.Context(), firstDay, transactions.Filter{}, transactions.PageSize(c.size)),
				} {
					t.Run(fmt.Sprint("case ", i), func(t *testing.T) {
						srv.ResetRequests()
						got, err := ids(walk)
						require.NoError(t, err)
						require.Len(t, got, c.rows)
						asked = append(asked, len(srv.Requests()))
					})
				}
				assert.Equal(t, want, asked, "%d rows in pages of %d, counted: %t", c.rows, c.size, counted)
			})
		}
	}
}

// A service that does not know a field returns everything.
func TestAnIgnoredFieldIsFound(t *testing.T) {
	t.Parallel()
	_, client := january(t, transactionstest.WithUnknownFields("status"))
	filter := transactions.Filter{Status: transactions.Exact[transactions.Status]{Equals: new(transactions.StatusCheckOK)}}
	for name, walk := range map[string]func(func(*transactions.Transaction, error) bool){
		"pages": client.AllTransactions(t.Context(), transactions.ListTransactionsParams{Filter: filter}),
		"ids":   client.WalkTransactions(t.Context(), filter),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ids(walk)
			require.ErrorIs(t, err, transactions.ErrFilterIgnored, name)
			assert.Empty(t, got)
		})
	}
	for _, field := range []string{"id", "lastModifiedDate"} {
		t.Run(field, func(t *testing.T) {
			_, client := january(t, transactionstest.WithUnknownFields(field))
			walk := client.WalkTransactions(t.Context(), transactions.Filter{}, transactions.PageSize(100))
			if field != "id" {
				walk = client.WalkUpdated(t.Context(), midnight, transactions.Filter{}, transactions.PageSize(100))
			}
			_, err := ids(walk)
			require.ErrorIs(t, err, transactions.ErrFilterIgnored, field)
			require.ErrorIs(t, err, transactions.ErrPaginationStalled, field)
		})
	}
}

func TestALeftWalkLeavesNothingBehind(t *testing.T) {
	srv, _ := january(t)
	connections := &http.Transport{}
	client := newClient(t, srv.URL(), transactions.WithHTTPClient(&http.Client{Transport: connections}))
	before := runtime.NumGoroutine()
	for range 20 {
		for range client.AllTransactions(t.Context(), transactions.ListTransactionsParams{Size: 10}, transactions.Prefetch(3)) {
			break
		}
		for range client.WalkTransactions(t.Context(), transactions.Filter{}, transactions.PageSize(10), transactions.Prefetch(3)) {
			break
		}
		for range client.WalkUpdated(t.Context(), firstDay, transactions.Filter{}, transactions.PageSize(10), transactions.Prefetch(3)) {
			break
		}
		for range client.TransactionPagesByDay(t.Context(), firstDay, firstDay.AddDate(0, 0, 31), 8, transactions.Filter{}, transactions.Prefetch(1)) {
			break
		}
	}
	connections.CloseIdleConnections()
	for deadline := time.Now().Add(30 * time.Second); runtime.NumGoroutine() > before && time.Now().Before(deadline); {
		<-time.After(time.Millisecond)
	}
	assert.LessOrEqual(t, runtime.NumGoroutine(), before)
}

// A walk ends where its context does, and says so.
func TestAWalkEndsWithItsContext(t *testing.T) {
	t.Parallel()
	_, client := january(t)
	for name, walk := range map[string]func(context.Context) iter.Seq2[*transactions.Transaction, error]{
		"pages": func(ctx context.Context) iter.Seq2[*transactions.Transaction, error] {
			return client.AllTransactions(ctx, transactions.ListTransactionsParams{Size: 100})
		},
		"ids": func(ctx context.Context) iter.Seq2[*transactions.Transaction, error] {
			return client.WalkTransactions(ctx, transactions.Filter{}, transactions.PageSize(100))
		},
		"updates": func(ctx context.Context) iter.Seq2[*transactions.Transaction, error] {
			return client.WalkUpdated(ctx, firstDay, transactions.Filter{}, transactions.PageSize(100))
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			var last error
			seen := 0
			for row, err := range walk(ctx) {
				if last = err; err != nil {
					assert.Nil(t, row)
					continue
				}
				if seen++; seen == 120 {
					cancel()
				}
			}
			require.ErrorIs(t, last, context.Canceled, "%s: never silently short", name)
			assert.InDelta(t, 200, seen, 1, "%s: what came is delivered", name)
			cancel()
		})
	}
}

// A service that returns all rows for every page.
func TestAnUnpagedServiceIsWalkedByKey(t *testing.T) {
	t.Parallel()
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		after, _ := strconv.ParseInt(r.URL.Query().Get("id.greaterThan"), 10, 64)
		var rest []int64
		for id := after + 1; id <= 300; id++ {
			rest = append(rest, id)
		}
		_, _ = io.WriteString(w, rows(rest...))
	})
	got, err := ids(client.WalkTransactions(t.Context(), transactions.Filter{}, transactions.PageSize(20)))
	require.NoError(t, err)
	assert.Len(t, got, 300)
	_, err = ids(client.AllTransactions(t.Context(), transactions.ListTransactionsParams{Size: 20}))
	require.ErrorIs(t, err, transactions.ErrPaginationStalled, "by number it cannot be told from one that gives a page again")
}

func TestAKeptTransactionPinsOnlyItself(t *testing.T) {
	srv, client := start(t)
	srv.Seed(generated()[:movingRows/2]...)
	_, err := client.ListTransactions(t.Context(), transactions.ListTransactionsParams{Size: 200})
	require.NoError(t, err) // the fake keeps its newest page
	var kept []*transactions.Transaction
	before := heap()
	for page, err := range client.WalkTransactionPages(t.Context(), transactions.Filter{}, transactions.PageSize(50)) {
		require.NoError(t, err)
		kept = append(kept, page.Transactions[0]) // one of fifty
	}
	assert.Less(t, heap()-before, int64(len(kept)*20_000), "a page has 72 KB")
	runtime.KeepAlive(kept)
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
