package finikjournal_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
)

// One step of each payout that is due, as the job of a scheduler.
func ExampleJournal_RunOnce() {
	var journal *finikjournal.Journal // from New, after Migrate
	var client *finik.Client
	result, err := journal.RunOnce(context.Background(), client, finikjournal.Params{})
	fmt.Println(result.Steps, "step,", result.Paid, "paid", err)
}

// A batch: it ends when nothing is left to send, or to wait for.
func ExampleJournal_Run() {
	var journal *finikjournal.Journal // from New, after Migrate
	var client *finik.Client
	result, err := journal.Run(context.Background(), client, finikjournal.Params{Workers: 2})
	switch {
	case errors.Is(err, finikjournal.ErrStopped):
		fmt.Println("paused, or refused by the provider:", err) // see Stats, then Resume
	case err != nil:
		log.Fatal(err) // run it again: nothing is paid twice
	}
	fmt.Println(result.Paid, "paid,", result.Failed, "failed,", result.Held+result.Unknown, "for a person")
}

func ExampleJournal_Loop() {
	var journal *finikjournal.Journal // from New, after Migrate
	var client *finik.Client
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	err := journal.Loop(ctx, client, finikjournal.Params{OnEvent: func(e finikjournal.Event) {
		if e.Kind == finikjournal.EventMoved && e.To == finikjournal.Paid {
			fmt.Println(e.Entry.Reference, "is paid")
			stop() // a service goes on
		}
	}})
	fmt.Println(err)
}

// The worker of a queue that the program has already.
func ExampleJournal_Step() {
	var journal *finikjournal.Journal // from New, after Migrate
	var client *finik.Client
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
}

// What a nightly job compares. Nothing is changed, because apply is false.
func ExampleJournal_Check() {
	var journal *finikjournal.Journal // from New, after Migrate
	var client *finik.Client
	yesterday := time.Now().Add(-24 * time.Hour)
	report, err := journal.Check(context.Background(), client, yesterday, time.Time{}, false)
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range report.Differences {
		fmt.Println(d.Entry, "but the provider says", d.Provider)
	}
	fmt.Println(report.Checked, "checked,", report.Unread, "unread,", len(report.Differences), "differences")
}

// After a restore of the database: what may have been sent since the backup is sent with
// the same TransactionID.
func ExampleJournal_AssumeSent() {
	var journal *finikjournal.Journal // from New, after Migrate
	var client *finik.Client
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
}
