package finiktest

import (
	"crypto/rsa"
	"time"
)

type config struct {
	shared

	clients   map[string]*rsa.PublicKey // by API key
	reads     int                       // reads before a payment becomes final; negative: it does not by itself
	delay     time.Duration             // time until a payment becomes final, if not zero
	named     bool
	unguarded bool
	early     bool
	unsigned  bool
	window    time.Duration // how far a timestamp may be from the server's clock, either way
	random    bool
	seed      uint64
	shape     ErrorShape
	inBody    bool
	asText    bool
}

func newConfig(opts []Option) config {
	c := config{shared: shared{pageLimit: maxSize, now: time.Now}, clients: map[string]*rsa.PublicKey{}, reads: 1, window: window}
	c.apply(opts, 0)
	if len(c.clients) == 0 {
		c.clients[DefaultAPIKey] = &clientKey().PublicKey
	}
	return c
}

// WithClient registers a client by its API key and public key. The first
// WithClient replaces the client of [DefaultCredentials]. Further ones add
// clients; the same apiKey again replaces the key. With a nil key the server
// refuses the client with 401. WithClient does not check apiKey.
func WithClient(apiKey string, key *rsa.PublicKey) Option {
	return func(c *config) { c.clients[apiKey] = key }
}

// WithProcessingReads sets how many reads (GetPayment) show a payment of an
// asynchronous service (Service.Sync is false) as unfinished. The next read
// makes the payment final and shows it as final. The default is 1. With an n of
// 0 or less the first read shows the payment as final.
//
// A later WithProcessingReads, WithManualProcessing or WithProcessingTime
// replaces WithProcessingReads. An earlier WithProcessingTime stays: the
// payment then becomes final by reads or by time, whichever is first.
func WithProcessingReads(n int) Option {
	return func(c *config) { c.reads = max(n, 0) }
}

// WithProcessingTime makes a payment of an asynchronous service (Service.Sync
// is false) final once the payment is d old by the server's clock. Nobody has
// to read the payment: [Server.Events] and [Server.Ledger] are complete as soon
// as the time has passed. The payment succeeds, unless [WithRandomOutcomes] draws
// another end. With a d of 0 or less, payments stay unfinished as
// with [WithManualProcessing].
//
// WithProcessingTime replaces an earlier WithProcessingReads,
// WithManualProcessing or WithProcessingTime, and the default of one read. A
// later WithProcessingReads adds to it: the payment then becomes final by reads
// or by time, whichever is first.
func WithProcessingTime(d time.Duration) Option {
	return func(c *config) { c.delay, c.reads = d, -1 }
}

// WithManualProcessing keeps payments of asynchronous services (Service.Sync is
// false) unfinished until [Server.Settle], [Server.Fail] or [Server.Cancel]
// ends them. It replaces an earlier WithProcessingReads, and a later
// WithProcessingReads replaces it. With a WithProcessingTime above 0, before or
// after WithManualProcessing, payments still become final after that time.
func WithManualProcessing() Option {
	return func(c *config) { c.reads = -1 }
}

// WithNamedDuplicates puts the id of the existing payment into the answer 409 to
// a duplicate. By default the answer does not name the payment. Unverified for
// the live service.
func WithNamedDuplicates() Option {
	return func(c *config) { c.named = true }
}

// WithUnguardedIDs makes the server ignore repeated transaction ids: each
// request makes a new payment. If a client repeats a request that has already
// made a payment, the client pays twice, which [Server.Ledger] shows. By
// default a repeated transaction id is refused with 409.
func WithUnguardedIDs() Option {
	return func(c *config) { c.unguarded = true }
}

// WithFundsFirst makes the server look at the balance before it looks for a
// duplicate. A repeated request may be refused with 402 although the payment was
// made. By default the server looks for a duplicate first, and answers 409. The
// order of the live service is unknown.
func WithFundsFirst() Option {
	return func(c *config) { c.early = true }
}

// WithAnySignature makes the server accept every signature, also a missing one.
// Use it in tests that have no time to compute RSA signatures. The server still
// checks API key and timestamp.
func WithAnySignature() Option {
	return func(c *config) { c.unsigned = true }
}

// WithTimestampWindow sets how far the timestamp of a request may be from the
// server's clock, in both directions. Use it in tests on a busy machine, where a
// request may take longer than the provider's 10 seconds between its signature and
// the server. The default, and a d of 0 or less, is 10 seconds. A second
// WithTimestampWindow replaces the first.
func WithTimestampWindow(d time.Duration) Option {
	return func(c *config) {
		if c.window = d; d <= 0 {
			c.window = window
		}
	}
}

// WithRandomOutcomes makes the server answer at random, as the provider's beta
// does (finik.BetaURL):
//
//   - CreatePayment: a request that the server would otherwise accept is
//     refused with a probability of 0.3. The status is 400, 402, 403, 500, 502
//     or 503, each equally likely. A refused request makes no payment.
//   - A payment of an asynchronous service (Service.Sync is false) ends as
//     failed or canceled with a probability of 0.3, when it becomes final by
//     reads or by time.
//
// The same seed, also 0, makes the same sequence. A second WithRandomOutcomes
// replaces the first.
func WithRandomOutcomes(seed uint64) Option {
	return func(c *config) { c.random, c.seed = true, seed }
}

// WithErrorShape sets how the server writes the bodies of refusals. The default
// is [ErrorShapeGateway], and an unknown shape is written as ErrorShapeGateway.
// A second WithErrorShape replaces the first.
func WithErrorShape(shape ErrorShape) Option {
	return func(c *config) { c.shape = shape }
}

// WithCodeInBody makes the server answer refusals with HTTP status 200 and the
// code in the body only. By default the HTTP status is the code. WithCodeInBody
// has an effect with ErrorShapeGateway and ErrorShapeAcquiring, whose bodies have
// a code, and none with any other shape.
func WithCodeInBody() Option {
	return func(c *config) { c.inBody = true }
}

// WithTextCodes makes the server write the code in the bodies of its answers, of
// successes and of refusals, as a JSON string, for example "402". The code is the
// member statusCode, or StatusCode in a refusal with ErrorShapeAcquiring. Refusals
// with the other shapes except ErrorShapeGateway have no code. By default the code
// is a number. In webhook events statusCode is always a number.
func WithTextCodes() Option {
	return func(c *config) { c.asText = true }
}
