package transactionstest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

func Example() {
	srv := transactionstest.NewServer(transactionstest.WithTokenUses(3))
	defer srv.Close()
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 5000, Seed: 1})...)
	srv.Inject(transactionstest.Fault{Status: 503, RetryAfter: "0"}) // once; the client repeats

	tokens, err := transactions.PasswordTokens(srv.URL(), transactionstest.DefaultUsername, transactionstest.DefaultPassword)
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := transactions.NewClient(srv.URL(), tokens)
	if err != nil {
		fmt.Println(err)
		return
	}
	rows := 0
	for _, err := range client.WalkTransactions(context.Background(), transactions.Filter{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		rows++
	}
	fmt.Println(rows, "transactions")
	// Output: 5000 transactions
}

func ExampleServer_Update() {
	srv := transactionstest.NewServer()
	defer srv.Close()
	srv.Seed(&transactions.Transaction{ID: 1, Status: transactions.StatusCheckOK})
	before := srv.Now()
	srv.Update(1, func(t *transactions.Transaction) { t.Status = transactions.StatusSuccess })

	client, err := transactions.NewClient(srv.URL(), transactions.StaticToken(transactionstest.DefaultToken))
	if err != nil {
		fmt.Println(err)
		return
	}
	page, err := client.ListTransactions(context.Background(), transactions.ListTransactionsParams{
		Filter: transactions.Filter{LastModifiedDate: transactions.Range[time.Time]{GreaterThan: &before}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range page.Transactions {
		fmt.Println(t.ID, t.Status)
	}
	// Output: 1 SUCCESS
}

func ExampleUnderstand() {
	query, err := url.ParseQuery("status.in=SUCCESS, CHECK_OK&recipientNames.equals=ucell" +
		"&eposMerchant.contains=9000&eposMerchant.notEquals=-")
	if err != nil {
		fmt.Println(err)
		return
	}
	u := transactionstest.Understand(query)
	fmt.Println(strings.Join(u.Evaluated, "\n"))
	fmt.Println("ignored:", u.Ignored)
	// Output:
	// eposMerchant.contains "9000"
	// status.in [SUCCESS CHECK_OK]
	// ignored: [eposMerchant.notEquals recipientNames.equals]
}

func ExampleServer_Handler() {
	srv := transactionstest.NewServer()
	defer srv.Close()
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 1000, Seed: 1})...)

	request := httptest.NewRequest(http.MethodGet, "/api/transactions/count?status.equals=SUCCESS", http.NoBody)
	request.Header.Set("Authorization", "Bearer "+transactionstest.DefaultToken)
	recorder := httptest.NewRecorder()
	srv.Handler().ServeHTTP(recorder, request)
	fmt.Println(recorder.Code, recorder.Body)
	// Output: 200 761
}
