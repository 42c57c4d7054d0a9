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

// Provider is what all operations of one package share.
type Provider struct {
	Package string
	// Start starts the package's fake with data. Its ledger, if it has one,
	// counts what it carried out.
	Start func() *Fake
	// Credentials names the ways to authenticate, for Settings.Credential.
	Credentials []string
	// Secrets must not appear in any text. They are the parts of credentials and
	// personal data that no encoding changes.
	Secrets []string
	// Sentinels are the package's errors by status.
	Sentinels map[int]error
	// TooLarge is the error for an answer above the limit.
	TooLarge error
	// Stalled is the error of a walk that cannot continue; nil if the package has
	// no walks.
	Stalled error
	// RetryOn500 says whether the provider allows repeating after a 500.
	RetryOn500 bool
	// Refusals are the statuses that prove, with a readable body, that a write
	// was not carried out.
	Refusals map[int]bool
	// Duplicate is the error for the repeat of a write that was carried out; nil
	// if the provider repeats its first answer.
	Duplicate error
	// Refusal is the body of a refusal in the provider's format.
	Refusal string
	// RefusalStatus is the status in Refusal, which counts if the HTTP status is
	// a success; 0 means none.
	RefusalStatus int
	// Unauthorized is the body of a 401 inside a 200.
	Unauthorized string
	// Status returns the HTTP status in an error; ok is false if it has none.
	Status func(error) (status int, ok bool)
	// RetryAfter returns how long a refusal asks to wait; ok is false for an
	// error that is not a refusal.
	RetryAfter func(error) (wait time.Duration, ok bool)
	// Client is a nil pointer to the package's client: each of its methods that
	// takes a context must have a row.
	Client any
	// Rejected are constructors that must fail without printing a secret. Each
	// returns its error, nil if it is not the right one.
	Rejected []func() error
}

// Operation is one row of the table.
type Operation struct {
	*Provider

	Name string
	Kind transport.Kind
	// Width is how many requests the operation has in progress at the same time.
	Width int
	// Live means that calls differ from one another or take time, so a recording
	// of one call fits no other.
	Live bool
	// Call makes one logical call with a new client and returns the ids that it
	// delivered. A write is a new payment each time.
	Call func(ctx context.Context, s Settings) ([]string, error)
}

// Reads reports whether the outcome is never unknown.
func (o Operation) Reads() bool { return !o.Kind.Writes() }

// Settings configure the client of one call: the options that all packages share.
type Settings struct {
	URL              string // of the fake, or of a proxy in front of it
	Credential       string // one of Provider.Credentials; "" is the first
	CredentialErr    error  // if not nil, the credential fails with this error
	HTTPClient       *http.Client
	Timeout          time.Duration
	Retry            transport.RetryPolicy
	RatePerSecond    float64 // 0 means no limit; the burst is 1
	MaxResponseBytes int64
	Logger           *slog.Logger
	Observer         func(context.Context, transport.Attempt)
	Middleware       []func(http.RoundTripper) http.RoundTripper
	// Keep gets everything that a caller could print: the client, its credential
	// and options, pages, rows, captured answers. It may be nil.
	Keep func(values ...any)
}

// Fake is a running fake of a provider.
type Fake struct {
	URL   string // for NewClient
	Close func()
	Hits  func() int // requests received
	// Effects returns the number of side effects by payment; nil if nothing
	// writes.
	Effects func() map[string]int
}

// Operations returns the table.
func Operations() []Operation {
	return slices.Concat(vimaOperations(), walletOperations(), ecommpayOperations(), finikOperations(), transactionsOperations())
}

// Providers returns the providers of the table, each once.
func Providers() []*Provider {
	var all []*Provider
	for _, o := range Operations() {
		if !slices.ContainsFunc(all, func(p *Provider) bool { return p.Package == o.Package }) {
			all = append(all, o.Provider)
		}
	}
	return all
}

// lookOnce ends a call that waits for a payment after the first read, because a
// wait goes on through faults.
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

// free returns a function that decodes the result of Do into into.
func free(into any) func(json.RawMessage, error) error {
	return func(document json.RawMessage, err error) error {
		if err != nil {
			return err
		}
		return json.Unmarshal(document, into)
	}
}
