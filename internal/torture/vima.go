package torture

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// The credentials of the client of vima, and the made-up personal data in the
// rows of its fake. Provider.Secrets lists the parts of them that must not be
// printed.
const (
	vimaKey      = "master-0t0rtureKEY0/+&=%" // must be escaped in a query
	vimaUser     = "t0rtureUSER"
	vimaPassword = "t0rturePASS:/+"

	vimaEmail = "leakmail@example.com"
	vimaPhone = "+910000111222"
	vimaFirst = "Leakfirst"
	vimaLast  = "Leaklast"
)

var vimaDay = vima.Date{Year: 2026, Month: time.January, Day: 1}

const vimaDays = 3

var vimaProvider = &Provider{
	Package:     "vima",
	Start:       startVima,
	Credentials: []string{"key", "basic"},
	Secrets:     []string{"0t0rtureKEY0", vimaUser, "t0rturePASS", "leakmail", "910000111222", vimaFirst, vimaLast},
	Sentinels: map[int]error{
		401: vima.ErrUnauthorized, 403: vima.ErrForbidden, 404: vima.ErrNotFound, 429: vima.ErrRateLimited,
	},
	TooLarge:     vima.ErrResponseTooLarge,
	Stalled:      vima.ErrPaginationStalled,
	RetryOn500:   true,
	Unauthorized: `{"message":"Unauthorized","code":401}`,
	Refusal:      `{"error":"refused","message":"Leakfirst Leaklast, leakmail@example.com","code":"E1"}`,
	Status: func(err error) (int, bool) {
		var refusal *vima.Error
		var decode *vima.DecodeError
		switch {
		case errors.As(err, &refusal):
			return refusal.StatusCode, true
		case errors.As(err, &decode):
			return decode.StatusCode, true
		}
		return 0, false
	},
	RetryAfter: func(err error) (time.Duration, bool) {
		var refusal *vima.Error
		ok := errors.As(err, &refusal)
		if !ok {
			return 0, false
		}
		return refusal.RetryAfter, true
	},
	Client: (*vima.Client)(nil),
	Rejected: []func() error{
		vimaRejects("https://api.invalid/?apikey="+vimaKey, vima.APIKey(vimaKey)),
		vimaRejects("https://"+vimaUser+":t0rturePASS@api.invalid/", vima.APIKey(vimaKey)),
		vimaRejects("https://api.invalid/#"+vimaKey, vima.APIKey(vimaKey)),
		vimaRejects("http://api.invalid/"+vimaKey, vima.APIKey(vimaKey)),
		vimaRejects("https://api.invalid/\x7f"+vimaKey, vima.APIKey(vimaKey)),
		vimaRejects("https://api.invalid/", vima.APIKey(vimaKey+" ")),
		vimaRejects("https://api.invalid/", vima.BasicAuth(vimaUser+":", vimaPassword)),
		vimaRejects("https://api.invalid/", vima.BasicAuth(vimaUser, "")),
		vimaRejects("https://api.invalid/", vima.APIKey(vimaKey), vima.WithUserAgent(vimaKey+"\n")),
	},
}

func vimaOperations() []Operation {
	small := vima.ListOperationsParams{Count: 10} // several pages of the fake's data
	return []Operation{
		{
			Provider: vimaProvider, Name: "ListOperations", Kind: transport.ReadOnly, Width: 1,
			Call: vimaCall(func(ctx context.Context, c *vima.Client, capture vima.CallOption) vimaPages {
				return func(yield func(*vima.OperationPage, error) bool) { yield(c.ListOperations(ctx, small, capture)) }
			}),
		},
		{
			Provider: vimaProvider, Name: "OperationPages", Kind: transport.ReadOnly, Width: 1,
			Call: vimaCall(func(ctx context.Context, c *vima.Client, capture vima.CallOption) vimaPages {
				return c.OperationPages(ctx, small, capture, vima.Prefetch(1))
			}),
		},
		{
			Provider: vimaProvider, Name: "AllOperations", Kind: transport.ReadOnly, Width: 1,
			Call: vimaCall(func(ctx context.Context, c *vima.Client, capture vima.CallOption) vimaPages {
				return vimaRows(c.AllOperations(ctx, small, capture))
			}),
		},
		{
			Provider: vimaProvider, Name: "OperationPagesByDay", Kind: transport.ReadOnly, Width: vimaDays,
			Call: vimaCall(func(ctx context.Context, c *vima.Client, capture vima.CallOption) vimaPages {
				return c.OperationPagesByDay(ctx, vimaDay, vimaDay.AddDays(vimaDays-1), vimaDays, small, capture)
			}),
		},
		{
			Provider: vimaProvider, Name: "Do", Kind: transport.ReadOnce, Width: 1,
			Call: vimaCall(func(ctx context.Context, c *vima.Client, _ vima.CallOption) vimaPages {
				return func(yield func(*vima.OperationPage, error) bool) {
					page := new(vima.OperationPage)
					yield(page, free(&page.Operations)(c.Do(ctx, http.MethodGet, "?count=10", nil)))
				}
			}),
		},
		{
			Provider: vimaProvider, Name: "OperationPagesByRange", Kind: transport.ReadOnly, Width: vimaDays,
			Call: vimaCall(func(ctx context.Context, c *vima.Client, capture vima.CallOption) vimaPages {
				return vimaRanges(ctx, c, small, capture)
			}),
		},
	}
}

type vimaPages = iter.Seq2[*vima.OperationPage, error]

func vimaCall(pages func(context.Context, *vima.Client, vima.CallOption) vimaPages) func(context.Context, Settings) ([]string, error) {
	return func(ctx context.Context, s Settings) ([]string, error) {
		auth := vima.APIKey(vimaKey)
		if s.Credential == "basic" {
			auth = vima.BasicAuth(vimaUser, vimaPassword)
		}
		if s.CredentialErr != nil {
			auth = brokenCredential{s.CredentialErr}
		} else {
			s.keep(auth)
		}
		options := []vima.Option{
			vima.WithHTTPClient(s.HTTPClient), vima.WithTimeout(s.Timeout), vima.WithRetry(vima.RetryPolicy(s.Retry)),
			vima.WithMaxResponseBytes(s.MaxResponseBytes), vima.WithLogger(s.Logger),
		}
		if s.RatePerSecond > 0 {
			options = append(options, vima.WithRateLimit(s.RatePerSecond, 1))
		}
		if s.Observer != nil {
			options = append(options, vima.WithObserver(func(ctx context.Context, a vima.Attempt) { s.Observer(ctx, transport.Attempt(a)) }))
		}
		for _, m := range s.Middleware {
			options = append(options, vima.WithMiddleware(m))
		}
		client, err := vima.NewClient(s.URL, auth, options...)
		if err != nil {
			return nil, err
		}
		var captured vima.Response
		capture := vima.CaptureResponse(&captured)
		s.keep(client, *client, options, capture)
		var got []string
		for page, err := range pages(ctx, client, capture) {
			s.keep(captured, &captured)
			if err != nil {
				return got, err
			}
			s.keep(page, *page, page.Operations, page.Bad)
			for _, o := range page.Operations {
				payment := o.CreateParams.Params.Payment
				s.keep(o, *o, o.CreateParams, o.CreateParams.Params, payment, payment.Payer, payment.Payer.Person, o.CardStart)
				got = append(got, o.OperationID)
			}
		}
		slices.Sort(got) // days come in any order
		return got, nil
	}
}

// vimaRanges iterates over all operations that p selects, page by page, in two
// steps:
//
//   - OperationPagesByRange, with three workers. Its limit, RangesParams.Until,
//     is the end of the fake's three days, of which vimaDay is the first: 00:00
//     UTC on January 4, 2026. Pages without operations are left out.
//   - OperationPages, for the operations after the last range of the first
//     step.
//
// p must not have a date, a cursor or Descending: the first step refuses such a
// p with vima.ErrInvalidRequest, before anything is sent. capture is passed to
// both methods. The iteration ends at the first error of either step. The error
// is the last value, with a nil page.
func vimaRanges(ctx context.Context, c *vima.Client, p vima.ListOperationsParams, capture vima.CallOption) vimaPages {
	return func(yield func(*vima.OperationPage, error) bool) {
		ranges := vima.RangesParams{Select: p, Until: vimaDay.AddDays(vimaDays).Time(), Workers: vimaDays}
		for page, err := range c.OperationPagesByRange(ctx, ranges, capture) {
			if err != nil {
				yield(nil, err)
				return
			}
			p.AfterCreateID = page.Ranges.Tail.After
			if len(page.Operations) > 0 && !yield(page, nil) {
				return
			}
		}
		c.OperationPages(ctx, p, capture)(yield)
	}
}

// vimaRows returns an iteration that yields each operation of rows as a page
// with this operation only, so that all operations have one form. An error
// comes unchanged, with a nil page.
func vimaRows(rows iter.Seq2[*vima.Operation, error]) vimaPages {
	return func(yield func(*vima.OperationPage, error) bool) {
		for o, err := range rows {
			var page *vima.OperationPage
			if err == nil {
				page = &vima.OperationPage{Operations: []*vima.Operation{o}}
			}
			if !yield(page, err) {
				return
			}
		}
	}
}

// startVima starts a fake of vima with the rows of vimaSeed. The rows hold
// made-up personal data: tests look for it in all that is printed. The fake
// accepts two ways to authenticate: the key vimaKey, and the user vimaUser with
// the password vimaPassword. The caller closes the fake. Its Effects is nil,
// because the client only reads. startVima panics if the fake cannot listen.
func startVima() *Fake {
	srv := vimatest.NewServer(vimatest.WithAPIKey(vimaKey), vimatest.WithBasicAuth(vimaUser, vimaPassword))
	srv.Seed(vimaSeed()...)
	return &Fake{URL: srv.URL(), Close: srv.Close, Hits: func() int { return len(srv.Requests()) }}
}

// vimaSeed returns the 24 operations of every vima fake, spread over three days.
// They are decoded from the JSON that a fake serves. vimaSeed makes them once, at
// the first call, because tests start hundreds of fakes. Every call returns the
// same operations, so do not change them. vimaSeed panics if an operation does not
// decode. It is safe for concurrent use.
var vimaSeed = sync.OnceValue(func() []*vima.Operation {
	made := vimatest.Generate(vimatest.Plan{Operations: 24, Seed: 1, From: vimaDay, Days: vimaDays})
	for _, o := range made {
		o.Contact, o.UserID = vimaEmail, vimaPhone
		payer := &o.CreateParams.Params.Payment.Payer
		payer.Email, payer.Phone = vimaEmail, vimaPhone
		payer.Person = vima.Person{FirstName: vimaFirst, LastName: vimaLast}
		for i := range o.CardStart {
			o.CardStart[i].UserRef = vimaPhone
		}
		o.Raw = nil
	}
	renderer := vimatest.NewServer()
	defer renderer.Close()
	renderer.Seed(made...)
	var rendered []*vima.Operation
	for _, raw := range renderer.Rows() {
		o := new(vima.Operation)
		if err := o.UnmarshalJSON(raw); err != nil {
			panic(err)
		}
		rendered = append(rendered, o)
	}
	return rendered
})

type brokenCredential struct{ err error }

func (b brokenCredential) Authenticate(*http.Request) error { return b.err }

func vimaRejects(endpoint string, auth vima.Authenticator, options ...vima.Option) func() error {
	return func() error {
		_, err := vima.NewClient(endpoint, auth, options...)
		if err == nil || !errors.Is(err, vima.ErrInvalidRequest) || !strings.HasPrefix(err.Error(), "vima: ") {
			return nil
		}
		return err
	}
}
