package sqltest_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/payclients/payclients-go/finik/finikjournal"
	"github.com/payclients/payclients-go/finik/finiktest"
)

func Example_finikjournalJournalGet() {
	journal, _, _, done := exampleJournal("bonus-17")
	defer done()
	ctx := context.Background()
	e, err := journal.Get(ctx, "bonus-17")
	fmt.Println(e.Reference, e.State, e.Amount, err)
	_, err = journal.Get(ctx, "bonus-18")
	fmt.Println(errors.Is(err, finikjournal.ErrNotFound))
	// Output:
	// bonus-17 queued 1500.00 <nil>
	// true
}

func Example_finikjournalJournalList() {
	journal, _, _, done := exampleJournal("bonus-17", "bonus-18")
	defer done()
	filter := finikjournal.Filter{States: []finikjournal.State{finikjournal.Held, finikjournal.Queued}}
	for e, err := range journal.List(context.Background(), filter) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(e.Reference, e.State, e.Amount)
	}
	// Output:
	// bonus-17 queued 1500.00
	// bonus-18 queued 1500.00
}

func Example_finikjournalJournalUnsettled() {
	journal, client, srv, done := exampleJournal("bonus-17")
	defer done()
	exampleUnknown(journal, client, srv)
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
	// Output: bonus-17 unknown true paid <nil>
}

func Example_finikjournalJournalHistory() {
	journal, client, _, done := exampleJournal("bonus-17")
	defer done()
	exampleRun(journal, client)
	changes, err := journal.History(context.Background(), "bonus-17")
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range changes {
		fmt.Printf("%s: %q to %q\n", c.Event, c.Before, c.After) // at c.At, by c.Who
	}
	// Output:
	// add: "" to "queued"
	// intent: "queued" to "sending"
	// ended: "sending" to "paid"
}

func Example_finikjournalJournalStats() {
	journal, _, _, done := exampleJournal("bonus-17")
	defer done()
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
	// Output: 1 queued, 1500.00 som, flagged: 0
}

func Example_finikjournalJournalStrangers() {
	journal, client, srv, done := exampleJournal()
	defer done()
	exampleStranger(journal, client, srv)
	for event, err := range journal.Strangers(context.Background()) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(event.TransactionID, event.Status, event.Amount)
	}
	// Output: 00000000-0000-4000-8000-000000000001 SUCCEEDED 20.00
}

func Example_finikjournalJournalReport() {
	journal, client, _, done := exampleJournal("bonus-17", "bonus-18")
	defer done()
	exampleRun(journal, client)
	rows, err := journal.Report(context.Background(), time.Time{}, time.Time{}) // of all time
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range rows {
		fmt.Println(r.State, r.Count, r.Amount) // of r.Account
	}
	// Output: paid 2 3000.00
}

func Example_finikjournalJournalErase() {
	db, client, _, done := exampleFinik()
	defer done()
	journal := exampleTables(db)
	exampleAdd(journal, salary("bonus-17", finiktest.DefaultPhone))
	exampleRun(journal, client)
	long := time.Now().AddDate(-2, 0, 0).UnixMilli()
	if _, err := db.ExecContext(context.Background(), `UPDATE payout_entries SET settled_at = $1`, long); err != nil {
		log.Fatal(err)
	}
	n, err := journal.Erase(context.Background(), time.Now().AddDate(-1, 0, 0))
	fmt.Println(n, "erased", err)
	// Output: 1 erased <nil>
}
