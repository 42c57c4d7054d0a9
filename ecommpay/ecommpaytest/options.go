package ecommpaytest

import (
	"time"

	"github.com/payclients/payclients-go/ecommpay"
)

// DefaultCredentials are those that a server asks for unless told otherwise.
func DefaultCredentials() ecommpay.Credentials {
	return ecommpay.Credentials{Token: "test-000000000000000000000000", Secret: "test-secret-0000000000000000"}
}

// Option changes a server.
type Option func(*config)

type config struct {
	credentials ecommpay.Credentials
	projects    map[string]bool // nil: all
	noRights    bool
	byteOrder   bool
	unsigned    bool
	newestFirst bool
	maxRows     int
	moves       Moves
	pause       time.Duration
}

func newConfig(opts []Option) config {
	c := config{credentials: DefaultCredentials(), pause: 10 * time.Second}
	for _, opt := range opts {
		opt(&c)
	}
	return c
}

// WithCredentials makes the server ask for these. The default is
// [DefaultCredentials]. See [Server.SetCredentials] to replace them later.
func WithCredentials(c ecommpay.Credentials) Option {
	return func(o *config) { o.credentials = c }
}

// WithProjects limits the token to these projects: rows of others are left out,
// and a request that names another one is refused with 401.
func WithProjects(ids ...string) Option {
	return func(o *config) {
		o.projects = map[string]bool{}
		for _, id := range ids {
			o.projects[id] = true
		}
	}
}

// WithoutRights takes the rights to chargebacks and fraud from the token: such
// requests are refused with 403.
func WithoutRights() Option {
	return func(o *config) { o.noRights = true }
}

// WithByteOrder signs answers by the order of bytes in place of the natural one:
// which of them the live service uses for arrays of more than ten elements is
// unknown.
func WithByteOrder() Option {
	return func(o *config) { o.byteOrder = true }
}

// WithoutSignatures leaves the signature out of every answer.
func WithoutSignatures() Option {
	return func(o *config) { o.unsigned = true }
}

// WithNewestFirst turns the order of operations round.
func WithNewestFirst() Option {
	return func(o *config) { o.newestFirst = true }
}

// WithPageLimit makes the server return no more than n rows at once, whatever limit
// says: a short page is then not the end.
func WithPageLimit(n int) Option {
	return func(o *config) { o.maxRows = max(n, 1) }
}

// WithMoves changes the operations of an interval between two requests for it.
func WithMoves(m Moves) Option {
	return func(o *config) { o.moves = m }
}

// WithThrottle is the pause between requests with an interval of more than 180
// days. The default is 10 seconds, as documented.
func WithThrottle(pause time.Duration) Option {
	return func(o *config) { o.pause = pause }
}
