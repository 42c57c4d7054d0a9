package finikjournal_test

import (
	"context"
	"crypto/rsa"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os/signal"
	"syscall"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
)

// A service that pays what other parts of the program have added.
func Example() {
	var db *sql.DB // from sql.Open, with the driver of your choice
	var client *finik.Client
	var key *rsa.PublicKey // of the provider's webhook events
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()

	journal, err := finikjournal.New(db, finikjournal.PostgreSQL, "acme-salaries-production", finikjournal.Plain())
	if err != nil {
		log.Fatal(err)
	}
	if err := journal.Migrate(ctx); err != nil {
		log.Fatal(err)
	}
	hook := finik.Webhook{PublicURL: "https://pay.example.com/webhooks/finik", Keys: []*rsa.PublicKey{key}}
	http.Handle("POST /webhooks/finik", journal.Webhook(hook)) // and serve it
	if err := journal.Loop(ctx, client, finikjournal.Params{}); err != nil {
		log.Fatal(err)
	}
}

// The payout is stored with the order that it is for: both are there, or none.
func ExampleJournal_Add() {
	var db *sql.DB
	var journal *finikjournal.Journal
	order := func(ctx context.Context, payout finikjournal.Payout) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if _, err := tx.ExecContext(ctx, `INSERT INTO orders (reference) VALUES ($1) ON CONFLICT DO NOTHING`, payout.Reference); err != nil {
			return err
		}
		if _, _, err := journal.Add(ctx, tx, payout); err != nil {
			return err
		}
		return tx.Commit()
	}
	_ = order
}

// A ledger entry for each end, in the same transaction: it is there once.
func ExampleOnSettle() {
	ledger := func(ctx context.Context, tx *sql.Tx, e finikjournal.Entry) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO ledger (reference, before, state, amount) VALUES ($1, $2, $3, $4)`,
			e.Reference, string(e.Before), string(e.State), e.Amount.String())
		return err
	}
	var db *sql.DB
	_, err := finikjournal.New(db, finikjournal.PostgreSQL, "acme", finikjournal.Privacy{}, finikjournal.OnSettle(ledger))
	fmt.Println(errors.Is(err, finikjournal.ErrInvalidRequest), err)
	// Output: true finikjournal: invalid request: db: must not be nil; book: must be 8 to 40 of a-z, 0-9, dot, underscore and hyphen; p: must be Plain or Sealed
}

// What a person does with a payout whose end nobody knows.
func ExampleJournal_Unsettled() {
	var journal *finikjournal.Journal
	list := func(ctx context.Context) error {
		for e, err := range journal.Unsettled(ctx) {
			if err != nil {
				return err
			}
			fmt.Println(e, e.Cause, e.Question()) // ask the provider, then:
			_, err = journal.Settle(ctx, e.Reference, finikjournal.Paid, "1700000001", finikjournal.Act{By: "clerk@example.com", Reason: "letter of the provider"})
			if err != nil {
				return err
			}
		}
		return nil
	}
	_ = list
}
