package finiktest_test

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// serve starts a gateway, and a client of it that does not repeat.
func serve(opts ...finiktest.Option) (*finiktest.Server, *finik.Client) {
	srv := finiktest.NewServer(opts...)
	client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials(), finik.WithRetry(finik.RetryPolicy{MaxAttempts: 1}))
	if err != nil {
		log.Fatal(err)
	}
	return srv, client
}

// payout is a payment that is made at once.
func payout(transactionID, amount string) finik.CreatePaymentRequest {
	return finik.CreatePaymentRequest{
		AccountID: finiktest.DefaultAccountID, UserID: finiktest.DefaultUserID, ServiceID: finiktest.ServiceFinik, TransactionID: transactionID,
		Fields: finik.Fields{"phone": finiktest.DefaultPhone, "amount": decimal.MustParse(amount)},
	}
}

// topUp is a payment that takes its time.
func topUp() finik.CreatePaymentRequest {
	r := payout("top-up", "20")
	r.ServiceID = finiktest.ServiceMobile
	r.Fields["code"] = finiktest.ServiceMobileCode
	return r
}

// create makes a payment.
func create(client *finik.Client, request finik.CreatePaymentRequest) *finik.Payment {
	payment, err := client.CreatePayment(context.Background(), request)
	if err != nil {
		log.Fatal(err)
	}
	return payment
}

// printStatus reads a payment.
func printStatus(client *finik.Client, id string) {
	payment, err := client.GetPayment(context.Background(), id)
	fmt.Println(payment.Status, err)
}

// printRefusal reads a payment that does not exist.
func printRefusal(client *finik.Client) {
	_, err := client.GetPayment(context.Background(), "unknown")
	var refused *finik.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.StatusCode, refused.Message != "")
	}
}

func ExampleWithClient() {
	srv, client := serve(finiktest.WithClient("another key", finiktest.PublicKey()))
	defer srv.Close()
	_, err := client.ListServices(context.Background(), finik.ListServicesParams{})
	fmt.Println(errors.Is(err, finik.ErrUnauthorized), errors.Is(err, finik.ErrForbidden))
	// Output: true false
}

func ExampleWithProcessingReads() {
	srv, client := serve(finiktest.WithProcessingReads(2))
	defer srv.Close()
	payment := create(client, topUp())
	for range 3 {
		printStatus(client, payment.ID)
	}
	// Output:
	// PENDING <nil>
	// PROCESSING <nil>
	// SUCCEEDED <nil>
}

func ExampleWithProcessingTime() {
	srv, client := serve(finiktest.WithProcessingTime(time.Hour))
	defer srv.Close()
	payment := create(client, topUp())
	fmt.Println(payment.Status, len(srv.Events()), "events")
	srv.Advance(2 * time.Hour) // nobody reads the payment
	fmt.Println(len(srv.Events()), "event")
	// Output:
	// PENDING 0 events
	// 1 event
}

func ExampleWithManualProcessing() {
	srv, client := serve(finiktest.WithManualProcessing())
	defer srv.Close()
	payment := create(client, topUp())
	srv.Fail(payment.ID, 402)
	printStatus(client, payment.ID)
	// Output: FAILED <nil>
}

// A duplicate is answered with 409. Nobody knows whether the live service says there which
// payment exists.
func ExampleWithNamedDuplicates() {
	srv, client := serve(finiktest.WithNamedDuplicates())
	defer srv.Close()
	first := create(client, payout("1", "10"))
	_, err := client.CreatePayment(context.Background(), payout("1", "10"))
	var refused *finik.Error
	fmt.Println(errors.As(err, &refused) && refused.PaymentID == first.ID)
	// Output: true
}

// A client that repeats blindly pays twice here.
func ExampleWithUnguardedIDs() {
	srv, client := serve(finiktest.WithUnguardedIDs())
	defer srv.Close()
	for range 2 {
		create(client, payout("1", "10"))
	}
	fmt.Println("debited", srv.Debits("1"), "times")
	// Output: debited 2 times
}

// A repeat may be refused with 402 although the first one was paid.
func ExampleWithFundsFirst() {
	srv, client := serve(finiktest.WithFundsFirst())
	defer srv.Close()
	srv.AddAccount(finiktest.Account{ID: "last", UserIDs: []string{finiktest.DefaultUserID}, Balance: decimal.MustParse("10")})
	request := payout("1", "10")
	request.AccountID = "last"
	create(client, request)
	_, err := client.CreatePayment(context.Background(), request)
	fmt.Println(errors.Is(err, finik.ErrInsufficientFunds), srv.Debits("1"))
	// Output: true 1
}

// unsigned signs nothing, in no time.
type unsigned struct{}

func (unsigned) Sign(context.Context, []byte) ([]byte, error) { return make([]byte, 256), nil }

func ExampleWithAnySignature() {
	srv := finiktest.NewServer(finiktest.WithAnySignature())
	defer srv.Close()
	client, err := finik.NewClient(srv.URL(), finik.Credentials{APIKey: finiktest.DefaultAPIKey, Signer: unsigned{}})
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.ListServices(context.Background(), finik.ListServicesParams{})
	fmt.Println(err)
	// Output: <nil>
}

func ExampleWithTimestampWindow() {
	for _, window := range []time.Duration{0, time.Minute} {
		srv := finiktest.NewServer(finiktest.WithTimestampWindow(window))
		client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials(), finik.WithClockOffset(-30*time.Second))
		if err != nil {
			log.Fatal(err)
		}
		_, err = client.ListServices(context.Background(), finik.ListServicesParams{})
		fmt.Println(err)
		srv.Close()
	}
	// Output:
	// finik: ListServices: status 401 (unauthorized)
	// <nil>
}

// As the beta: code that is tried there takes every status and every error.
func ExampleWithRandomOutcomes() {
	srv, client := serve(finiktest.WithRandomOutcomes(1))
	defer srv.Close()
	outcomes := map[bool]int{}
	for i := range 100 {
		_, err := client.CreatePayment(context.Background(), payout(fmt.Sprint(i), "10"))
		outcomes[err == nil]++
	}
	fmt.Println(outcomes[true] > 0, outcomes[false] > 0)
	// Output: true true
}

func ExampleWithErrorShape() {
	for _, shape := range []finiktest.ErrorShape{finiktest.ErrorShapeGateway, finiktest.ErrorShapeAWS, finiktest.ErrorShapeHTML} {
		srv, client := serve(finiktest.WithErrorShape(shape))
		printRefusal(client)
		srv.Close()
	}
	// Output:
	// 400 true
	// 400 true
	// 400 false
}

// The refusal stands in the body of an answer with status 200.
func ExampleWithCodeInBody() {
	srv, client := serve(finiktest.WithCodeInBody())
	defer srv.Close()
	printRefusal(client)
	// Output: 400 true
}

func ExampleWithTextCodes() {
	srv, client := serve(finiktest.WithTextCodes()) // {"statusCode":"400",…}
	defer srv.Close()
	printRefusal(client)
	// Output: 400 true
}

func ExampleWithPageLimit() {
	srv, client := serve(finiktest.WithPageLimit(2))
	defer srv.Close()
	page, err := client.ListServices(context.Background(), finik.ListServicesParams{Size: 40})
	fmt.Println(len(page.Services), err)
	// Output: 2 <nil>
}

// receive starts a receiver of webhook events at the address, which the signature covers;
// "" is its own.
func receive(address string) *httptest.Server {
	server := httptest.NewUnstartedServer(nil)
	if address == "" {
		address = "http://" + server.Listener.Addr().String() + "/finik"
	}
	hook := finik.Webhook{PublicURL: address, Keys: []*rsa.PublicKey{finiktest.PublicKey()}}
	server.Config.Handler = hook.Handler(func(_ context.Context, e *finik.Event) error {
		fmt.Println(e.TransactionID, e.Status)
		return nil
	})
	server.Start()
	return server
}

// A handler without a network.
func ExampleServer_NewWebhookRequest() {
	srv, client := serve()
	defer srv.Close()
	create(client, payout("1", "10"))
	const address = "https://shop.example.com/webhooks/finik"
	server := receive(address)
	defer server.Close()
	request, err := srv.NewWebhookRequest(context.Background(), address, srv.Events()[0].Body)
	if err != nil {
		log.Fatal(err)
	}
	recorder := httptest.NewRecorder()
	server.Config.Handler.ServeHTTP(recorder, request)
	fmt.Println(recorder.Code)
	// Output:
	// 1 SUCCEEDED
	// 200
}

func ExampleServer_SendWebhook() {
	srv, client := serve()
	defer srv.Close()
	create(client, payout("1", "10"))
	server := receive("")
	defer server.Close()
	event := srv.Events()[0]
	statuses, err := srv.SendWebhook(context.Background(), server.URL+"/finik", event, event) // events come at least once
	fmt.Println(statuses, err)
	// Output:
	// 1 SUCCEEDED
	// 1 SUCCEEDED
	// [200 200] <nil>
}
