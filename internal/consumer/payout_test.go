package consumer_test

import (
	"errors"
	"testing"

	"example.com/consumer"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

func TestPayOut(t *testing.T) {
	t.Parallel()
	srv := finiktest.NewServer()
	t.Cleanup(srv.Close)
	client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials())
	if err != nil {
		t.Fatal(err)
	}
	payout := consumer.Payout{TransactionID: finik.NewTransactionID(), Phone: finiktest.DefaultPhone, Amount: decimal.MustParse("150.00")}
	store := func(id string) error { payout.PaymentID = id; return nil }
	for range 2 { // the second call finds it paid
		paid, err := consumer.PayOut(t.Context(), client, finiktest.DefaultAccountID, finiktest.DefaultUserID, payout, store)
		if err != nil || !paid {
			t.Fatalf("PayOut = %t, %v; want it paid", paid, err)
		}
		payout.Begun = true
	}
	payout.PaymentID = "" // the process ended before it was stored
	if _, err = consumer.PayOut(t.Context(), client, finiktest.DefaultAccountID, finiktest.DefaultUserID, payout, store); !errors.Is(err, finik.ErrDuplicate) || errors.Is(err, consumer.ErrLater) {
		t.Errorf("PayOut = %v; want ErrDuplicate: the service does not name the payment, and no repeat helps", err)
	}
	if n := srv.Debits(payout.TransactionID); n != 1 {
		t.Errorf("paid %d times", n)
	}
}
