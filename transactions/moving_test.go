package transactions_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/testform"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

const faulty = 0.12

// movingRows is how many rows the longest walks begin with.
var movingRows = testform.Scale(15_000, 50_000)

// generated are made once: several servers have them.
var generated = sync.OnceValue(func() []*transactions.Transaction {
	return transactionstest.Generate(transactionstest.Plan{Transactions: movingRows, Seed: 1, Days: 14})
})

// moving is a server with so many rows, of which seven arrive and five change
// before each answer, and 12 faults in a hundred requests.
func moving(t *testing.T, rows int) (*transactionstest.Server, *transactions.Client) {
	t.Helper()
	srv, _ := start(t, transactionstest.WithUpdates(5), transactionstest.WithBeforeList(func(srv *transactionstest.Server) {
		for range 7 {
			srv.Seed(&transactions.Transaction{Status: transactions.StatusSuccess})
		}
	}))
	srv.Seed(generated()[:rows]...)
	for i, f := range []transactionstest.Fault{
		{Status: 503},
		{Status: 500},
		{Status: 429, RetryAfter: "0"},
		{Kind: transactionstest.FaultResetAfter},
		{Kind: transactionstest.FaultTruncated},
		{Kind: transactionstest.FaultResetBefore},
	} {
		f.Probability, f.Seed = faulty/6, uint64(i)
		srv.Inject(f)
	}
	return srv, newClient(t, srv.URL(), transactions.WithRetry(transactions.RetryPolicy{MaxAttempts: 10, MinWait: time.Microsecond, MaxWait: time.Millisecond}))
}

// came is what a walk delivered: how often each id and each version did.
type came struct {
	ids      map[int64]int
	versions map[string]int
}

func collect(t *testing.T, walk iter.Seq2[*transactions.Transaction, error]) came {
	t.Helper()
	c := came{map[int64]int{}, map[string]int{}}
	for row, err := range walk {
		if err != nil {
			require.NoError(t, err)
		}
		c.ids[row.ID]++
		c.versions[string(row.Raw)]++
	}
	return c
}

func (c came) lost(rows []*transactions.Transaction) (n int) {
	for _, row := range rows {
		if c.ids[row.ID] == 0 {
			n++
		}
	}
	return n
}

// stale are rows whose newest version did not come.
func (c came) stale(rows []*transactions.Transaction) (n int) {
	for _, row := range rows {
		if c.versions[string(row.Raw)] == 0 {
			n++
		}
	}
	return n
}

func doubled[K comparable](times map[K]int) (n int) {
	for _, count := range times {
		n += count - 1
	}
	return n
}

func TestAWalkByIDDuringInsertsLosesAndDoublesNone(t *testing.T) {
	t.Parallel()
	for ahead, rows := range []int{movingRows, 0, 0, movingRows / 5} {
		if rows == 0 {
			continue
		}
		t.Run(fmt.Sprintf("prefetch %d", ahead), func(t *testing.T) {
			t.Parallel()
			srv, client := moving(t, rows)
			before := srv.Rows()
			require.Len(t, before, rows)
			got := collect(t, client.WalkTransactions(t.Context(), transactions.Filter{}, transactions.PageSize(rows/100), transactions.Prefetch(ahead)))
			assert.Zero(t, got.lost(before))
			assert.Zero(t, doubled(got.ids))
			arrived := len(srv.Rows()) - rows
			require.Positive(t, arrived)
			t.Logf("%d requests, %d rows arrived, %d came: 0 lost, 0 doubled", len(srv.Requests()), arrived, len(got.ids))
		})
	}
}

func TestAWalkByLastModificationDuringUpdatesLosesAndDoublesNone(t *testing.T) {
	t.Parallel()
	for ahead, rows := range []int{movingRows, 0, 0, movingRows / 5} {
		if rows == 0 {
			continue
		}
		t.Run(fmt.Sprintf("prefetch %d", ahead), func(t *testing.T) {
			t.Parallel()
			srv, client := moving(t, rows)
			before := srv.Rows()
			got := collect(t, client.WalkUpdated(t.Context(), time.Time{}, transactions.Filter{}, transactions.PageSize(rows/100), transactions.Prefetch(ahead)))
			assert.Zero(t, got.lost(before))
			assert.Zero(t, doubled(got.versions))
			require.Positive(t, doubled(got.ids), "some came again, changed")
			if ahead == 0 { // else the table went on to move after the last page
				assert.Zero(t, got.stale(srv.Rows()), "each row came in its newest version")
			}
			t.Logf("%d requests, %d rows came, %d of them again: 0 lost, 0 doubled, %d stale",
				len(srv.Requests()), len(got.ids), doubled(got.ids), got.stale(srv.Rows()))
		})
	}
}

// The control: a loop over numbered pages loses or doubles rows on the same
// server, so that the test above does find what it looks for.
func TestNumberedPagesLoseAndDoubleRows(t *testing.T) {
	t.Parallel()
	numbered := func(ctx context.Context, client *transactions.Client, order ...transactions.Sort) iter.Seq2[*transactions.Transaction, error] {
		return func(yield func(*transactions.Transaction, error) bool) {
			for number := 0; ; number++ {
				page, err := client.ListTransactions(ctx, transactions.ListTransactionsParams{Page: number, Size: 100, Sort: order})
				if err != nil || len(page.Transactions) == 0 {
					if err != nil {
						yield(nil, err)
					}
					return
				}
				for _, row := range page.Transactions {
					if !yield(row, nil) {
						return
					}
				}
			}
		}
	}
	rows := movingRows / 5
	srv, client := moving(t, rows)
	before := srv.Rows()
	updated := collect(t, numbered(t.Context(), client, transactions.Sort{Field: transactions.FieldLastModifiedDate}, transactions.Sort{Field: transactions.FieldID}))
	assert.Positive(t, updated.lost(before), "each change pulls a row over the edge of a page")

	_, client = moving(t, rows)
	newest := collect(t, numbered(t.Context(), client, transactions.Sort{Field: transactions.FieldID, Descending: true}))
	assert.Positive(t, doubled(newest.ids), "each arrival pushes a row over the edge of a page")
	t.Logf("by last modification %d of %d rows were lost, the newest first %d came twice", updated.lost(before), rows, doubled(newest.ids))
}

// A walk that a fault ends is taken up where its last page says, as a sync would.
func TestAWalkIsTakenUpWhereItEnded(t *testing.T) {
	t.Parallel()
	for _, by := range []string{"id", "last modification"} {
		srv, client := moving(t, movingRows/5)
		srv.Inject(transactionstest.Fault{Kind: transactionstest.FaultStalledPage, Probability: 0.05, Seed: 9})
		before := srv.Rows()
		c := came{map[int64]int{}, map[string]int{}}
		stalled := 0
		var id int64
		var since time.Time
		for range 100 {
			var pages iter.Seq2[*transactions.TransactionPage, error]
			if by == "id" {
				f := transactions.Filter{}
				if id > 0 {
					f.ID.GreaterThan = &id
				}
				pages = client.WalkTransactionPages(t.Context(), f, transactions.PageSize(100))
			} else {
				pages = client.WalkUpdatedPages(t.Context(), since, transactions.Filter{}, transactions.PageSize(100), transactions.Overlap(0))
			}
			var failed error
			for page, err := range pages {
				if failed = err; err != nil {
					break
				}
				for _, row := range page.Transactions {
					c.ids[row.ID]++
				}
				id, since = page.NextID, page.NextModified
			}
			if failed == nil {
				break
			}
			if errors.Is(failed, transactions.ErrPaginationStalled) {
				stalled++
			} else {
				require.NoError(t, failed)
			}
		}
		assert.Positive(t, stalled, "the stalled pages did occur")
		assert.Zero(t, c.lost(before), by)
		if by == "id" {
			assert.Zero(t, doubled(c.ids))
		}
	}
}

// Rows that are committed late appear behind a cursor. A walk by id cannot see
// them; the next walk by last modification does, with its overlap.
func TestLateRowsComeWithTheOverlap(t *testing.T) {
	t.Parallel()
	end := time.Date(2026, time.January, 2, 0, 0, 0, 0, time.UTC) // after the last one
	late := []transactionstest.Option{
		transactionstest.WithLateRows(20, time.Hour), transactionstest.WithClock(func() time.Time { return end }),
	}
	srv, client := start(t, late...)
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 2000, Seed: 1})...)
	byID := collect(t, client.WalkTransactions(t.Context(), transactions.Filter{}, transactions.PageSize(100)))
	assert.Positive(t, byID.lost(srv.Rows()), "the control: they were late")

	for overlap, complete := range map[time.Duration]bool{0: false, 24 * time.Hour: true} {
		srv, client := start(t, late...)
		srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 2000, Seed: 1})...)
		c := came{map[int64]int{}, map[string]int{}}
		var since time.Time
		for range 3 {
			for page, err := range client.WalkUpdatedPages(t.Context(), since, transactions.Filter{}, transactions.PageSize(100), transactions.Overlap(overlap)) {
				require.NoError(t, err)
				for _, row := range page.Transactions {
					c.ids[row.ID]++
				}
				since = page.NextModified
			}
			srv.Advance(time.Hour)
		}
		assert.Equal(t, complete, c.lost(srv.Rows()) == 0, "overlap %s: %d lost", overlap, c.lost(srv.Rows()))
	}
}

// One instant may have more rows than a page, as after a change of all of them.
func TestManyRowsOfOneInstant(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]transactionstest.Option{
		"counted": nil, "not counted": {transactionstest.WithoutHeaders()}, "cut": {transactionstest.WithPageLimit(30)},
		"in a page": {transactionstest.WithShape(transactionstest.ShapePage)},
	} {
		for _, step := range []time.Duration{0, time.Nanosecond, time.Microsecond, time.Millisecond, 400 * time.Millisecond} {
			srv, client := start(t, opts...)
			list := transactionstest.Generate(transactionstest.Plan{Transactions: 500, Seed: 2})
			for i, row := range list { // all of them at once, or nearly
				row.Raw, row.LastModifiedDate = nil, midnight.Add(time.Duration(i)*step/100)
			}
			slices.Reverse(list)
			srv.Seed(list...)
			for _, ahead := range []int{0, 2} {
				got := collect(t, client.WalkUpdated(t.Context(), midnight, transactions.Filter{}, transactions.PageSize(50), transactions.Prefetch(ahead)))
				assert.Zero(t, got.lost(srv.Rows()), "%s, %s", name, step)
				assert.Zero(t, doubled(got.versions), "%s, %s", name, step)
			}
		}
	}
}

// A service may print times in whole seconds, or milliseconds, and filter by all
// of their digits.
func TestTimesArePrintedShorterThanTheyAreKept(t *testing.T) {
	t.Parallel()
	for _, printed := range []time.Duration{time.Millisecond, time.Second} {
		for _, opts := range [][]transactionstest.Option{nil, {transactionstest.WithoutHeaders()}} {
			srv, client := start(t, opts...)
			random := rand.New(rand.NewPCG(1, uint64(printed)))
			for id := range int64(1000) {
				at := midnight.Add(time.Duration(random.Int64N(int64(10 * printed)))).Truncate(time.Microsecond)
				srv.Seed(&transactions.Transaction{
					ID: id + 1, LastModifiedDate: at,
					Raw: fmt.Appendf(nil, `{"id":%d,"lastModifiedDate":%q}`, id+1, at.Truncate(printed).Format(time.RFC3339Nano)),
				})
			}
			for _, size := range []int{7, 50, 99, 100, 101, 1000} { // each step has about 100 rows
				got := collect(t, client.WalkUpdated(t.Context(), midnight.Add(700*time.Millisecond), transactions.Filter{}, transactions.PageSize(size), transactions.Overlap(time.Second)))
				assert.Zero(t, got.lost(srv.Rows()), "pages of %d, printed to %s", size, printed)
				assert.Zero(t, doubled(got.ids), "pages of %d, printed to %s", size, printed)
			}
		}
	}
}
