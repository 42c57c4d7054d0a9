package wallet

import (
	"context"
	"iter"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/transport"
)

// delivery is a page with the answer that it came in.
type delivery = paginate.Delivery[*PaymentPage, transport.Response]

// walk iterates over pages. It never reads ahead, because the service marks a page
// that it returns as seen.
func (c *Client) walk(ctx context.Context, p ListPaymentsParams, call *callOptions) iter.Seq2[delivery, error] {
	type pageAnswer = answer[result[rows[Payment]]]
	return paginate.Walk(ctx, p.Page, 0, func() paginate.Source[int, pageAnswer, delivery] {
		w := walker{size: p.size(), seen: map[seenRow]bool{}, before: p.Page * p.size()}
		return paginate.Source[int, pageAnswer, delivery]{
			Fetch: func(ctx context.Context, number int) (pageAnswer, error) {
				at := p
				at.Page = number
				return c.list(ctx, at, call)
			},
			Open: func(number int, a pageAnswer) (paginate.Step[int, delivery], error) {
				page := pageOf(a.Result)
				more, err := w.advance(page)
				return paginate.Step[int, delivery]{
					Page: delivery{Page: page, Answer: a.Response},
					Skip: len(page.Payments) == 0 && len(page.Bad) == 0,
					Next: number + 1,
					Last: !more,
				}, err
			},
		}
	})
}
