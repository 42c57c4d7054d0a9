package torture

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// The credentials and the personal data in what is sent to the wallet's fake,
// the id of a payment, and the name of a header. Provider.Secrets lists what
// must not be printed.
const (
	walletPhone    = "+996555000111" // who pays; user of the client
	walletOther    = "+996555000222" // who is paid
	walletPassword = "t0rtureWALLET:/+"
	walletMessage  = "Leakmessage"
	walletEmail    = "leakwallet@example.com"
	walletID       = "e731a7e2-c553-4295-867e-1023359bee28" // of RunPayment's and CreatePayment's payment

	walletCall = "X-Call" // header with the number of the call, the same in all its attempts
)

var walletProvider = &Provider{
	Package:     "wallet",
	Start:       startWallet,
	Credentials: []string{"basic"},
	Secrets:     []string{"996555000111", "996555000222", "t0rtureWALLET", walletMessage, "leakwallet"},
	Sentinels: map[int]error{
		401: wallet.ErrUnauthorized, 403: wallet.ErrForbidden, 404: wallet.ErrNotFound, 429: wallet.ErrRateLimited,
	},
	TooLarge:     wallet.ErrResponseTooLarge,
	Stalled:      wallet.ErrPaginationStalled,
	RetryOn500:   true,
	Refusals:     map[int]bool{400: true, 401: true, 403: true, 404: true, 405: true, 415: true, 422: true},
	Unauthorized: `{"meta":{"code":401}}`,
	Refusal:      `{"meta":{"error":"refused","error_message":"Leakmessage, leakwallet@example.com","details":"Leakmessage"}}`,
	Status: func(err error) (int, bool) {
		var refusal *wallet.Error
		var decode *wallet.DecodeError
		switch {
		case errors.As(err, &refusal):
			return refusal.StatusCode, true
		case errors.As(err, &decode):
			return decode.StatusCode, true
		}
		return 0, false
	},
	RetryAfter: func(err error) (time.Duration, bool) {
		var refusal *wallet.Error
		if !errors.As(err, &refusal) {
			return 0, false
		}
		return refusal.RetryAfter, true
	},
	Client: (*wallet.Client)(nil),
	Rejected: []func() error{
		walletRejects("https://api.invalid/?a=t0rtureWALLET", wallet.BasicAuth(walletPhone, walletPassword)),
		walletRejects("https://x:t0rtureWALLET@api.invalid/", wallet.BasicAuth(walletPhone, walletPassword)),
		walletRejects("https://api.invalid/", wallet.BasicAuth("996555000111", walletPassword)),
		walletRejects("https://api.invalid/", wallet.BasicAuth(walletPhone, "")),
		walletRejects("https://api.invalid/", wallet.BasicAuth(walletPhone, walletPassword), wallet.WithUserAgent("t0rtureWALLET\n")),
	},
}

// walletOperations returns one row for each method of the wallet's client, in a
// new slice. If a method sends several requests, the Kind of its row describes
// the first one: PayOnce and WaitPayment begin with a read, and RunPayment with
// the creation of a payment. Tests of the package wallet cover faults in the
// later requests.
func walletOperations() []Operation {
	row := func(name string, kind transport.Kind, call walletCaller) Operation {
		return Operation{Provider: walletProvider, Name: name, Kind: kind, Width: 1, Call: call.run}
	}
	small := wallet.ListPaymentsParams{Size: 2}
	return []Operation{
		row("CreatePayment", transport.Idempotent, func(ctx context.Context, c *wallet.Client, s Settings, o []wallet.CallOption) ([]string, error) {
			return walletResult(s)(c.CreatePayment(ctx, walletRequest(), o...))
		}),
		row("RunPayment", transport.Idempotent, func(ctx context.Context, c *wallet.Client, s Settings, o []wallet.CallOption) ([]string, error) {
			return walletResult(s)(c.RunPayment(ctx, walletRequest(), func(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
				return wallet.ExecutePaymentRequest{}, nil
			}, o...))
		}),
		row("ExecutePayment", transport.Once, func(ctx context.Context, c *wallet.Client, s Settings, o []wallet.CallOption) ([]string, error) {
			return walletResult(s)(c.ExecutePayment(ctx, 1, wallet.ExecutePaymentRequest{}, o...))
		}),
		row("GetPayment", transport.ReadOnly, func(ctx context.Context, c *wallet.Client, s Settings, o []wallet.CallOption) ([]string, error) {
			return walletResult(s)(c.GetPayment(ctx, walletFirst, o...))
		}),
		row("PayOnce", transport.ReadOnly, func(ctx context.Context, c *wallet.Client, s Settings, o []wallet.CallOption) ([]string, error) {
			r, err := c.PayOnce(ctx, walletFirst, wallet.ExecutePaymentRequest{}, o...)
			if errors.Is(err, wallet.ErrOutcomeUnknown) { // the second call looks first
				r, err = c.PayOnce(ctx, walletFirst, wallet.ExecutePaymentRequest{}, o...)
			}
			return walletResult(s)(r, err)
		}),
		{Provider: walletProvider, Name: "WaitPayment", Kind: transport.ReadOnly, Width: 1, Call: lookOnce(
			walletCaller(func(ctx context.Context, c *wallet.Client, s Settings, o []wallet.CallOption) ([]string, error) {
				return walletResult(s)(c.WaitPayment(ctx, walletFirst+1, wallet.WaitParams{}, o...))
			}).run)},
		row("ListPayments", transport.ReadOnce, func(ctx context.Context, c *wallet.Client, s Settings, o []wallet.CallOption) ([]string, error) {
			page, err := c.ListPayments(ctx, small, o...)
			return walletPage(s, nil, page, err)
		}),
		row("PaymentPages", transport.ReadOnce, func(ctx context.Context, c *wallet.Client, s Settings, o []wallet.CallOption) (got []string, err error) {
			for page, err := range c.PaymentPages(ctx, small, o...) {
				if got, err = walletPage(s, got, page, err); err != nil {
					return got, err
				}
			}
			return got, nil
		}),
		row("AllPayments", transport.ReadOnce, func(ctx context.Context, c *wallet.Client, s Settings, o []wallet.CallOption) (got []string, err error) {
			for p, err := range c.AllPayments(ctx, small, o...) {
				if err != nil {
					return got, err
				}
				s.keep(p, *p, p.Card, p.Wallet)
				got = append(got, strconv.FormatInt(p.ID, 10))
			}
			return got, nil
		}),
		row("ResetUnseen", transport.Once, func(ctx context.Context, c *wallet.Client, s Settings, o []wallet.CallOption) ([]string, error) {
			return walletMeta(s)(c.ResetUnseen(ctx, o...))
		}),
		row("ResetUnseenBest", transport.Once, func(ctx context.Context, c *wallet.Client, s Settings, o []wallet.CallOption) ([]string, error) {
			return walletMeta(s)(c.ResetUnseenBest(ctx, o...))
		}),
		row("ListBestTransfers", transport.ReadOnce, func(ctx context.Context, c *wallet.Client, s Settings, o []wallet.CallOption) ([]string, error) {
			list, err := c.ListBestTransfers(ctx, o...)
			if err != nil {
				return nil, err
			}
			s.keep(list.Transfers, list.Bad, list.Meta)
			return []string{fmt.Sprint(len(list.Transfers))}, nil
		}),
		row("ReportBestTransfer", transport.Once, func(ctx context.Context, c *wallet.Client, s Settings, o []wallet.CallOption) ([]string, error) {
			report := wallet.BestTransferReport{
				PaymentID: walletCalls.Add(1),
				Sender:    wallet.BestParty{ID: 1, Phone: walletPhone}, Recipient: wallet.BestParty{ID: 2, Phone: walletOther},
			}
			s.keep(report)
			return walletMeta(s)(c.ReportBestTransfer(ctx, report, o...))
		}),
		row("SendBill", transport.Once, func(ctx context.Context, c *wallet.Client, s Settings, o []wallet.CallOption) ([]string, error) {
			bill := wallet.SendBillRequest{PaymentID: walletFirst, Email: strconv.FormatInt(walletCalls.Add(1), 10) + walletEmail}
			s.keep(bill)
			return walletMeta(s)(c.SendBill(ctx, bill, o...))
		}),
		row("Do", transport.Once, func(ctx context.Context, c *wallet.Client, s Settings, _ []wallet.CallOption) ([]string, error) {
			var answer struct {
				Meta wallet.Meta `json:"meta"`
			}
			err := free(&answer)(c.Do(ctx, http.MethodPost, "payments/bill", map[string]any{
				"id": walletFirst, "email": strconv.FormatInt(walletCalls.Add(1), 10) + walletEmail,
			}))
			return walletMeta(s)(&answer.Meta, err)
		}),
	}
}

// walletFirst is the id of the first payment of every fake of the wallet. This
// payment is created and not executed. The payment with the id walletFirst+1 is
// executed.
const walletFirst int64 = 1401089240377

var walletCalls atomic.Int64

func walletRequest() wallet.CreatePaymentRequest {
	r := wallet.NewP2P(walletID, walletOther, decimal.One)
	r.Message = walletMessage
	return r
}

type walletCaller func(ctx context.Context, c *wallet.Client, s Settings, o []wallet.CallOption) ([]string, error)

func (call walletCaller) run(ctx context.Context, s Settings) ([]string, error) {
	auth := wallet.BasicAuth(walletPhone, walletPassword)
	if s.CredentialErr != nil {
		auth = brokenCredential{s.CredentialErr}
	} else {
		s.keep(auth)
	}
	options := []wallet.Option{
		wallet.WithHTTPClient(s.HTTPClient), wallet.WithTimeout(s.Timeout), wallet.WithRetry(wallet.RetryPolicy(s.Retry)),
		wallet.WithMaxResponseBytes(s.MaxResponseBytes), wallet.WithLogger(s.Logger),
	}
	if s.RatePerSecond > 0 {
		options = append(options, wallet.WithRateLimit(s.RatePerSecond, 1))
	}
	if s.Observer != nil {
		options = append(options, wallet.WithObserver(func(ctx context.Context, a wallet.Attempt) { s.Observer(ctx, transport.Attempt(a)) }))
	}
	for _, m := range s.Middleware {
		options = append(options, wallet.WithMiddleware(m))
	}
	client, err := wallet.NewClient(s.URL, auth, options...)
	if err != nil {
		return nil, err
	}
	var captured wallet.Response
	capture := wallet.CaptureResponse(&captured)
	s.keep(client, *client, options, capture, walletRequest())
	got, err := call(ctx, client, s, []wallet.CallOption{capture, wallet.WithHeader(walletCall, strconv.FormatInt(walletCalls.Add(1), 10))})
	s.keep(captured, &captured)
	return got, err
}

func walletResult(s Settings) func(*wallet.PaymentResult, error) ([]string, error) {
	return func(r *wallet.PaymentResult, err error) ([]string, error) {
		if r != nil {
			s.keep(r, *r, r.Payment, r.Meta)
		}
		if err != nil {
			return nil, err
		}
		return []string{strconv.FormatInt(r.Payment.ID, 10)}, nil
	}
}

func walletMeta(s Settings) func(*wallet.Meta, error) ([]string, error) {
	return func(m *wallet.Meta, err error) ([]string, error) {
		if err != nil {
			return nil, err
		}
		s.keep(m, *m)
		return []string{"done"}, nil
	}
}

func walletPage(s Settings, got []string, page *wallet.PaymentPage, err error) ([]string, error) {
	if err != nil {
		return got, err
	}
	s.keep(page, *page, page.Payments, page.Bad)
	for _, p := range page.Payments {
		got = append(got, strconv.FormatInt(p.ID, 10))
	}
	return got, nil
}

// startWallet starts a fake of the wallet with two wallets and four payments.
// The caller closes the fake. startWallet panics if the fake cannot listen or
// refuses a payment.
//
// The first payment, walletFirst, is created and not executed. The other three
// are executed. Neither Hits nor Effects of the result counts these creations
// and executions. The fake executes a payment at every request to execute it,
// also a second time: Effects then counts 2.
func startWallet() *Fake {
	srv := wallettest.NewServer(wallettest.WithUnguardedPay(), wallettest.WithProcessingReads(0))
	for _, phone := range []string{walletPhone, walletOther} {
		srv.AddWallet(wallettest.Wallet{Phone: phone, Password: walletPassword, Balance: decimal.MustNew(1_000_000, 0)})
	}
	w := &walletFront{service: srv.Handler(), paths: map[string]string{}}
	for range 4 {
		path := w.create()
		if path != fmt.Sprintf("/v1/payments/%d", walletFirst) { // PayOnce pays that one
			w.send(path+"/pay", "")
		}
	}
	srv.AddBestTransfer(walletPhone, wallet.BestTransfer{Number: "1", Amount: new(decimal.One), Fee: new(decimal.One), AmountCharge: new(decimal.One), Rate: new(decimal.One), Note: walletMessage})
	seeded := len(srv.Ledger())
	front := fakeapi.NewServer(fakeapi.Config{Handler: w})
	return &Fake{
		URL: front.URL() + "/v1", Hits: func() int { return len(front.Requests()) },
		Close: func() { front.Close(); srv.Close() },
		Effects: func() map[string]int {
			effects := map[string]int{}
			for _, t := range srv.Ledger()[seeded:] {
				effects["payment "+t.ClientPaymentID]++
			}
			for _, b := range srv.Bills() {
				effects["bill "+b.Email]++
			}
			for _, r := range srv.BestReports() {
				effects[fmt.Sprint("report ", r.PaymentID)]++
			}
			return effects
		},
	}
}

// walletFront is the handler in front of the wallet's fake. It passes requests
// on unchanged, except requests to execute the payment 1: it creates one
// payment for each value of the header X-Call and executes this payment in
// place of payment 1. All attempts of a call have the same X-Call, so they
// execute the same payment. It is safe for concurrent use.
type walletFront struct {
	service http.Handler
	mu      sync.Mutex
	paths   map[string]string // by the header X-Call
}

func (w *walletFront) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/v1/payments/1/pay" {
		w.mu.Lock()
		path := w.paths[r.Header.Get(walletCall)]
		if path == "" {
			path = w.create() //nolint:contextcheck // it outlives the request that wants it
			w.paths[r.Header.Get(walletCall)] = path
		}
		w.mu.Unlock()
		r = r.Clone(r.Context())
		r.URL.Path = path + "/pay"
	}
	w.service.ServeHTTP(rw, r)
}

// create makes a new payment in the fake, from walletPhone to walletOther, and
// returns its path, such as /v1/payments/7. It does not execute the payment. It
// panics if the fake refuses.
func (w *walletFront) create() string {
	body := `{"type":"p2p","client_payment_id":"` + wallet.NewClientPaymentID() + `","amount":1,"destination":"` + walletOther + `","message":"` + walletMessage + `"}`
	answer := w.send("/v1/payments", body)
	_, rest, _ := strings.Cut(answer, `"data":{"id":`)
	id, _, _ := strings.Cut(rest, ",")
	return "/v1/payments/" + id
}

// send sends a POST request for path with the credentials of the client to the
// fake, without a network, and returns the body of the answer. body is JSON; ""
// means no body. send panics if the status is not 200.
func (w *walletFront) send(path, body string) string {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, path, strings.NewReader(body))
	r.SetBasicAuth(walletPhone, walletPassword)
	r.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	w.service.ServeHTTP(answer, r)
	if answer.Code != http.StatusOK {
		panic("torture: the wallet's fake: " + answer.Body.String())
	}
	return answer.Body.String()
}

func walletRejects(baseURL string, auth wallet.Authenticator, options ...wallet.Option) func() error {
	return func() error {
		_, err := wallet.NewClient(baseURL, auth, options...)
		if err == nil || !errors.Is(err, wallet.ErrInvalidRequest) || !strings.HasPrefix(err.Error(), "wallet: ") {
			return nil
		}
		return err
	}
}
