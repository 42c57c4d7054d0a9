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

// Params sets how often to read. Params.Or replaces zero fields. Until uses the fields
// as they are: a wait of zero or less does not sleep.
type Params struct {
	First       time.Duration // before the first read
	MinInterval time.Duration // between the first two reads
	MaxInterval time.Duration // each interval is twice the one before, up to this
}

// Problems returns the rules that p breaks, nil if it breaks none. The rules
// are: no field is negative, and MinInterval is not above MaxInterval, unless
// MaxInterval is 0. A zero field breaks no rule. Each string names WaitParams,
// the type that a package's user fills in.
func (p Params) Problems() []string {
	var found problems.List
	found.If(p.First < 0 || p.MinInterval < 0 || p.MaxInterval < 0, "WaitParams: intervals must not be negative")
	found.If(p.MaxInterval > 0 && p.MinInterval > p.MaxInterval, "WaitParams: MinInterval must not be above MaxInterval")
	return found
}

// Or returns p with the defaults d in place of fields that are 0. If p sets
// only MaxInterval, MinInterval becomes d.MinInterval but at most
// p.MaxInterval. If p sets only MinInterval, MaxInterval becomes d.MaxInterval
// but at least p.MinInterval. p must have no Problems.
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

// Poll waits until a state of type S is final. No function field may be nil.
type Poll[S any] struct {
	Name   string // package and operation, for errors: "wallet: WaitPayment"
	Params Params
	Read   func(context.Context) (*S, error) // reads the state once; not nil without an error
	Done   func(*S) bool                     // reports whether a state that Read returned ends the wait
	// Refusal returns the HTTP status of an error that is a refusal by the service,
	// and how long the service asks to wait, 0 if it does not say. ok is false for
	// every other error; the status and the wait are then 0.
	Refusal func(error) (status int, retryAfter time.Duration, ok bool)
}

// Until reads the state until Done returns true, a read fails permanently, or
// ctx ends. It blocks and sleeps before each read: Params.First before the
// first one, then Params.MinInterval, which doubles up to Params.MaxInterval.
// last is the state that the caller already knows, or nil; Until does not call
// Done with last.
//
// A read that fails is repeated if it got no answer, or if the status is 429 or
// at least 500. The next read is not earlier than the service asked for. A read
// that got no credentials or found an invalid certificate is not repeated.
//
// Until returns the newest state, which is last if no read succeeded. The error
// is nil if Done returned true. If a read failed permanently, the error is the
// unchanged error of Read. If ctx ended, the error matches the error of ctx,
// and also the error of the newest read if that read failed.
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

// isTransient reports whether a later read may succeed after err, the error of
// a read; err must not be nil. p.Refusal says whether err is a refusal, and
// with which status. A refusal is transient if its status is 429 or at least
// 500, and for no other status.
//
// An err that is not a refusal is transient if it wraps a *transport.Error. Two
// such errors are not transient: one with the class "credentials", and one
// about an invalid certificate. The end of the context inside a
// *transport.Error is transient, because Pause then reports it.
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

// givenUp returns the error of a wait that ctx ended. ended is the error of
// ctx, not its cause. last is the error of the newest read, or nil if that read
// succeeded or there was none. errors.Is finds ended and last in the result. If
// last matches ended already, the result is last.
func (p Poll[S]) givenUp(ended, last error) error {
	switch {
	case last == nil:
		return transport.Ended(fmt.Errorf("%s: %w", p.Name, ended), ended)
	case errors.Is(last, ended):
		return last
	}
	return transport.Ended(fmt.Errorf("%s: %w, last read: %w", p.Name, ended, last), ended)
}

// Pause sleeps for d, or until ctx ends. It returns ctx.Err(): nil if the whole
// d has passed and ctx has not ended. A d of 0 or less does not sleep, and also
// returns ctx.Err().
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
