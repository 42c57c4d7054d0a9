package ecommpay_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

// service is a Data API in this process, the one that the examples talk to. It
// has 250 operations of one day.
func service() *ecommpaytest.Server {
	srv := ecommpaytest.NewServer()
	srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: 250, Seed: 1, From: newYear})...)
	usd := decimal.MustParse("50.00")
	srv.SeedChargebacks(&ecommpay.Chargeback{
		ChargebackID: "11201", OperationID: "12330123485431", ReasonCode: "10.4", ChbAmount: &usd, ChbCurrency: "USD",
		RespondBy: time.Date(2026, 2, 4, 23, 59, 59, 0, time.UTC), Status: "NEW",
	})
	srv.SeedFraud(&ecommpay.FraudOperation{
		OperationID: "6435212169999", PaymentID: "payment78", FraudType: "6", TrAmount: &usd, TrCurrency: "USD",
		PurchaseDate: newYear, IssuerCountry: "GB",
	})
	srv.SeedBalances(&ecommpay.Balance{Name: "main", AmountsMinor: map[string]int64{"EUR": 113128}})
	return srv
}

// connect is a client of srv.
func connect(srv *ecommpaytest.Server) *ecommpay.Client {
	client, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials())
	if err != nil {
		log.Fatal(err)
	}
	return client
}

func Example() {
	ctx := context.Background()
	srv := ecommpaytest.NewServer() // a Data API in this process; ecommpay.ProductionURL is the real one
	defer srv.Close()
	srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: 250, Seed: 1})...)

	client, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials())
	if err != nil {
		log.Fatal(err)
	}
	day := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	paid := 0
	for operation, err := range client.AllOperations(ctx, ecommpay.ListOperationsParams{From: day, To: day.Add(24*time.Hour - time.Second)}) {
		if err != nil {
			log.Fatal(err)
		}
		if operation.OperationType == ecommpay.TypeSale && operation.OperationStatus == ecommpay.StatusSuccess {
			paid++
		}
	}
	fmt.Println(paid, "sales")
	// Output: 171 sales
}

func ExampleNewClient() {
	client, err := ecommpay.NewClient(ecommpay.ProductionURL,
		ecommpay.Credentials{Token: "test-000000000000000000000000", Secret: "test-secret-0000000000000000"},
		ecommpay.WithRetry(ecommpay.RetryPolicy{MaxAttempts: 5, MaxWait: 30 * time.Second}),
		ecommpay.WithRateLimit(1, 1), // attempts a second
		ecommpay.WithObserver(func(_ context.Context, a ecommpay.Attempt) {
			if a.Class != "" {
				log.Printf("%s: attempt %d failed: %s", a.Operation, a.Number, a.Class)
			}
		}),
	)
	fmt.Println(client, err)
	// Output: ecommpay client of https://data.ecommpay.com/v1 <nil>
}

// vault is where a service keeps its credentials.
type vault struct{}

func (vault) Credentials(context.Context, ecommpay.Credentials) (ecommpay.Credentials, error) {
	return ecommpaytest.DefaultCredentials(), nil
}

func ExampleWithCredentialSource() {
	srv := service()
	defer srv.Close()
	client, err := ecommpay.NewClient(srv.URL(), ecommpay.Credentials{}, ecommpay.WithCredentialSource(vault{}))
	if err != nil {
		log.Fatal(err)
	}
	list, err := client.Balances(context.Background())
	fmt.Println(len(list.Balances), err)
	// Output: 1 <nil>
}

func ExampleClient_Balances() {
	srv := service()
	defer srv.Close()
	list, err := connect(srv).Balances(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	for _, balance := range list.Balances {
		for currency, minor := range balance.AmountsMinor {
			major, err := ecommpay.Major(minor, currency)
			fmt.Println(balance.Name, major, currency, err)
		}
	}
	// Output: main 1131.28 EUR <nil>
}

func ExampleClient_ListOperations() {
	srv := service()
	defer srv.Close()
	page, err := connect(srv).ListOperations(context.Background(), ecommpay.ListOperationsParams{
		From: newYear, To: newYear.Add(2 * time.Hour),
		Statuses: []ecommpay.OperationStatus{ecommpay.StatusDecline},
		Fields:   []ecommpay.Field{ecommpay.FieldOperationID, ecommpay.FieldSumInitial, ecommpay.FieldPaymentProviderMessage},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, o := range page.Operations {
		fmt.Println(o.OperationID, o.SumInitial, o.PaymentProviderMessage)
	}
	// Output: 6435210000015 7345.73 USD Insufficient funds
}

func ExampleClient_AllOperations() {
	srv := service()
	defer srv.Close()
	sums := map[string]decimal.Decimal{}
	interval := ecommpay.ListOperationsParams{From: newYear, To: newYear.Add(24*time.Hour - time.Second)}
	for o, err := range connect(srv).AllOperations(context.Background(), interval, ecommpay.Prefetch(2)) {
		if err != nil {
			log.Fatal(err)
		}
		amount, err := o.SumInitial.Major()
		if err != nil {
			log.Fatal(err) // a currency that is not in ISO 4217
		}
		if sums[o.SumInitial.Currency], err = sums[o.SumInitial.Currency].Add(amount); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(sums["EUR"], "EUR and", sums["KWD"], "KWD")
	// Output: 1489055.49 EUR and 6547.350 KWD
}

func ExampleClient_OperationPages() {
	srv := service()
	defer srv.Close()
	interval := ecommpay.ListOperationsParams{From: newYear, To: newYear.Add(24*time.Hour - time.Second), Limit: 100}
	for page, err := range connect(srv).OperationPages(context.Background(), interval) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(len(page.Operations), "new ones at", page.Offset, "and", len(page.Bad), "that do not decode")
	}
	// Output:
	// 100 new ones at 0 and 0 that do not decode
	// 80 new ones at 80 and 0 that do not decode
	// 70 new ones at 160 and 0 that do not decode
}

func ExampleClient_OperationPagesByInterval() {
	srv := service()
	defer srv.Close()
	n := 0
	interval := ecommpay.ListOperationsParams{From: newYear, To: newYear.Add(24*time.Hour - time.Second)}
	for page, err := range connect(srv).OperationPagesByInterval(context.Background(), time.Hour, 4, interval) {
		if err != nil {
			log.Fatal(err)
		}
		n += len(page.Operations)
	}
	fmt.Println(n)
	// Output: 250
}

func ExampleClient_OperationsByPayment() {
	srv := service()
	defer srv.Close()
	list, err := connect(srv).OperationsByPayment(context.Background(), "payment-1")
	if err != nil {
		log.Fatal(err)
	}
	for _, o := range list.Operations {
		fmt.Println(o.OperationType, o.Sum)
	}
	// Output:
	// refund 730.86 EUR
	// sale 730.86 EUR
}

func ExampleClient_AllChargebacks() {
	srv := service()
	defer srv.Close()
	due := ecommpay.ListChargebacksParams{RespondBy: ecommpay.Interval{From: newYear, To: newYear.AddDate(0, 2, 0)}}
	for c, err := range connect(srv).AllChargebacks(context.Background(), due) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(c)
	}
	// Output: chargeback 11201 (operation 12330123485431) NEW 10.4 50.00 USD, respond by 2026-02-04T23:59:59Z
}

func ExampleClient_GetChargeback() {
	srv := service()
	defer srv.Close()
	_, err := connect(srv).GetChargeback(context.Background(), ecommpay.ChargebackKey{ChargebackID: "11202"})
	fmt.Println(err, errors.Is(err, ecommpay.ErrNotFound))
	// Output: ecommpay: not found: GetChargeback true
}

func ExampleClient_AllFraudOperations() {
	srv := service()
	defer srv.Close()
	for o, err := range connect(srv).AllFraudOperations(context.Background(), ecommpay.ListFraudOperationsParams{IssuerCountries: []string{"GB"}}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(o)
	}
	// Output: fraud operation 6435212169999 (payment payment78) type 6 50.00 USD of 2026-01-01
}

func ExampleClient_FinancialOperations() {
	srv := service()
	defer srv.Close()
	answer, err := connect(srv).FinancialOperations(context.Background(), ecommpay.FinancialOperationsParams{From: newYear, To: newYear.Add(time.Minute)})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(answer.Rows))
	// Output: 1
}

func ExampleClient_CurrencyRates() {
	srv := service()
	defer srv.Close()
	answer, err := connect(srv).CurrencyRates(context.Background(), ecommpay.CurrencyRatesParams{Currency: "EUR", From: newYear, To: newYear})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(answer.Rows[0]))
	// Output: {"currency":"EUR","datetime":"2026-01-01 00:00:00","rate":"1.080000"}
}

func ExampleError() {
	srv := service()
	defer srv.Close()
	srv.SetCredentials(ecommpay.Credentials{Token: "a newer one", Secret: "with its secret"})
	_, err := connect(srv).Balances(context.Background())
	var refusal *ecommpay.Error
	if errors.As(err, &refusal) {
		fmt.Println(refusal.StatusCode, refusal.Message, errors.Is(err, ecommpay.ErrUnauthorized))
	}
	// Output: 401 wrong token or signature true
}

func ExampleSplitInterval() {
	for _, part := range ecommpay.SplitInterval(newYear, newYear.AddDate(0, 0, 2), 24*time.Hour) {
		fmt.Println(part.From.Format(time.DateTime), "to", part.To.Format(time.DateTime))
	}
	// Output:
	// 2026-01-01 00:00:00 to 2026-01-01 23:59:59
	// 2026-01-02 00:00:00 to 2026-01-02 23:59:59
	// 2026-01-03 00:00:00 to 2026-01-03 00:00:00
}

func ExampleSign() {
	body := []byte(`{"payment_id":"PID_1-2","token":"test-000000000000000000000000"}`)
	signature, err := ecommpay.Sign("test-secret-0000000000000000", body)
	fmt.Println(len(signature), err)
	// Output: 88 <nil>
}

func ExampleVerify() {
	body := []byte(`{"operations":[],"signature":"AAAA"}`)
	err := ecommpay.Verify("test-secret-0000000000000000", body)
	fmt.Println(errors.Is(err, ecommpay.ErrBadSignature))
	// Output: true
}

func ExampleCanonical() {
	text, err := ecommpay.Canonical([]byte(`{"token":"t","limit":10,"fields":["b","a"],"none":null,"signature":"x"}`))
	fmt.Println(string(text), err)
	// Output: fields:0:b;fields:1:a;limit:10;none:;token:t <nil>
}

func ExampleMajor() {
	for _, currency := range []string{"USD", "JPY", "KWD"} {
		major, err := ecommpay.Major(12345, currency)
		fmt.Println(major, currency, err)
	}
	_, err := ecommpay.Major(12345, "XYZ")
	fmt.Println(err)
	// Output:
	// 123.45 USD <nil>
	// 12345 JPY <nil>
	// 12.345 KWD <nil>
	// ecommpay: invalid request: currency: must be an ISO 4217 code with minor units, active or withdrawn since 2009
}

func ExampleOpenAPI() {
	for line := range strings.Lines(ecommpay.OpenAPI()) {
		if strings.HasPrefix(line, "openapi:") || strings.HasPrefix(line, "  title:") {
			fmt.Print(line)
		}
	}
	// Output:
	// openapi: 3.1.0
	//   title: ecommpay Data API
}
