package ecommpaytest

import (
	"time"

	"github.com/payclients/payclients-go/ecommpay"
)

// DefaultCredentials returns the credentials that a server accepts by default,
// for ecommpay.NewClient.
func DefaultCredentials() ecommpay.Credentials {
	return ecommpay.Credentials{Token: "test-000000000000000000000000", Secret: "test-secret-0000000000000000"}
}

type config struct {
	shared

	credentials ecommpay.Credentials
	projects    map[string]bool // nil: all
	noRights    bool
	byteOrder   bool
	unsigned    bool
	newestFirst bool
	moves       Moves
	pause       time.Duration
}

func newConfig(opts []Option) config {
	c := config{shared: shared{now: time.Now}, credentials: DefaultCredentials(), pause: 10 * time.Second}
	c.apply(opts, 0)
	return c
}

// WithCredentials sets the only credentials that the server accepts. The default
// is [DefaultCredentials]. [Server.SetCredentials] replaces them later.
func WithCredentials(c ecommpay.Credentials) Option {
	return func(o *config) { o.credentials = c }
}

// WithProjects limits the token to these projects. Rows of other projects are
// left out, and a request that names another project is refused with 401. Without
// it the token reaches all projects; with no ids it reaches none.
func WithProjects(ids ...string) Option {
	return func(o *config) {
		o.projects = map[string]bool{}
		for _, id := range ids {
			o.projects[id] = true
		}
	}
}

// WithoutRights makes the server refuse requests for chargebacks and fraud with
// 403.
func WithoutRights() Option {
	return func(o *config) { o.noRights = true }
}

// WithByteOrder signs answers with their lines sorted by bytes instead of natural
// order. Which order the live service uses for arrays of more than ten elements
// is unknown.
func WithByteOrder() Option {
	return func(o *config) { o.byteOrder = true }
}

// WithoutSignatures makes the server answer without signatures.
func WithoutSignatures() Option {
	return func(o *config) { o.unsigned = true }
}

// WithNewestFirst lists operations by their last update, newest first.
func WithNewestFirst() Option {
	return func(o *config) { o.newestFirst = true }
}

// WithMoves changes the operations of an interval between two requests for it.
func WithMoves(m Moves) Option {
	return func(o *config) { o.moves = m }
}

// WithThrottle sets the pause between requests with an interval of more than 180
// days. The default is 10 seconds, as documented; 0 means none.
func WithThrottle(pause time.Duration) Option {
	return func(o *config) { o.pause = pause }
}
