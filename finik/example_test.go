package finik_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// connect is a client of srv.
func connect(srv *finiktest.Server) *finik.Client {
	client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials())
	if err != nil {
		log.Fatal(err)
	}
	return client
}

func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	srv := finiktest.NewServer() // a service in this process; finik.ProductionURL is the real one
	defer srv.Close()

	signer, err := finik.RSASigner(finiktest.ClientKey()) // finik.ParsePrivateKey reads one from PEM
	if err != nil {
		log.Fatal(err)
	}
	client, err := finik.NewClient(srv.URL(), finik.Credentials{APIKey: finiktest.DefaultAPIKey, Signer: signer})
	if err != nil {
		log.Fatal(err)
	}
	request := finik.CreatePaymentRequest{
		AccountID: finiktest.DefaultAccountID, UserID: finiktest.DefaultUserID, ServiceID: finiktest.ServiceFinik,
		TransactionID: finik.NewTransactionID(), // store it before the first call: it is the idempotency key
		Fields:        finik.Fields{"phone": "+996000000001", "amount": decimal.MustParse("150.00")},
	}
	payment, err := client.RunPayout(ctx, request, finik.PayoutParams{
		Check: func(r finik.Recipient) error {
			fmt.Println("to", r.Name)
			return nil // an error here ends it unpaid
		},
		Created: func(paymentID string) error { return nil }, // store it, too
	})
	if errors.Is(err, finik.ErrOutcomeUnknown) {
		log.Fatal(err) // call it again with the same request and PayoutParams.Resume
	} else if err != nil {
		log.Fatal(err) // nothing was paid
	}
	fmt.Println(payment.Status)
	// Output:
	// to T. P.
	// SUCCEEDED
}

func ExampleNewClient() {
	client, err := finik.NewClient(finik.BetaURL, finiktest.DefaultCredentials(),
		finik.WithTimeout(10*time.Second), // of each attempt
		finik.WithRetry(finik.RetryPolicy{MaxAttempts: 5}),
		finik.WithServerClock(),
	)
	fmt.Println(client, err)
	// Output: finik client of https://beta.api.paymentsgateway.averspay.kg <nil>
}

func ExampleClient_CheckRecipient() {
	srv := finiktest.NewServer()
	defer srv.Close()
	_, err := connect(srv).CheckRecipient(context.Background(), finik.CheckRecipientRequest{
		ServiceID: finiktest.ServiceFinik, Fields: finik.Fields{"phone": "+996000000009"},
	})
	fmt.Println(errors.Is(err, finik.ErrNotFound), err)
	// Output: true finik: CheckRecipient: status 404 (not_found)
}

func ExampleClient_CreatePayment() {
	ctx := context.Background()
	srv := finiktest.NewServer(finiktest.WithNamedDuplicates())
	defer srv.Close()
	client := connect(srv)
	request := finik.CreatePaymentRequest{
		AccountID: finiktest.DefaultAccountID, UserID: finiktest.DefaultUserID, ServiceID: finiktest.ServiceFinik,
		TransactionID: "e731a7e2-c553-4295-867e-1023359bee28",
		Fields:        finik.Fields{"phone": "+996000000001", "amount": decimal.MustParse("150.00")},
	}

	srv.Inject(finiktest.Fault{Operation: "CreatePayment", Kind: finiktest.FaultResetAfter}) // the answer is lost
	_, err := client.CreatePayment(ctx, request)                                             // and the repeat meets the payment
	fmt.Println(err)

	var refused *finik.Error
	if errors.As(err, &refused) && refused.PaymentID != "" {
		payment, err := client.GetPayment(ctx, refused.PaymentID)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(payment.Status)
	}
	fmt.Println("paid", srv.Debits(request.TransactionID), "time")
	// Output:
	// finik: CreatePayment: status 409, payment outcome unknown
	// SUCCEEDED
	// paid 1 time
}

func ExampleClient_RunPayout_resumed() {
	ctx := context.Background()
	srv := finiktest.NewServer(finiktest.WithNamedDuplicates())
	defer srv.Close()
	client := connect(srv)
	request := finik.CreatePaymentRequest{
		AccountID: finiktest.DefaultAccountID, UserID: finiktest.DefaultUserID, ServiceID: finiktest.ServiceFinik,
		TransactionID: "e731a7e2-c553-4295-867e-1023359bee28",
		Fields:        finik.Fields{"phone": "+996000000001", "amount": decimal.MustParse("150.00")},
	}
	srv.Inject(finiktest.Fault{Operation: "CreatePayment", Kind: finiktest.FaultHTML, Process: true}) // a gateway's page
	_, err := client.RunPayout(ctx, request, finik.PayoutParams{})
	fmt.Println(errors.Is(err, finik.ErrOutcomeUnknown))

	// Later, or in another process:
	payment, err := client.RunPayout(ctx, request, finik.PayoutParams{Resume: true})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(payment.Status, srv.Debits(request.TransactionID))
	// Output:
	// true
	// SUCCEEDED 1
}

func ExampleClient_GetPayment() {
	ctx := context.Background()
	srv := finiktest.NewServer()
	defer srv.Close()
	client := connect(srv)
	created, err := client.CreatePayment(ctx, finik.CreatePaymentRequest{
		AccountID: finiktest.DefaultAccountID, UserID: finiktest.DefaultUserID, ServiceID: finiktest.ServiceMobile,
		TransactionID: finik.NewTransactionID(),
		Fields:        finik.Fields{"phone": "+996000000001", "amount": decimal.MustParse("150.00"), "code": finiktest.ServiceMobileCode},
	})
	if err != nil {
		log.Fatal(err)
	}
	srv.Fail(created.ID, 402) // the fake is the provider here
	payment, err := client.GetPayment(ctx, created.ID)
	if err != nil {
		log.Fatal(err) // and not because the payment failed
	}
	fmt.Println(payment.Status, payment.StatusCode, payment.Final())
	// Output: FAILED 402 true
}

func ExampleError() {
	srv := finiktest.NewServer()
	defer srv.Close()
	srv.AddAccount(finiktest.Account{ID: "empty", UserIDs: []string{finiktest.DefaultUserID}})
	_, err := connect(srv).CreatePayment(context.Background(), finik.CreatePaymentRequest{
		AccountID: "empty", UserID: finiktest.DefaultUserID, ServiceID: finiktest.ServiceFinik,
		TransactionID: finik.NewTransactionID(),
		Fields:        finik.Fields{"phone": "+996000000001", "amount": decimal.MustParse("150.00")},
	})
	var refused *finik.Error
	switch {
	case errors.Is(err, finik.ErrOutcomeUnknown): // before all others
		fmt.Println("nobody knows; repeat it with the same id")
	case errors.Is(err, finik.ErrInsufficientFunds):
		fmt.Println("nothing was paid:", err)
	case errors.As(err, &refused):
		fmt.Println("nothing was paid either:", refused.StatusCode)
	}
	// Output: nothing was paid: finik: CreatePayment: status 402
}

func ExampleClient_WaitPayment() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	srv := finiktest.NewServer()
	defer srv.Close()
	client := connect(srv)
	created, err := client.CreatePayment(ctx, finik.CreatePaymentRequest{
		AccountID: finiktest.DefaultAccountID, UserID: finiktest.DefaultUserID, ServiceID: finiktest.ServiceMobile,
		TransactionID: finik.NewTransactionID(),
		Fields:        finik.Fields{"phone": "+996000000001", "amount": decimal.MustParse("150.00"), "code": finiktest.ServiceMobileCode},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(created.Status)
	// The defaults are 30 seconds, then 10 and more; a test has no time for that.
	payment, err := client.WaitPayment(ctx, created.ID, finik.WaitParams{First: 1, MinInterval: time.Millisecond})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(payment.Status, payment.Amount)
	// Output:
	// PENDING
	// SUCCEEDED 150.00
}

func ExampleClient_ListServices() {
	srv := finiktest.NewServer()
	defer srv.Close()
	page, err := connect(srv).ListServices(context.Background(), finik.ListServicesParams{ParentID: "transfers", Locale: finik.LocaleRU})
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range page.Services {
		fmt.Println(s.ID, s.Name(finik.LocaleRU), s.MinAmount, s.MaxAmount)
	}
	// Output:
	// finik Финик 1 100000
	// bank Банковский перевод 1 500000
}

func ExampleClient_AllServices() {
	srv := finiktest.NewServer()
	defer srv.Close()
	n := 0
	for service, err := range connect(srv).AllServices(context.Background(), finik.ListServicesParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		if n++; n == 2 {
			for _, f := range service.RequiredFields {
				fmt.Printf("%s %s %d-%d %q\n", f.FieldID, f.KeyboardType, f.MinLength, f.MaxLength, f.Value)
			}
		}
	}
	fmt.Println(n, "services")
	// Output:
	// phone PHONE 13-13 ""
	// amount MONEY 1-12 ""
	// code TEXT 0-0 "77"
	// 55 services
}

func ExampleClient_ServicePages() {
	srv := finiktest.NewServer()
	defer srv.Close()
	for page, err := range connect(srv).ServicePages(context.Background(), finik.ListServicesParams{Size: 40}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(len(page.Services), "new of", page.From, "to", page.NextFrom, "of", page.Total)
	}
	// Output:
	// 40 new of 0 to 40 of 55
	// 15 new of 35 to 55 of 55
}

func ExampleValidateFields() {
	service := finik.Service{
		MinAmount: new(decimal.MustParse("10")),
		RequiredFields: []finik.RequiredField{
			{FieldID: "phone", KeyboardType: finik.KeyboardTypePhone, MinLength: 13, MaxLength: 13},
			{FieldID: "amount", KeyboardType: finik.KeyboardTypeMoney},
			{FieldID: "code", Value: "77", IsHidden: new(true)},
		},
	}
	fields := service.FixedFields()
	fields["phone"] = "+99600000000"
	fields["amount"] = decimal.MustParse("9.50")
	fmt.Println(finik.ValidateFields(service, fields))
	// Output: finik: invalid request: Fields["phone"]: must have at least 13 characters; Fields["amount"]: must be at least 10, the service's MinAmount
}

func ExampleCaptureResponse() {
	srv := finiktest.NewServer()
	defer srv.Close()
	var response finik.Response
	_, err := connect(srv).GetPayment(context.Background(), "unknown", finik.CaptureResponse(&response), finik.WithHeader("X-Request-Id", "7"))
	fmt.Println(err, "after", response.Attempts, "attempt")
	// Output: finik: GetPayment: status 400 after 1 attempt
}

func ExampleWithMiddleware() {
	srv := finiktest.NewServer()
	defer srv.Close()
	trace := func(next http.RoundTripper) http.RoundTripper {
		return wire(func(r *http.Request) (*http.Response, error) {
			fmt.Println(r.Method, r.URL.Path, "key:", r.Header.Get("X-Api-Key") != "")
			return next.RoundTrip(r)
		})
	}
	client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials(), finik.WithMiddleware(trace))
	if err != nil {
		log.Fatal(err)
	}
	_, _ = client.GetPayment(context.Background(), "unknown")
	// Output: GET /v2/payments/unknown key: false
}

func ExampleOpenAPI() {
	for line := range strings.Lines(finik.OpenAPI()) {
		if strings.HasPrefix(line, "openapi:") || strings.HasPrefix(line, "  title:") {
			fmt.Print(line)
		}
	}
	// Output:
	// openapi: 3.1.0
	//   title: Finik Payments Gateway
}
