package vimatest

// DefaultAPIKey is the key that a server asks for unless told otherwise.
const DefaultAPIKey = "master-00000000000000000000000000000000"

// Option changes a server.
type Option func(*config)

type config struct {
	apiKey             string
	username, password string
	basic              bool
	inclusive          bool
	envelope           bool
	maxCount           int
	lateEvery          int
	lateRequests       int
}

func newConfig(opts []Option) config {
	c := config{maxCount: pageLimit}
	for _, opt := range opts {
		opt(&c)
	}
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

// WithLateRows keeps back every n-th version that is seeded or made by
// [Server.Update], as a slow transaction on the provider's side would: the
// first list request that would deliver it does without it, and so do the next
// `requests` ones. By then a walk has passed, and the row is behind its cursor.
// Until then the version before, if there is one, is still served. A number
// below 1 switches it off, which is the default.
func WithLateRows(every, requests int) Option {
	return func(c *config) { c.lateEvery, c.lateRequests = max(every, 0), max(requests, 0) }
}

// WithPageLimit makes the server return no more than n operations at once,
// whatever count says: a short page is then not the end. The default is 100,
// the highest that may be asked for.
func WithPageLimit(n int) Option {
	return func(c *config) { c.maxCount = min(max(n, 1), pageLimit) }
}

// WithEnvelope makes the server answer {"operations":[…]} in place of the bare
// array. The live service is known to send the bare array; a client in use
// elsewhere takes both.
func WithEnvelope() Option {
	return func(c *config) { c.envelope = true }
}
