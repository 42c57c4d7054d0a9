package sqltest_test

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
	"github.com/payclients/payclients-go/finik/finiktest"
)

func Example_finikjournal() {
	db, client, _, done := exampleFinik()
	defer done()
	key := finiktest.PublicKey()
	exampleAdd(exampleTables(db), salary("bonus-17", finiktest.DefaultPhone))
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	journal, err := finikjournal.New(db, finikjournal.SQLite, "acme-salaries-test", finikjournal.Plain()) // or finikjournal.PostgreSQL
	if err != nil {
		log.Fatal(err)
	}
	if err := journal.Migrate(ctx); err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux() // for an http.Server
	hook := finik.Webhook{PublicURL: "https://pay.example.com/webhooks/finik", Keys: []*rsa.PublicKey{key}}
	mux.Handle("POST /webhooks/finik", journal.Webhook(hook))
	params := finikjournal.Params{OnEvent: func(e finikjournal.Event) {
		if e.To.Settled() {
			fmt.Println(e.Entry.Reference, e.To) // a log and a metric
			stop()                               // here one payout is enough
		}
	}}
	if err := journal.Loop(ctx, client, params); err != nil {
		log.Fatal(err)
	}
	// Output: bonus-17 paid
}

func Example_finikjournalNew() {
	db, _, _, done := exampleFinik()
	defer done()
	journal, err := finikjournal.New(db, finikjournal.SQLite, "acme-salaries-production", finikjournal.Plain(),
		finikjournal.DuplicateWithin(24*time.Hour))
	if err != nil {
		log.Fatal(err) // no database was asked yet
	}
	fmt.Println(journal != nil)
	// Output: true
}

func Example_finikjournalWithLimit() {
	db, _, _, done := exampleFinik()
	defer done()
	exampleTables(db)
	payout := salary("bonus-17", finiktest.DefaultPhone)
	journal, err := finikjournal.New(db, finikjournal.SQLite, "acme-salaries-test", finikjournal.Plain(),
		finikjournal.WithLimit("", decimal.MustParse("1000"))) // of every account
	if err != nil {
		log.Fatal(err)
	}
	e, _, err := journal.Add(context.Background(), nil, payout)
	fmt.Println(e.State, "because", e.Cause, err)
	// Output: held because the amount is above the limit of a payout <nil>
}

func Example_finikjournalJournalMigrate() {
	db, _, _, done := exampleFinik()
	defer done()
	ctx := context.Background()
	journal, err := finikjournal.New(db, finikjournal.SQLite, "acme-salaries-test", finikjournal.Plain())
	if err != nil {
		log.Fatal(err)
	}
	for range 2 { // at every start: existing tables stay as they are
		if err := journal.Migrate(ctx); err != nil {
			log.Fatal(err)
		}
	}
	var rows int
	err = db.QueryRowContext(ctx, `SELECT count(*) FROM payout_entries`).Scan(&rows)
	fmt.Println(rows, "rows", err)
	// Output: 0 rows <nil>
}

func Example_finikjournalJournalAdd() {
	db, _, _, done := exampleFinik()
	defer done()
	journal := exampleTables(db)
	if _, err := db.ExecContext(context.Background(), `CREATE TABLE orders (reference TEXT PRIMARY KEY)`); err != nil {
		log.Fatal(err)
	}
	payout := salary("order-17", finiktest.DefaultPhone)
	ctx := context.Background()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, `INSERT INTO orders (reference) VALUES ($1)`, payout.Reference); err != nil {
		log.Fatal(err)
	}
	e, added, err := journal.Add(ctx, tx, payout)
	if err != nil {
		log.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(e.Reference, e.State, "added:", added) // a worker sends it from now on
	// Output: order-17 queued added: true
}

func Example_finikjournalJournalAddAll() {
	db, client, _, done := exampleFinik()
	defer done()
	journal := exampleTables(db)
	payouts := []finikjournal.Payout{salary("salary-2026-01-18", finiktest.DefaultPhone), salary("salary-2026-01-17", finiktest.DefaultPhone)}
	exampleAdd(journal, payouts[1])
	exampleRun(journal, client)
	ctx := context.Background()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer tx.Rollback()
	all, err := journal.AddAll(ctx, tx, payouts)
	if conflict := (*finikjournal.ConflictError)(nil); errors.As(err, &conflict) {
		log.Fatal("known with another content: ", conflict.References)
	}
	if err == nil {
		err = tx.Commit()
	}
	for _, a := range all {
		fmt.Println(a.Entry.Reference, a.Entry.State, "added:", a.Added)
	}
	fmt.Println(err)
	// Output:
	// salary-2026-01-18 queued added: true
	// salary-2026-01-17 paid added: false
	// <nil>
}
