package vimatest_test

import (
	"context"
	"fmt"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

func Example() {
	srv := vimatest.NewServer()
	defer srv.Close()
	srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 250, Seed: 1})...)
	srv.Inject(vimatest.Fault{Status: 503, RetryAfter: "0"}) // once; the client repeats

	client, err := vima.NewClient(srv.URL(), vima.APIKey(vimatest.DefaultAPIKey))
	if err != nil {
		fmt.Println(err)
		return
	}
	operations := 0
	for _, err := range client.AllOperations(context.Background(), vima.ListOperationsParams{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		operations++
	}
	fmt.Println(operations, "operations by", len(srv.Requests()), "requests")
	// Output: 250 operations by 5 requests
}

func ExampleServer_Update() {
	srv := vimatest.NewServer()
	defer srv.Close()
	srv.Seed(&vima.Operation{OperationID: "1", ClientOperationID: "1768491979464", CurrentStatus: vima.StatusInProcess})
	srv.Update("1", func(o *vima.Operation) { o.CurrentStatus = vima.StatusSuccess })

	client, err := vima.NewClient(srv.URL(), vima.APIKey(vimatest.DefaultAPIKey))
	if err != nil {
		fmt.Println(err)
		return
	}
	page, err := client.ListOperations(context.Background(), vima.ListOperationsParams{AfterUpdateID: "0"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range page.Operations {
		fmt.Println(o.ClientOperationID, o.CurrentStatus)
	}
	// Output: 1768491979464 success
}
