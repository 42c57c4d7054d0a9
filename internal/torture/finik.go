package torture

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/internal/transport"
)

// The API key of the client of finik, the made-up data of the recipient, and
// the ids of what every fake starts with: one finik.Service, such as a bank, and
// one payment.
const (
	finikAPIKey = "master-t0rtureFINIK/+="
	finikPhone  = "+996555000333"                                          // the recipient's
	finikName   = "Leakfirst"                                              // the recipient's
	finikBank   = "leak-bank"                                              // id of the finik.Service
	finikPaid   = "torture-0"                                              // CreatePaymentRequest.TransactionID of the payment
	finikFirst  = "1700000001_00000000-0000-4000-8000-000000000001_CREDIT" // Payment.ID of the payment
)

var finikKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

var finikProvider = &Provider{
	Package:     "finik",
	Start:       startFinik,
	Credentials: []string{"rsa"},
	Secrets: []string{
		"t0rtureFINIK", finikKey().D.String()[:40], finikKey().D.Text(16)[:40], finikKey().Primes[0].String()[:40],
		"996555000333", finikName,
	},
	Sentinels: map[int]error{
		401: finik.ErrUnauthorized, 402: finik.ErrInsufficientFunds, 403: finik.ErrForbidden, 404: finik.ErrNotFound,
		409: finik.ErrDuplicate, 429: finik.ErrRateLimited,
	},
	TooLarge:      finik.ErrResponseTooLarge,
	Stalled:       finik.ErrPaginationStalled,
	RetryOn500:    true,
	Duplicate:     finik.ErrDuplicate,
	Refusals:      map[int]bool{400: true, 401: true, 402: true, 403: true, 404: true},
	Unauthorized:  `{"statusCode":401,"errorMessage":"no"}`,
	Refusal:       `{"statusCode":400,"errorMessage":"Leakfirst, +996555000333"}`,
	RefusalStatus: 400,
	Status: func(err error) (int, bool) {
		var refusal *finik.Error
		var decode *finik.DecodeError
		switch {
		case errors.As(err, &refusal):
			return refusal.StatusCode, true
		case errors.As(err, &decode):
			return decode.StatusCode, true
		}
		return 0, false
	},
	RetryAfter: func(err error) (time.Duration, bool) {
		var refusal *finik.Error
		if !errors.As(err, &refusal) {
			return 0, false
		}
		return refusal.RetryAfter, true
	},
	Client: (*finik.Client)(nil),
	Rejected: []func() error{
		finikRejects("https://api.invalid/?a=t0rtureFINIK", finikCredentials(nil)),
		finikRejects("https://x:t0rtureFINIK@api.invalid/", finikCredentials(nil)),
		finikRejects("https://api.invalid:443/", finikCredentials(nil)),
		finikRejects("https://api.invalid/\x7f"+finikAPIKey, finikCredentials(nil)),
		finikRejects("https://api.invalid/", finik.Credentials{APIKey: finikAPIKey}),
		finikRejects("https://api.invalid/", finik.Credentials{APIKey: finikAPIKey + "\n", Signer: finikSigner{}}),
		finikRejects("https://api.invalid/", finikCredentials(nil), finik.WithUserAgent("t0rtureFINIK\n")),
	},
}

func finikOperations() []Operation {
	read := func(name string, call finikCaller) Operation {
		return Operation{Provider: finikProvider, Name: name, Kind: transport.ReadOnly, Width: 1, Call: call.run}
	}
	live := func(name string, kind transport.Kind, call func(context.Context, Settings) ([]string, error)) Operation {
		return Operation{Provider: finikProvider, Name: name, Kind: kind, Width: 1, Live: true, Call: call}
	}
	small := finik.ListServicesParams{Size: 10}
	soon := finik.WaitParams{First: 1, MinInterval: time.Millisecond, MaxInterval: time.Millisecond}
	return []Operation{
		read("CheckRecipient", func(ctx context.Context, c *finik.Client, s Settings, o finik.CallOption) ([]string, error) {
			r, err := c.CheckRecipient(ctx, finik.CheckRecipientRequest{ServiceID: finikBank, Fields: finikFields()}, o)
			if err != nil {
				return nil, err
			}
			s.keep(r, *r)
			return []string{r.Name}, nil
		}),
		live("CreatePayment", transport.Idempotent, finikCaller(func(ctx context.Context, c *finik.Client, s Settings, o finik.CallOption) ([]string, error) {
			p, err := c.CreatePayment(ctx, finikRequest(), o)
			var refused *finik.Error
			if errors.Is(err, finik.ErrOutcomeUnknown) && errors.As(err, &refused) && refused.PaymentID != "" {
				return []string{refused.PaymentID}, nil // the answer names it, so it can be read
			}
			return finikPayment(s, p, err)
		}).run),
		live("RunPayout", transport.Idempotent, lookOnce(finikCaller(func(ctx context.Context, c *finik.Client, s Settings, o finik.CallOption) ([]string, error) {
			p, err := c.RunPayout(ctx, finikRequest(), finik.PayoutParams{SkipRecipient: true, Wait: soon}, o)
			return finikPayment(s, p, err)
		}).run)),
		live("Do", transport.Once, finikCaller(func(ctx context.Context, c *finik.Client, s Settings, _ finik.CallOption) ([]string, error) {
			r := finikRequest()
			p := new(finik.Payment)
			err := free(p)(c.Do(ctx, http.MethodPost, "v2/payment", map[string]any{
				"accountId": r.AccountID, "fields": map[string]string{"account": finikPhone, "amount": "1"}, "service": map[string]string{"id": r.ServiceID},
				"transactionId": r.TransactionID, "userId": r.UserID,
			}))
			return finikPayment(s, p, err)
		}).run),
		read("GetPayment", func(ctx context.Context, c *finik.Client, s Settings, o finik.CallOption) ([]string, error) {
			p, err := c.GetPayment(ctx, finikFirst, o)
			return finikPayment(s, p, err)
		}),
		live("WaitPayment", transport.ReadOnly, lookOnce(finikCaller(func(ctx context.Context, c *finik.Client, s Settings, o finik.CallOption) ([]string, error) {
			p, err := c.WaitPayment(ctx, finikFirst, soon, o)
			return finikPayment(s, p, err)
		}).run)),
		read("ListServices", func(ctx context.Context, c *finik.Client, s Settings, o finik.CallOption) ([]string, error) {
			page, err := c.ListServices(ctx, small, o)
			return finikPage(s, nil, page, err)
		}),
		read("ServicePages", func(ctx context.Context, c *finik.Client, s Settings, o finik.CallOption) (got []string, err error) {
			for page, err := range c.ServicePages(ctx, small, o) {
				if got, err = finikPage(s, got, page, err); err != nil {
					return got, err
				}
			}
			return got, nil
		}),
		read("AllServices", func(ctx context.Context, c *finik.Client, s Settings, o finik.CallOption) (got []string, err error) {
			for service, err := range c.AllServices(ctx, small, o) {
				if err != nil {
					return got, err
				}
				s.keep(service, *service)
				got = append(got, service.ID)
			}
			return got, nil
		}),
	}
}

type finikCaller func(ctx context.Context, c *finik.Client, s Settings, o finik.CallOption) ([]string, error)

func (call finikCaller) run(ctx context.Context, s Settings) ([]string, error) {
	credentials := finikCredentials(s.CredentialErr)
	options := []finik.Option{
		finik.WithHTTPClient(s.HTTPClient), finik.WithTimeout(s.Timeout), finik.WithRetry(finik.RetryPolicy(s.Retry)),
		finik.WithMaxResponseBytes(s.MaxResponseBytes), finik.WithLogger(s.Logger),
	}
	if s.RatePerSecond > 0 {
		options = append(options, finik.WithRateLimit(s.RatePerSecond, 1))
	}
	if s.Observer != nil {
		options = append(options, finik.WithObserver(func(ctx context.Context, a finik.Attempt) { s.Observer(ctx, transport.Attempt(a)) }))
	}
	for _, m := range s.Middleware {
		options = append(options, finik.WithMiddleware(m))
	}
	client, err := finik.NewClient(s.URL, credentials, options...)
	if err != nil {
		return nil, err
	}
	var captured finik.Response
	capture := finik.CaptureResponse(&captured)
	s.keep(client, *client, credentials, credentials.Signer, options, capture, finikRequest(), finikFields())
	got, err := call(ctx, client, s, capture)
	s.keep(captured, &captured)
	return got, err
}

func finikPayment(s Settings, p *finik.Payment, err error) ([]string, error) {
	if p != nil {
		s.keep(p, *p)
	}
	if err != nil {
		return nil, err
	}
	return []string{p.ID}, nil
}

func finikPage(s Settings, got []string, page *finik.ServicePage, err error) ([]string, error) {
	if err != nil {
		return got, err
	}
	s.keep(page, *page, page.Services, page.Bad)
	for _, service := range page.Services {
		got = append(got, service.ID)
	}
	return got, nil
}

func finikFields() finik.Fields {
	return finik.Fields{"account": finikPhone, "amount": decimal.One, "comment": finikName}
}

var finikPayments atomic.Int64

// finikRequest returns a request to pay 1 to the recipient of the fake. Each
// call returns a request for another payment: its TransactionID, such as
// "torture-7", is used once in the process. It sends nothing and is safe for
// concurrent use.
func finikRequest() finik.CreatePaymentRequest {
	return finik.CreatePaymentRequest{
		AccountID: finiktest.DefaultAccountID, UserID: finiktest.DefaultUserID, ServiceID: finikBank,
		TransactionID: fmt.Sprintf("torture-%d", finikPayments.Add(1)), Fields: finikFields(),
	}
}

func finikCredentials(failure error) finik.Credentials {
	if failure != nil {
		return finik.Credentials{APIKey: finikAPIKey, Signer: finikSigner{failure}}
	}
	signer, err := finik.RSASigner(finikKey())
	if err != nil {
		panic(err)
	}
	return finik.Credentials{APIKey: finikAPIKey, Signer: signer}
}

// finikSigner is a finik.Signer that fails: its Sign returns nil and err. With
// a nil err, Sign returns no signature and no error.
type finikSigner struct{ err error }

func (s finikSigner) Sign(context.Context, []byte) ([]byte, error) { return nil, s.err }

// startFinik starts a fake of finik with one finik.Service, one recipient and
// one payment. The caller closes the fake. startFinik panics if the fake cannot
// listen or refuses the payment.
//
// Payments to the Service succeed at once. The recipient is made up; no output
// may show its phone number or name. The payment has the id finikFirst; Hits
// and Effects of the result do not count it. The fake refuses to create a
// payment that exists already, and its answer then has the id of the payment.
func startFinik() *Fake {
	srv := finiktest.NewServer(finiktest.WithClient(finikAPIKey, &finikKey().PublicKey), finiktest.WithNamedDuplicates(),
		finiktest.WithTimestampWindow(time.Hour)) // the machine may be slow
	srv.AddAccount(finiktest.Account{ID: finiktest.DefaultAccountID, UserIDs: []string{finiktest.DefaultUserID}, Balance: decimal.MustNew(1_000_000, 0)})
	srv.AddService(finiktest.Service{Sync: true, Service: finik.Service{
		ID: finikBank, NameEN: "Leak Bank", Status: finik.ServiceStatusEnabled,
		RequiredFields: []finik.RequiredField{{FieldID: "account"}, {FieldID: "amount", KeyboardType: finik.KeyboardTypeMoney}},
	}})
	srv.AddRecipient(finiktest.Recipient{ServiceID: finikBank, Value: finikPhone, Name: finikName})
	client, err := finik.NewClient(srv.URL(), finikCredentials(nil))
	if err != nil {
		panic(err)
	}
	first := finikRequest()
	first.TransactionID = finikPaid
	if _, err := client.CreatePayment(context.Background(), first); err != nil {
		panic(err)
	}
	seeded := len(srv.Requests())
	return &Fake{
		URL: srv.URL(), Close: srv.Close, Hits: func() int { return len(srv.Requests()) - seeded },
		Effects: func() map[string]int {
			effects := map[string]int{}
			for _, p := range srv.Payments() {
				if p.TransactionID != finikPaid {
					effects[p.TransactionID] = srv.Debits(p.TransactionID)
				}
			}
			return effects
		},
	}
}

func finikRejects(baseURL string, credentials finik.Credentials, options ...finik.Option) func() error {
	return func() error {
		_, err := finik.NewClient(baseURL, credentials, options...)
		if err == nil || !errors.Is(err, finik.ErrInvalidRequest) || !strings.HasPrefix(err.Error(), "finik: ") {
			return nil
		}
		return err
	}
}
