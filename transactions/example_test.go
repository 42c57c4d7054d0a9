package transactions_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"strings"
	"time"

	"github.com/govalues/decimal"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// fake is a service with 250 transactions of one day, the one that the examples
// talk to.
func fake() *transactionstest.Server {
	srv := transactionstest.NewServer(transactionstest.WithClock(func() time.Time { return midnight.AddDate(0, 0, 1) }))
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 250, Seed: 1, From: midnight})...)
	return srv
}

// connect is a client of srv.
func connect(srv *transactionstest.Server) *transactions.Client {
	client, err := transactions.NewClient(srv.URL(), transactions.StaticToken(transactionstest.DefaultToken))
	if err != nil {
		log.Fatal(err)
	}
	return client
}

func Example() {
	ctx := context.Background()
	srv := transactionstest.NewServer() // a service in this process; the real one has a base URL of its own
	defer srv.Close()
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 250, Seed: 1})...)

	tokens, err := transactions.PasswordTokens(srv.URL(), transactionstest.DefaultUsername, transactionstest.DefaultPassword)
	if err != nil {
		log.Fatal(err)
	}
	client, err := transactions.NewClient(srv.URL(), tokens)
	if err != nil {
		log.Fatal(err)
	}
	paid := transactions.Filter{
		Status: transactions.Exact[transactions.Status]{Equals: new(transactions.StatusSuccess)},
		Date:   transactions.Day(time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)),
	}
	count := 0
	for _, err := range client.WalkTransactions(ctx, paid) {
		if err != nil {
			log.Fatal(err)
		}
		count++
	}
	fmt.Println(count, "paid transactions")
	// Output: 187 paid transactions
}

func ExampleNewClient() {
	client, err := transactions.NewClient("https://payments.example.com", transactions.StaticToken("master-00000000000000000000000000000000"),
		transactions.WithTimeout(time.Minute), // of each attempt
		transactions.WithRetry(transactions.RetryPolicy{MaxAttempts: 5, MaxWait: 30 * time.Second}),
		transactions.WithRateLimit(5, 1), // attempts a second
		transactions.WithObserver(func(_ context.Context, a transactions.Attempt) {
			if a.Class != "" {
				log.Printf("%s: attempt %d failed: %s", a.Operation, a.Number, a.Class)
			}
		}),
	)
	fmt.Println(client, err)
	// Output: transactions client of https://payments.example.com <nil>
}

func ExamplePasswordTokens() {
	srv := fake()
	defer srv.Close()
	tokens, err := transactions.PasswordTokens(srv.URL(), transactionstest.DefaultUsername, transactionstest.DefaultPassword)
	if err != nil {
		log.Fatal(err)
	}
	client, err := transactions.NewClient(srv.URL(), tokens)
	if err != nil {
		log.Fatal(err)
	}
	for range 3 {
		if _, err := client.ListTransactions(context.Background(), transactions.ListTransactionsParams{Size: 10}); err != nil {
			log.Fatal(err)
		}
		srv.ExpireTokens() // the next call gets another one
	}
	fmt.Println(srv.TokensIssued(), "tokens,", tokens)
	// Output: 3 tokens, transactions tokens
}

// vault is where tokens come from that other calls make.
type vault struct{ tokens []string }

func (v *vault) Token(_ context.Context, rejected string) (string, error) {
	if rejected != "" {
		v.tokens = v.tokens[1:]
	}
	return v.tokens[0], nil
}

func ExampleTokenSource() {
	srv := fake()
	defer srv.Close()
	client, err := transactions.NewClient(srv.URL(), &vault{tokens: []string{"expired", transactionstest.DefaultToken}})
	if err != nil {
		log.Fatal(err)
	}
	page, err := client.ListTransactions(context.Background(), transactions.ListTransactionsParams{Size: 5})
	fmt.Println(page, err)
	// Output: page of 5 transactions and 0 bad rows of 250 in all <nil>
}

func ExampleClient_ListTransactions() {
	srv := fake()
	defer srv.Close()
	page, err := connect(srv).ListTransactions(context.Background(), transactions.ListTransactionsParams{
		Filter: transactions.Filter{
			RequestCcy:       transactions.Range[int32]{Equals: new(int32(860))},
			RecipientGateway: transactions.Text{Contains: new("svgate")},
		},
		Size: 3,
		Sort: []transactions.Sort{{Field: transactions.FieldDate, Descending: true}},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, t := range page.Transactions {
		fmt.Println(t.Date.Format(time.TimeOnly), t.Status, decimal.MustNew(*t.RequestAmount, 2))
	}
	fmt.Println("of", *page.Total)
	// Output:
	// 23:57:21 SUCCESS 317394.00
	// 23:10:45 SUCCESS 1319256.00
	// 23:04:10 SUCCESS 968012.00
	// of 65
}

func ExampleClient_AllTransactions() {
	srv := fake()
	defer srv.Close()
	count := map[transactions.Status]int{}
	for t, err := range connect(srv).AllTransactions(context.Background(), transactions.ListTransactionsParams{
		Filter: transactions.Filter{PayType: transactions.Exact[transactions.PayType]{NotIn: []transactions.PayType{transactions.PayTypeRefund, transactions.PayTypeTest}}},
		Size:   100,
		Sort:   []transactions.Sort{{Field: transactions.FieldRecipientAmount, Descending: true}},
	}, transactions.Prefetch(1)) {
		if err != nil {
			log.Fatal(err)
		}
		count[t.Status]++
	}
	fmt.Println(count[transactions.StatusSuccess], "paid,", count[transactions.StatusCheckOK], "checked")
	// Output: 170 paid, 28 checked
}

func ExampleClient_TransactionPages() {
	srv := fake()
	defer srv.Close()
	for page, err := range connect(srv).TransactionPages(context.Background(), transactions.ListTransactionsParams{Size: 100}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(page)
	}
	// Output:
	// page of 100 transactions and 0 bad rows of 250 in all
	// page of 100 transactions and 0 bad rows of 250 in all
	// page of 50 transactions and 0 bad rows of 250 in all
}

func ExampleClient_WalkTransactions() {
	srv := fake()
	defer srv.Close()
	var minor int64
	for t, err := range connect(srv).WalkTransactions(context.Background(), transactions.Filter{
		Date:       transactions.Day(midnight),
		Status:     transactions.Exact[transactions.Status]{Equals: new(transactions.StatusSuccess)},
		RequestCcy: transactions.Range[int32]{Equals: new(int32(860))},
	}) {
		if err != nil {
			log.Fatal(err)
		}
		minor += *t.RequestAmount
	}
	fmt.Println(decimal.MustNew(minor, 2), "UZS") // the agent's amounts have two digits
	// Output: 163700692.31 UZS
}

// A reconciliation stores the last id once the page is processed.
func ExampleClient_WalkTransactionPages() {
	ctx := context.Background()
	srv := fake()
	defer srv.Close()
	client := connect(srv)

	var after int64 // where the run before ended
	for page, err := range client.WalkTransactionPages(ctx, transactions.Filter{ID: transactions.Range[int64]{GreaterThan: &after}}, transactions.PageSize(100)) {
		if err != nil {
			log.Fatal(err) // what was processed stands
		}
		for _, bad := range page.Bad {
			log.Println("to be looked at:", bad)
		}
		fmt.Println(len(page.Transactions), "transactions") // store them, then the id
		after = page.NextID
	}
	fmt.Println("the next run goes on after", after)
	// Output:
	// 100 transactions
	// 100 transactions
	// 50 transactions
	// the next run goes on after 100000250
}

// A sync keeps the newest version of each transaction, and the instant to go on
// from.
func ExampleClient_WalkUpdatedPages() {
	ctx := context.Background()
	srv := fake()
	defer srv.Close()
	client := connect(srv)

	stored := map[int64]time.Time{}
	var since time.Time
	run := func() (changed int) {
		for page, err := range client.WalkUpdatedPages(ctx, since, transactions.Filter{}) {
			if err != nil {
				log.Fatal(err)
			}
			for _, t := range page.Transactions {
				if t.LastModifiedDate.After(stored[t.ID]) { // else it is of the overlap
					stored[t.ID] = t.LastModifiedDate
					changed++
				}
			}
			since = page.NextModified // stored with the rows
		}
		return changed
	}
	fmt.Println(run(), "new")
	srv.Update(100000007, func(t *transactions.Transaction) { t.Status = "REVERSED" })
	fmt.Println(run(), "changed")
	// Output:
	// 250 new
	// 1 changed
}

func ExampleClient_WalkUpdated() {
	srv := fake()
	defer srv.Close()
	count := 0
	for _, err := range connect(srv).WalkUpdated(context.Background(), midnight.Add(23*time.Hour), transactions.Filter{}, transactions.Overlap(time.Minute)) {
		if err != nil {
			log.Fatal(err)
		}
		count++
	}
	fmt.Println(count, "created or changed in the last hour")
	// Output: 11 created or changed in the last hour
}

func ExampleClient_TransactionPagesByDay() {
	srv := transactionstest.NewServer()
	defer srv.Close()
	tashkent := time.FixedZone("UZT", 5*60*60)
	first := time.Date(2026, time.January, 1, 0, 0, 0, 0, tashkent)
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 3100, Seed: 1, From: first, Days: 31})...)

	days := map[time.Time]int{}
	for page, err := range connect(srv).TransactionPagesByDay(context.Background(), first, first.AddDate(0, 1, 0), 8, transactions.Filter{}) {
		if err != nil {
			log.Fatal(err)
		}
		days[page.Day] += len(page.Transactions)
	}
	fmt.Println(len(days), "days,", days[first.AddDate(0, 0, 14)], "transactions on the 15th")
	// Output: 31 days, 100 transactions on the 15th
}

func ExampleError() {
	srv := fake()
	defer srv.Close()
	srv.Inject(transactionstest.Fault{
		Status: 400, Body: `{"title":"Bad Request","status":400,"message":"error.validation","fieldErrors":[{"field":"status.equals","message":"typeMismatch"}]}`,
	})
	_, err := connect(srv).ListTransactions(context.Background(), transactions.ListTransactionsParams{})
	var refused *transactions.Error
	switch {
	case err == nil:
	case errors.Is(err, transactions.ErrUnauthorized):
		fmt.Println("the token is wrong")
	case errors.As(err, &refused) && len(refused.FieldErrors) > 0:
		fmt.Println(refused.Code, "in", refused.FieldErrors[0].Field)
	default:
		fmt.Println(err)
	}
	// Output: error.validation in status.equals
}

func ExampleCaptureResponse() {
	srv := fake()
	defer srv.Close()
	var response transactions.Response
	_, err := connect(srv).ListTransactions(context.Background(), transactions.ListTransactionsParams{Size: 1}, transactions.CaptureResponse(&response))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(response, response.Header.Get("X-Total-Count"))
	// Output: status 200 after 1 attempts 250
}

func ExampleWithMiddleware() {
	srv := fake()
	defer srv.Close()
	client, err := transactions.NewClient(srv.URL(), transactions.StaticToken(transactionstest.DefaultToken),
		transactions.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return wire(func(r *http.Request) (*http.Response, error) {
				fmt.Println(r.Method, r.URL.RequestURI(), "token:", r.Header.Get("Authorization") != "") // none up here
				return next.RoundTrip(r)
			})
		}))
	if err != nil {
		log.Fatal(err)
	}
	_, _ = client.ListTransactions(context.Background(), transactions.ListTransactionsParams{Size: 10})
	// Output: GET /api/transactions?page=0&size=10 token: false
}

func ExampleOpenAPI() {
	for line := range strings.Lines(transactions.OpenAPI()) {
		if strings.HasPrefix(line, "openapi:") || strings.HasPrefix(line, "  title:") {
			fmt.Print(line)
		}
	}
	// Output:
	// openapi: 3.1.0
	//   title: Transactions list
}
