// Package poll reads the state of a payment again and again until it is final.
package poll

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/transport"
)

// Params says how patiently to wait.
type Params struct {
	First       time.Duration // before the first read
	MinInterval time.Duration // between the first two reads
	MaxInterval time.Duration // each interval is twice the last one up to here
}

// Problems says what is wrong with the WaitParams of a package.
func (p Params) Problems() []string {
	var found problems.List
	found.If(p.First < 0 || p.MinInterval < 0 || p.MaxInterval < 0, "WaitParams: intervals must not be negative")
	found.If(p.MaxInterval > 0 && p.MinInterval > p.MaxInterval, "WaitParams: MinInterval must not be above MaxInterval")
	return found
}

// Or returns p with the defaults d in place of what is 0. An interval that is
// given bounds the default of the other one.
func (p Params) Or(d Params) Params {
	if p.First == 0 {
		p.First = d.First
	}
	if p.MinInterval == 0 {
		p.MinInterval = d.MinInterval
		if p.MaxInterval > 0 {
			p.MinInterval = min(p.MinInterval, p.MaxInterval)
		}
	}
	if p.MaxInterval == 0 {
		p.MaxInterval = max(d.MaxInterval, p.MinInterval)
	}
	return p
}

// Poll is a wait for a state S.
type Poll[S any] struct {
	Name   string // of the package and the operation: "wallet: WaitPayment"
	Params Params
	Read   func(context.Context) (*S, error)
	Done   func(*S) bool
	// Refusal reads an error that is a refusal by the service: its status, and how
	// long the service asks to wait. ok is false for every other error.
	Refusal func(error) (status int, retryAfter time.Duration, ok bool)
}

// Until reads until Done says so, a read fails for good, or ctx ends. last is the
// state that is known already, or nil. Beside an error the result is the last
// known state, or nil.
func (p Poll[S]) Until(ctx context.Context, last *S) (*S, error) {
	var err error
	for next, interval := p.Params.First, p.Params.MinInterval; ; next, interval = interval, min(2*interval, p.Params.MaxInterval) {
		if ended := pause(ctx, max(next, p.retryAfter(err))); ended != nil {
			return last, p.givenUp(ended, err)
		}
		var now *S
		if now, err = p.Read(ctx); err == nil {
			last = now
		}
		if err != nil && !p.passing(err) || err == nil && p.Done(now) {
			return last, err
		}
	}
}

// passing reports whether a read failed in a way that may be over soon. Errors
// of the context count: pause says then that it has ended.
func (p Poll[S]) passing(err error) bool {
	if status, _, ok := p.Refusal(err); ok {
		return status == http.StatusTooManyRequests || status >= http.StatusInternalServerError
	}
	// The outermost one is of the read. Without one there was an answer, which is
	// of no use, or no request.
	var network *transport.Error
	if !errors.As(err, &network) {
		return false
	}
	var certificate *tls.CertificateVerificationError
	return network.Class != "credentials" && !errors.As(network, &certificate)
}

func (p Poll[S]) retryAfter(err error) time.Duration {
	if err == nil {
		return 0
	}
	_, wait, _ := p.Refusal(err)
	return wait
}

// givenUp is the end of a wait: the error of the context, and why the last read
// had not helped.
func (p Poll[S]) givenUp(ended, last error) error {
	switch {
	case last == nil:
		return transport.Ended(fmt.Errorf("%s: %w", p.Name, ended), ended)
	case errors.Is(last, ended):
		return last
	}
	return transport.Ended(fmt.Errorf("%s: %w, last read: %w", p.Name, ended, last), ended)
}

// pause waits, or returns the error of ctx once that has ended.
func pause(ctx context.Context, d time.Duration) error {
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
	}
	return ctx.Err()
}
