package finikjournal_test

import (
	"context"
	"crypto/rsa"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
)

// A service that pays what other parts of the program have added.
func Example() {
	var db *sql.DB // from sql.Open, with the driver of your choice
	var client *finik.Client
	var key *rsa.PublicKey // of the provider, for webhook events
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
}

// Of two payouts to one recipient, of the same amount, within a day the second one is
// held.
func ExampleNew() {
	var db *sql.DB // from sql.Open
	journal, err := finikjournal.New(db, finikjournal.SQLite, "acme-salaries-production", finikjournal.Plain(),
		finikjournal.DuplicateWithin(24*time.Hour))
	if err != nil {
		log.Fatal(err) // no database was asked yet
	}
	fmt.Println(journal != nil)
}

// A payout above the limit is held until a person releases it.
func ExampleWithLimit() {
	var db *sql.DB                 // from sql.Open, after Migrate
	var payout finikjournal.Payout // of 1500.00 som
	journal, err := finikjournal.New(db, finikjournal.SQLite, "acme-salaries-test", finikjournal.Plain(),
		finikjournal.WithLimit("", decimal.MustParse("1000"))) // of every account
	if err != nil {
		log.Fatal(err)
	}
	e, _, err := journal.Add(context.Background(), nil, payout)
	fmt.Println(e.State, "because", e.Cause, err)
}

func ExampleJournal_Migrate() {
	var db *sql.DB // from sql.Open
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
}

// The files for goose or atlas.
func ExampleMigrations() {
	files, err := finikjournal.Migrations(finikjournal.PostgreSQL)
	if err != nil {
		log.Fatal(err)
	}
	names, err := fs.Glob(files, "*.sql")
	fmt.Println(names[0], err)
	// Output: 00051_payouts.sql <nil>
}

// A ledger entry for each end, in the transaction that stores the end.
func ExampleOnSettle() {
	ledger := func(ctx context.Context, tx *sql.Tx, e finikjournal.Entry) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO ledger (reference, before, state, amount) VALUES ($1, $2, $3, $4)`,
			e.Reference, string(e.Before), string(e.State), e.Amount.String())
		return err
	}
	var db *sql.DB // from sql.Open
	_, err := finikjournal.New(db, finikjournal.PostgreSQL, "acme-salaries-test", finikjournal.Plain(), finikjournal.OnSettle(ledger))
	fmt.Println(err)
	// Output: finikjournal: invalid request: db: must not be nil
}

// The payout is stored with the order that it is for: both are there, or none.
func ExampleJournal_Add() {
	var db *sql.DB
	var journal *finikjournal.Journal // from New, after Migrate
	var payout finikjournal.Payout    // its Reference is order-17
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
}

// All payouts of a month are added, or none. One that is known already is returned with
// its state.
func ExampleJournal_AddAll() {
	var db *sql.DB
	var journal *finikjournal.Journal // from New, after Migrate
	var payouts []finikjournal.Payout
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
}
