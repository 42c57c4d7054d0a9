package wallet

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/payclients/payclients-go/internal/cause"
	"github.com/payclients/payclients-go/internal/transport"
)

// The intervals of a zero WaitParams.
const (
	defaultMinInterval = time.Second
	defaultMaxInterval = 30 * time.Second
)

// WaitParams says how patiently to wait. A zero field is its default.
type WaitParams struct {
	MinInterval time.Duration // between the first two looks; the default is 1 s
	MaxInterval time.Duration // each interval is twice the last one up to here; the default is 30 s
}

// WaitPayment reads a payment until its status is final or ctx ends: give ctx a
// deadline. It looks at once and then after growing intervals. The wait costs
// nothing but reads, and may be given up and begun anew at any time.
//
// A service that is out of reach (no answer, status 429 or 5xx) does not end the
// wait, since the payment goes on without it; Retry-After is obeyed. Every other
// error does. A payment that nobody executes stays created, and a card payment
// stays processing until the user has been to Card.PaymentPageURL, which this
// call does not wait for anybody to see: see [Client.RunPayment].
//
// Beside an error the result is the last known state, or nil. The errors are
// those of GetPayment and, when ctx ends, its own, beside the last error of a
// read if that failed.
//
// wallet.best API: GET /payments/{id}
func (c *Client) WaitPayment(ctx context.Context, id int64, p WaitParams, opts ...CallOption) (*PaymentResult, error) {
	call := newCall(opts)
	if faults := slices.Concat(idFaults(id), p.faults(), call.faults); len(faults) > 0 {
		return nil, invalid(faults...)
	}
	done := func(p *Payment) bool { return p.Status.Final() }
	return c.wait(ctx, "WaitPayment", id, p, nil, done, call)
}

// wait reads until done says so; last is what is known already, or nil.
func (c *Client) wait(
	ctx context.Context, operation string, id int64, p WaitParams,
	last *PaymentResult, done func(*Payment) bool, call *callOptions,
) (*PaymentResult, error) {
	p = p.withDefaults()
	for interval := p.MinInterval; ; interval = min(2*interval, p.MaxInterval) {
		r, err := c.getThis(ctx, id, call)
		if err == nil {
			last = r
		}
		if err != nil && !passing(err) || err == nil && done(&r.Payment) {
			return last, err
		}
		if ended := pause(ctx, max(interval, retryAfter(err))); ended != nil {
			return last, givenUp(operation, ended, err)
		}
	}
}

// getThis reads a payment and sees to it that the answer is about that one.
func (c *Client) getThis(ctx context.Context, id int64, call *callOptions) (*PaymentResult, error) {
	r, err := c.get(ctx, id, call)
	if err == nil && r.Payment.ID != id {
		return nil, fmt.Errorf("%w: GetPayment: asked for %d, got %d", ErrOtherPayment, id, r.Payment.ID)
	}
	return r, err
}

func (p WaitParams) faults() []string {
	var faults []string
	if p.MinInterval < 0 || p.MaxInterval < 0 {
		faults = append(faults, "WaitParams: intervals must not be negative")
	}
	if p.MaxInterval > 0 && p.MinInterval > p.MaxInterval {
		faults = append(faults, "WaitParams: MinInterval must not be above MaxInterval")
	}
	return faults
}

func (p WaitParams) withDefaults() WaitParams {
	if p.MinInterval == 0 {
		p.MinInterval = defaultMinInterval
		if p.MaxInterval > 0 {
			p.MinInterval = min(p.MinInterval, p.MaxInterval)
		}
	}
	if p.MaxInterval == 0 {
		p.MaxInterval = max(defaultMaxInterval, p.MinInterval)
	}
	return p
}

// passing reports whether a read failed in a way that may be over soon. Errors
// of the context count: pause says then that it has ended.
func passing(err error) bool {
	if refused, ok := cause.Own[*Error](err); ok {
		return refused.StatusCode == http.StatusTooManyRequests || refused.StatusCode >= http.StatusInternalServerError
	}
	// The outermost one is that of the read. Without one there was an answer, which
	// is of no use, or no request.
	var network *transport.Error
	if !errors.As(err, &network) {
		return false
	}
	var certificate *tls.CertificateVerificationError
	return network.Class != "credentials" && !errors.As(network, &certificate)
}

func retryAfter(err error) time.Duration {
	if refused, ok := cause.Own[*Error](err); ok {
		return refused.RetryAfter
	}
	return 0
}

// pause waits, or gives the error of ctx once that has ended.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return ctx.Err()
	}
}

// givenUp is the end of a wait: that of the context, and why the last read had
// not helped.
func givenUp(operation string, ended, last error) error {
	switch {
	case last == nil:
		return fmt.Errorf("wallet: %s: %w", operation, ended)
	case errors.Is(last, ended):
		return last
	}
	return fmt.Errorf("wallet: %s: %w, last read: %w", operation, ended, last)
}
