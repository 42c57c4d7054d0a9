package wallettest_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// serve starts a service, and a client of it.
func serve(opts ...wallettest.Option) (*wallettest.Server, *wallet.Client) {
	srv := wallettest.NewServer(opts...)
	client, err := wallet.NewClient(srv.URL(), wallettest.DefaultCredentials())
	if err != nil {
		log.Fatal(err)
	}
	return srv, client
}

// fiveRoubles is a transfer to the other wallet.
func fiveRoubles() wallet.CreatePaymentRequest {
	return wallet.NewP2P(wallet.NewClientPaymentID(), wallettest.OtherPhone, decimal.MustParse("5"))
}

// executed creates and executes a payment.
func executed(client *wallet.Client, request wallet.CreatePaymentRequest) *wallet.PaymentResult {
	created, err := client.CreatePayment(context.Background(), request)
	if err != nil {
		log.Fatal(err)
	}
	result, err := client.PayOnce(context.Background(), created.Payment.ID, wallet.ExecutePaymentRequest{})
	if err != nil {
		log.Fatal(err)
	}
	return result
}

func ExampleWithProcessingReads() {
	srv, client := serve(wallettest.WithProcessingReads(2))
	defer srv.Close()
	payment := executed(client, fiveRoubles()).Payment
	for range 3 {
		result, err := client.GetPayment(context.Background(), payment.ID)
		fmt.Println(result.Payment.Status, err)
	}
	// Output:
	// processing <nil>
	// processing <nil>
	// completed <nil>
}

func ExampleWithManualProcessing() {
	srv, client := serve(wallettest.WithManualProcessing())
	defer srv.Close()
	payment := executed(client, fiveRoubles()).Payment
	srv.Decline(payment.ID, "")
	result, err := client.GetPayment(context.Background(), payment.ID)
	fmt.Println(payment.Status, result.Payment.Status, err)
	// Output: processing declined <nil>
}

// A client that repeats an execution blindly pays twice here.
func ExampleWithUnguardedPay() {
	srv, client := serve(wallettest.WithUnguardedPay())
	defer srv.Close()
	request := fiveRoubles()
	payment := executed(client, request).Payment
	_, err := client.ExecutePayment(context.Background(), payment.ID, wallet.ExecutePaymentRequest{})
	fmt.Println("debited", srv.Debits(request.ClientPaymentID), "times", err)
	// Output: debited 2 times <nil>
}

// A repeated creation answers as the first one did, although the payment is completed.
func ExampleWithReplayedCreate() {
	srv, client := serve(wallettest.WithReplayedCreate(), wallettest.WithProcessingReads(0))
	defer srv.Close()
	request := fiveRoubles()
	executed(client, request)
	result, err := client.CreatePayment(context.Background(), request)
	fmt.Println(result.Payment.Status, err)
	// Output: created <nil>
}

func ExampleWithPageLimit() {
	srv, client := serve(wallettest.WithPageLimit(2), wallettest.WithProcessingReads(0))
	defer srv.Close()
	for range 3 {
		executed(client, fiveRoubles())
	}
	page, err := client.ListPayments(context.Background(), wallet.ListPaymentsParams{Size: 100})
	fmt.Println(len(page.Payments), err)
	// Output: 2 <nil>
}

func ExampleWithOAuthClient() {
	srv, _ := serve(wallettest.WithOAuthClient("client", "secret"))
	defer srv.Close()
	oauth := wallet.OAuth{TokenURL: srv.TokenURL(), ClientID: "client", ClientSecret: "wrong"}
	tokens, err := oauth.Password(wallettest.DefaultPhone, wallettest.DefaultPassword)
	if err != nil {
		log.Fatal(err)
	}
	_, err = tokens.Token(context.Background(), "")
	fmt.Println(errors.Is(err, wallet.ErrUnauthorized))
	// Output: true
}

const undone = `{"type":"undo","from":"completed","to":"declined","payment":{"id":1}}`

// parsed sends a webhook event of srv to a webhook.
func parsed(srv *wallettest.Server, hook wallet.Webhook) (*wallet.Event, error) {
	request, err := srv.NewWebhookRequest(context.Background(), "https://shop.example.com/hook", []byte(undone))
	if err != nil {
		log.Fatal(err)
	}
	return hook.Parse(request)
}

func ExampleWithWebhook() {
	hook := wallet.Webhook{AppID: "shop", AppSecret: "secret"}
	srv, _ := serve(wallettest.WithWebhook(hook))
	defer srv.Close()
	event, err := parsed(srv, hook)
	fmt.Println(event.Type, err)
	// Output: undo <nil>
}

// Nobody knows whether the live service sends the token in the query or in headers.
func ExampleWithTokenInHeaders() {
	srv, _ := serve(wallettest.WithTokenInHeaders())
	defer srv.Close()
	event, err := parsed(srv, wallet.Webhook{AppID: wallettest.DefaultAppID, AppSecret: wallettest.DefaultAppSecret})
	fmt.Println(event.Type, err)
	// Output: undo <nil>
}

// A handler without a network.
func ExampleServer_NewWebhookRequest() {
	srv, _ := serve()
	defer srv.Close()
	hook := wallet.Webhook{AppID: wallettest.DefaultAppID, AppSecret: wallettest.DefaultAppSecret}
	handler := hook.Handler(func(_ context.Context, event *wallet.Event) error {
		fmt.Println(event.Type, event.Payment.ID)
		return nil
	})
	request, err := srv.NewWebhookRequest(context.Background(), "https://shop.example.com/hook", []byte(undone))
	if err != nil {
		log.Fatal(err)
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	fmt.Println(recorder.Code)
	// Output:
	// undo 1
	// 200
}

// receiver answers the first failures requests with 500.
func receiver(failures int) *httptest.Server {
	hook := wallet.Webhook{AppID: wallettest.DefaultAppID, AppSecret: wallettest.DefaultAppSecret}
	return httptest.NewServer(hook.Handler(func(context.Context, *wallet.Event) error {
		if failures--; failures >= 0 {
			return errors.New("the database is away")
		}
		return nil
	}))
}

func ExampleServer_SendWebhook() {
	srv, client := serve()
	defer srv.Close()
	srv.Complete(executed(client, fiveRoubles()).Payment.ID)
	server := receiver(1)
	defer server.Close()
	event := srv.Events()[0]
	statuses, err := srv.SendWebhook(context.Background(), server.URL, event, event)
	fmt.Println(statuses, err)
	// Output: [500 200] <nil>
}

// Delivered again until the receiver acknowledges.
func ExampleServer_DeliverWebhooks() {
	srv, client := serve()
	defer srv.Close()
	srv.Complete(executed(client, fiveRoubles()).Payment.ID)
	server := receiver(2)
	defer server.Close()
	left, err := srv.DeliverWebhooks(context.Background(), server.URL, wallettest.DeliverParams{Interval: time.Millisecond})
	fmt.Println(left, "left, sent", srv.Events()[0].Sent, "times", err)
	// Output: 0 left, sent 3 times <nil>
}
