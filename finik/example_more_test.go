package finik_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// keyring is where a service keeps its keys.
type keyring struct{ keys []finik.Credentials }

func (v *keyring) Credentials(_ context.Context, rejected finik.Credentials) (finik.Credentials, error) {
	if rejected.APIKey != "" { // a 401: the next key, if there is one
		v.keys = v.keys[1:]
	}
	return v.keys[0], nil
}

func ExampleWithCredentialSource() {
	srv := finiktest.NewServer()
	defer srv.Close()
	now := finiktest.DefaultCredentials()
	keys := &keyring{keys: []finik.Credentials{{APIKey: "last-year", Signer: now.Signer}, now}}
	client, err := finik.NewClient(srv.URL(), finik.Credentials{}, finik.WithCredentialSource(keys))
	if err != nil {
		log.Fatal(err)
	}
	page, err := client.ListServices(context.Background(), finik.ListServicesParams{Size: 1})
	fmt.Println(len(page.Services), "service,", len(srv.Requests()), "attempts", err)
	// Output: 1 service, 2 attempts <nil>
}

// The service is 10 minutes ahead of this machine, and accepts a timestamp for 10 seconds.
func ExampleWithClockOffset() {
	ahead := finiktest.WithClock(func() time.Time { return time.Now().Add(10 * time.Minute) })
	srv := finiktest.NewServer(ahead)
	defer srv.Close()
	_, err := connect(srv).ListServices(context.Background(), finik.ListServicesParams{})
	fmt.Println(err)

	client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials(), finik.WithClockOffset(10*time.Minute))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.ListServices(context.Background(), finik.ListServicesParams{})
	fmt.Println(err)
	// Output:
	// finik: ListServices: status 401 (unauthorized)
	// <nil>
}

// The same without a known offset: the first 401 says what time it is at the service.
func ExampleWithServerClock() {
	srv := finiktest.NewServer(finiktest.WithClock(func() time.Time { return time.Now().Add(10 * time.Minute) }))
	defer srv.Close()
	client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials(), finik.WithServerClock())
	if err != nil {
		log.Fatal(err)
	}
	for range 2 {
		_, err = client.ListServices(context.Background(), finik.ListServicesParams{})
		fmt.Println(err, len(srv.Requests()))
	}
	// Output:
	// <nil> 2
	// <nil> 3
}

// What is wrong with a request, before it is stored.
func ExampleCreatePaymentRequest_Validate() {
	err := finik.CreatePaymentRequest{
		AccountID: finiktest.DefaultAccountID, UserID: finiktest.DefaultUserID, ServiceID: finiktest.ServiceFinik,
		TransactionID: finik.NewTransactionID(),
		Fields:        finik.Fields{"phone": finiktest.DefaultPhone, "amount": 150.5}, // a float
	}.Validate()
	fmt.Println(errors.Is(err, finik.ErrInvalidRequest))
	// Output: true
}

// A payout that a worker follows later: the payment is made, and may not be final yet.
func ExampleClient_RunPayout_noWait() {
	srv := finiktest.NewServer()
	defer srv.Close()
	payment, err := connect(srv).RunPayout(context.Background(), finik.CreatePaymentRequest{
		AccountID: finiktest.DefaultAccountID, UserID: finiktest.DefaultUserID, ServiceID: finiktest.ServiceMobile,
		TransactionID: finik.NewTransactionID(),
		Fields:        finik.Fields{"phone": finiktest.DefaultPhone, "amount": 20, "code": finiktest.ServiceMobileCode},
	}, finik.PayoutParams{NoWait: true})
	fmt.Println(payment.Status, payment.Final(), err)
	// Output: PENDING false <nil>
}
