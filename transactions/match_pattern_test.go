package transactions_test

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// TestContainsDropsWhatOnlyThePatternSelects: the service reads % and _ as a
// pattern. A row that fits it alone is dropped, one that does not even fit it
// says that the condition was ignored, and one that cannot be judged is kept.
func TestContainsDropsWhatOnlyThePatternSelects(t *testing.T) {
	t.Parallel()
	const kept, dropped, ignored = "kept", "dropped", "ignored"
	for _, c := range []struct{ name, contains, row, want string }{
		{"the text", "mobile_app", `"x mobile_app y"`, kept},
		{"the text in another case", "mobile_App", `"MOBILE_APP"`, kept},
		{"another character", "mobile_app", `"mobile-app"`, dropped},
		{"no character", "mobile_app", `"mobileapp"`, ignored},
		{"another text", "mobile_app", `"web"`, ignored},
		{"a percent sign", "50%", `"a 50% b"`, kept},
		{"percent, without it", "50%", `"a 50 b"`, dropped},
		{"percent between", "a%b", `"xa-y-bx"`, dropped},
		{"percent between, out of order", "a%b", `"ba"`, ignored},
		{"percent alone", "%", `"x"`, dropped},
		{"percent alone, held", "%", `"1%"`, kept},
		{"percent alone and the empty text", "%", `""`, dropped},
		{"percent alone and NULL", "%", `null`, ignored},
		{"underscore and the empty text", "_", `""`, ignored},
		{"both", "%_%", `"ab"`, dropped},
		{"steps back", "a%bc_e", `"a bcd bcde"`, dropped},
		{"blanks at the ends", " a_b ", `" a_b"`, kept},
		{"a row beyond ASCII", "a_b", `"äb"`, kept},
		{"a text beyond ASCII", "ä_b", `"x"`, kept},
		{"a masked row", "9980_", `"99****01"`, kept},
		{"no wildcard", "cell", `"call"`, ignored},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			client := answer(t, http.StatusOK, `{"content":[{"id":7,"recipientAccount":`+c.row+`}],"totalElements":1}`)
			page, err := client.ListTransactions(t.Context(), transactions.ListTransactionsParams{
				Filter: filter{RecipientAccount: text{Contains: &c.contains}},
			})
			if c.want == ignored {
				require.ErrorIs(t, err, transactions.ErrFilterIgnored)
				return
			}
			require.NoError(t, err)
			assert.Len(t, page.Transactions, map[string]int{kept: 1, dropped: 0}[c.want])
			require.NotNil(t, page.Total)
			assert.EqualValues(t, 1, *page.Total, "counted before rows are dropped")
		})
	}
}

// patternRows are 60 rows: whole pages of such as fit only the pattern lie before
// and between those that hold the text.
func patternRows() (rows []*transactions.Transaction, want []int64) {
	start := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	for i := range int64(60) {
		name := "mobile-app"
		if i == 0 || i == 31 || i == 32 || i == 59 {
			name = "mobile_app"
			want = append(want, 1000+i)
		}
		rows = append(rows, &transactions.Transaction{
			ID: 1000 + i, Status: transactions.StatusSuccess, RequestLogin: name,
			Date: start.Add(time.Duration(i) * time.Minute), LastModifiedDate: start.Add(time.Duration(i) * time.Minute),
		})
	}
	return rows, want
}

// TestPaginationGoesOnBehindDroppedRows: pages that are short, or empty, because
// rows were dropped end no walk, with and without the service's counts.
func TestPaginationGoesOnBehindDroppedRows(t *testing.T) {
	t.Parallel()
	rows, want := patternRows()
	f := filter{RequestLogin: text{Contains: new("mobile_app")}}
	first := rows[0].Date
	for shape, opts := range map[string][]transactionstest.Option{"with counts": nil, "without counts": {transactionstest.WithoutHeaders()}} {
		for walk, begin := range map[string]func(ctx context.Context, c *transactions.Client, ahead transactions.CallOption) iter.Seq2[*transactions.TransactionPage, error]{
			"by number": func(ctx context.Context, c *transactions.Client, ahead transactions.CallOption) iter.Seq2[*transactions.TransactionPage, error] {
				return c.TransactionPages(ctx, transactions.ListTransactionsParams{Filter: f, Size: 4}, ahead)
			},
			"by id": func(ctx context.Context, c *transactions.Client, ahead transactions.CallOption) iter.Seq2[*transactions.TransactionPage, error] {
				return c.WalkTransactionPages(ctx, f, transactions.PageSize(4), ahead)
			},
			"by last modification": func(ctx context.Context, c *transactions.Client, ahead transactions.CallOption) iter.Seq2[*transactions.TransactionPage, error] {
				return c.WalkUpdatedPages(ctx, first, f, transactions.PageSize(4), ahead)
			},
			"by day": func(ctx context.Context, c *transactions.Client, ahead transactions.CallOption) iter.Seq2[*transactions.TransactionPage, error] {
				return c.TransactionPagesByDay(ctx, first, first.AddDate(0, 0, 1), 1, f, transactions.PageSize(4), ahead)
			},
		} {
			for _, ahead := range []int{0, 2} {
				t.Run(fmt.Sprintf("%s, %s, ahead %d", walk, shape, ahead), func(t *testing.T) {
					t.Parallel()
					srv, client := start(t, opts...)
					srv.Seed(rows...)
					var got []int64
					for page, err := range begin(t.Context(), client, transactions.Prefetch(ahead)) {
						require.NoError(t, err)
						assert.NotEmpty(t, page.Transactions, "pages that are left empty are not delivered")
						for _, row := range page.Transactions {
							got = append(got, row.ID)
						}
					}
					assert.Equal(t, want, got)
				})
			}
		}
	}

	t.Run("a single page", func(t *testing.T) {
		t.Parallel()
		srv, client := start(t)
		srv.Seed(rows...)
		page, err := client.ListTransactions(t.Context(), transactions.ListTransactionsParams{Filter: f, Page: 1, Size: 4, Sort: []transactions.Sort{{Field: transactions.FieldID}}})
		require.NoError(t, err)
		assert.Empty(t, page.Transactions)
		require.NotNil(t, page.Total)
		assert.EqualValues(t, 60, *page.Total)
		assert.Len(t, srv.Requests(), 1)
	})
}

// TestContainsMeansTheTextItself: of made-up texts and patterns, against a service
// that reads patterns, exactly the rows that hold the text come, without a false
// alarm.
func TestContainsMeansTheTextItself(t *testing.T) {
	t.Parallel()
	g := rand.New(rand.NewPCG(8, 0))
	word := func(longest int) string {
		text := make([]byte, 1+g.IntN(longest))
		for i := range text {
			text[i] = "abB_%"[g.IntN(5)]
		}
		return string(text)
	}
	srv, client := start(t)
	var rows []*transactions.Transaction
	for i := range int64(60) {
		rows = append(rows, &transactions.Transaction{ID: 1 + i, Status: transactions.StatusSuccess, Category: word(8)})
	}
	srv.Seed(rows...)
	some := 0
	for range 150 {
		part := word(4)
		var want []int64
		for _, row := range rows {
			if strings.Contains(strings.ToUpper(row.Category), strings.ToUpper(part)) {
				want = append(want, row.ID)
			}
		}
		got, err := ids(client.WalkTransactions(t.Context(), filter{Category: text{Contains: &part}}, transactions.PageSize(7)))
		require.NoError(t, err, part)
		require.Equal(t, want, got, part)
		if len(want) > 0 {
			some++
		}
	}
	assert.Greater(t, some, 50)
}
