package finik

import (
	"context"
	"iter"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/transport"
)

// delivery is a page with the answer that it came in.
type delivery = paginate.Delivery[*ServicePage, transport.Response]

func (c *Client) walk(ctx context.Context, p ListServicesParams, call *callOptions) iter.Seq2[delivery, error] {
	return paginate.Walk(ctx, p.From, 0, func() paginate.Source[int, answer[result[rows]], delivery] {
		w := walker{Offsets: paginate.NewOffsets(p.Size, overlap), size: p.Size}
		w.Begin(p.From)
		return paginate.Source[int, answer[result[rows]], delivery]{
			Fetch: func(ctx context.Context, from int) (answer[result[rows]], error) {
				return ask(ctx, c, p.request(from), call, decodeServices)
			},
			Open: w.step,
		}
	})
}
