package transactions_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
)

// A walk by number, as the pages tell it: "total:rows".
func TestWhereAWalkByNumberEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		size     int
		pages    []string
		want     []int64
		requests int
		err      string
	}{
		"nothing":                     {3, []string{"[]"}, nil, 1, ""},
		"nothing, counted":            {3, []string{"0:[]"}, nil, 1, ""},
		"short page, counted":         {3, []string{"2:" + rows(1, 2)}, []int64{1, 2}, 1, ""},
		"short page, not counted":     {3, []string{rows(1, 2), rows(3), "[]"}, []int64{1, 2, 3}, 3, ""},
		"cut by the service":          {3, []string{"5:" + rows(1, 2), "5:" + rows(3, 4), "5:" + rows(5)}, []int64{1, 2, 3, 4, 5}, 3, ""},
		"full page, counted":          {3, []string{"3:" + rows(1, 2, 3), "3:[]"}, []int64{1, 2, 3}, 2, ""},
		"total of the page alone":     {3, []string{"3:" + rows(1, 2, 3), "3:" + rows(4, 5, 6), "0:[]"}, []int64{1, 2, 3, 4, 5, 6}, 3, ""},
		"a row twice":                 {3, []string{"5:" + rows(1, 2, 3), "5:" + rows(3, 4, 5), "5:[]"}, []int64{1, 2, 3, 4, 5}, 3, ""},
		"a row in another version":    {2, []string{rows(1, 2), `[{"id":2,"status":"SUCCESS"}]`, "[]"}, []int64{1, 2, 2}, 3, ""},
		"a page without a new row":    {3, []string{rows(1, 2, 3), rows(2, 3), rows(4), "[]"}, []int64{1, 2, 3, 4}, 4, ""},
		"the page before once more":   {3, []string{rows(1, 2, 3), rows(1, 2, 3)}, []int64{1, 2, 3}, 2, "a page begins as the page before"},
		"begins as the one before":    {3, []string{rows(1, 2, 3), rows(1, 4, 5)}, []int64{1, 2, 3}, 2, "a page begins as the page before"},
		"an end before the total":     {3, []string{"9:" + rows(1, 2, 3), "9:[]"}, []int64{1, 2, 3}, 2, "an empty page after 3 of 9 transactions"},
		"a first page that is empty":  {3, []string{"9:[]"}, nil, 1, "an empty page after 0 of 9 transactions"},
		"emptied, count and all":      {3, []string{"9:" + rows(1, 2, 3), ""}, []int64{1, 2, 3}, 2, "got an empty body"},
		"emptied on the way":          {3, []string{"9:" + rows(1, 2, 3), "[]"}, []int64{1, 2, 3}, 2, "an empty page without the count"},
		"not even a list at the end":  {3, []string{rows(1, 2, 3), "{}"}, []int64{1, 2, 3}, 2, "an object without transactions"},
		"one transaction and no list": {3, []string{`{"id":1}`, `{"id":1}`}, []int64{1}, 2, "a page begins as the page before"},
	} {
		t.Run(name, func(t *testing.T) {
			client, asked := script(t, c.pages...)
			got, err := ids(client.AllTransactions(t.Context(), transactions.ListTransactionsParams{Size: c.size}))
			assert.Equal(t, c.want, got, name)
			assert.Len(t, asked(), c.requests, name)
			if c.err == "" {
				require.NoError(t, err, name)
			} else {
				require.ErrorContains(t, err, c.err, name)
			}
			for i, query := range asked() {
				assert.Equal(t, fmt.Sprintf("page=%d&size=%d&sort=id%%2Casc", i, c.size), query)
			}
		})
	}
}

func TestAWalkThatBeginsInTheMiddleTrustsNoCount(t *testing.T) {
	t.Parallel()
	// A service that cuts pages of 3 to 2: page 2 begins behind 4 rows and not 6.
	client, asked := script(t, "7:"+rows(5, 6), "7:"+rows(7), "7:[]")
	got, err := ids(client.AllTransactions(t.Context(), transactions.ListTransactionsParams{Page: 2, Size: 3}))
	require.NoError(t, err)
	assert.Equal(t, []int64{5, 6, 7}, got)
	assert.Equal(t, []string{"page=2&size=3&sort=id%2Casc", "page=3&size=3&sort=id%2Casc", "page=4&size=3&sort=id%2Casc"}, asked())
}

func TestTheIDIsTheLastKeyOfAnOrder(t *testing.T) {
	t.Parallel()
	for want, order := range map[string][]transactions.Sort{
		"page=0&size=2000&sort=id%2Casc":                  nil,
		"page=0&size=2000&sort=date%2Cdesc&sort=id%2Casc": {{Field: transactions.FieldDate, Descending: true}},
		"page=0&size=2000&sort=id%2Cdesc&sort=date%2Casc": {{Field: transactions.FieldID, Descending: true}, {Field: transactions.FieldDate}},
	} {
		t.Run(want, func(t *testing.T) {
			client, asked := script(t, "[]")
			spare := append(make([]transactions.Sort, 0, 9), order...)
			_, err := ids(client.AllTransactions(t.Context(), transactions.ListTransactionsParams{Sort: spare}))
			require.NoError(t, err)
			assert.Equal(t, []string{want}, asked())
			assert.Empty(t, spare[:9][len(order)], "the caller's list is not written to")
		})
	}
}

// linked answers with pages of one row and the links that a service puts beside
// them, whose host is another one.
func linked(t *testing.T, links ...string) (*transactions.Client, *atomic.Int64) {
	t.Helper()
	foreign := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a link was followed") }))
	t.Cleanup(foreign.Close)
	var hits atomic.Int64
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		n := int(hits.Add(1))
		if n > len(links) {
			_, _ = w.Write([]byte("[]"))
			return
		}
		if links[n-1] != "" {
			w.Header().Set("Link", fmt.Sprintf(links[n-1], foreign.URL))
		}
		_, _ = w.Write([]byte(rows(int64(n))))
	}), &hits
}

func TestLinksAreReadAndNeverFollowed(t *testing.T) {
	t.Parallel()
	next := func(page string) string {
		return `<%[1]s/api/transactions?page=` + page + `&size=9&sort=id%%2Casc>; rel="next",<%[1]s/?page=7>; rel="last",<%[1]s/?page=0>; rel="first"`
	}
	last := `<%[1]s/?page=0>; rel="prev",<%[1]s/?page=1>; rel="last",<%[1]s/?page=0>; rel="first"`
	for name, c := range map[string]struct {
		links          []string
		rows, requests int
	}{
		"two pages":           {[]string{next("1"), last}, 2, 2},
		"an end that is none": {[]string{last, ""}, 1, 1},
		"no links":            {[]string{"", ""}, 2, 3},
		"no number":           {[]string{next("x"), next("")}, 1, 1},
		"only rel=previous":   {[]string{`<%[1]s/?page=3>; rel="nextish"`}, 1, 1},
		"other spellings":     {[]string{`<%[1]s/?page=1>;title="a; b";REL=next`, `<%[1]s/?page=2>; rel="last next"`, last}, 3, 3},
		"garbage":             {[]string{"<<>;,rel=next%[1]s", "x"}, 1, 1},
	} {
		for _, ahead := range []int{0, 3} {
			t.Run(fmt.Sprint(name, ", ahead=", ahead), func(t *testing.T) {
				client, hits := linked(t, c.links...)
				got, err := ids(client.AllTransactions(t.Context(), transactions.ListTransactionsParams{}, transactions.Prefetch(ahead)))
				require.NoError(t, err, name)
				assert.Len(t, got, c.rows, name)
				assert.Equal(t, int64(c.requests), hits.Load(), "%s, prefetch %d", name, ahead)
			})
		}
	}
}

// An empty page that is not the last one has lost its rows on the way.
func TestAnEmptyPageWithALinkIsNotTheEnd(t *testing.T) {
	t.Parallel()
	for _, first := range []int{0, 4} {
		t.Run(fmt.Sprint("first=", first), func(t *testing.T) {
			for empty := range 2 {
				hits := 0
				client := serve(t, func(w http.ResponseWriter, r *http.Request) {
					page, _ := strconv.Atoi(r.URL.Query().Get("page"))
					w.Header().Set("Link", fmt.Sprintf(`<http://transactions.internal/?page=%d>; rel="next"`, page+1))
					if hits++; hits > empty {
						_, _ = w.Write([]byte("[]"))
						return
					}
					_, _ = w.Write([]byte(rows(int64(hits))))
				})
				got, err := ids(client.AllTransactions(t.Context(), transactions.ListTransactionsParams{Page: first}))
				require.ErrorIs(t, err, transactions.ErrPaginationStalled)
				require.ErrorContains(t, err, "an empty page with a link to the next one")
				assert.Len(t, got, empty)
			}
		})
	}
}

func TestWalksAreLazyAndStartOver(t *testing.T) {
	t.Parallel()
	srv, client := start(t)
	for id := range int64(30) {
		srv.Seed(&transactions.Transaction{ID: id + 1})
	}
	for name, walk := range map[string]func(func(*transactions.Transaction, error) bool){
		"pages":   client.AllTransactions(t.Context(), transactions.ListTransactionsParams{Size: 10}),
		"ids":     client.WalkTransactions(t.Context(), transactions.Filter{}, transactions.PageSize(10)),
		"updates": client.WalkUpdated(t.Context(), srv.Now(), transactions.Filter{}, transactions.PageSize(10)),
	} {
		t.Run(name, func(t *testing.T) {
			srv.ResetRequests()
			for range walk {
				break
			}
			assert.Len(t, srv.Requests(), 1, "%s: a break asks no more", name)
			for range 2 {
				got, err := ids(walk)
				require.NoError(t, err, name)
				assert.Len(t, got, 30, name)
			}
		})
	}
}

func TestBadArgumentsOfWalks(t *testing.T) {
	t.Parallel()
	client := newClient(t, "https://127.0.0.1:1/", transactions.WithRetry(transactions.RetryPolicy{MaxAttempts: 1}))
	ctx := t.Context()
	one := transactions.Filter{ID: transactions.Range[int64]{Equals: new(int64(1))}}
	some := transactions.Filter{ID: transactions.Range[int64]{In: []int64{1, 2}}}
	byID := transactions.Filter{Unchecked: map[string][]string{"id.in": {"1,2"}}}
	byTime := transactions.Filter{Unchecked: map[string][]string{"lastModifiedDate.equals": {"x"}}}
	modified := func(r transactions.Range[time.Time]) transactions.Filter {
		return transactions.Filter{LastModifiedDate: r}
	}
	empty := transactions.Filter{ID: transactions.Range[int64]{In: []int64{}}}
	day := func(f transactions.Filter, n, workers int, opts ...transactions.CallOption) func(func(*transactions.TransactionPage, error) bool) {
		return client.TransactionPagesByDay(ctx, midnight, midnight.AddDate(0, 0, n), workers, f, opts...)
	}
	for _, c := range []struct {
		want string
		walk func(func(*transactions.TransactionPage, error) bool)
	}{
		{"Size: must be", client.TransactionPages(ctx, transactions.ListTransactionsParams{Size: 2001})},
		{"PageSize: only", client.TransactionPages(ctx, transactions.ListTransactionsParams{}, transactions.PageSize(1))},
		{"Overlap: only", client.TransactionPages(ctx, transactions.ListTransactionsParams{}, transactions.Overlap(1))},
		{"ID: must not have Equals or In", client.WalkTransactionPages(ctx, one)},
		{"ID: must not have Equals or In", client.WalkTransactionPages(ctx, some)},
		{"Unchecked: must not have a condition on id", client.WalkTransactionPages(ctx, byID)},
		{"id.in: must not be an empty list", client.WalkTransactionPages(ctx, empty)},
		{"Overlap: only", client.WalkTransactionPages(ctx, transactions.Filter{}, transactions.Overlap(1))},
		{"Prefetch: must be", client.WalkTransactionPages(ctx, transactions.Filter{}, transactions.Prefetch(-1))},
		{"ID: must not have Equals or In", client.WalkUpdatedPages(ctx, midnight, one)},
		{"LastModifiedDate: must have only", client.WalkUpdatedPages(ctx, midnight, byTime)},
		{"LastModifiedDate: must have only", client.WalkUpdatedPages(ctx, midnight, modified(transactions.Range[time.Time]{Equals: &midnight}))},
		{"LastModifiedDate: must have only", client.WalkUpdatedPages(ctx, midnight, modified(transactions.Range[time.Time]{GreaterThan: &midnight}))},
		{"LastModifiedDate: must have only", client.WalkUpdatedPages(ctx, midnight, modified(transactions.Range[time.Time]{Specified: new(true)}))},
		{"start: must be before", client.WalkUpdatedPages(ctx, midnight.AddDate(0, 0, 1), modified(transactions.Range[time.Time]{LessThan: &midnight}))},
		{"start: must be before", client.WalkUpdatedPages(ctx, midnight.AddDate(0, 0, 1), modified(transactions.Range[time.Time]{LessThanOrEqual: &midnight}))},
		{"Overlap: must not", client.WalkUpdatedPages(ctx, midnight, transactions.Filter{}, transactions.Overlap(-1))},
		{"start: must be before end", day(transactions.Filter{}, 0, 1)},
		{"workers: must be 1 to 64", day(transactions.Filter{}, 1, 0)},
		{"workers: must be 1 to 64", day(transactions.Filter{}, 1, 65)},
		{"end: must be less than 36600 days", day(transactions.Filter{}, 40_000, 1)},
		{"Date: must not have a condition in a walk by day", day(transactions.Filter{Date: transactions.Day(midnight)}, 1, 1)},
		{"Date: must not have a condition in a walk by day", day(transactions.Filter{Unchecked: map[string][]string{"date.equals": {"x"}}}, 1, 1)},
		{"ID: must not have Equals or In", day(one, 1, 1)},
		{"Overlap: only", day(transactions.Filter{}, 1, 1, transactions.Overlap(1))},
	} {
		t.Run(fmt.Sprint(c.want), func(t *testing.T) {
			n := 0
			for page, err := range c.walk {
				n++
				assert.Nil(t, page)
				require.ErrorIs(t, err, transactions.ErrInvalidRequest)
				require.ErrorContains(t, err, c.want)
			}
			assert.Equal(t, 1, n)
		})
	}
}

// A service that answers every page with something new that is not a transaction
// would keep a walk going for ever.
func TestPagesWithoutTransactionsComeToAnEnd(t *testing.T) {
	t.Parallel()
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "[%q]", r.URL.RawQuery)
	})
	bad := 0
	var last error
	for page, err := range client.TransactionPages(t.Context(), transactions.ListTransactionsParams{}) {
		if last = err; err == nil {
			bad += len(page.Bad)
		}
	}
	require.ErrorIs(t, last, transactions.ErrPaginationStalled)
	assert.Equal(t, 8, bad)
}
