package sqltest_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

// The whole of ecommpaysync on a SQLite file, against a service in this process.
func Example_ecommpay() {
	ctx := context.Background()
	srv := ecommpaytest.NewServer()
	defer srv.Close()
	day := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -2)
	srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: 250, Seed: 1, From: day})...)
	client, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials())
	if err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "ecommpaysync")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	db, err := sql.Open("sqlite", "file:"+filepath.ToSlash(filepath.Join(dir, "ecommpay.db"))+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()

	store, err := ecommpaysync.NewSQLStore(db, ecommpaysync.SQLite)
	if err != nil {
		log.Fatal(err)
	}
	if err := store.Migrate(ctx); err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithCancel(ctx)
	err = ecommpaysync.Loop(ctx, client, store, ecommpaysync.Params{From: day, OnPass: func(r ecommpaysync.Result, err error) {
		fmt.Println(r.Inserted, "inserted, caught up:", r.CaughtUp, err)
		cancel() // one pass is enough here
	}}, ecommpaysync.DefaultInterval)
	if err != nil {
		log.Fatal(err)
	}
	report, err := ecommpaysync.Check(context.Background(), client, store, ecommpaysync.CheckParams{From: day, To: day})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("as at ecommpay:", report.OK())
	// Output:
	// 250 inserted, caught up: true <nil>
	// as at ecommpay: true
}
