package vimatest

import (
	"time"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/vima"
)

// DefaultAPIKey is the key that a server asks for unless told otherwise.
const DefaultAPIKey = "master-00000000000000000000000000000000"

// DefaultCredentials returns [DefaultAPIKey] for vima.NewClient.
func DefaultCredentials() vima.Authenticator { return vima.APIKey(DefaultAPIKey) }

type config struct {
	shared

	apiKey             string
	username, password string
	basic              bool
	inclusive          bool
	envelope           bool
	lateEvery          int
	late               time.Duration
	days               days
}

func newConfig(opts []Option) config {
	c := config{shared: shared{pageLimit: pageLimit, now: fakeapi.At(idEpoch())}}
	c.apply(opts, 0)
	if c.apiKey == "" && !c.basic {
		c.apiKey = DefaultAPIKey
	}
	return c
}

// WithAPIKey makes the server ask for this key in the query. The default is
// [DefaultAPIKey].
func WithAPIKey(key string) Option {
	return func(c *config) { c.apiKey = key }
}

// WithBasicAuth makes the server ask for this user and password in place of an
// API key. With [WithAPIKey] as well it takes either, but not both in one
// request.
func WithBasicAuth(username, password string) Option {
	return func(c *config) { c.username, c.password, c.basic = username, password, true }
}

// WithInclusiveCursor says whether the operation that a cursor names is part of
// the answer. Which of the two the live service does is unknown, so a sync has
// to be right with both. The default is false: the answer begins after it.
func WithInclusiveCursor(inclusive bool) Option {
	return func(c *config) { c.inclusive = inclusive }
}

// WithLateRows hides every n-th version that is seeded or made by
// [Server.Update], as a slow transaction on the provider's side would: the version
// is served only once the server's clock is `late` after the time in its
// operation_update_id. By then a walk may have passed, and the row is behind its
// cursor. Until then the version before, if there is one, is served. Newer rows,
// [Server.Advance] and [WithClock] move the clock. A number below 1 switches late
// rows off, which is the default.
func WithLateRows(every int, late time.Duration) Option {
	return func(c *config) { c.lateEvery, c.late = max(every, 0), max(late, 0) }
}

// WithEnvelope makes the server answer {"operations":[…]} in place of the bare
// array. The live service is known to send the bare array; a client in use
// elsewhere takes both.
func WithEnvelope() Option {
	return func(c *config) { c.envelope = true }
}

// WithDayZone makes date, from and to select days of a zone in place of UTC days:
// the live service's zone is not documented. Nil is UTC.
func WithDayZone(zone *time.Location) Option {
	return func(c *config) { c.days.zone = zone }
}

// WithShortDays makes the day that date names, and the last day of from and to, end
// at 23:59:59.000: no date selects the operations of the rest of that second, because
// some services compare with that text. They are in the list without a date.
func WithShortDays() Option {
	return func(c *config) { c.days.short = true }
}

// WithIgnoredDate makes the server ignore date, from and to, as a service does with
// parameters that it does not know. Their form is checked all the same.
func WithIgnoredDate() Option {
	return func(c *config) { c.days.ignored = true }
}
