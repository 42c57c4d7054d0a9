package torture

import (
	"context"
	"crypto/hmac"
	"crypto/sha512"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"sync"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
	"github.com/payclients/payclients-go/internal/transport"
)

// ecommpayExchange is one call of an [Operation] and what the call returned.
// Only newEcommpayExchange makes one. It is for one goroutine.
type ecommpayExchange struct {
	*ecommpay.Client

	ctx      context.Context //nolint:containedctx // lives as long as the call
	settings Settings
	capture  ecommpay.CallOption // stores the last answer in response
	response *ecommpay.Response
	got      *[]string // ids of the rows so far; never nil
}

func newEcommpayExchange(ctx context.Context, s Settings) (ecommpayExchange, error) {
	options := []ecommpay.Option{
		ecommpay.WithHTTPClient(s.HTTPClient), ecommpay.WithTimeout(s.Timeout), ecommpay.WithRetry(ecommpay.RetryPolicy(s.Retry)),
		ecommpay.WithMaxResponseBytes(s.MaxResponseBytes), ecommpay.WithLogger(s.Logger),
	}
	if s.RatePerSecond > 0 {
		options = append(options, ecommpay.WithRateLimit(s.RatePerSecond, 1))
	}
	if s.Observer != nil {
		options = append(options, ecommpay.WithObserver(func(ctx context.Context, a ecommpay.Attempt) { s.Observer(ctx, transport.Attempt(a)) }))
	}
	for _, m := range s.Middleware {
		options = append(options, ecommpay.WithMiddleware(m))
	}
	cred := ecommpayCredentials
	switch {
	case s.CredentialErr != nil:
		cred = ecommpay.Credentials{}
		options = append(options, ecommpay.WithCredentialSource(ecommpaySource{s.CredentialErr}))
	case s.Credential == "signer":
		cred.Secret = ""
		options = append(options, ecommpay.WithSigner(ecommpaySigner{}))
	}
	x := ecommpayExchange{ctx: ctx, settings: s, response: new(ecommpay.Response), got: new([]string)}
	x.capture = ecommpay.CaptureResponse(x.response)
	client, err := ecommpay.NewClient(s.URL, cred, options...)
	if err != nil {
		return x, err
	}
	x.Client = client
	s.keep(cred, &cred, client, *client, options, x.capture)
	return x, nil
}

// page records the two results of a method of the client. If err is not nil,
// page returns err and records nothing. Otherwise page returns nil and does two
// things:
//
//   - It appends one string for each row of result to x.got. For a balance the
//     string is the name, for a row of a RawAnswer the JSON of the whole row,
//     and for any other row the id. If result is a single Operation, Chargeback
//     or FraudOperation, result is the only row.
//   - It calls Settings.Keep once with result, and once with each row. It does
//     not call Keep with the rows of a RawAnswer. If Settings.Keep is nil,
//     nothing is called.
//
// page panics if result is nil or has a type that is not a result of the
// client.
func (x ecommpayExchange) page(result any, err error) error {
	if err != nil {
		return err
	}
	x.settings.keep(result)
	add := func(id string, row any) {
		x.settings.keep(row)
		*x.got = append(*x.got, id)
	}
	switch p := result.(type) {
	case *ecommpay.BalanceList:
		for _, b := range p.Balances {
			add(b.Name, b)
		}
	case *ecommpay.OperationPage:
		each(p.Operations, func(o *ecommpay.Operation) { add(o.OperationID, *o) })
	case *ecommpay.Operation:
		add(p.OperationID, *p)
	case *ecommpay.PaymentOperationList:
		each(p.Operations, func(o *ecommpay.PaymentOperation) { add(o.OperationID, *o) })
	case *ecommpay.ChargebackPage:
		each(p.Chargebacks, func(c *ecommpay.Chargeback) { add(c.ChargebackID, *c) })
	case *ecommpay.Chargeback:
		add(p.ChargebackID, *p)
	case *ecommpay.FraudOperationPage:
		each(p.Operations, func(o *ecommpay.FraudOperation) { add(o.OperationID, *o) })
	case *ecommpay.FraudOperation:
		add(p.OperationID, *p)
	case *ecommpay.RawAnswer:
		each(p.Rows, func(r json.RawMessage) { *x.got = append(*x.got, string(r)) })
	default:
		panic(fmt.Sprintf("torture: %T", result))
	}
	return nil
}

// walked iterates over the pages or rows of walk and passes each to
// ecommpayExchange.page, which records its ids. walked stops at the first error and
// returns the error; the ids from before stay recorded. It returns nil if walk ends
// without an error.
func walked[P any](x ecommpayExchange, walk iter.Seq2[P, error]) error {
	for page, err := range walk {
		if err := x.page(page, err); err != nil {
			return err
		}
	}
	return nil
}

func each[T any](rows []T, do func(T)) {
	for _, row := range rows {
		do(row)
	}
}

type ecommpaySource struct{ err error }

func (s ecommpaySource) Credentials(context.Context, ecommpay.Credentials) (ecommpay.Credentials, error) {
	return ecommpayCredentials, s.err
}

// ecommpaySigner is an ecommpay.Signer with the secret of this package's
// client. It stands for an HSM, which signs outside of the client. Its Sign
// never fails and is safe for concurrent use.
type ecommpaySigner struct{}

func (ecommpaySigner) Sign(_ context.Context, text []byte) ([]byte, error) {
	mac := hmac.New(sha512.New, []byte(ecommpaySecret))
	mac.Write(text)
	return mac.Sum(nil), nil
}

var ecommpayStart = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// startEcommpay starts a fake of ecommpay with the rows of ecommpaySeed and one
// balance. The rows hold made-up personal data: tests look for it in all that
// is printed. The caller closes the fake. Its Effects is nil, because the
// client only reads. startEcommpay panics if the fake cannot listen.
func startEcommpay() *Fake {
	srv := ecommpaytest.NewServer(ecommpaytest.WithCredentials(ecommpayCredentials))
	seed := ecommpaySeed()
	srv.Seed(seed.operations...)
	srv.SeedChargebacks(seed.chargebacks...)
	srv.SeedFraud(seed.fraud...)
	srv.SeedBalances(&ecommpay.Balance{Name: "main", AmountsMinor: map[string]int64{"EUR": 1}})
	return &Fake{URL: srv.URL(), Close: srv.Close, Hits: func() int { return len(srv.Requests()) }}
}

type ecommpayRows struct {
	operations  []*ecommpay.Operation
	chargebacks []*ecommpay.Chargeback
	fraud       []*ecommpay.FraudOperation
}

// ecommpaySeed returns the rows of every ecommpay fake: 24 operations, 24
// chargebacks and 24 fraud operations. It makes them at the first call, because
// tests start hundreds of fakes. Every call returns the same rows, so do not
// change them. It is safe for concurrent use.
var ecommpaySeed = sync.OnceValue(func() ecommpayRows {
	var rows ecommpayRows
	for i, o := range ecommpaytest.Generate(ecommpaytest.Plan{Operations: 24, Seed: 1, From: ecommpayStart, Days: 3}) {
		o.PaymentDescription, o.AccountNumber, o.PaymentProviderMessage = ecommpayHolder, ecommpayEmail, ecommpayHolder
		rows.operations = append(rows.operations, o)
		amount := decimal.MustNew(int64(i), 2)
		rows.chargebacks = append(rows.chargebacks, &ecommpay.Chargeback{
			ChargebackID: strconv.Itoa(i), OperationID: o.OperationID, ChbAmount: &amount, ChbCurrency: "EUR",
			CardHolder: ecommpayHolder, Card: ecommpayEmail,
		})
		rows.fraud = append(rows.fraud, &ecommpay.FraudOperation{
			OperationID: o.OperationID, TrAmount: &amount, CustomerEmail: ecommpayEmail, CustomerID: ecommpayHolder,
		})
	}
	return rows
})
