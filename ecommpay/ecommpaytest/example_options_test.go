package ecommpaytest_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

var firstDay = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// serve starts a service with 30 operations of one day, and a client of it.
func serve(opts ...ecommpaytest.Option) (*ecommpaytest.Server, *ecommpay.Client) {
	srv := ecommpaytest.NewServer(opts...)
	srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: 30, Seed: 1})...)
	client, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials(), ecommpay.WithRetry(ecommpay.RetryPolicy{MaxAttempts: 1}))
	if err != nil {
		log.Fatal(err)
	}
	return srv, client
}

// day selects the operations of the day.
func day() ecommpay.ListOperationsParams {
	return ecommpay.ListOperationsParams{From: firstDay, To: firstDay.Add(24*time.Hour - time.Second)}
}

func ExampleWithCredentials() {
	srv, client := serve(ecommpaytest.WithCredentials(ecommpay.Credentials{Token: "another", Secret: "test-secret-0000000000000000"}))
	defer srv.Close()
	_, err := client.Balances(context.Background())
	fmt.Println(errors.Is(err, ecommpay.ErrUnauthorized))
	// Output: true
}

func ExampleWithProjects() {
	srv, client := serve(ecommpaytest.WithProjects("208"))
	defer srv.Close()
	params := day()
	params.ProjectIDs = []string{"209"}
	_, err := client.ListOperations(context.Background(), params)
	fmt.Println(errors.Is(err, ecommpay.ErrUnauthorized))
	// Output: true
}

func ExampleWithoutRights() {
	srv, client := serve(ecommpaytest.WithoutRights())
	defer srv.Close()
	_, err := client.ListChargebacks(context.Background(), ecommpay.ListChargebacksParams{})
	fmt.Println(errors.Is(err, ecommpay.ErrForbidden))
	// Output: true
}

// Answers with more than ten rows have two orders that a signature may be over.
func ExampleWithByteOrder() {
	srv, client := serve(ecommpaytest.WithByteOrder())
	defer srv.Close()
	page, err := client.ListOperations(context.Background(), day())
	fmt.Println(len(page.Operations), err)
	// Output: 30 <nil>
}

func ExampleWithoutSignatures() {
	srv, client := serve(ecommpaytest.WithoutSignatures())
	defer srv.Close()
	_, err := client.ListOperations(context.Background(), day())
	fmt.Println(errors.Is(err, ecommpay.ErrBadSignature))
	// Output: true
}

func ExampleWithNewestFirst() {
	srv, client := serve(ecommpaytest.WithNewestFirst())
	defer srv.Close()
	page, err := client.ListOperations(context.Background(), day())
	if err != nil {
		log.Fatal(err)
	}
	first, last := page.Operations[0], page.Operations[len(page.Operations)-1]
	fmt.Println(first.OperationCreatedAt.After(last.OperationCreatedAt))
	// Output: true
}

func ExampleWithPageLimit() {
	srv, client := serve(ecommpaytest.WithPageLimit(10))
	defer srv.Close()
	page, err := client.ListOperations(context.Background(), day())
	fmt.Println(len(page.Operations), err)
	// Output: 10 <nil>
}

// Five rows are updated and leave the interval between two pages: the offsets move, and
// the walk loses none of the others.
func ExampleWithMoves() {
	srv, client := serve(ecommpaytest.WithPageLimit(10), ecommpaytest.WithMoves(ecommpaytest.Moves{Leave: 5, Requests: 1, Seed: 1}))
	defer srv.Close()
	seen := 0
	for _, err := range client.AllOperations(context.Background(), day()) {
		if err != nil {
			log.Fatal(err)
		}
		seen++
	}
	fmt.Println(seen >= 25)
	// Output: true
}

// Requests for more than 180 days are let in one by one, with the pause between them.
func ExampleWithThrottle() {
	srv, client := serve(ecommpaytest.WithThrottle(20 * time.Millisecond))
	defer srv.Close()
	began := time.Now()
	for range 2 {
		if _, err := client.ListOperations(context.Background(), ecommpay.ListOperationsParams{From: firstDay.AddDate(-1, 0, 0), To: firstDay}); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(time.Since(began) >= 20*time.Millisecond)
	// Output: true
}
