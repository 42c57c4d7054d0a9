package transactionstest

import (
	"time"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/transactions"
)

// What a server asks for unless told otherwise.
const (
	DefaultToken    = "master-00000000000000000000000000000000" // accepted for ever
	DefaultUsername = "operator"
	DefaultPassword = "password"
)

// Shape is the form of a list's answer. Which one the live service uses is known
// of single transactions only.
type Shape int

// The shapes.
const (
	ShapeArray      Shape = iota // […]
	ShapePage                    // {"content":[…],"totalElements":…}
	ShapePagedModel              // {"content":[…],"page":{…}}
	ShapeData                    // {"data":[…]}
	ShapeItems                   // {"items":[…]}
	ShapeEmbedded                // {"_embedded":{"transactions":[…]}}
	ShapeObject                  // a single transaction without a list around it; else as ShapeArray

	// The shapes below are faults: they answer without a list where there is no
	// transaction, else as ShapeArray. A client must not take that for the end.

	ShapeNull      // null
	ShapeEmpty     // status 200 without a body
	ShapeNoContent // status 204
)

// DefaultCredentials returns [DefaultToken] for transactions.NewClient.
func DefaultCredentials() transactions.TokenSource { return transactions.StaticToken(DefaultToken) }

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

// WithoutHeaders leaves out X-Total-Count and Link, as a service that does not
// page like a stock one may.
func WithoutHeaders() Option {
	return func(c *config) { c.withoutHeaders = true }
}

// WithLinkBase sets the address in Link headers. The default is that of an inner
// host, as a service behind a proxy has it.
func WithLinkBase(base string) Option {
	return func(c *config) { c.linkBase = base }
}

// WithUser sets who gets a token. The default is [DefaultUsername] and
// [DefaultPassword].
func WithUser(username, password string) Option {
	return func(c *config) { c.username, c.password = username, password }
}

// WithTokenLifetime sets how long tokens are accepted that the server gives out:
// 24 hours by default. See also [Server.ExpireTokens].
func WithTokenLifetime(d time.Duration) Option {
	return func(c *config) { c.lifetime = d }
}

// WithTokenUses makes every token that the server gives out expire after n
// requests.
func WithTokenUses(n int) Option {
	return func(c *config) { c.uses = n }
}

// WithEmptyRefusals answers 401 and 403 without a body and with a
// WWW-Authenticate header, as newer services do. The default is a problem in
// JSON.
func WithEmptyRefusals() Option {
	return func(c *config) { c.emptyRefusals = true }
}

// WithoutRights answers every list with 403.
func WithoutRights() Option {
	return func(c *config) { c.forbidden = true }
}

// WithUnknownFields makes the server ignore conditions on these fields, as one
// does whose criteria lack them: "createdDate" for example.
func WithUnknownFields(names ...string) Option {
	return func(c *config) {
		for _, name := range names {
			c.unknown[name] = true
		}
	}
}

// WithLooseTexts makes the database compare and sort texts without regard to case
// and to blanks at their ends, as MySQL does unless told otherwise. The default
// is byte by byte, as PostgreSQL does.
func WithLooseTexts() Option {
	return func(c *config) { c.loose = true }
}

// WithBeforeList calls f before each list that is answered. It may call the
// server's methods.
func WithBeforeList(f func(*Server)) Option {
	return func(c *config) { c.beforeList = f }
}

// WithArrivals makes n transactions arrive before each list that is answered, with
// ids above all others. They are made up as by [Generate].
func WithArrivals(n int) Option {
	return func(c *config) { c.arrivals = max(n, 0) }
}

// WithUpdates changes n transactions at random before each list that is answered:
// their recipientStatusText and their lastModifiedDate.
func WithUpdates(n int) Option {
	return func(c *config) { c.updates = max(n, 0) }
}

// WithLateRows hides every n-th transaction that is seeded or arrives, as one whose
// database transaction takes long: the row is served only once the server's clock
// is `late` after its LastModifiedDate. By then a walk by id may have passed. Newer
// changes, [Server.Advance] and [WithClock] move the clock. A number below 1
// switches late rows off, which is the default.
func WithLateRows(every int, late time.Duration) Option {
	return func(c *config) { c.lateEvery, c.late = max(every, 0), max(late, 0) }
}
