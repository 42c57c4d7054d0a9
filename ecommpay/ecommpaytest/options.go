package ecommpaytest

import (
	"time"

	"github.com/payclients/payclients-go/ecommpay"
)

// DefaultCredentials returns credentials for ecommpay.NewClient: the Token and the
// Secret that a server accepts if it was started without [WithCredentials].
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

// WithCredentials sets the only Token and Secret that the server accepts. It
// does not check c: with a Secret of "", the server refuses every request with
// status 401. The default is [DefaultCredentials]. A second WithCredentials
// replaces the first. [Server.SetCredentials] replaces the credentials of a
// running server.
func WithCredentials(c ecommpay.Credentials) Option {
	return func(o *config) { o.credentials = c }
}

// WithProjects limits the token to the projects with these ids, except for
// balances, which are never limited. Answers leave out rows of other projects. A
// request that names another project is refused with status 401. Without
// WithProjects the token reaches all projects; WithProjects without ids lets it
// reach none. A second WithProjects replaces the first.
func WithProjects(ids ...string) Option {
	return func(o *config) {
		o.projects = map[string]bool{}
		for _, id := range ids {
			o.projects[id] = true
		}
	}
}

// WithoutRights makes the server refuse requests for chargebacks and fraud
// reports with status 403. By default the server answers them.
func WithoutRights() Option {
	return func(o *config) { o.noRights = true }
}

// WithByteOrder makes the server sign its answers in another order: it sorts
// the lines "path:value" of the text to sign by their bytes. The default is the
// order of [ecommpay.Canonical]. Clients accept both orders. The two orders
// differ, for example, for an array of more than ten elements. Which order the
// live service uses for longer arrays is Unverified.
func WithByteOrder() Option {
	return func(o *config) { o.byteOrder = true }
}

// WithoutSignatures makes the server answer without signatures. A client then
// returns *ecommpay.SignatureError, unless [ecommpay.WithResponseVerification] lets
// it accept such answers. By default the server signs every answer with status 200.
func WithoutSignatures() Option {
	return func(o *config) { o.unsigned = true }
}

// WithNewestFirst makes the server list operations by their last update, the
// newest first. The default is the oldest first. Answers to OperationsByPayment do
// not change: they are always ordered by creation, the newest first.
func WithNewestFirst() Option {
	return func(o *config) { o.newestFirst = true }
}

// WithMoves makes the server change operations while a client reads them page by
// page, as m says, see [Moves]. The zero Moves, the default, changes nothing. A
// second WithMoves replaces the first.
func WithMoves(m Moves) Option {
	return func(o *config) { o.moves = m }
}

// WithThrottle limits how often the server answers long requests. A request is
// long if it asks for the operations of more than 180 days; days in the future
// do not count. The server answers the first long request at once. It delays
// each later long request until minGap has passed since the previous one was
// let through. The server waits in real time: neither [WithClock] nor
// [Server.Advance] shortens the wait.
//
// The default is 10 seconds, as documented. A minGap of 0 or less means no
// delay. A second WithThrottle replaces the first.
func WithThrottle(minGap time.Duration) Option {
	return func(o *config) { o.pause = minGap }
}
