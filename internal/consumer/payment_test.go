package consumer_test

import (
	"testing"

	"example.com/consumer"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

func TestPayBill(t *testing.T) {
	t.Parallel()
	srv := wallettest.NewServer(wallettest.WithProcessingReads(0))
	t.Cleanup(srv.Close)
	client, err := wallet.NewClient(srv.URL(), wallet.BasicAuth(wallettest.DefaultPhone, wallettest.DefaultPassword))
	if err != nil {
		t.Fatal(err)
	}
	id, amount := wallet.NewClientPaymentID(), decimal.MustParse("100")
	for range 2 { // the second call finds it paid
		paid, err := consumer.PayBill(t.Context(), client, id, wallettest.ServiceMobile, "0000000001", amount, decimal.MustParse("110"))
		if err != nil || !paid {
			t.Fatalf("PayBill = %t, %v; want it paid", paid, err)
		}
	}
	paid, err := consumer.PayBill(t.Context(), client, wallet.NewClientPaymentID(), wallettest.ServiceMobile, "0000000001", amount, amount)
	if err == nil || paid {
		t.Errorf("PayBill = %t, %v; want an error, since the total is above the limit", paid, err)
	}
}
