// Package poll reads the state of a payment repeatedly until it is final.
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

// Params sets how often to read. Or replaces zero fields; Until uses them as they
// are.
type Params struct {
	First       time.Duration // before the first read
	MinInterval time.Duration // between the first two reads
	MaxInterval time.Duration // each interval is twice the last, up to this
}

// Problems returns the rules that the WaitParams of a package break, nil if they
// break none. A zero field breaks none.
func (p Params) Problems() []string {
	var found problems.List
	found.If(p.First < 0 || p.MinInterval < 0 || p.MaxInterval < 0, "WaitParams: intervals must not be negative")
	found.If(p.MaxInterval > 0 && p.MinInterval > p.MaxInterval, "WaitParams: MinInterval must not be above MaxInterval")
	return found
}

// Or returns p with the field of d in place of each field that is 0. An interval
// that is set in p limits the default of the other interval.
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

// Poll waits for a state S.
type Poll[S any] struct {
	Name   string // package and operation, for errors: "wallet: WaitPayment"
	Params Params
	Read   func(context.Context) (*S, error)
	Done   func(*S) bool
	// Refusal returns the status of an error that is a refusal by the service,
	// and how long the service asks to wait, 0 if it does not say. ok is false
	// for every other error.
	Refusal func(error) (status int, retryAfter time.Duration, ok bool)
}

// Until reads until Done returns true, a read fails permanently, or ctx ends. It
// sleeps Params.First before the first read. last is the known state, or nil. A
// read that fails without an answer, with status 429 or with status 500 and above
// is repeated, not earlier than the service asked for.
//
// It returns the last known state, or nil if there is none, and an error. The
// error is nil if Done returned true. Otherwise it is the permanent error, or the
// error of ctx, joined with the last read's error if that read failed.
func (p Poll[S]) Until(ctx context.Context, last *S) (*S, error) {
	var err error
	for next, interval := p.Params.First, p.Params.MinInterval; ; next, interval = interval, min(2*interval, p.Params.MaxInterval) {
		if ended := Pause(ctx, max(next, p.retryAfter(err))); ended != nil {
			return last, p.givenUp(ended, err)
		}
		var now *S
		if now, err = p.Read(ctx); err == nil {
			last = now
		}
		if err != nil && !p.isTransient(err) || err == nil && p.Done(now) {
			return last, err
		}
	}
}

// isTransient reports whether a later read may succeed after err, the error of a
// read. Context errors count as transient, because Pause reports the end of the
// context.
func (p Poll[S]) isTransient(err error) bool {
	if status, _, ok := p.Refusal(err); ok {
		return status == http.StatusTooManyRequests || status >= http.StatusInternalServerError
	}
	// Only the outermost error is the read's own. If it is not a
	// *transport.Error, an answer came that is of no use, or no request was sent.
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

// givenUp returns the error of a wait that the context ended. ended is the
// context's error, and last is the error of the last read, or nil. The result
// matches both.
func (p Poll[S]) givenUp(ended, last error) error {
	switch {
	case last == nil:
		return transport.Ended(fmt.Errorf("%s: %w", p.Name, ended), ended)
	case errors.Is(last, ended):
		return last
	}
	return transport.Ended(fmt.Errorf("%s: %w, last read: %w", p.Name, ended, last), ended)
}

// Pause sleeps for d, or until ctx ends. It returns nil after d, and the error of
// ctx if ctx has ended. A d of 0 or less does not sleep.
func Pause(ctx context.Context, d time.Duration) error {
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
