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
	q := p.request(p.From) // what its answers mean is the same for every page
	return paginate.Walk(ctx, p.From, 0, func() paginate.Source[int, transport.Answer, delivery] {
		w := walker{Offsets: paginate.NewOffsets(p.Size, overlap), size: p.Size}
		w.Begin(p.From)
		return paginate.Source[int, transport.Answer, delivery]{
			Fetch: func(ctx context.Context, from int) (transport.Answer, error) {
				return c.send(ctx, p.request(from), call)
			},
			Open: func(from int, a transport.Answer) (paginate.Step[int, delivery], error) {
				return w.open(q, from, a)
			},
		}
	})
}
