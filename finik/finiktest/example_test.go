package finiktest_test

import (
	"context"
	"crypto/rsa"
	"fmt"
	"net/http/httptest"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

func Example() {
	srv := finiktest.NewServer()
	defer srv.Close()
	srv.Inject(finiktest.Fault{Operation: "CreatePayment", Kind: finiktest.FaultResetBefore}) // once

	client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials())
	if err != nil {
		fmt.Println(err)
		return
	}
	request := finik.CreatePaymentRequest{
		AccountID: finiktest.DefaultAccountID, UserID: finiktest.DefaultUserID, ServiceID: finiktest.ServiceFinik,
		TransactionID: finik.NewTransactionID(),
		Fields:        finik.Fields{"phone": finiktest.DefaultPhone, "amount": decimal.MustParse("250.50")},
	}
	payment, err := client.RunPayout(context.Background(), request, finik.PayoutParams{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(payment.Status, srv.Debits(request.TransactionID), srv.Balance(finiktest.DefaultAccountID))
	// Output: SUCCEEDED 1 99749.50
}

func ExampleServer_DeliverWebhooks() {
	srv := finiktest.NewServer(finiktest.WithManualProcessing())
	defer srv.Close()
	client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials())
	if err != nil {
		fmt.Println(err)
		return
	}
	payment, err := client.CreatePayment(context.Background(), finik.CreatePaymentRequest{
		AccountID: finiktest.DefaultAccountID, UserID: finiktest.DefaultUserID, ServiceID: finiktest.ServiceMobile, TransactionID: "1",
		Fields: finik.Fields{"phone": finiktest.DefaultPhone, "amount": 20, "code": finiktest.ServiceMobileCode},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	srv.Fail(payment.ID, 402)

	receiver := httptest.NewUnstartedServer(nil)
	webhook := finik.Webhook{PublicURL: "http://" + receiver.Listener.Addr().String() + "/finik", Keys: []*rsa.PublicKey{finiktest.PublicKey()}}
	receiver.Config.Handler = webhook.Handler(func(_ context.Context, e *finik.Event) error {
		fmt.Println(e.TransactionID, e.Status, e.StatusCode)
		return nil
	})
	receiver.Start()
	defer receiver.Close()
	left, err := srv.DeliverWebhooks(context.Background(), receiver.URL+"/finik", finiktest.DeliverParams{})
	fmt.Println(left, err)
	// Output:
	// 1 FAILED 402
	// 0 <nil>
}
