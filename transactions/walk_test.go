package transactions_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
)

func TestWhereAWalkByIDEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pages []string
		want  []int64
		after []string // of the requests behind the first one
		err   string
		is    []error
	}{
		"nothing":                   {pages: []string{"[]"}},
		"null":                      {pages: []string{"null"}, err: "expected an array of transactions, got null"},
		"short, counted":            {pages: []string{"2:" + rows(5, 9)}, want: []int64{5, 9}},
		"short, not counted":        {pages: []string{rows(5, 9), "[]"}, want: []int64{5, 9}, after: []string{"9"}},
		"cut by the service":        {pages: []string{"3:" + rows(5, 9), "1:" + rows(10)}, want: []int64{5, 9, 10}, after: []string{"9"}},
		"full, counted":             {pages: []string{"3:" + rows(1, 2, 3), "0:[]"}, want: []int64{1, 2, 3}, after: []string{"3"}},
		"emptied, the first page":   {pages: []string{"9:[]"}, err: "an empty page although 9 transactions remain", is: []error{transactions.ErrPaginationStalled}},
		"emptied, but counted":      {pages: []string{"9:" + rows(1, 2, 3), "6:[]"}, want: []int64{1, 2, 3}, after: []string{"3"}, err: "an empty page although 6 transactions remain", is: []error{transactions.ErrPaginationStalled}},
		"emptied envelope":          {pages: []string{`{"content":[],"totalElements":2}`}, err: "an empty page although 2 transactions remain", is: []error{transactions.ErrPaginationStalled}},
		"emptied, count and all":    {pages: []string{"9:" + rows(1, 2, 3), ""}, want: []int64{1, 2, 3}, after: []string{"3"}, err: "got an empty body"},
		"emptied on the way":        {pages: []string{"9:" + rows(1, 2, 3), "[]"}, want: []int64{1, 2, 3}, after: []string{"3"}, err: "an empty page without the count", is: []error{transactions.ErrPaginationStalled}},
		"emptied, with its count":   {pages: []string{"9:" + rows(1, 2, 3), "6:"}, want: []int64{1, 2, 3}, after: []string{"3"}, err: "got an empty body"},
		"one object":                {pages: []string{`{"id":4}`, "[]"}, want: []int64{4}, after: []string{"4"}},
		"envelope":                  {pages: []string{`{"content":` + rows(1) + `,"totalElements":2}`, `{"content":` + rows(2) + `,"totalElements":1}`}, want: []int64{1, 2}, after: []string{"1"}},
		"everything at once":        {pages: []string{rows(1, 2, 3, 4, 5, 6, 7), "[]"}, want: []int64{1, 2, 3, 4, 5, 6, 7}, after: []string{"7"}},
		"twice from a join":         {pages: []string{rows(1, 1, 2), "[]"}, want: []int64{1, 2}, after: []string{"2"}},
		"the page once more":        {pages: []string{rows(1, 2)}, want: []int64{1, 2}, after: []string{"2"}, err: "transaction 1 came after id 2", is: []error{transactions.ErrPaginationStalled, transactions.ErrFilterIgnored}},
		"its last row once more":    {pages: []string{rows(1, 2), rows(2, 3)}, want: []int64{1, 2}, after: []string{"2"}, err: "transaction 2 came after id 2", is: []error{transactions.ErrPaginationStalled, transactions.ErrFilterIgnored}},
		"out of order":              {pages: []string{rows(3, 1, 2)}, err: "transaction 1 came after 3, so the service ignored the order", is: []error{transactions.ErrPaginationStalled}},
		"descending":                {pages: []string{rows(3, 2, 1)}, err: "transaction 2 came after 3", is: []error{transactions.ErrPaginationStalled}},
		"a bad row out of order":    {pages: []string{badRows("1", "900 bad", "2"), "[]"}, err: "transaction 2 came after 900, so the service ignored the order", is: []error{transactions.ErrPaginationStalled}},
		"bad rows out of order":     {pages: []string{badRows("7 bad", "6 bad", "8"), "[]"}, err: "transaction 6 came after 7, so the service ignored the order", is: []error{transactions.ErrPaginationStalled}},
		"a bad row before the key":  {pages: []string{rows(5), badRows("4 bad", "6")}, want: []int64{5}, after: []string{"5"}, err: "transaction 4 came after id 5", is: []error{transactions.ErrPaginationStalled, transactions.ErrFilterIgnored}},
		"a bad row that came":       {pages: []string{rows(5), badRows("5 bad", "6")}, want: []int64{5}, after: []string{"5"}, err: "transaction 5 came after id 5", is: []error{transactions.ErrPaginationStalled, transactions.ErrFilterIgnored}},
		"older rows on page two":    {pages: []string{rows(5), rows(3, 4)}, want: []int64{5}, after: []string{"5"}, err: "transaction 3 came after id 5", is: []error{transactions.ErrPaginationStalled, transactions.ErrFilterIgnored}},
		"an error after a page":     {pages: []string{rows(5), `{"error":"x"}`}, want: []int64{5}, after: []string{"5"}, err: "status 200"},
		"something else after that": {pages: []string{rows(5), `<html>`}, want: []int64{5}, after: []string{"5"}, err: "syntax error"},
	} {
		for _, ahead := range []int{0, 1, 4} {
			t.Run(fmt.Sprint(name, ", ahead=", ahead), func(t *testing.T) {
				client, asked := script(t, c.pages...)
				got, err := ids(client.WalkTransactions(t.Context(), transactions.Filter{}, transactions.PageSize(3), transactions.Prefetch(ahead)))
				assert.Equal(t, c.want, got, name)
				if c.err == "" {
					require.NoError(t, err, name)
				} else {
					require.ErrorContains(t, err, c.err, name)
				}
				for _, is := range c.is {
					require.ErrorIs(t, err, is, name)
				}
				if ahead > 0 { // at most so many more
					assert.LessOrEqual(t, len(asked()), 1+len(c.after)+ahead, name)
					return
				}
				want := []string{"page=0&size=3&sort=id%2Casc"}
				for _, id := range c.after {
					want = append(want, "id.greaterThan="+id+"&"+want[0])
				}
				assert.Equal(t, want, asked(), name)
			})
		}
	}
}

func TestAWalkByIDKeepsTheCallersFilter(t *testing.T) {
	t.Parallel()
	const page = "page=0&size=2000&sort=id%2Casc"
	id := func(r transactions.Range[int64]) transactions.Filter {
		return transactions.Filter{ID: r, Status: transactions.Exact[transactions.Status]{Specified: new(false)}}
	}
	n := func(i int64) *int64 { return &i }
	for name, c := range map[string]struct {
		filter transactions.Filter
		pages  []string
		want   []string
	}{
		"after":         {id(transactions.Range[int64]{GreaterThan: n(4)}), []string{rows(5), "[]"}, []string{"id.greaterThan=4&", "id.greaterThan=5&"}},
		"from":          {id(transactions.Range[int64]{GreaterThanOrEqual: n(5)}), []string{rows(5), "[]"}, []string{"id.greaterThanOrEqual=5&", "id.greaterThan=5&"}},
		"up to":         {id(transactions.Range[int64]{LessThan: n(9)}), []string{rows(5), rows(8)}, []string{"id.lessThan=9&", "id.greaterThan=5&id.lessThan=9&"}},
		"up to and in":  {id(transactions.Range[int64]{LessThanOrEqual: n(9)}), []string{rows(5), rows(9)}, []string{"id.lessThanOrEqual=9&", "id.greaterThan=5&id.lessThanOrEqual=9&"}},
		"between":       {id(transactions.Range[int64]{GreaterThan: n(4), LessThan: n(6)}), []string{rows(5)}, []string{"id.greaterThan=4&id.lessThan=6&"}},
		"others":        {id(transactions.Range[int64]{NotEquals: n(7), NotIn: []int64{8, 9}}), []string{rows(5), "[]"}, []string{"id.notEquals=7&id.notIn=8&id.notIn=9&", "id.greaterThan=5&id.notEquals=7&id.notIn=8&id.notIn=9&"}},
		"below nothing": {id(transactions.Range[int64]{LessThan: n(-1 << 63)}), []string{"[]"}, []string{"id.lessThan=-9223372036854775808&"}},
		"from below":    {id(transactions.Range[int64]{GreaterThanOrEqual: n(-1 << 63)}), []string{"[]"}, []string{"id.greaterThanOrEqual=-9223372036854775808&"}},
	} {
		for _, ahead := range []int{0, 2} {
			t.Run(fmt.Sprint(name, ", ahead=", ahead), func(t *testing.T) {
				client, asked := script(t, c.pages...)
				_, err := ids(client.WalkTransactions(t.Context(), c.filter, transactions.Prefetch(ahead)))
				require.NoError(t, err, name)
				var want []string
				for _, query := range c.want {
					want = append(want, query+page+"&status.specified=false")
				}
				assert.Equal(t, want, asked(), "%s, prefetch %d", name, ahead)
			})
		}
	}
}

func TestNextIDIsWhereAWalkGoesOn(t *testing.T) {
	t.Parallel()
	client, _ := script(t, rows(1, 2), `[{"id":3},{"id":4,"requestAmount":0.5},{"id":"x"}]`, `[{"id":"x"},{"id":5}]`, "[]")
	var next []int64
	bad := 0
	for page, err := range client.WalkTransactionPages(t.Context(), transactions.Filter{}, transactions.Prefetch(1)) {
		require.NoError(t, err)
		next = append(next, page.NextID)
		bad += len(page.Bad)
		assert.True(t, page.NextModified.IsZero())
	}
	assert.Equal(t, []int64{2, 4, 5}, next)
	assert.Equal(t, 2, bad, "rows that came again are delivered once")

	for name, page := range map[string]string{
		"rows without ids":     `[{"id":"x"},{}]`,
		"envelope of bad ones": `{"content":[{}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			client, asked := script(t, page)
			_, err := ids(client.WalkTransactions(t.Context(), transactions.Filter{}))
			require.ErrorIs(t, err, transactions.ErrPaginationStalled, name)
			require.ErrorContains(t, err, "a page after id 0 has no row with a higher one")
			assert.Len(t, asked(), 1)
		})
	}
}

// badRows are a page of rows, each given as "id" or "id bad".
func badRows(list ...string) string {
	for i, text := range list {
		id, bad := strings.CutSuffix(text, " bad")
		if list[i] = `{"id":` + id + `}`; bad {
			list[i] = `{"id":` + id + `,"requestAmount":0.5}`
		}
	}
	return "[" + strings.Join(list, ",") + "]"
}

// Bad rows that are in the order, or tell no id, do not end a walk.
func TestBadRowsWithinTheOrder(t *testing.T) {
	t.Parallel()
	client, _ := script(t, badRows(`"x"`, "1", "2 bad", "2 bad", "3", "null", "4", "9 bad"), badRows("10", `"x"`), "[]")
	var good []int64
	bad := 0
	for page, err := range client.WalkTransactionPages(t.Context(), transactions.Filter{}) {
		require.NoError(t, err)
		for _, row := range page.Transactions {
			good = append(good, row.ID)
		}
		bad += len(page.Bad)
	}
	assert.Equal(t, []int64{1, 3, 4, 10}, good)
	assert.Equal(t, 5, bad, "the one without an id that came again is delivered once")
}

// The last row imitates an id within itself: it must not be taken for the key.
func TestReadAheadTakesTheIDOfTheRow(t *testing.T) {
	t.Parallel()
	tricky := `[{"id":1},{"comment":"\"id\":99","category":"{\"id\":98}","x":{"id":97},"id":2}]`
	client, asked := script(t, tricky, rows(3), "[]")
	got, err := ids(client.WalkTransactions(t.Context(), transactions.Filter{}, transactions.Prefetch(1)))
	require.NoError(t, err)
	assert.Equal(t, []int64{1, 2, 3}, got)
	for _, query := range asked()[1:] {
		assert.True(t, strings.HasPrefix(query, "id.greaterThan=2&") || strings.HasPrefix(query, "id.greaterThan=3&"), query)
	}
}

// The variable that a bound points to may be where the caller keeps the key.
func TestABoundMayBeTheVariableOfTheKey(t *testing.T) {
	t.Parallel()
	for _, ahead := range []int{0, 3} {
		t.Run(fmt.Sprint("ahead=", ahead), func(t *testing.T) {
			client, asked := script(t, rows(1, 2), rows(3), "[]", rows(1, 2), rows(3), "[]")
			var after int64
			walk := client.WalkTransactionPages(t.Context(), transactions.Filter{ID: transactions.Range[int64]{GreaterThan: &after}}, transactions.Prefetch(ahead))
			for range 2 { // each range starts over
				for page, err := range walk {
					require.NoError(t, err)
					after = page.NextID
				}
			}
			assert.Equal(t, int64(3), after)
			half := []string{"0", "2", "3"}
			var got []string
			for _, query := range asked() {
				id, _, _ := strings.Cut(strings.TrimPrefix(query, "id.greaterThan="), "&")
				got = append(got, id)
			}
			assert.Equal(t, append(half, half...), got)
		})
	}
}

// A count that says that there is no more, and a link that says that there is.
func TestAWalkByIDBelievesALink(t *testing.T) {
	t.Parallel()
	hits := 0
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		hits++
		w.Header().Set("X-Total-Count", strconv.Itoa(max(0, 3-hits)))
		w.Header().Set("Link", `<http://transactions.internal/?page=1>; rel="next"`)
		if r.URL.Query().Get("id.greaterThan") == "2" {
			_, _ = w.Write([]byte("[]"))
			return
		}
		_, _ = w.Write([]byte(rows(int64(hits))))
	})
	got, err := ids(client.WalkTransactions(t.Context(), transactions.Filter{}))
	require.NoError(t, err)
	assert.Equal(t, []int64{1, 2}, got)
}
