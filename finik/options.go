package finik

import (
	"time"
)

type ownOptions struct {
	offset      time.Duration
	serverClock bool
}

// WithClockOffset adds d to this machine's clock in the timestamps of requests,
// which the service accepts for 10 seconds. Use a positive d for a clock that is
// behind. For more than 366 days either way NewClient returns ErrInvalidRequest.
// The default is 0. A second WithClockOffset replaces the first.
func WithClockOffset(d time.Duration) Option {
	return func(o *options) { o.offset = d }
}

// WithServerClock makes the client learn the service's clock from a 401. The
// client compares the Date header of the 401 with the timestamp of the request.
// If they differ by 2 seconds or more, the client replaces the offset of
// WithClockOffset by the difference between Date and this machine's clock, for
// this and all further requests, and sends the request once more. For a 401
// without such a Date the client asks the [CredentialSource], if there is one,
// for new credentials.
// A request is sent once more at most, for clock and credentials together. By
// default the client does not learn the clock.
func WithServerClock() Option {
	return func(o *options) { o.serverClock = true }
}
