package sqltest_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// The whole of transactionssync on a SQLite file, against a service in this process.
func Example_transactions() {
	ctx := context.Background()
	srv := transactionstest.NewServer()
	defer srv.Close()
	day := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -2)
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 250, Seed: 1, From: day})...)
	client, err := transactions.NewClient(srv.URL(), transactions.StaticToken(transactionstest.DefaultToken))
	if err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "transactionssync")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(filepath.Join(dir, "transactions.db"))+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()

	store, err := transactionssync.NewSQLStore(db, transactionssync.SQLite)
	if err != nil {
		log.Fatal(err)
	}
	if err := store.Migrate(ctx); err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithCancel(ctx)
	err = transactionssync.Loop(ctx, client, store, transactionssync.Params{From: day, OnPass: func(r transactionssync.Result, err error) {
		fmt.Println(r.Inserted, "inserted, caught up:", r.CaughtUp, err)
		cancel() // one pass is enough here
	}}, transactionssync.DefaultInterval)
	if err != nil {
		log.Fatal(err)
	}
	report, err := transactionssync.Check(context.Background(), client, store, transactionssync.CheckParams{From: day, To: day})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("as at the service:", report.OK())
	// Output:
	// 250 inserted, caught up: true <nil>
	// as at the service: true
}
