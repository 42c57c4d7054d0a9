package vima

import (
	"context"
	"iter"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

// delivery is a page with the answer that it came in.
type delivery = paginate.Delivery[*OperationPage, transport.Response]

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
	return paginate.Walk(ctx, start, call.prefetch, func() paginate.Source[string, transport.Answer, delivery] {
		w := walker{stream: by, asked: p.count(), after: start}
		return paginate.Source[string, transport.Answer, delivery]{
			Fetch: func(ctx context.Context, key string) (transport.Answer, error) {
				return c.list(ctx, at(key), call)
			},
			Peek: func(key string, a transport.Answer) (string, bool) {
				last, ok := wire.LastElement(a.Body)
				if !ok || a.StatusCode/100 != 2 {
					return "", false
				}
				next, ok := wire.Field(last, by.field)
				return next, ok && decimalID(next) && CompareCursors(next, key) > 0
			},
			Open: func(key string, a transport.Answer) (paginate.Step[string, delivery], error) {
				page, err := openPage(at(key), a)
				if err != nil {
					return paginate.Step[string, delivery]{}, err
				}
				more, err := w.advance(page)
				return paginate.Step[string, delivery]{
					Page: delivery{Page: page, Answer: a.Response},
					Skip: len(page.Operations) == 0 && len(page.Bad) == 0,
					Next: w.after,
					Last: !more,
				}, err
			},
		}
	})
}
