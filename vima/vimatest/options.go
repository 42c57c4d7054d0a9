package vimatest

import (
	"time"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/vima"
)

// DefaultAPIKey is the API key that a server accepts without [WithAPIKey] or
// [WithBasicAuth].
const DefaultAPIKey = "master-00000000000000000000000000000000"

// DefaultCredentials returns [DefaultAPIKey] for vima.NewClient.
func DefaultCredentials() vima.Authenticator { return vima.APIKey(DefaultAPIKey) }

// config is what the options of a server record.
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

// newConfig applies opts to the defaults.
func newConfig(opts []Option) config {
	c := config{shared: shared{pageLimit: pageLimit, now: fakeapi.At(idEpoch())}}
	c.apply(opts, 0)
	if c.apiKey == "" && !c.basic {
		c.apiKey = DefaultAPIKey
	}
	return c
}

// WithAPIKey replaces the API key that the server accepts in the query; "" means
// [DefaultAPIKey]. The default is [DefaultAPIKey].
func WithAPIKey(key string) Option {
	return func(c *config) { c.apiKey = key }
}

// WithBasicAuth makes the server accept this user and password in place of an API
// key. Together with [WithAPIKey] the server accepts either, but not both in one
// request.
func WithBasicAuth(username, password string) Option {
	return func(c *config) { c.username, c.password, c.basic = username, password, true }
}

// WithInclusiveCursor sets whether the operation at a cursor is part of the answer.
// What the live service does is unknown, so a sync must be right with both. The
// default is false: the answer begins after the operation.
func WithInclusiveCursor(inclusive bool) Option {
	return func(c *config) { c.inclusive = inclusive }
}

// WithLateRows hides every n-th version that [Server.Seed] or [Server.Update] adds,
// as a slow transaction of the provider would. The server serves the version only
// once the server's clock is late after the time in its operation_update_id. By
// then a reader may have passed, and the row is behind the reader's cursor. Until
// then the server serves the version before, if there is one. Newer rows,
// [Server.Advance] and [WithClock] move the clock.
//
// An every below 1 switches late rows off, which is the default. A negative late
// counts as 0.
func WithLateRows(every int, late time.Duration) Option {
	return func(c *config) { c.lateEvery, c.late = max(every, 0), max(late, 0) }
}

// WithEnvelope makes the server answer {"operations":[…]} in place of the array
// alone. The live service is known to send the array alone; a client in use
// elsewhere accepts both.
func WithEnvelope() Option {
	return func(c *config) { c.envelope = true }
}

// WithDayZone makes date, from and to select days of zone in place of UTC days: the
// time zone of the live service is not documented. Nil means UTC, the default.
func WithDayZone(zone *time.Location) Option {
	return func(c *config) { c.days.zone = zone }
}

// WithShortDays makes the day of date, and the last day of from and to, end at
// 23:59:59.000, as in services that compare with that string. No date then selects
// the operations of the rest of that second; the list without a date has them.
func WithShortDays() Option {
	return func(c *config) { c.days.short = true }
}

// WithIgnoredDate makes the server ignore date, from and to, as a service does with
// unknown parameters. The server still refuses malformed ones.
func WithIgnoredDate() Option {
	return func(c *config) { c.days.ignored = true }
}
