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

// Shape is the form of a list's answer, for [WithShape]. The zero value is
// [ShapeArray], and an unknown value counts as ShapeArray. The live service is
// known only from single transactions, so its shape is Unverified.
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

// DefaultCredentials returns a TokenSource with [DefaultToken], for
// transactions.NewClient. Every server accepts this token.
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

// WithShape sets the JSON form of a list in an answer. The default is [ShapeArray];
// an unknown shape counts as ShapeArray. A second WithShape replaces the first.
func WithShape(shape Shape) Option {
	return func(c *config) { c.shape = shape }
}

// WithoutHeaders makes the server omit the headers X-Total-Count and Link. By
// default the server sends both, as a standard service does. A service with another
// kind of pagination may omit them.
func WithoutHeaders() Option {
	return func(c *config) { c.withoutHeaders = true }
}

// WithLinkBase sets what stands before the path in the addresses of Link headers.
// base is a scheme and a host, such as "https://payments.example.com". If base is "",
// an address has only the path and the query. The server writes any other string as
// it is and does not check it. The default is an internal host, as from a service
// behind a proxy. A second WithLinkBase replaces the first.
func WithLinkBase(base string) Option {
	return func(c *config) { c.linkBase = base }
}

// WithUser sets the only username and password for which the server issues tokens.
// Both are compared exactly, empty ones too. The default is
// [DefaultUsername] and [DefaultPassword]. A second WithUser replaces the first.
func WithUser(username, password string) Option {
	return func(c *config) { c.username, c.password = username, password }
}

// WithTokenLifetime sets how long the server accepts a token that it has issued, by
// the machine's clock. The default is 24 hours; 0 or less makes tokens expire at
// once. A second WithTokenLifetime replaces the first. See also
// [Server.ExpireTokens].
func WithTokenLifetime(d time.Duration) Option {
	return func(c *config) { c.lifetime = d }
}

// WithTokenUses makes the server accept each token that it issues for n requests,
// and refuse it with status 401 afterwards. 0 or less means no limit, the default.
// A second WithTokenUses replaces the first. It does not limit [DefaultToken].
func WithTokenUses(n int) Option {
	return func(c *config) { c.uses = n }
}

// WithEmptyRefusals makes the server send the refusals 401 and 403 without a body
// and with a WWW-Authenticate header, as newer services do. By default they have a
// JSON body that describes the problem.
func WithEmptyRefusals() Option {
	return func(c *config) { c.emptyRefusals = true }
}

// WithoutRights makes the server answer every list request that has a valid token
// with status 403. By default the server answers with the list.
func WithoutRights() Option {
	return func(c *config) { c.forbidden = true }
}

// WithUnknownFields makes the server ignore conditions on the fields with these
// names, for example "createdDate", as a service without such criteria does. A name
// that is not a field has no effect. A second WithUnknownFields adds fields.
func WithUnknownFields(names ...string) Option {
	return func(c *config) {
		for _, name := range names {
			c.unknown[name] = true
		}
	}
}

// WithLooseTexts makes the server compare and sort strings as MySQL does by default:
// it ignores upper and lower case, and spaces at the end of a string. Spaces at the
// beginning count. Without WithLooseTexts the server compares byte by byte, as
// PostgreSQL does. The option does not change the operations contains and
// doesNotContain: they always ignore upper and lower case, and count all spaces.
func WithLooseTexts() Option {
	return func(c *config) { c.loose = true }
}

// WithBeforeList makes the server call f each time before it answers a request with a
// list. The server does not call f for requests that it refuses. f gets the server
// and may call its methods. Requests at the same time call f at the same time, so f
// must be safe for concurrent use. A nil f calls nothing, which is the default. A
// second WithBeforeList replaces the first.
func WithBeforeList(f func(*Server)) Option {
	return func(c *config) { c.beforeList = f }
}

// WithArrivals makes the server add n transactions each time before it answers a
// request with a list. [Generate] makes the same kind of transactions; the ids are
// above all others. The default is 0; a negative n counts as 0. A second WithArrivals
// replaces the first.
func WithArrivals(n int) Option {
	return func(c *config) { c.arrivals = max(n, 0) }
}

// WithUpdates makes the server change transactions each time before it answers a
// request with a list. n is the number of changes for each request, at most the
// number of the server's transactions. The server picks the transactions at random,
// and may pick one several times. A change sets recipientStatusText and
// lastModifiedDate. The default is 0; a negative n counts as 0. A second WithUpdates
// replaces the first.
func WithUpdates(n int) Option {
	return func(c *config) { c.updates = max(n, 0) }
}

// WithLateRows hides some of the new transactions that are seeded or arrive, for a
// time, as if their database transactions took long. The server counts all writes,
// changes of transactions included. If n is 3, the server hides a transaction that
// the 3rd, the 6th, the 9th write and so on adds. If n is below 1, no transaction is
// hidden; that is the default.
//
// A hidden transaction appears once the server's clock has reached the transaction's
// LastModifiedDate plus delay. Newer changes, [Server.Advance] and [WithClock] move
// the clock. A negative delay counts as 0. A second WithLateRows replaces the first.
//
// So a transaction can appear after an iteration by id has yielded higher ids.
func WithLateRows(n int, delay time.Duration) Option {
	return func(c *config) { c.lateEvery, c.late = max(n, 0), max(delay, 0) }
}
