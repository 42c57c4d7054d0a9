package finik

import (
	"time"
)

type ownOptions struct {
	offset      time.Duration
	serverClock bool
}

// WithClockOffset adds d to this machine's clock in the timestamps of requests,
// which the service takes for 10 seconds: a positive d for a clock that is
// behind. At most a year either way. The default is 0.
func WithClockOffset(d time.Duration) Option {
	return func(o *options) { o.offset = d }
}

// WithServerClock lets the client learn the service's clock: an answer 401 whose
// Date header is 2 seconds or more away from the clock that the request was
// stamped by sets the offset of WithClockOffset for this and all further
// requests, and the attempt is made once more. A 401 of another cause, or
// without a Date, is left as it is, but for a [CredentialSource]: an attempt is made
// once more at most, for clock and credentials together. The default is not to.
func WithServerClock() Option {
	return func(o *options) { o.serverClock = true }
}
