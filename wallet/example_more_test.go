package wallet_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// agree pays at any price.
func agree(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
	return wallet.ExecutePaymentRequest{}, nil
}

// pay makes a payment of 5 roubles to the other wallet.
func pay(client *wallet.Client) *wallet.PaymentResult {
	request := wallet.NewP2P(wallet.NewClientPaymentID(), wallettest.OtherPhone, decimal.MustParse("5"))
	result, err := client.RunPayment(context.Background(), request, agree)
	if err != nil {
		log.Fatal(err)
	}
	return result
}

// The same request creates one payment, however often it is sent.
func ExampleClient_CreatePayment() {
	ctx := context.Background()
	srv := wallettest.NewServer()
	defer srv.Close()
	client := connect(srv)
	id := wallet.NewClientPaymentID() // store it first
	request := wallet.NewOut(id, wallettest.ServiceMobile, decimal.MustParse("100"), map[string]string{"phoneNumber": "0000000001"})
	first, err := client.CreatePayment(ctx, request)
	if err != nil {
		log.Fatal(err)
	}
	again, err := client.CreatePayment(ctx, request)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(first.Payment.Total, first.Meta.NextAction, first.Payment.ID == again.Payment.ID)
	// Output: 103.00 pay true
}

// The bare call, sent once. After a lost answer call PayOnce, not this again.
func ExampleClient_ExecutePayment() {
	ctx := context.Background()
	srv := wallettest.NewServer(wallettest.WithProcessingReads(0))
	defer srv.Close()
	client := connect(srv)
	created, err := client.CreatePayment(ctx, wallet.NewP2P(wallet.NewClientPaymentID(), wallettest.OtherPhone, decimal.MustParse("5")))
	if err != nil {
		log.Fatal(err)
	}
	srv.Inject(wallettest.Fault{Operation: "ExecutePayment", Kind: wallettest.FaultResetAfter})
	_, err = client.ExecutePayment(ctx, created.Payment.ID, wallet.ExecutePaymentRequest{})
	fmt.Println(errors.Is(err, wallet.ErrOutcomeUnknown))
	result, err := client.PayOnce(ctx, created.Payment.ID, wallet.ExecutePaymentRequest{})
	fmt.Println(result.Payment.Status, err)
	// Output:
	// true
	// completed <nil>
}

// A refusal of the price leaves the payment unpaid.
func ExampleClient_RunPayment() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	srv := wallettest.NewServer()
	defer srv.Close()
	tooDear := errors.New("the fee is above 2 roubles")
	request := wallet.NewOut(wallet.NewClientPaymentID(), wallettest.ServiceMobile, decimal.MustParse("100"), map[string]string{"phoneNumber": "0000000001"})
	result, err := connect(srv).RunPayment(ctx, request, func(r wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
		if r.Payment.Total.Cmp(decimal.MustParse("102")) > 0 {
			return wallet.ExecutePaymentRequest{}, tooDear
		}
		return wallet.ExecutePaymentRequest{}, nil
	})
	fmt.Println(result.Payment.Status, errors.Is(err, tooDear), srv.Debits(request.ClientPaymentID))
	// Output: created true 0
}

func ExampleClient_GetPayment() {
	srv := wallettest.NewServer(wallettest.WithProcessingReads(0))
	defer srv.Close()
	client := connect(srv)
	result, err := client.GetPayment(context.Background(), pay(client).Payment.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Payment.Status, result.Payment.Amount)
	_, err = client.GetPayment(context.Background(), 1)
	fmt.Println(errors.Is(err, wallet.ErrNotFound))
	// Output:
	// completed 5
	// true
}

// A list marks what it returns as seen; AllowRepeat is for callers without a use for that.
func ExampleClient_ListPayments() {
	srv := wallettest.NewServer(wallettest.WithProcessingReads(0))
	defer srv.Close()
	client := connect(srv)
	pay(client)
	page, err := client.ListPayments(context.Background(), wallet.ListPaymentsParams{Size: 10}, wallet.AllowRepeat())
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range page.Payments {
		fmt.Println(p.Type, p.Amount, p.Status)
	}
	// Output: p2p 5 completed
}

func ExampleClient_PaymentPages() {
	srv := wallettest.NewServer(wallettest.WithProcessingReads(0))
	defer srv.Close()
	client := connect(srv)
	for range 3 {
		pay(client)
	}
	for page, err := range client.PaymentPages(context.Background(), wallet.ListPaymentsParams{Size: 2}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(len(page.Payments), "payments")
	}
	// Output:
	// 2 payments
	// 1 payments
}

func ExampleClient_ResetUnseen() {
	srv := wallettest.NewServer()
	defer srv.Close()
	meta, err := connect(srv).ResetUnseen(context.Background())
	fmt.Println(meta.UrgentData.Amount, "roubles", err)
	// Output: 10000 roubles <nil>
}

func ExampleClient_ListBestTransfers() {
	srv := wallettest.NewServer()
	defer srv.Close()
	srv.AddBestTransfer(wallettest.DefaultPhone, wallet.BestTransfer{Number: "77", Amount: new(decimal.MustParse("10")), Currency: "RUR"})
	list, err := connect(srv).ListBestTransfers(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	for _, t := range list.Transfers {
		fmt.Println(t.Number, t.Amount, t.Currency)
	}
	// Output: 77 10 RUR
}

func ExampleClient_ResetUnseenBest() {
	srv := wallettest.NewServer()
	defer srv.Close()
	_, err := connect(srv).ResetUnseenBest(context.Background())
	fmt.Println(err)
	// Output: <nil>
}

// Sent once: the service may log a second report as a second transfer.
func ExampleClient_ReportBestTransfer() {
	srv := wallettest.NewServer()
	defer srv.Close()
	_, err := connect(srv).ReportBestTransfer(context.Background(), wallet.BestTransferReport{
		PaymentID: 7,
		Sender:    wallet.BestParty{ID: 1, Phone: wallettest.DefaultPhone},
		Recipient: wallet.BestParty{ID: 2, Phone: wallettest.OtherPhone},
	})
	fmt.Println(len(srv.BestReports()), "report", err)
	// Output: 1 report <nil>
}

// Sent once: a repeat would send a second e-mail.
func ExampleClient_SendBill() {
	srv := wallettest.NewServer(wallettest.WithProcessingReads(0))
	defer srv.Close()
	client := connect(srv)
	_, err := client.SendBill(context.Background(), wallet.SendBillRequest{PaymentID: pay(client).Payment.ID, Email: "payer@example.com"})
	fmt.Println(len(srv.Bills()), "bill", err)
	// Output: 1 bill <nil>
}

// Tokens of the application, for its calls that belong to no wallet.
func ExampleOAuth_ClientCredentials() {
	srv := wallettest.NewServer(wallettest.WithOAuthClient("client", "secret"))
	defer srv.Close()
	tokens, err := wallet.OAuth{TokenURL: srv.TokenURL(), ClientID: "client", ClientSecret: "secret"}.ClientCredentials()
	if err != nil {
		log.Fatal(err)
	}
	token, err := tokens.Token(context.Background(), "")
	fmt.Println(token != "", err)
	// Output: true <nil>
}

// Both shapes of a parameter fill ID and Title.
func ExampleParameter_UnmarshalJSON() {
	for _, text := range []string{`{"id":"phoneNumber","title":"Phone","value":"0000000001"}`, `{"code":"phoneNumber","name":"Phone","value":"0000000001"}`} {
		var p wallet.Parameter
		err := json.Unmarshal([]byte(text), &p)
		fmt.Println(p.ID, p.Title, err)
	}
	// Output:
	// phoneNumber Phone <nil>
	// phoneNumber Phone <nil>
}

func ExampleParameter_MarshalJSON() {
	text, err := json.Marshal(wallet.Parameter{ID: "phoneNumber", Value: "0000000001"})
	fmt.Println(string(text), err)
	// Output: {"id":"phoneNumber","value":"0000000001"} <nil>
}
