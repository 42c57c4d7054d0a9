package sqltest_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/payclients/payclients-go/finik/finikjournal"
)

func Example_finikjournalJournalRunOnce() {
	journal, client, _, done := exampleJournal("bonus-17")
	defer done()
	result, err := journal.RunOnce(context.Background(), client, finikjournal.Params{})
	fmt.Println(result.Steps, "step,", result.Paid, "paid", err)
	// Output: 1 step, 1 paid <nil>
}

func Example_finikjournalJournalRun() {
	journal, client, _, done := exampleJournal("bonus-17")
	defer done()
	result, err := journal.Run(context.Background(), client, finikjournal.Params{Workers: 2})
	switch {
	case errors.Is(err, finikjournal.ErrStopped):
		fmt.Println("paused, or refused by the provider:", err) // see Stats, then Resume
	case err != nil:
		log.Fatal(err) // run it again: nothing is paid twice
	}
	fmt.Println(result.Paid, "paid,", result.Failed, "failed,", result.Held+result.Unknown, "for a person")
	// Output: 1 paid, 0 failed, 0 for a person
}

func Example_finikjournalJournalLoop() {
	journal, client, _, done := exampleJournal("bonus-17")
	defer done()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	err := journal.Loop(ctx, client, finikjournal.Params{OnEvent: func(e finikjournal.Event) {
		if e.Kind == finikjournal.EventMoved && e.To == finikjournal.Paid {
			fmt.Println(e.Entry.Reference, "is paid")
			stop() // a service goes on
		}
	}})
	fmt.Println(err)
	// Output:
	// bonus-17 is paid
	// <nil>
}

func Example_finikjournalJournalStep() {
	journal, client, _, done := exampleJournal("bonus-17")
	defer done()
	e, err := journal.Step(context.Background(), client, "bonus-17", finikjournal.Params{})
	switch {
	case errors.Is(err, finikjournal.ErrBusy): // another process is working on it: try again later
	case err != nil:
		log.Fatal(err)
	case e.State.Moving():
		fmt.Println("again at", e.NextAt)
	default:
		fmt.Println(e.Reference, e.State)
	}
	// Output: bonus-17 paid
}

func Example_finikjournalJournalCheck() {
	journal, client, _, done := exampleJournal("bonus-17")
	defer done()
	exampleRun(journal, client)
	yesterday := time.Now().Add(-24 * time.Hour)
	report, err := journal.Check(context.Background(), client, yesterday, time.Time{}, false)
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range report.Differences {
		fmt.Println(d.Entry, "but the provider says", d.Provider)
	}
	fmt.Println(report.Checked, "checked,", report.Unread, "unread,", len(report.Differences), "differences")
	// Output: 1 checked, 0 unread, 0 differences
}

func Example_finikjournalJournalAssumeSent() {
	journal, client, _, done := exampleJournal("bonus-17")
	defer done()
	ctx := context.Background()
	why := finikjournal.Act{By: "operator@example.com", Reason: "restored the backup of 03:00"}
	if err := journal.Pause(ctx, "", why); err != nil {
		log.Fatal(err)
	}
	n, err := journal.AssumeSent(ctx, why)
	if err != nil {
		log.Fatal(err)
	}
	if err := journal.Resume(ctx, "", why); err != nil {
		log.Fatal(err)
	}
	result, err := journal.Run(ctx, client, finikjournal.Params{})
	fmt.Println(n, "assumed sent,", result.Paid, "paid", err)
	// Output: 1 assumed sent, 1 paid <nil>
}
