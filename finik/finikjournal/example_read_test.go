package finikjournal_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/payclients/payclients-go/finik/finikjournal"
)

func ExampleJournal_Get() {
	var journal *finikjournal.Journal // from New, after Migrate
	ctx := context.Background()
	e, err := journal.Get(ctx, "bonus-17")
	fmt.Println(e.Reference, e.State, e.Amount, err)
	_, err = journal.Get(ctx, "bonus-18")
	fmt.Println(errors.Is(err, finikjournal.ErrNotFound))
}

// The payouts that are not sent yet.
func ExampleJournal_List() {
	var journal *finikjournal.Journal // from New, after Migrate
	filter := finikjournal.Filter{States: []finikjournal.State{finikjournal.Held, finikjournal.Queued}}
	for e, err := range journal.List(context.Background(), filter) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(e.Reference, e.State, e.Amount)
	}
}

// What a person does with a payout whose end nobody knows.
func ExampleJournal_Unsettled() {
	var journal *finikjournal.Journal // from New, after Migrate
	ctx := context.Background()
	for e, err := range journal.Unsettled(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		question := e.Question() // for the provider, who answers in a letter:
		why := finikjournal.Act{By: "clerk@example.com", Reason: "letter of the provider"}
		now, err := journal.Settle(ctx, e.Reference, finikjournal.Paid, "1700000001", why)
		fmt.Println(e.Reference, e.State, question != "", now.State, err)
	}
}

func ExampleJournal_History() {
	var journal *finikjournal.Journal // from New, after Migrate
	changes, err := journal.History(context.Background(), "bonus-17")
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range changes {
		fmt.Printf("%s: %q to %q\n", c.Event, c.Before, c.After) // at c.At, by c.Who
	}
}

func ExampleJournal_Stats() {
	var journal *finikjournal.Journal // from New, after Migrate
	stats, err := journal.Stats(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	queued := stats.Open[finikjournal.Queued]
	fmt.Println(queued.Count, "queued,", queued.Amount, "som, flagged:", stats.Flagged)
	for _, g := range stats.Gates {
		if !g.Open {
			fmt.Println(g.Account, "is closed:", g.Reason)
		}
	}
}

// Payments that the provider reports and the book does not have: somebody else pays from
// the account.
func ExampleJournal_Strangers() {
	var journal *finikjournal.Journal // from New, after Migrate
	for event, err := range journal.Strangers(context.Background()) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(event.TransactionID, event.Status, event.Amount)
	}
}

// What was paid in all, by account and state.
func ExampleJournal_Report() {
	var journal *finikjournal.Journal                                           // from New, after Migrate
	rows, err := journal.Report(context.Background(), time.Time{}, time.Time{}) // of all time
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range rows {
		fmt.Println(r.State, r.Count, r.Amount) // of r.Account
	}
}

// The requests, with phones, of payouts that were settled more than a year ago.
func ExampleJournal_Erase() {
	var journal *finikjournal.Journal // from New, after Migrate
	n, err := journal.Erase(context.Background(), time.Now().AddDate(-1, 0, 0))
	fmt.Println(n, "erased", err)
}
