package wallet_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// connect is a client of srv.
func connect(srv *wallettest.Server) *wallet.Client {
	client, err := wallet.NewClient(srv.URL(), wallet.BasicAuth(wallettest.DefaultPhone, wallettest.DefaultPassword))
	if err != nil {
		log.Fatal(err)
	}
	return client
}

func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	srv := wallettest.NewServer(wallettest.WithProcessingReads(0)) // a service in this process; wallet.ProductionURL is the real one
	defer srv.Close()

	client, err := wallet.NewClient(srv.URL(), wallet.BasicAuth(wallettest.DefaultPhone, wallettest.DefaultPassword))
	if err != nil {
		log.Fatal(err)
	}
	id := wallet.NewClientPaymentID() // store it before the first call: it is the idempotency key
	request := wallet.NewOut(id, wallettest.ServiceMobile, decimal.MustParse("100"), map[string]string{"phoneNumber": "0000000001"})
	result, err := client.RunPayment(ctx, request, func(r wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
		fmt.Println("to pay:", r.Payment.Total)
		return wallet.ExecutePaymentRequest{}, nil // an error here ends it unpaid
	})
	if err != nil {
		log.Fatal(err) // call it again with the same request
	}
	fmt.Println(result.Payment.Status)
	// Output:
	// to pay: 103.00
	// completed
}

func ExampleNewClient() {
	client, err := wallet.NewClient(wallet.SandboxURL, wallet.BasicAuth("+996000000001", "password"),
		wallet.WithTimeout(10*time.Second), // of each attempt
		wallet.WithRetry(wallet.RetryPolicy{MaxAttempts: 5}),
	)
	fmt.Println(client, err)
	// Output: wallet client of https://sandbox.wallet.best/v1 <nil>
}

func ExampleClient_PayOnce() {
	ctx := context.Background()
	srv := wallettest.NewServer()
	defer srv.Close()
	client := connect(srv)
	request := wallet.NewP2P(wallet.NewClientPaymentID(), wallettest.OtherPhone, decimal.MustParse("100"))
	created, err := client.CreatePayment(ctx, request)
	if err != nil {
		log.Fatal(err)
	}

	srv.Inject(wallettest.Fault{Operation: "ExecutePayment", Kind: wallettest.FaultResetAfter}) // the answer is lost
	for range 3 {                                                                               // as often as you like
		result, err := client.PayOnce(ctx, created.Payment.ID, wallet.ExecutePaymentRequest{})
		switch {
		case errors.Is(err, wallet.ErrOutcomeUnknown):
			fmt.Println("not known yet: wait and call it again")
		case err != nil:
			log.Fatal(err)
		default:
			fmt.Println(result.Payment.Status)
		}
	}
	fmt.Println("paid", srv.Debits(request.ClientPaymentID), "time")
	// Output:
	// processing
	// completed
	// completed
	// paid 1 time
}

func ExampleClient_WaitPayment() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	srv := wallettest.NewServer()
	defer srv.Close()
	client := connect(srv)

	topUp := wallet.NewIn(wallet.NewClientPaymentID(), decimal.MustParse("500"))
	topUp.StoreCard = true
	result, err := client.RunPayment(ctx, topUp, func(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
		return wallet.ExecutePaymentRequest{}, nil
	})
	if err != nil {
		log.Fatal(err)
	}
	if result.Payment.NeedsCardPage() {
		// Send the user to result.Payment.Card.PaymentPageURL. Here the fake is the user:
		srv.EnterCard(result.Payment.ID, "541715******2399", "MasterCard")
	}
	result, err = client.WaitPayment(ctx, result.Payment.ID, wallet.WaitParams{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Payment.Status, result.Payment.Card.State)
	// Output: completed active
}

func ExampleClient_AllPayments() {
	ctx := context.Background()
	srv := wallettest.NewServer(wallettest.WithProcessingReads(0))
	defer srv.Close()
	client := connect(srv)
	for _, amount := range []string{"5", "8.03"} {
		request := wallet.NewP2P(wallet.NewClientPaymentID(), wallettest.OtherPhone, decimal.MustParse(amount))
		if _, err := client.RunPayment(ctx, request, func(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
			return wallet.ExecutePaymentRequest{}, nil
		}); err != nil {
			log.Fatal(err)
		}
	}

	for payment, err := range client.AllPayments(ctx, wallet.ListPaymentsParams{Types: []wallet.Type{wallet.TypeP2P}}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(payment.Amount, payment.Status)
	}
	// Output:
	// 8.03 completed
	// 5 completed
}

func ExampleWebhook_Handler() {
	ctx := context.Background()
	srv := wallettest.NewServer(wallettest.WithProcessingReads(0))
	defer srv.Close()
	client := connect(srv)

	hook := wallet.Webhook{AppID: wallettest.DefaultAppID, AppSecret: wallettest.DefaultAppSecret}
	server := httptest.NewServer(hook.Handler(func(ctx context.Context, event *wallet.Event) error {
		// The token protects nothing of the content: act on what a read says.
		now, err := client.GetPayment(ctx, event.Payment.ID)
		if err != nil {
			return err // answered with 500
		}
		fmt.Println(event.Type, "and it is", now.Payment.Status)
		return nil
	}))
	defer server.Close()

	request := wallet.NewP2P(wallet.NewClientPaymentID(), wallettest.OtherPhone, decimal.MustParse("5"))
	if _, err := client.RunPayment(ctx, request, func(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
		return wallet.ExecutePaymentRequest{}, nil
	}); err != nil {
		log.Fatal(err)
	}
	statuses, err := srv.SendWebhook(ctx, server.URL, srv.Events()...)
	fmt.Println(statuses, err)
	// Output:
	// complete and it is completed
	// [200] <nil>
}

func ExampleWebhook_Parse() {
	hook := wallet.Webhook{AppID: "app", AppSecret: "secret"}
	srv := wallettest.NewServer(wallettest.WithWebhook(hook))
	defer srv.Close()
	request, err := srv.NewWebhookRequest(context.Background(), "https://shop.example.com/hook",
		[]byte(`{"type":"undo","from":"completed","to":"declined","payment":{"id":1401089240253}}`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(hook.Parse(request))

	request.URL.RawQuery = "app_id=app&access_token=forged"
	_, err = hook.Parse(request)
	fmt.Println(err, errors.Is(err, wallet.ErrUnauthorized))
	// Output:
	// event undo of payment 1401089240253 (client ) from completed to declined <nil>
	// wallet: bad webhook: wallet: unauthorized true
}

func ExampleOAuth_Password() {
	srv := wallettest.NewServer(wallettest.WithOAuthClient("client", "secret"))
	defer srv.Close()
	oauth := wallet.OAuth{TokenURL: srv.TokenURL(), ClientID: "client", ClientSecret: "secret"}
	tokens, err := oauth.Password(wallettest.DefaultPhone, wallettest.DefaultPassword)
	if err != nil {
		log.Fatal(err)
	}
	client, err := wallet.NewClient(srv.URL(), wallet.Bearer(tokens))
	if err != nil {
		log.Fatal(err)
	}
	page, err := client.ListPayments(context.Background(), wallet.ListPaymentsParams{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(page.Payments), "payments,", page.Meta.UrgentData.Amount, "roubles")
	// Output: 0 payments, 10000 roubles
}

func ExampleError() {
	srv := wallettest.NewServer()
	defer srv.Close()
	client := connect(srv)

	request := wallet.NewP2P(wallet.NewClientPaymentID(), wallettest.OtherPhone, decimal.MustParse("20000"))
	_, err := client.CreatePayment(context.Background(), request)
	var refused *wallet.Error
	switch {
	case err == nil:
	case errors.Is(err, wallet.ErrOutcomeUnknown):
		fmt.Println("repeat it with the same request")
	case errors.Is(err, wallet.ErrInsufficientFunds):
		fmt.Println("there is not enough money")
	case errors.As(err, &refused):
		fmt.Println("refused:", refused.Code)
	}
	// Output: there is not enough money
}

func ExampleCaptureResponse() {
	srv := wallettest.NewServer()
	defer srv.Close()
	var response wallet.Response
	_, err := connect(srv).ResetUnseen(context.Background(), wallet.CaptureResponse(&response))
	fmt.Println(response, response.Header.Get("Content-Type"), err)
	// Output: status 200 after 1 attempts application/json <nil>
}

func ExampleWithMiddleware() {
	srv := wallettest.NewServer()
	defer srv.Close()
	client, err := wallet.NewClient(srv.URL(), wallet.BasicAuth(wallettest.DefaultPhone, wallettest.DefaultPassword),
		wallet.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return wire(func(r *http.Request) (*http.Response, error) {
				fmt.Println(r.Method, r.URL.Path, r.Header.Get("Authorization")) // no credentials up here
				return next.RoundTrip(r)
			})
		}))
	if err != nil {
		log.Fatal(err)
	}
	_, _ = client.ResetUnseen(context.Background())
	// Output: GET /v1/payments/reset_unseen
}

func ExampleOpenAPI() {
	for line := range strings.Lines(wallet.OpenAPI()) {
		if strings.HasPrefix(line, "openapi:") || strings.HasPrefix(line, "  title:") {
			fmt.Print(line)
		}
	}
	// Output:
	// openapi: 3.1.0
	//   title: wallet.best payments (mserver)
}
