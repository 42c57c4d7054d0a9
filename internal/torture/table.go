package torture

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/payclients/payclients-go/internal/transport"
)

// Provider describes one package with a client, such as vima, for the tests.
// All Operations of the package share one Provider. Do not change it.
type Provider struct {
	Package string // name of the package, for example "vima"
	// Start starts a new fake with made-up data, such as payments. The caller closes
	// the fake. Start panics if the fake cannot start.
	Start func() *Fake
	// Credentials names the ways to authenticate, for Settings.Credential. It has
	// at least one name; the first is the default.
	Credentials []string
	// Secrets must not appear in anything that is printed. They are parts of the
	// credentials and of the personal data, without characters that are escaped in
	// URLs or JSON.
	Secrets []string
	// Sentinels holds, by HTTP status, the error that errors.Is must find in a
	// refusal with this status. Other statuses have no such error.
	Sentinels map[int]error
	// TooLarge is the error for an answer above Settings.MaxResponseBytes.
	TooLarge error
	// Stalled is the error of an iteration over pages that cannot continue; nil
	// if the package has no pagination.
	Stalled error
	// RetryOn500 is true if the client may retry after status 500.
	RetryOn500 bool
	// Refusals holds the statuses that, with a readable body, prove that a write
	// was not carried out. nil means that no status proves it.
	Refusals map[int]bool
	// Duplicate is the error if an idempotent write, see transport.Idempotent, is
	// sent again after it was carried out; nil if the provider answers such a
	// request as it answered the first one.
	Duplicate error
	// Refusal is the body of a refusal in the provider's format.
	Refusal string
	// RefusalStatus is the status inside Refusal. It counts if the HTTP status is
	// a success. 0 means that Refusal has no status.
	RefusalStatus int
	// Unauthorized is a body that means 401 although the HTTP status is 200; "" if
	// the provider has no such body.
	Unauthorized string
	// Status returns the HTTP status that an error of the package holds. It
	// returns 0 and false if the error holds none.
	Status func(error) (status int, ok bool)
	// RetryAfter returns how long a refusal asks to wait, 0 if it does not say.
	// It returns 0 and false for an error that is not a refusal.
	RetryAfter func(error) (wait time.Duration, ok bool)
	// Client is a nil pointer to the client type of the package. A test checks
	// that each of its methods with a context has an [Operation].
	Client any
	// Rejected holds functions that call NewClient or another constructor with a
	// bad argument that contains a secret. Each returns the error of the
	// constructor, whose text must not have the secret. It returns nil if the
	// constructor succeeds, or fails with an unexpected error: the test then
	// fails.
	Rejected []func() error
}

// Operation is one row of the table: a method of a client, and how to call it.
// [Operations] returns all rows.
type Operation struct {
	*Provider

	Name string         // of the method, for example "ListOperations"
	Kind transport.Kind // whether the client may retry it, and whether it writes
	// Width is the highest number of requests that one call sends at the same
	// time; 1 or more.
	Width int
	// Live is true if each call sends other requests, or if the call waits, so
	// that a [Recording] of one call does not fit another.
	Live bool
	// Call makes a new client with s and calls the method, with all its pages. It
	// returns the ids of the rows or payments that the method returned. After an
	// error it returns the ids up to the error, or nil. A call that writes makes
	// a new payment each time.
	Call func(ctx context.Context, s Settings) ([]string, error)
}

// Reads reports whether the operation only reads. After an error of an operation
// that only reads, certainly nothing was paid. After an error of a write the
// outcome may be unknown.
func (o Operation) Reads() bool { return !o.Kind.Writes() }

// Settings configure the client of one call, with the options that all packages
// share. Only URL is required. A field that is zero means the default of the
// client.
type Settings struct {
	URL              string        // of the fake, or of a proxy in front of it
	Credential       string        // one of Provider.Credentials; any other string means the first
	CredentialErr    error         // if not nil, the credential fails with this error
	HTTPClient       *http.Client  // sends the requests
	Timeout          time.Duration // of one attempt, as WithTimeout of the client
	Retry            transport.RetryPolicy
	RatePerSecond    float64 // requests; 0 or less means no limit. The burst is 1
	MaxResponseBytes int64
	Logger           *slog.Logger
	Observer         func(context.Context, transport.Attempt) // called after each attempt
	Middleware       []func(http.RoundTripper) http.RoundTripper
	// Keep is called with everything that a program could print: the client, its
	// credential and options, pages, rows, answers. Operation.Call calls it on the
	// goroutine of its caller, so one call never calls Keep twice at the same time.
	// A nil Keep is not called.
	Keep func(values ...any)
}

// Fake is a running fake server of one provider. Provider.Start makes it.
type Fake struct {
	URL   string     // the base URL for NewClient
	Close func()     // stops the fake; must be called
	Hits  func() int // number of requests received
	// Effects returns how often each write was carried out, such as a payment or
	// a bill: more than once is a mistake. The key is any string that differs for
	// each write, such as the transaction id of a payment. The map is new in each
	// call. Effects is nil if the client of the package only reads.
	Effects func() map[string]int
}

// Operations returns the table: one row for each method that sends requests, of
// the clients of vima, wallet, ecommpay, finik and transactions. Each call returns
// a new slice in the same order.
func Operations() []Operation {
	return slices.Concat(vimaOperations(), walletOperations(), ecommpayOperations(), finikOperations(), transactionsOperations())
}

// Providers returns the five providers of the table, each once, in the order of
// [Operations]. Each call returns a new slice with the same pointers.
func Providers() []*Provider {
	var all []*Provider
	for _, o := range Operations() {
		if !slices.ContainsFunc(all, func(p *Provider) bool { return p.Package == o.Package }) {
			all = append(all, o.Provider)
		}
	}
	return all
}

// lookOnce returns a function for [Operation].Call that looks at a payment only
// once. waiter is a function for Operation.Call too: it calls a method that
// waits until a payment is final, such as WaitPayment. Such a method continues
// after errors, so a test of waiter itself would not end.
//
// The returned function calls waiter with a context derived from its own ctx.
// The derived context ends when ctx ends, and also when the first GetPayment
// and its retries are over, successful or not. The Observer in the Settings is
// still called. The returned function returns what waiter returns: the id if
// the payment was final, otherwise an error, which in most cases matches
// context.Canceled.
func lookOnce(waiter func(context.Context, Settings) ([]string, error)) func(context.Context, Settings) ([]string, error) {
	return func(ctx context.Context, s Settings) ([]string, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		observe := s.Observer
		s.Observer = func(ctx context.Context, a transport.Attempt) {
			if observe != nil {
				observe(ctx, a)
			}
			if a.Final && a.Operation == "GetPayment" {
				cancel()
			}
		}
		return waiter(ctx, s)
	}
}

func (s Settings) keep(values ...any) {
	if s.Keep != nil {
		s.Keep(values...)
	}
}

// free returns a function that takes the two results of a client's Do and
// decodes the document into *target. target is a pointer and not nil; otherwise
// the function returns an error. The function returns the error of Do as it is,
// with *target unchanged. If encoding/json returns an error, the function returns
// this error, and *target may be partly filled. Otherwise it returns nil.
func free(target any) func(json.RawMessage, error) error {
	return func(document json.RawMessage, err error) error {
		if err != nil {
			return err
		}
		return json.Unmarshal(document, target)
	}
}
