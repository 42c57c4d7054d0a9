package vima

import (
	"context"
	"iter"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/transport"
)

// delivery is a page with the answer that it came in.
type delivery = paginate.Delivery[*OperationPage, transport.Response]

// walk iterates over pages from the cursor of p on. p must be valid.
func (c *Client) walk(ctx context.Context, p ListOperationsParams, call *callOptions) iter.Seq2[delivery, error] {
	by := createID
	if p.AfterUpdateID != "" {
		by = updateID
	}
	at := func(key string) ListOperationsParams {
		p := p
		*by.after(&p) = key
		return p
	}
	start := *by.after(&p)
	return paginate.Walk(ctx, start, call.prefetch, func() paginate.Source[string, answer[*OperationPage], delivery] {
		w := walker{stream: by, asked: p.count(), after: start}
		return paginate.Source[string, answer[*OperationPage], delivery]{
			Fetch: func(ctx context.Context, key string) (answer[*OperationPage], error) {
				return c.list(ctx, at(key), call)
			},
			Peek: func(key string, a answer[*OperationPage]) (string, bool) {
				next := a.Result.last(by)
				return next, CompareCursors(next, key) > 0
			},
			Open: func(_ string, a answer[*OperationPage]) (paginate.Step[string, delivery], error) {
				more, err := w.advance(a.Result)
				return paginate.Step[string, delivery]{
					Page: delivery{Page: a.Result, Answer: a.Response},
					Skip: len(a.Result.Operations) == 0 && len(a.Result.Bad) == 0,
					Next: w.after,
					Last: !more,
				}, err
			},
		}
	})
}
