package transactionstest_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// serve starts a service with five transactions, and a client of it whose token the
// service accepts for ever.
func serve(opts ...transactionstest.Option) (*transactionstest.Server, *transactions.Client) {
	srv := transactionstest.NewServer(opts...)
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 5, Seed: 1})...)
	client, err := transactions.NewClient(srv.URL(), transactionstest.DefaultCredentials())
	if err != nil {
		log.Fatal(err)
	}
	return srv, client
}

// listed returns how many transactions one page has.
func listed(client *transactions.Client, p transactions.ListTransactionsParams) (int, error) {
	page, err := client.ListTransactions(context.Background(), p)
	if err != nil {
		return 0, err
	}
	return len(page.Transactions), nil
}

func ExampleWithShape() {
	for _, shape := range []transactionstest.Shape{transactionstest.ShapeArray, transactionstest.ShapePage, transactionstest.ShapeNull} {
		srv, client := serve(transactionstest.WithShape(shape))
		all, err := listed(client, transactions.ListTransactionsParams{})
		fmt.Println(all, err)
		_, err = listed(client, transactions.ListTransactionsParams{Filter: transactions.Filter{ID: transactions.Range[int64]{Equals: new(int64(1))}}})
		var unread *transactions.DecodeError
		fmt.Println("none:", errors.As(err, &unread)) // null is not a list
		srv.Close()
	}
	// Output:
	// 5 <nil>
	// none: false
	// 5 <nil>
	// none: false
	// 5 <nil>
	// none: true
}

func ExampleWithoutHeaders() {
	srv, client := serve(transactionstest.WithoutHeaders())
	defer srv.Close()
	page, err := client.ListTransactions(context.Background(), transactions.ListTransactionsParams{})
	fmt.Println(page.Total == nil, err)
	// Output: true <nil>
}

// The client does not follow a Link, so a wrong one does no harm.
func ExampleWithLinkBase() {
	srv, client := serve(transactionstest.WithLinkBase("http://inner.example.com"))
	defer srv.Close()
	var response transactions.Response
	_, err := client.ListTransactions(context.Background(), transactions.ListTransactionsParams{Size: 5}, transactions.CaptureResponse(&response))
	fmt.Println(response.Header.Get("Link"), err)
	// Output: <http://inner.example.com/api/transactions?page=0&size=5>; rel="last",<http://inner.example.com/api/transactions?page=0&size=5>; rel="first" <nil>
}

// tokens returns a client that asks srv for tokens.
func tokens(srv *transactionstest.Server, username string) *transactions.Client {
	source, err := transactions.PasswordTokens(srv.URL(), username, transactionstest.DefaultPassword)
	if err != nil {
		log.Fatal(err)
	}
	client, err := transactions.NewClient(srv.URL(), source)
	if err != nil {
		log.Fatal(err)
	}
	return client
}

func ExampleWithUser() {
	srv, _ := serve(transactionstest.WithUser("auditor", transactionstest.DefaultPassword))
	defer srv.Close()
	for _, username := range []string{transactionstest.DefaultUsername, "auditor"} {
		_, err := listed(tokens(srv, username), transactions.ListTransactionsParams{})
		fmt.Println(errors.Is(err, transactions.ErrUnauthorized))
	}
	// Output:
	// true
	// false
}

// Tokens that have run out before they are used.
func ExampleWithTokenLifetime() {
	srv, _ := serve(transactionstest.WithTokenLifetime(-time.Hour))
	defer srv.Close()
	_, err := listed(tokens(srv, transactionstest.DefaultUsername), transactions.ListTransactionsParams{})
	fmt.Println(errors.Is(err, transactions.ErrUnauthorized))
	// Output: true
}

func ExampleWithTokenUses() {
	srv, _ := serve(transactionstest.WithTokenUses(1))
	defer srv.Close()
	client := tokens(srv, transactionstest.DefaultUsername)
	for range 3 {
		_, err := listed(client, transactions.ListTransactionsParams{})
		fmt.Println(srv.TokensIssued(), err)
	}
	// Output:
	// 1 <nil>
	// 2 <nil>
	// 3 <nil>
}

func ExampleWithEmptyRefusals() {
	srv, _ := serve(transactionstest.WithEmptyRefusals())
	defer srv.Close()
	client, err := transactions.NewClient(srv.URL(), transactions.StaticToken("expired"))
	if err != nil {
		log.Fatal(err)
	}
	_, err = listed(client, transactions.ListTransactionsParams{})
	var refused *transactions.Error
	if errors.As(err, &refused) {
		fmt.Println(refused.StatusCode, len(refused.Body), "bytes")
	}
	// Output: 401 0 bytes
}

func ExampleWithoutRights() {
	srv, client := serve(transactionstest.WithoutRights())
	defer srv.Close()
	_, err := listed(client, transactions.ListTransactionsParams{})
	fmt.Println(errors.Is(err, transactions.ErrForbidden))
	// Output: true
}

// A service that ignores a condition sends rows outside the filter; the client refuses them.
func ExampleWithUnknownFields() {
	srv, client := serve(transactionstest.WithUnknownFields("status"))
	defer srv.Close()
	_, err := listed(client, transactions.ListTransactionsParams{Filter: transactions.Filter{
		Status: transactions.Exact[transactions.Status]{Equals: new(transactions.StatusCheckOK)},
	}})
	fmt.Println(errors.Is(err, transactions.ErrFilterIgnored))
	// Output: true
}

func ExampleWithLooseTexts() {
	srv := transactionstest.NewServer(transactionstest.WithLooseTexts())
	defer srv.Close()
	srv.Seed(&transactions.Transaction{ID: 1, RecipientGateway: "SVGate"})
	client, err := transactions.NewClient(srv.URL(), transactionstest.DefaultCredentials())
	if err != nil {
		log.Fatal(err)
	}
	n, err := listed(client, transactions.ListTransactionsParams{Filter: transactions.Filter{RecipientGateway: transactions.Text{Equals: new("svgate")}}})
	fmt.Println(n, err)
	// Output: 1 <nil>
}

func ExampleWithPageLimit() {
	srv, client := serve(transactionstest.WithPageLimit(2))
	defer srv.Close()
	n, err := listed(client, transactions.ListTransactionsParams{Size: 100})
	fmt.Println(n, err)
	// Output: 2 <nil>
}

// walked counts the rows of a walk by id.
func walked(client *transactions.Client) (n int) {
	for _, err := range client.WalkTransactions(context.Background(), transactions.Filter{}, transactions.PageSize(2)) {
		if err != nil {
			log.Fatal(err)
		}
		if n++; n == 20 {
			break
		}
	}
	return n
}

func ExampleWithBeforeList() {
	lists := 0
	srv, client := serve(transactionstest.WithBeforeList(func(*transactionstest.Server) { lists++ }))
	defer srv.Close()
	fmt.Println(walked(client), "rows,", lists, "lists")
	// Output: 5 rows, 3 lists
}

// As many rows arrive as a page has: a walk by id sees all of them, and the caller ends it.
func ExampleWithArrivals() {
	srv, client := serve(transactionstest.WithArrivals(2))
	defer srv.Close()
	fmt.Println(walked(client), "rows")
	// Output: 20 rows
}

// Rows change while they are walked over: a walk by id yields each of them once.
func ExampleWithUpdates() {
	srv, client := serve(transactionstest.WithUpdates(3))
	defer srv.Close()
	fmt.Println(walked(client), "rows")
	// Output: 5 rows
}

// Every second row comes an hour late, behind ids that a walk has passed.
func ExampleWithLateRows() {
	srv, client := serve(transactionstest.WithLateRows(2, time.Hour), transactionstest.WithClock(func() time.Time {
		return time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	}))
	defer srv.Close()
	fmt.Println(walked(client), "rows")
	srv.Advance(48 * time.Hour)
	fmt.Println(walked(client), "rows")
	// Output:
	// 3 rows
	// 5 rows
}
