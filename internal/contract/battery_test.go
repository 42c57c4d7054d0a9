package contract_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/internal/contract/record"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// A battery sends what the clients' own tests do not: every operation with every
// parameter, and to every operation a refusal of each class.
type battery struct {
	t    *testing.T
	name string
	base string // path of the base URL
	next http.RoundTripper

	mu  sync.Mutex
	out []record.Exchange
}

func newBattery(t *testing.T, name, base string, client *http.Client) *battery {
	t.Helper()
	return &battery{t: t, name: name, base: base, next: client.Transport}
}

// client sends through the battery.
func (b *battery) client() *http.Client { return &http.Client{Transport: b} }

// RoundTrip notes the request as a client's and the answer as a fake's.
func (b *battery) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	answer, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(answer.Body)
	answer.Body = io.NopCloser(bytes.NewReader(text))
	sent := record.Exchange{
		Package: b.name, Base: b.base, Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.RawQuery, Header: r.Header.Clone(), Body: body,
	}
	if b.name == "wallet" && r.URL.Path == "/oauth/token" {
		sent.Base = r.URL.Path
	}
	answered := sent
	answered.Base, answered.Status, answered.AnswerHeader, answered.Answer = "", answer.StatusCode, answer.Header.Clone(), text
	b.mu.Lock()
	defer b.mu.Unlock()
	b.out = append(b.out, sent, answered)
	return answer, err
}

// calls makes each call as it is, and once for each refusal. Their outcome is
// looked at by the documents.
func (b *battery) calls(inject func(status int), calls ...func(ctx context.Context) error) []record.Exchange {
	for _, call := range calls {
		require.NoError(b.t, call(b.t.Context()))
		for _, status := range []int{http.StatusBadRequest, http.StatusServiceUnavailable} {
			inject(status)
			require.Error(b.t, call(b.t.Context()))
		}
	}
	return b.out
}

func failed[T any](_ T, err error) error { return err }

var (
	batteryStart = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	once         = 1 // attempt
)

// ran are the batteries by package. Each runs once for all tests here.
var ran struct {
	sync.Mutex

	exchanges map[string][]record.Exchange
}

// batteries are the exchanges of a package beside those of its own tests.
func batteries(t *testing.T, name string) []record.Exchange {
	t.Helper()
	ran.Lock()
	defer ran.Unlock()
	if out, ok := ran.exchanges[name]; ok {
		return out
	}
	if ran.exchanges == nil {
		ran.exchanges = map[string][]record.Exchange{}
	}
	ran.exchanges[name] = map[string]func(*testing.T) []record.Exchange{
		"vima": vimaBattery, "ecommpay": ecommpayBattery, "wallet": walletBattery, "finik": finikBattery, "transactions": transactionsBattery,
	}[name](t)
	return ran.exchanges[name]
}

func vimaBattery(t *testing.T) []record.Exchange {
	t.Helper()
	srv := vimatest.Run(t, vimatest.InMemory())
	srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 50, Seed: 1})...)
	b := newBattery(t, "vima", vimatest.Path, srv.Client())
	c, err := vima.NewClient(srv.URL(), vimatest.DefaultCredentials(), vima.WithHTTPClient(b.client()), vima.WithRetry(vima.RetryPolicy{MaxAttempts: once}))
	require.NoError(t, err)
	day := vima.DateOf(batteryStart)
	list := func(p vima.ListOperationsParams) func(context.Context) error {
		return func(ctx context.Context) error { return failed(c.ListOperations(ctx, p)) }
	}
	return b.calls(func(status int) { srv.Inject(vimatest.Fault{Status: status}) },
		list(vima.ListOperationsParams{Project: "monetix", Status: "success", From: day, To: day, Count: 5, AfterCreateID: "1"}),
		list(vima.ListOperationsParams{Date: day, AfterUpdateID: "1"}),
		list(vima.ListOperationsParams{Descending: true}),
	)
}

func ecommpayBattery(t *testing.T) []record.Exchange {
	t.Helper()
	srv := ecommpaytest.Run(t, ecommpaytest.InMemory())
	plan := ecommpaytest.Plan{Operations: 200, Seed: 1}
	srv.Seed(ecommpaytest.Generate(plan)...)
	chargebacks := ecommpaytest.GenerateChargebacks(plan)
	srv.SeedChargebacks(chargebacks...)
	srv.SeedFraud(ecommpaytest.GenerateFraud(plan)...)
	srv.SeedBalances(ecommpaytest.GenerateBalances(1)...)
	b := newBattery(t, "ecommpay", ecommpaytest.BasePath, srv.Client())
	c, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials(), ecommpay.WithHTTPClient(b.client()), ecommpay.WithRetry(ecommpay.RetryPolicy{MaxAttempts: once}))
	require.NoError(t, err)
	month := ecommpay.Interval{From: batteryStart, To: batteryStart.AddDate(0, 1, 0)}
	get := func(key ecommpay.ChargebackKey) func(context.Context) error {
		return func(ctx context.Context) error { return failed(c.GetChargeback(ctx, key)) }
	}
	return b.calls(func(status int) { srv.Inject(ecommpaytest.Fault{Status: status}) },
		func(ctx context.Context) error { return failed(c.Balances(ctx)) },
		func(ctx context.Context) error {
			return failed(c.ListOperations(ctx, ecommpay.ListOperationsParams{
				From: month.From, To: month.To, ProjectIDs: []string{"11"}, Types: []ecommpay.OperationType{"sale"}, Statuses: []ecommpay.OperationStatus{"success"},
				CustomerIDs: []string{"1"}, CustomerEmail: "payer@example.com", Fields: ecommpay.AllFields(), Limit: 5, Offset: 1,
			}))
		},
		func(ctx context.Context) error {
			return failed(c.ListOperations(ctx, ecommpay.ListOperationsParams{From: month.From, To: month.To, Fields: ecommpay.AllFields()}))
		},
		func(ctx context.Context) error { return failed(c.OperationsByPayment(ctx, "payment-1")) },
		func(ctx context.Context) error {
			return failed(c.ListChargebacks(ctx, ecommpay.ListChargebacksParams{
				ReportDate: month, RespondBy: month, CompletedAt: month, ProjectIDs: []string{"11"}, ChargebackIDs: []string{"1"}, OperationIDs: []string{"1"},
				ARNs: []string{"1"}, Cards: []string{"424242******4242"}, CardTypes: []ecommpay.CardType{ecommpay.CardVisa}, ReasonCodes: []string{"10.4"},
				Statuses: []ecommpay.ChargebackStatus{"WON"}, ProviderIDs: []string{"6"}, Limit: 5, Offset: 1,
			}))
		},
		func(ctx context.Context) error {
			return failed(c.ListChargebacks(ctx, ecommpay.ListChargebacksParams{}))
		},
		get(ecommpay.ChargebackKey{ChargebackID: chargebacks[0].ChargebackID}),
		get(ecommpay.ChargebackKey{ARN: chargebacks[0].ARN}),
		get(ecommpay.ChargebackKey{OperationID: chargebacks[0].OperationID}),
		func(ctx context.Context) error {
			return failed(c.ListFraudOperations(ctx, ecommpay.ListFraudOperationsParams{
				ReceivedOn: month, PurchaseDate: month, FraudReportDate: month, IssuerCountries: []string{"GB"}, Limit: 5, Offset: 1,
			}))
		},
		func(ctx context.Context) error {
			return failed(c.ListFraudOperations(ctx, ecommpay.ListFraudOperationsParams{}))
		},
		func(ctx context.Context) error {
			return failed(c.FinancialOperations(ctx, ecommpay.FinancialOperationsParams{From: month.From, To: month.To}))
		},
		func(ctx context.Context) error {
			return failed(c.CurrencyRates(ctx, ecommpay.CurrencyRatesParams{MerchantID: "1", Currency: "EUR", From: month.From, To: month.To}))
		},
	)
}

func walletBattery(t *testing.T) []record.Exchange {
	t.Helper()
	srv := wallettest.Run(t, wallettest.InMemory(), wallettest.WithOAuthClient("app", "secret"), wallettest.WithUnguardedPay())
	srv.AddCard(wallettest.DefaultPhone, wallettest.Card{ID: 21, Title: "424242******4242", Type: "visa"})
	srv.AddBestTransfer(wallettest.DefaultPhone, wallet.BestTransfer{Number: "1", Amount: new(decimal.One), Fee: &decimal.One, AmountCharge: &decimal.One, Rate: &decimal.One})
	b := newBattery(t, "wallet", "/v1", srv.Client())
	options := []wallet.Option{wallet.WithHTTPClient(b.client()), wallet.WithRetry(wallet.RetryPolicy{MaxAttempts: once})}
	c, err := wallet.NewClient(srv.URL(), wallettest.DefaultCredentials(), options...)
	require.NoError(t, err)
	app := wallet.OAuth{TokenURL: srv.TokenURL(), ClientID: "app", ClientSecret: "secret", Scopes: []string{"payments.read"}}
	create := func(r wallet.CreatePaymentRequest) func(context.Context) error {
		return func(ctx context.Context) error { return failed(c.CreatePayment(ctx, r)) }
	}
	out := wallet.NewOut(wallet.NewClientPaymentID(), wallettest.ServiceMobile, decimal.Hundred, map[string]string{"phoneNumber": "9260000001"})
	inout := out
	inout.Type, inout.ClientPaymentID, inout.Card = wallet.TypeInOut, wallet.NewClientPaymentID(), 21
	in := wallet.NewIn(wallet.NewClientPaymentID(), decimal.Hundred)
	in.StoreCard = true
	p2p := wallet.NewP2P(wallet.NewClientPaymentID(), wallettest.OtherPhone, decimal.One)
	p2p.Message = "thanks"
	made, err := c.CreatePayment(t.Context(), out)
	require.NoError(t, err)
	id := made.Payment.ID
	calls := []func(ctx context.Context) error{
		create(out), create(inout), create(in), create(p2p),
		func(ctx context.Context) error {
			return failed(c.ExecutePayment(ctx, id, wallet.ExecutePaymentRequest{
				Type: wallet.TypeInOut, StoreCard: true, CardSuccessURL: "https://shop.example.com/ok", CardFailureURL: "https://shop.example.com/no",
			}))
		},
		func(ctx context.Context) error { return failed(c.GetPayment(ctx, id)) },
		func(ctx context.Context) error {
			return failed(c.ListPayments(ctx, wallet.ListPaymentsParams{
				Size: 5, Types: []wallet.Type{wallet.TypeOut, wallet.TypeP2P, wallet.TypeIn, wallet.TypeInOut},
				Statuses: []wallet.Status{wallet.StatusCreated, wallet.StatusProcessing, wallet.StatusCompleted, wallet.StatusDeclined},
			}))
		},
		func(ctx context.Context) error { return failed(c.ResetUnseen(ctx)) },
		func(ctx context.Context) error {
			return failed(c.SendBill(ctx, wallet.SendBillRequest{PaymentID: id, Email: "payer@example.com"}))
		},
		func(ctx context.Context) error { return failed(c.ListBestTransfers(ctx)) },
		func(ctx context.Context) error { return failed(c.ResetUnseenBest(ctx)) },
		func(ctx context.Context) error {
			return failed(c.ReportBestTransfer(ctx, wallet.BestTransferReport{
				PaymentID: 1, Sender: wallet.BestParty{ID: 1, Phone: wallettest.DefaultPhone}, Recipient: wallet.BestParty{ID: 2, Phone: wallettest.OtherPhone},
			}))
		},
		func(ctx context.Context) error {
			tokens, err := app.ClientCredentials(options...)
			require.NoError(t, err)
			return failed(tokens.Token(ctx, ""))
		},
		func(ctx context.Context) error {
			tokens, err := app.Password(wallettest.DefaultPhone, wallettest.DefaultPassword, options...)
			require.NoError(t, err)
			return failed(tokens.Token(ctx, ""))
		},
	}
	return b.calls(func(status int) { srv.Inject(wallettest.Fault{Status: status}) }, calls...)
}

func finikBattery(t *testing.T) []record.Exchange {
	t.Helper()
	srv := finiktest.Run(t, finiktest.InMemory(), finiktest.WithUnguardedIDs())
	b := newBattery(t, "finik", "", srv.Client())
	c, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials(), finik.WithHTTPClient(b.client()), finik.WithRetry(finik.RetryPolicy{MaxAttempts: once}))
	require.NoError(t, err)
	request := finik.CreatePaymentRequest{
		AccountID: finiktest.DefaultAccountID, ServiceID: finiktest.ServiceFinik, TransactionID: "00000000-0000-4000-8000-000000000001",
		UserID: finiktest.DefaultUserID, Fields: finik.Fields{"phone": finiktest.DefaultPhone, "amount": "10"},
	}
	made, err := c.CreatePayment(t.Context(), request)
	require.NoError(t, err)
	return b.calls(func(status int) { srv.Inject(finiktest.Fault{Status: status}) },
		func(ctx context.Context) error { return failed(c.CreatePayment(ctx, request)) },
		func(ctx context.Context) error { return failed(c.GetPayment(ctx, made.ID)) },
		func(ctx context.Context) error {
			return failed(c.CheckRecipient(ctx, finik.CheckRecipientRequest{ServiceID: request.ServiceID, Fields: request.Fields}))
		},
		func(ctx context.Context) error {
			return failed(c.ListServices(ctx, finik.ListServicesParams{
				From: 1, Size: 5, Status: []finik.ServiceStatus{finik.ServiceStatusEnabled, finik.ServiceStatusDisabled, finik.ServiceStatusInactive},
				ParentID: finiktest.CategoryKyrgyzstan, Locale: finik.LocaleRU, Query: "a",
			}))
		},
		func(ctx context.Context) error { return failed(c.ListServices(ctx, finik.ListServicesParams{})) },
	)
}

func transactionsBattery(t *testing.T) []record.Exchange {
	t.Helper()
	srv := transactionstest.Run(t, transactionstest.InMemory())
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 50, Seed: 1})...)
	b := newBattery(t, "transactions", "", srv.Client())
	options := []transactions.Option{transactions.WithHTTPClient(b.client()), transactions.WithRetry(transactions.RetryPolicy{MaxAttempts: once})}
	c, err := transactions.NewClient(srv.URL(), transactionstest.DefaultCredentials(), options...)
	require.NoError(t, err)
	list := func(f transactions.Filter) func(context.Context) error {
		return func(ctx context.Context) error {
			return failed(c.ListTransactions(ctx, transactions.ListTransactionsParams{Filter: f, Page: 1, Size: 5, Sort: []transactions.Sort{{Field: "id", Descending: true}, {Field: "date"}}}))
		}
	}
	calls := []func(context.Context) error{list(transactions.Filter{Distinct: true})}
	for _, f := range filters() {
		_ = failed(c.ListTransactions(t.Context(), transactions.ListTransactionsParams{Filter: f})) // the fake's rows need not meet it
	}
	return b.calls(func(status int) { srv.Inject(transactionstest.Fault{Status: status}) }, append(calls, func(ctx context.Context) error {
		tokens, err := transactions.PasswordTokens(srv.URL(), transactionstest.DefaultUsername, transactionstest.DefaultPassword, options...)
		require.NoError(t, err)
		return failed(tokens.Token(ctx, ""))
	})...)
}

// filters are filters with one condition each: every operation of every field.
func filters() []transactions.Filter {
	values := []any{int64(7), int32(860), decimal.One, batteryStart, transactions.StatusSuccess, transactions.PayTypePayment, true, "a"}
	var out []transactions.Filter
	for i := range reflect.TypeFor[transactions.Filter]().NumField() {
		condition := reflect.TypeFor[transactions.Filter]().Field(i)
		if condition.Type.Kind() != reflect.Struct {
			continue
		}
		for j := range condition.Type.NumField() {
			f := reflect.New(reflect.TypeFor[transactions.Filter]()).Elem()
			operation := f.Field(i).Field(j)
			at := slices.IndexFunc(values, func(v any) bool { return reflect.TypeOf(v) == operation.Type().Elem() })
			if operation.Kind() == reflect.Slice {
				operation.Set(reflect.Append(operation, reflect.ValueOf(values[at]), reflect.ValueOf(values[at])))
			} else {
				operation.Set(reflect.New(operation.Type().Elem()))
				operation.Elem().Set(reflect.ValueOf(values[at]))
			}
			out = append(out, f.Interface().(transactions.Filter))
		}
	}
	return out
}
