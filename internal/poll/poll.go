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

// Params sets how often to read. Params.Or puts defaults in place of zero fields.
// Until takes the fields as they are: it does not sleep for a wait of zero or less.
type Params struct {
	First       time.Duration // before the first read
	MinInterval time.Duration // between the first two reads
	MaxInterval time.Duration // each interval is twice the one before, up to this
}

// Problems returns the rules that p breaks, nil if it breaks none. The rules are:
//   - no field is negative
//   - MinInterval is not above MaxInterval, unless MaxInterval is 0
//
// Each string names WaitParams, the type that a package's user fills in.
func (p Params) Problems() []string {
	var found problems.List
	found.If(p.First < 0 || p.MinInterval < 0 || p.MaxInterval < 0, "WaitParams: intervals must not be negative")
	found.If(p.MaxInterval > 0 && p.MinInterval > p.MaxInterval, "WaitParams: MinInterval must not be above MaxInterval")
	return found
}

// Or returns p with the fields of d in place of fields of p that are 0. Two rules
// keep MinInterval at or below MaxInterval:
//   - If p.MinInterval is 0 and p.MaxInterval is not, MinInterval becomes the
//     smaller of d.MinInterval and p.MaxInterval.
//   - If p.MaxInterval is 0, MaxInterval becomes the larger of d.MaxInterval and the
//     MinInterval of the result.
//
// p and d must have no Problems. Or does not check this.
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

// Poll waits until a state of type S is final, see [Poll.Until]. No function field
// may be nil. Until calls the functions on its own goroutine.
type Poll[S any] struct {
	Name   string // package and operation, for errors: "wallet: WaitPayment"
	Params Params
	Read   func(context.Context) (*S, error) // reads the state once; without an error the state must not be nil
	Done   func(*S) bool                     // called after each read without an error; true ends the wait
	// Refusal is called with each error of Read, perhaps twice. If the error is a
	// refusal by the service, Refusal returns the HTTP status, how long the service
	// asks to wait (0 if it does not say), and true. For any other error it returns
	// 0, 0 and false. The status decides whether Until reads again, and Until waits
	// at least that long.
	Refusal func(error) (status int, retryAfter time.Duration, ok bool)
}

// Until reads the state with p.Read until p.Done returns true, a read fails
// permanently, or ctx ends. last is the state that the caller already knows, or
// nil; Until does not call p.Done with last.
//
// Until blocks and sleeps before each read: Params.First before the first read,
// Params.MinInterval before the second, and then each time twice the interval
// before, but at most Params.MaxInterval. 0 does not mean a default here:
//   - With a First of 0 the first read is at once.
//   - With a MinInterval of 0 all reads after the first follow without a pause.
//   - With a MaxInterval of 0 all reads after the second follow without a pause.
//
// If the service refuses a read and asks for a longer wait, the next sleep is as
// long as the service asks, also if this is longer than Params.MaxInterval.
//
// A read that fails is repeated in two cases. Any other failure is permanent.
//   - The service refused the read with a status of 429 or at least 500.
//   - The read got no answer, except if it had no credentials or found an invalid
//     certificate.
//
// Until returns the newest state, or last if no read succeeded. The error is
//   - nil if p.Done returned true
//   - the unchanged error of p.Read if the read failed permanently
//   - an error that matches the error of ctx if ctx ended; errors.Is also finds the
//     error of the newest read if that read failed
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
// read; err must not be nil. p.Refusal says whether err is a refusal, and with
// which status. A refusal is transient if its status is 429 or at least 500, and
// for no other status.
//
// An err that is not a refusal is transient if it wraps a *transport.Error, with
// two exceptions: the class "credentials", and an invalid certificate. Any other
// err is not transient. A *transport.Error about the end of a context is transient
// too. If the context of Until has ended, Until still does not read again, because
// Pause returns the context's error first.
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

// givenUp returns the error of a wait that ended because ctx ended. ended is the
// result of ctx.Err(). last is the error of the newest read, or nil if that read
// succeeded or there was none. If last matches ended already, givenUp returns last
// unchanged. Otherwise errors.Is finds ended in the result, and also last if last
// is not nil.
func (p Poll[S]) givenUp(ended, last error) error {
	switch {
	case last == nil:
		return transport.Ended(fmt.Errorf("%s: %w", p.Name, ended), ended)
	case errors.Is(last, ended):
		return last
	}
	return transport.Ended(fmt.Errorf("%s: %w, last read: %w", p.Name, ended, last), ended)
}

// Pause sleeps for d, or until ctx ends. It returns ctx.Err(): nil if the whole d
// has passed and ctx has not ended. If d is 0 or less, Pause returns ctx.Err() at
// once.
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
