package wallettest_test

import (
	"context"
	"fmt"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

func Example() {
	srv := wallettest.NewServer(wallettest.WithProcessingReads(0))
	defer srv.Close()
	srv.Inject(wallettest.Fault{Operation: "ExecutePayment", Kind: wallettest.FaultResetAfter}) // once

	client, err := wallet.NewClient(srv.URL(), wallet.BasicAuth(wallettest.DefaultPhone, wallettest.DefaultPassword))
	if err != nil {
		fmt.Println(err)
		return
	}
	request := wallet.NewP2P(wallet.NewClientPaymentID(), wallettest.OtherPhone, decimal.MustParse("250.50"))
	result, err := client.RunPayment(context.Background(), request, func(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
		return wallet.ExecutePaymentRequest{}, nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Payment.Status, srv.Debits(request.ClientPaymentID), srv.Balance(wallettest.OtherPhone))
	// Output: completed 1 250.50
}

func ExampleServer_Undo() {
	srv := wallettest.NewServer(wallettest.WithProcessingReads(0))
	defer srv.Close()
	client, err := wallet.NewClient(srv.URL(), wallet.BasicAuth(wallettest.DefaultPhone, wallettest.DefaultPassword))
	if err != nil {
		fmt.Println(err)
		return
	}
	request := wallet.NewP2P(wallet.NewClientPaymentID(), wallettest.OtherPhone, decimal.MustParse("5"))
	result, err := client.RunPayment(context.Background(), request, func(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
		return wallet.ExecutePaymentRequest{}, nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	srv.Undo(result.Payment.ID)
	for _, e := range srv.Events() { // srv.SendWebhook posts them
		fmt.Println(e.Type)
	}
	for _, t := range srv.Ledger() {
		fmt.Println(t.Kind, t.Amount, "from", t.From, "to", t.To)
	}
	// Output:
	// complete
	// undo
	// debit 5 from wallet +996000000001 to wallet +996000000002
	// undo 5 from wallet +996000000002 to wallet +996000000001
}
