package ecommpaytest_test

import (
	"context"
	"fmt"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

func Example() {
	srv := ecommpaytest.NewServer(ecommpaytest.WithPageLimit(10))
	defer srv.Close()
	srv.SeedChargebacks(ecommpaytest.GenerateChargebacks(ecommpaytest.Plan{Operations: 1000, Seed: 1})...)
	srv.Inject(ecommpaytest.Fault{Operation: "ListChargebacks", Status: 503, RetryAfter: "0"}) // once; the client repeats

	client, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials())
	if err != nil {
		fmt.Println(err)
		return
	}
	chargebacks := 0
	for _, err := range client.AllChargebacks(context.Background(), ecommpay.ListChargebacksParams{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		chargebacks++
	}
	fmt.Println(chargebacks, "chargebacks")
	// Output: 27 chargebacks
}

func ExampleAllFaults() {
	for _, fault := range ecommpaytest.AllFaults() {
		fmt.Println(fault) // the name of a subtest
	}
	// Output:
	// answer 429
	// answer 500
	// answer 500 processed
	// answer 503
	// html 502
	// html 504 processed
	// reset before
	// reset after
	// truncated
	// html
	// garbage
	// empty
	// broken gzip
	// stalled page
}
