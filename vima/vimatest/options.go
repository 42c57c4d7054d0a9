package vimatest

import (
	"time"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/vima"
)

// DefaultAPIKey is the API key that a server accepts without [WithAPIKey] or
// [WithBasicAuth].
const DefaultAPIKey = "master-00000000000000000000000000000000"

// DefaultCredentials returns an Authenticator with [DefaultAPIKey], for
// vima.NewClient. A server accepts it unless it has [WithAPIKey] with another key,
// or [WithBasicAuth] alone.
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

// WithAPIKey sets the only API key that the server accepts in the query. Without
// WithAPIKey, or if key is "", the server accepts [DefaultAPIKey]. With
// [WithBasicAuth] this default is removed: the server then refuses every API key,
// unless WithAPIKey sets one. A second WithAPIKey replaces the first.
func WithAPIKey(key string) Option {
	return func(c *config) { c.apiKey = key }
}

// WithBasicAuth makes the server accept this username and password instead of an API
// key. Both are compared exactly, empty ones too. Together with
// [WithAPIKey] the server accepts either of the two. A request that has both is
// refused with status 401. A second WithBasicAuth replaces the first.
func WithBasicAuth(username, password string) Option {
	return func(c *config) { c.username, c.password, c.basic = username, password, true }
}

// WithInclusiveCursor sets whether an answer includes the operation at the cursor.
// The default is false: the answer begins after that operation. A second
// WithInclusiveCursor replaces the first. What the live service does is unknown, so
// a sync must be right with both.
func WithInclusiveCursor(inclusive bool) Option {
	return func(c *config) { c.inclusive = inclusive }
}

// WithLateRows hides some of the versions that [Server.Seed] and [Server.Update] add,
// for a time. If n is 3, the server hides the 3rd, the 6th, the 9th version and so
// on. Until a hidden version appears, the server shows the version before, if there
// is one. If n is below 1, no version is hidden; that is the default.
//
// A hidden version appears once the server's clock has reached the time in the
// version's operation_update_id plus delay. Newer rows, [Server.Advance] and
// [WithClock] move the clock. A negative delay counts as 0. A second WithLateRows
// replaces the first.
//
// So a version can appear behind the cursor of a reader that has already read newer
// rows, as after a slow database transaction of the provider.
func WithLateRows(n int, delay time.Duration) Option {
	return func(c *config) { c.lateEvery, c.late = max(n, 0), max(delay, 0) }
}

// WithEnvelope makes the server answer {"operations":[…]} in place of the array
// alone. The live service is known to send the array alone; a client in use
// elsewhere accepts both.
func WithEnvelope() Option {
	return func(c *config) { c.envelope = true }
}

// WithDayZone sets the time zone of the days that the request parameters "date",
// "from" and "to" name. A nil zone means UTC, the default. A second WithDayZone replaces the first. The time zone of the
// live service is not documented.
func WithDayZone(zone *time.Location) Option {
	return func(c *config) { c.days.zone = zone }
}

// WithShortDays makes a day end at 23:59:59.000, as in services that compare with
// this time. It applies to the day of the parameter date and to the day of the
// parameter to. A list with such a date or to lacks the operations after 23:59:59.000
// of that day. A list without dates, or with a later to, has these operations. By
// default a day ends at midnight.
func WithShortDays() Option {
	return func(c *config) { c.days.short = true }
}

// WithIgnoredDate makes the server ignore the parameters date, from and to, as a
// service ignores unknown parameters. The server still refuses malformed dates with
// status 400.
func WithIgnoredDate() Option {
	return func(c *config) { c.days.ignored = true }
}
