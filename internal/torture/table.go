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

// Provider is what the operations of one package have in common.
type Provider struct {
	Package string
	// Start starts the package's fake with data in it. Its ledger, if any,
	// counts what it carried out.
	Start func() *Fake
	// Credentials are the ways to authenticate, for Settings.Credential.
	Credentials []string
	// Secrets must not be found in any text: cores without characters that an
	// encoding would change, of credentials and of personal data.
	Secrets []string
	// Sentinels are the errors of statuses.
	Sentinels map[int]error
	// TooLarge is the error of an answer above the limit.
	TooLarge error
	// Stalled is the error of a walk that cannot go on; nil where nothing walks.
	Stalled error
	// RetryOn500 is the provider's rule for that status.
	RetryOn500 bool
	// Refusals are the statuses that say, with a readable body, that a write
	// did not take place.
	Refusals map[int]bool
	// Duplicate is how the provider answers the repeat of a write that took place;
	// nil where it answers as it did the first time.
	Duplicate error
	// Refusal is a body of the provider's own for a refusal.
	Refusal string
	// RefusalStatus is the status in Refusal, which counts where HTTP's is a
	// success; 0 is none.
	RefusalStatus int
	// Unauthorized is the body of a 401 inside a 200.
	Unauthorized string
	// Status finds the HTTP status in an error; ok is false where it has none.
	Status func(error) (status int, ok bool)
	// RetryAfter is how long a refusal asks to wait; ok is false for an error
	// that is no refusal.
	RetryAfter func(error) (wait time.Duration, ok bool)
	// Client is a nil pointer to the package's client: each of its methods that
	// takes a context needs a row.
	Client any
	// Rejected are constructions that must fail without printing a secret.
	Rejected []func() error
}

// Operation is one row of the table.
type Operation struct {
	*Provider

	Name string
	Kind transport.Kind
	// Width is how many requests the operation has under way at a time.
	Width int
	// Live calls differ from one another, or take time of their own: a recording
	// of one fits no other.
	Live bool
	// Call makes one logical call with a client made for it, and gives the ids
	// of what it delivered. A write is a new payment each time.
	Call func(ctx context.Context, s Settings) ([]string, error)
}

// Reads reports whether a failure of the operation leaves no outcome unknown.
func (o Operation) Reads() bool { return !o.Kind.Writes() }

// Settings says how the client of one call is made: what the packages' options
// have in common.
type Settings struct {
	URL              string // of the fake, or of a proxy in front of it
	Credential       string // one of Provider.Credentials; "" is the first
	CredentialErr    error  // the credential fails with this error
	HTTPClient       *http.Client
	Timeout          time.Duration
	Retry            transport.RetryPolicy
	RatePerSecond    float64 // 0 is no limit; one request may go at once
	MaxResponseBytes int64
	Logger           *slog.Logger
	Observer         func(context.Context, transport.Attempt)
	Middleware       []func(http.RoundTripper) http.RoundTripper
	// Keep is given what a caller could print: the client, its credential and
	// options, pages, rows, captured answers. It may be nil.
	Keep func(values ...any)
}

// Fake is a provider's fake that runs.
type Fake struct {
	URL   string // for NewClient
	Close func()
	Hits  func() int // requests received
	// Effects counts side effects by payment; nil where nothing writes.
	Effects func() map[string]int
}

// Operations is the table.
func Operations() []Operation {
	return slices.Concat(vimaOperations(), walletOperations(), ecommpayOperations(), finikOperations(), transactionsOperations())
}

// Providers are those of the table, each once.
func Providers() []*Provider {
	var all []*Provider
	for _, o := range Operations() {
		if !slices.ContainsFunc(all, func(p *Provider) bool { return p.Package == o.Package }) {
			all = append(all, o.Provider)
		}
	}
	return all
}

// lookOnce ends a call that waits for a payment once that has been read for the
// first time: a wait outlasts what may pass.
func lookOnce(call func(context.Context, Settings) ([]string, error)) func(context.Context, Settings) ([]string, error) {
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
		return call(ctx, s)
	}
}

func (s Settings) keep(values ...any) {
	if s.Keep != nil {
		s.Keep(values...)
	}
}

// free returns what decodes the answer of a call that its caller describes.
func free(into any) func(json.RawMessage, error) error {
	return func(document json.RawMessage, err error) error {
		if err != nil {
			return err
		}
		return json.Unmarshal(document, into)
	}
}
