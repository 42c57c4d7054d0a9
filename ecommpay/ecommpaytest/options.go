package ecommpaytest

import (
	"time"

	"github.com/payclients/payclients-go/ecommpay"
)

// DefaultCredentials returns the credentials that a server asks for by default,
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

// WithMoves changes the operations of an interval between two requests for it.
func WithMoves(m Moves) Option {
	return func(o *config) { o.moves = m }
}

// WithThrottle is the pause between requests with an interval of more than 180
// days. The default is 10 seconds, as documented.
func WithThrottle(pause time.Duration) Option {
	return func(o *config) { o.pause = pause }
}
