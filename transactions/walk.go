package transactions

import (
	"context"
	"iter"
	"maps"
	"net/url"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/transport"
)

// delivery is a page with the answer that it came in.
type delivery = paginate.Delivery[*TransactionPage, transport.Response]

// flatten yields the transactions of pages and ends at a page with bad rows.
func flatten(pages iter.Seq2[*TransactionPage, error]) iter.Seq2[*Transaction, error] {
	return paginate.Flatten(pages, func(page *TransactionPage) ([]*Transaction, error) {
		return page.Transactions, undecodedRows(listTransactions, page.Bad)
	})
}

// walkPages iterates by page number. It requests the next page ahead only if the
// service says that there is one.
func (c *Client) walkPages(ctx context.Context, p ListTransactionsParams, values url.Values, call *callOptions) iter.Seq2[delivery, error] {
	return paginate.Walk(ctx, p.Page, call.prefetch, func() paginate.Source[int, answer[*TransactionPage], delivery] {
		w := newPageWalker(p)
		return paginate.Source[int, answer[*TransactionPage], delivery]{
			Fetch: func(ctx context.Context, number int) (answer[*TransactionPage], error) {
				at := maps.Clone(values)
				setPage(at, number)
				return c.list(ctx, at, call)
			},
			Peek: func(number int, a answer[*TransactionPage]) (int, bool) {
				next, ok := nextPage(a.Response)
				return number + 1, ok && next == number+1
			},
			Open: func(number int, a answer[*TransactionPage]) (paginate.Step[int, delivery], error) {
				page := a.Result
				more, err := w.advance(page, a.Response)
				if err == nil {
					err = p.Filter.check(page)
				}
				return paginate.Step[int, delivery]{
					Page: delivery{Page: page, Answer: a.Response},
					Skip: len(page.Transactions) == 0 && len(page.Bad) == 0,
					Next: number + 1,
					Last: !more,
				}, err
			},
		}
	})
}
