package transactionstest

import (
	"time"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/transactions"
)

// What a server accepts without options.
const (
	DefaultToken    = "master-00000000000000000000000000000000" // never expires
	DefaultUsername = "operator"
	DefaultPassword = "password"
)

// Shape is the form of a list's answer. The live service is known only from single
// transactions, so its shape is Unverified.
type Shape int

// The shapes, for [WithShape].
const (
	ShapeArray      Shape = iota // […]
	ShapePage                    // {"content":[…],"totalElements":…}
	ShapePagedModel              // {"content":[…],"page":{…}}
	ShapeData                    // {"data":[…]}
	ShapeItems                   // {"items":[…]}
	ShapeEmbedded                // {"_embedded":{"transactions":[…]}}
	ShapeObject                  // a single transaction without a list around it; otherwise as ShapeArray

	// The shapes below are faults: if no transaction matches, they answer without a
	// list, otherwise as ShapeArray. A client must not read that as the end.

	ShapeNull      // null
	ShapeEmpty     // status 200 without a body
	ShapeNoContent // status 204
)

// DefaultCredentials returns [DefaultToken] for transactions.NewClient.
func DefaultCredentials() transactions.TokenSource { return transactions.StaticToken(DefaultToken) }

// config is what the options of a server record.
type config struct {
	shared

	shape          Shape
	withoutHeaders bool
	linkBase       string
	password       string
	username       string
	lifetime       time.Duration
	uses           int
	emptyRefusals  bool
	forbidden      bool
	unknown        map[string]bool
	loose          bool
	beforeList     func(*Server)
	arrivals       int
	updates        int
	lateEvery      int
	late           time.Duration
}

// newConfig applies opts to the defaults.
func newConfig(opts []Option) config {
	c := config{
		shared:   shared{pageLimit: 2000, now: fakeapi.At(time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC))},
		linkBase: "http://transactions.internal:8080",
		username: DefaultUsername, password: DefaultPassword, lifetime: 24 * time.Hour,
		unknown: map[string]bool{},
	}
	c.apply(opts, time.Millisecond)
	return c
}

// WithShape sets the form of a list's answer. The default is [ShapeArray].
func WithShape(shape Shape) Option {
	return func(c *config) { c.shape = shape }
}

// WithoutHeaders omits X-Total-Count and Link, as a service may that pages unlike a
// standard one.
func WithoutHeaders() Option {
	return func(c *config) { c.withoutHeaders = true }
}

// WithLinkBase replaces the address in Link headers. The default is an internal
// host, as from a service behind a proxy.
func WithLinkBase(base string) Option {
	return func(c *config) { c.linkBase = base }
}

// WithUser replaces the user name and password that get a token. The default is
// [DefaultUsername] and [DefaultPassword].
func WithUser(username, password string) Option {
	return func(c *config) { c.username, c.password = username, password }
}

// WithTokenLifetime sets how long the server accepts a token that it issues, by the
// machine's clock. The default is 24 hours; 0 or less makes tokens expire at once.
// See also [Server.ExpireTokens].
func WithTokenLifetime(d time.Duration) Option {
	return func(c *config) { c.lifetime = d }
}

// WithTokenUses makes every token that the server issues expire after n requests. 0
// or less means no limit, the default.
func WithTokenUses(n int) Option {
	return func(c *config) { c.uses = n }
}

// WithEmptyRefusals makes the server answer 401 and 403 without a body and with a
// WWW-Authenticate header, as newer services do. The default is a problem in JSON.
func WithEmptyRefusals() Option {
	return func(c *config) { c.emptyRefusals = true }
}

// WithoutRights makes the server answer every list request with 403.
func WithoutRights() Option {
	return func(c *config) { c.forbidden = true }
}

// WithUnknownFields makes the server ignore conditions on these fields, as a
// service without such criteria does: for example "createdDate". A second
// WithUnknownFields adds fields.
func WithUnknownFields(names ...string) Option {
	return func(c *config) {
		for _, name := range names {
			c.unknown[name] = true
		}
	}
}

// WithLooseTexts makes the server compare and sort strings without regard to case
// and to spaces at their ends, as MySQL does by default. The default is byte by
// byte, as PostgreSQL does.
func WithLooseTexts() Option {
	return func(c *config) { c.loose = true }
}

// WithBeforeList calls f before each list that the server answers. f may call the
// server's methods. A second WithBeforeList replaces the first; nil is none.
func WithBeforeList(f func(*Server)) Option {
	return func(c *config) { c.beforeList = f }
}

// WithArrivals adds n transactions before each list that the server answers, with
// ids above all others, made up as by [Generate]. The default is 0; a negative n
// counts as 0.
func WithArrivals(n int) Option {
	return func(c *config) { c.arrivals = max(n, 0) }
}

// WithUpdates changes n transactions at random before each list that the server
// answers: their recipientStatusText and lastModifiedDate. The default is 0; a
// negative n counts as 0.
func WithUpdates(n int) Option {
	return func(c *config) { c.updates = max(n, 0) }
}

// WithLateRows hides every n-th transaction that is seeded or arrives, like a row
// whose database transaction takes long: the server serves it only once the
// server's clock is late after its LastModifiedDate. By then an iteration by id may
// have passed. Newer changes, [Server.Advance] and [WithClock] move the clock.
//
// An every below 1 switches late rows off, which is the default. A negative late
// counts as 0.
func WithLateRows(every int, late time.Duration) Option {
	return func(c *config) { c.lateEvery, c.late = max(every, 0), max(late, 0) }
}
