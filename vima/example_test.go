package vima_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"strings"
	"time"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// fake is a collector with 250 operations of one day, the service that the
// examples talk to.
func fake() *vimatest.Server {
	srv := vimatest.NewServer()
	srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 250, Seed: 1, From: vima.Date{Year: 2026, Month: time.January, Day: 15}})...)
	return srv
}

// connect is a client of srv.
func connect(srv *vimatest.Server) *vima.Client {
	client, err := vima.NewClient(srv.URL(), vima.APIKey(vimatest.DefaultAPIKey))
	if err != nil {
		log.Fatal(err)
	}
	return client
}

func Example() {
	ctx := context.Background()
	srv := vimatest.NewServer() // a collector in this process; vima.ProductionURL is the real one
	defer srv.Close()
	srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 250, Seed: 1})...)

	client, err := vima.NewClient(srv.URL(), vima.APIKey(vimatest.DefaultAPIKey))
	if err != nil {
		log.Fatal(err)
	}
	paid := 0
	for operation, err := range client.AllOperations(ctx, vima.ListOperationsParams{Project: vima.ProjectMonetix}) {
		if err != nil {
			log.Fatal(err)
		}
		if operation.Outcome() == vima.StatusSuccess {
			paid++
		}
	}
	fmt.Println(paid, "paid operations")
	// Output: 51 paid operations
}

func ExampleNewClient() {
	client, err := vima.NewClient(vima.ProductionURL, vima.APIKey("master-00000000000000000000000000000000"),
		vima.WithTimeout(10*time.Second), // of each attempt
		vima.WithRetry(vima.RetryPolicy{MaxAttempts: 5, MaxWait: 30 * time.Second}),
		vima.WithRateLimit(5, 1), // attempts a second
		vima.WithObserver(func(_ context.Context, a vima.Attempt) {
			if a.Class != "" {
				log.Printf("%s: attempt %d failed: %s", a.Operation, a.Number, a.Class)
			}
		}),
	)
	fmt.Println(client, err)
	// Output: vima client of https://payment.woozuki.com/collector1/api/v1/operation <nil>
}

func ExampleBasicAuth() {
	client, err := vima.NewClient(vima.SandboxURL, vima.BasicAuth("reader", "password"))
	fmt.Println(client, err)
	// Output: vima client of https://sandbox.finmar.tech/collector/api/v3/operation <nil>
}

func ExampleClient_ListOperations() {
	srv := fake()
	defer srv.Close()
	page, err := connect(srv).ListOperations(context.Background(), vima.ListOperationsParams{
		Status:     vima.StatusSuccess,
		Descending: true,
		Count:      3,
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, operation := range page.Operations {
		amount, currency, _ := operation.Amount()
		fmt.Println(operation.OperationCreatedAt.Format(time.TimeOnly), operation.Project, amount, currency)
	}
	// Output:
	// 23:54:32 monetix 8322.97000000 EUR
	// 23:44:58 monetix 5843.44000000 USD
	// 23:42:40 monetix 4631.14000000 EUR
}

func ExampleClient_AllOperations() {
	srv := fake()
	defer srv.Close()
	count := map[vima.Status]int{}
	for operation, err := range connect(srv).AllOperations(context.Background(), vima.ListOperationsParams{
		Date: vima.Date{Year: 2026, Month: time.January, Day: 15},
	}, vima.Prefetch(1)) {
		if err != nil {
			log.Fatal(err)
		}
		count[operation.Outcome()]++
	}
	fmt.Println(count[vima.StatusSuccess], "succeeded,", count[vima.StatusFail], "failed")
	// Output: 142 succeeded, 55 failed
}

// A sync stores the cursor once the page is processed.
func ExampleClient_OperationPages() {
	ctx := context.Background()
	srv := fake()
	defer srv.Close()
	client := connect(srv)

	cursor := "" // where the run before ended
	for page, err := range client.OperationPages(ctx, vima.ListOperationsParams{AfterCreateID: cursor}) {
		if err != nil {
			log.Fatal(err) // what was processed stands
		}
		for _, bad := range page.Bad {
			log.Println("to be looked at:", bad)
		}
		fmt.Println(len(page.Operations), "operations") // store them, then the cursor
		cursor = page.NextCreateID
	}
	fmt.Println("the next run goes on after", cursor)
	// Output:
	// 100 operations
	// 100 operations
	// 50 operations
	// the next run goes on after 1067447519161615333
}

// Changes are followed by the other cursor.
func ExampleClient_OperationPages_changes() {
	ctx := context.Background()
	srv := fake()
	defer srv.Close()
	client := connect(srv)

	cursor := "0" // the first change; then where the run before ended
	changes := func() (changed []*vima.Operation) {
		for page, err := range client.OperationPages(ctx, vima.ListOperationsParams{AfterUpdateID: cursor}) {
			if err != nil {
				log.Fatal(err)
			}
			changed = append(changed, page.Operations...) // store them, then the cursor
			cursor = page.NextUpdateID
		}
		return changed
	}
	first := changes()
	srv.Update(first[0].OperationID, func(o *vima.Operation) { o.CurrentStatus = vima.StatusFail })
	second := changes()
	fmt.Println(len(first), "changes, then", len(second), "that is now a", second[0].CurrentStatus)
	// Output: 250 changes, then 1 that is now a fail
}

func ExampleClient_OperationPagesByDay() {
	srv := vimatest.NewServer()
	defer srv.Close()
	first := vima.Date{Year: 2026, Month: time.January, Day: 1}
	srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 2000, Seed: 1, From: first, Days: 31})...)

	days := map[vima.Date]int{}
	for page, err := range connect(srv).OperationPagesByDay(context.Background(), first, first.AddDays(30), 8, vima.ListOperationsParams{}) {
		if err != nil {
			log.Fatal(err)
		}
		for _, operation := range page.Operations {
			days[vima.DateOf(operation.OperationCreatedAt)]++
		}
	}
	fmt.Println(len(days), "days,", days[first.AddDays(14)], "operations on", first.AddDays(14))
	// Output: 31 days, 64 operations on 2026-01-15
}

func ExampleError() {
	ctx := context.Background()
	srv := fake()
	defer srv.Close()
	srv.Inject(vimatest.Fault{Status: 429, RetryAfter: "3600"})
	client := connect(srv)

	_, err := client.ListOperations(ctx, vima.ListOperationsParams{})
	var refused *vima.Error
	switch {
	case err == nil:
	case errors.Is(err, vima.ErrUnauthorized):
		fmt.Println("the key is wrong")
	case errors.As(err, &refused) && refused.RetryAfter > 0:
		fmt.Println("come back in", refused.RetryAfter)
	default:
		fmt.Println(err)
	}
	// Output: come back in 1h0m0s
}

func ExampleCaptureResponse() {
	srv := fake()
	defer srv.Close()
	var response vima.Response
	_, err := connect(srv).ListOperations(context.Background(), vima.ListOperationsParams{Count: 1}, vima.CaptureResponse(&response))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(response, response.Header.Get("Content-Type"))
	// Output: status 200 after 1 attempts application/json
}

func ExampleWithMiddleware() {
	srv := fake()
	defer srv.Close()
	client, err := vima.NewClient(srv.URL(), vima.APIKey(vimatest.DefaultAPIKey),
		vima.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return roundTripper(func(r *http.Request) (*http.Response, error) {
				fmt.Println(r.Method, r.URL.RawQuery) // no credentials up here
				return next.RoundTrip(r)
			})
		}))
	if err != nil {
		log.Fatal(err)
	}
	_, _ = client.ListOperations(context.Background(), vima.ListOperationsParams{Count: 10})
	// Output: GET count=10&descending=false
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func ExampleCursorAt() {
	yesterday := time.Date(2026, time.January, 15, 0, 0, 0, 0, time.UTC)
	cursor := vima.CursorAt(yesterday)
	at, _ := vima.CursorTime(cursor)
	fmt.Println(cursor, at)
	// Output: 1066869876326400000 2026-01-15 00:00:00 +0000 UTC
}

func ExampleOpenAPI() {
	for line := range strings.Lines(vima.OpenAPI()) {
		if strings.HasPrefix(line, "openapi:") || strings.HasPrefix(line, "  title:") {
			fmt.Print(line)
		}
	}
	// Output:
	// openapi: 3.1.0
	//   title: Vima/Finmar collector
}
