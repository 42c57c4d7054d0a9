package finiktest

import (
	"crypto/rsa"
	"time"
)

type config struct {
	shared

	clients   map[string]*rsa.PublicKey // by API key
	reads     int                       // that see a payment processing; negative: no end by itself
	delay     time.Duration             // after which a payment is at its end, where not zero
	named     bool
	unguarded bool
	early     bool
	unsigned  bool
	random    bool
	seed      uint64
	shape     ErrorShape
	inBody    bool
	asText    bool
}

func newConfig(opts []Option) config {
	c := config{shared: shared{pageLimit: maxSize, now: time.Now}, clients: map[string]*rsa.PublicKey{}, reads: 1}
	c.apply(opts, 0)
	if len(c.clients) == 0 {
		c.clients[DefaultAPIKey] = &clientKey().PublicKey
	}
	return c
}

// WithClient registers a client by its API key and public key, in place of the
// one of [DefaultCredentials].
func WithClient(apiKey string, key *rsa.PublicKey) Option {
	return func(c *config) { c.clients[apiKey] = key }
}

// WithProcessingReads says how many reads see a payment of an asynchronous
// service on its way before it comes to its end. The default is 1.
func WithProcessingReads(n int) Option {
	return func(c *config) { c.reads = max(n, 0) }
}

// WithProcessingTime brings payments of asynchronous services to their end when
// they are d old by the server's clock, in place of a number of reads. Nobody has
// to read them: their events and the ledger are there as soon as the time is over.
func WithProcessingTime(d time.Duration) Option {
	return func(c *config) { c.delay, c.reads = d, -1 }
}

// WithManualProcessing keeps payments of asynchronous services on their way
// until [Server.Settle], [Server.Fail] or [Server.Cancel] end them.
func WithManualProcessing() Option {
	return func(c *config) { c.reads = -1 }
}

// WithNamedDuplicates lets the answer 409 to a duplicate carry the id of the
// payment that exists. Whether that of the live service does is unknown.
func WithNamedDuplicates() Option {
	return func(c *config) { c.named = true }
}

// WithUnguardedIDs makes the service forget transaction ids: it pays whatever it
// is asked to, as often as it is asked to. A client that repeats blindly then
// pays twice, which the ledger shows.
func WithUnguardedIDs() Option {
	return func(c *config) { c.unguarded = true }
}

// WithFundsFirst looks at the balance before it looks for a duplicate: a repeat
// may then be refused with 402 although the payment was made. In which order the
// live service looks is unknown.
func WithFundsFirst() Option {
	return func(c *config) { c.early = true }
}

// WithAnySignature takes every signature, for tests that have no time for RSA.
// Key and timestamp are checked all the same.
func WithAnySignature() Option {
	return func(c *config) { c.unsigned = true }
}

// WithRandomOutcomes answers as the beta does: with statuses and errors at
// random, in a sequence that seed fixes.
func WithRandomOutcomes(seed uint64) Option {
	return func(c *config) { c.random, c.seed = true, seed }
}

// WithErrorShape chooses how refusals are written. The default is
// [ErrorShapeGateway].
func WithErrorShape(shape ErrorShape) Option {
	return func(c *config) { c.shape = shape }
}

// WithCodeInBody answers refusals with HTTP status 200 and the code in the body
// alone. It goes with shapes that have a code.
func WithCodeInBody() Option {
	return func(c *config) { c.inBody = true }
}

// WithTextCodes writes statusCode as text in place of a number.
func WithTextCodes() Option {
	return func(c *config) { c.asText = true }
}
