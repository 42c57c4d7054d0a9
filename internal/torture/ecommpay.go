package torture

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/internal/transport"
)

// The credentials of the client of ecommpay, and the made-up personal data in
// the rows of its fake. Provider.Secrets lists the parts of them that must not
// be printed.
const (
	ecommpayToken  = "t0rtureT0KEN-/+&="
	ecommpaySecret = "t0rtureS3CRET/+="
	ecommpayEmail  = "leakmail@example.com"
	ecommpayHolder = "LEAKFIRST LEAKLAST"
)

var ecommpayProvider = &Provider{
	Package:     "ecommpay",
	Start:       startEcommpay,
	Credentials: []string{"secret", "signer"},
	Secrets:     []string{"t0rtureT0KEN", "t0rtureS3CRET", "leakmail", "LEAKFIRST", "LEAKLAST"},
	Sentinels: map[int]error{
		401: ecommpay.ErrUnauthorized, 403: ecommpay.ErrForbidden, 404: ecommpay.ErrNotFound, 429: ecommpay.ErrRateLimited,
	},
	TooLarge:      ecommpay.ErrResponseTooLarge,
	Stalled:       ecommpay.ErrPaginationStalled,
	RetryOn500:    true,
	Unauthorized:  `{"name":"Unauthorized","code":401,"status":401}`,
	Refusal:       `{"name":"Bad Request","message":"LEAKFIRST LEAKLAST, leakmail@example.com","code":7,"status":400}`,
	RefusalStatus: 400,
	Status:        ecommpayStatus,
	RetryAfter: func(err error) (time.Duration, bool) {
		var refusal *ecommpay.Error
		if !errors.As(err, &refusal) {
			return 0, false
		}
		return refusal.RetryAfter, true
	},
	Client: (*ecommpay.Client)(nil),
	Rejected: []func() error{
		ecommpayRejects("https://api.invalid/?token="+ecommpayToken, ecommpayCredentials),
		ecommpayRejects("https://a:"+ecommpaySecret+"@api.invalid/", ecommpayCredentials),
		ecommpayRejects("http://api.invalid/"+ecommpayToken, ecommpayCredentials),
		ecommpayRejects("https://api.invalid/\x7f"+ecommpayToken, ecommpayCredentials),
		ecommpayRejects("https://api.invalid/", ecommpay.Credentials{Token: ecommpayToken}),
		ecommpayRejects("https://api.invalid/", ecommpay.Credentials{Token: ecommpayToken + ";", Secret: ecommpaySecret + "\n"}),
		ecommpayRejects("https://api.invalid/", ecommpayCredentials, ecommpay.WithSigner(ecommpaySigner{})),
		ecommpayRejects("https://api.invalid/", ecommpayCredentials, ecommpay.WithUserAgent(ecommpayToken+"\n")),
	},
}

var ecommpayCredentials = ecommpay.Credentials{Token: ecommpayToken, Secret: ecommpaySecret}

func ecommpayOperations() []Operation {
	p := ecommpay.ListOperationsParams{From: ecommpayStart, To: ecommpayStart.AddDate(0, 0, 3).Add(-time.Second), Limit: 10}
	chargebacks, fraud := ecommpay.ListChargebacksParams{Limit: 10}, ecommpay.ListFraudOperationsParams{Limit: 10}
	rows := []Operation{
		{Name: "Balances", Call: ecommpayCall(func(x ecommpayExchange) error {
			return x.page(x.Balances(x.ctx, x.capture))
		})},
		{Name: "ListOperations", Call: ecommpayCall(func(x ecommpayExchange) error {
			return x.page(x.ListOperations(x.ctx, p, x.capture))
		})},
		{Name: "OperationPages", Call: ecommpayCall(func(x ecommpayExchange) error {
			return walked(x, x.OperationPages(x.ctx, p, x.capture, ecommpay.Prefetch(1)))
		})},
		{Name: "AllOperations", Call: ecommpayCall(func(x ecommpayExchange) error {
			return walked(x, x.AllOperations(x.ctx, p, x.capture))
		})},
		{Name: "OperationPagesByInterval", Width: 3, Call: ecommpayCall(func(x ecommpayExchange) error {
			return walked(x, x.OperationPagesByInterval(x.ctx, 24*time.Hour, 3, p, x.capture))
		})},
		{Name: "OperationsByPayment", Call: ecommpayCall(func(x ecommpayExchange) error {
			return x.page(x.OperationsByPayment(x.ctx, "payment-1", x.capture))
		})},
		{Name: "ListChargebacks", Call: ecommpayCall(func(x ecommpayExchange) error {
			return x.page(x.ListChargebacks(x.ctx, chargebacks, x.capture))
		})},
		{Name: "ChargebackPages", Call: ecommpayCall(func(x ecommpayExchange) error {
			return walked(x, x.ChargebackPages(x.ctx, chargebacks, x.capture, ecommpay.Prefetch(1)))
		})},
		{Name: "AllChargebacks", Call: ecommpayCall(func(x ecommpayExchange) error {
			return walked(x, x.AllChargebacks(x.ctx, chargebacks, x.capture))
		})},
		{Name: "GetChargeback", Call: ecommpayCall(func(x ecommpayExchange) error {
			return x.page(x.GetChargeback(x.ctx, ecommpay.ChargebackKey{ChargebackID: "1"}, x.capture))
		})},
		{Name: "ListFraudOperations", Call: ecommpayCall(func(x ecommpayExchange) error {
			return x.page(x.ListFraudOperations(x.ctx, fraud, x.capture))
		})},
		{Name: "FraudOperationPages", Call: ecommpayCall(func(x ecommpayExchange) error {
			return walked(x, x.FraudOperationPages(x.ctx, fraud, x.capture, ecommpay.Prefetch(1)))
		})},
		{Name: "AllFraudOperations", Call: ecommpayCall(func(x ecommpayExchange) error {
			return walked(x, x.AllFraudOperations(x.ctx, fraud, x.capture))
		})},
		{Name: "FinancialOperations", Call: ecommpayCall(func(x ecommpayExchange) error {
			return x.page(x.FinancialOperations(x.ctx, ecommpay.FinancialOperationsParams{From: p.From, To: p.To}, x.capture))
		})},
		{Name: "CurrencyRates", Call: ecommpayCall(func(x ecommpayExchange) error {
			return x.page(x.CurrencyRates(x.ctx, ecommpay.CurrencyRatesParams{From: p.From, To: p.To}, x.capture))
		})},
	}
	free := Operation{Provider: ecommpayProvider, Name: "Do", Kind: transport.ReadOnce, Width: 1, Call: ecommpayCall(func(x ecommpayExchange) error {
		var answer struct {
			Balance []*ecommpay.Balance `json:"balance"`
		}
		err := free(&answer)(x.Do(x.ctx, http.MethodPost, "balance/get", nil))
		return x.page(&ecommpay.BalanceList{Balances: answer.Balance}, err)
	})}
	for i := range rows {
		rows[i].Provider, rows[i].Kind, rows[i].Width = ecommpayProvider, transport.ReadOnly, max(1, rows[i].Width)
	}
	return append(rows, free)
}

func ecommpayStatus(err error) (int, bool) {
	var refusal *ecommpay.Error
	var decode *ecommpay.DecodeError
	var signature *ecommpay.SignatureError
	switch {
	case errors.As(err, &refusal):
		return refusal.StatusCode, true
	case errors.As(err, &decode):
		return decode.StatusCode, true
	case errors.As(err, &signature):
		return signature.StatusCode, true
	}
	return 0, false
}

func ecommpayRejects(url string, cred ecommpay.Credentials, options ...ecommpay.Option) func() error {
	return func() error {
		_, err := ecommpay.NewClient(url, cred, options...)
		if err == nil || !errors.Is(err, ecommpay.ErrInvalidRequest) || !strings.HasPrefix(err.Error(), "ecommpay: ") {
			return nil
		}
		return err
	}
}

// ecommpayCall returns a function for Operation.Call. The function makes a new
// client from its Settings and calls method once, with an [ecommpayExchange] of
// this client. It returns the error of method, and the ids that method passed
// to ecommpayExchange.page, sorted: after an error the ids from before the
// error. If no client can be made, the function returns nil and the error of
// ecommpay.NewClient.
func ecommpayCall(method func(ecommpayExchange) error) func(context.Context, Settings) ([]string, error) {
	return func(ctx context.Context, s Settings) ([]string, error) {
		x, err := newEcommpayExchange(ctx, s)
		if err != nil {
			return nil, err
		}
		err = method(x)
		s.keep(*x.response, x.response)
		slices.Sort(*x.got) // intervals come in any order
		return *x.got, err
	}
}
