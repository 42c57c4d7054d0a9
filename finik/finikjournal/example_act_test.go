package finikjournal_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
)

// Sending stops in all processes at once.
func ExampleJournal_Pause() {
	var journal *finikjournal.Journal // from New, after Migrate
	var client *finik.Client
	ctx := context.Background()
	why := finikjournal.Act{By: "operator@example.com", Reason: "wrong amounts"}
	if err := journal.Pause(ctx, "", why); err != nil { // "" is the whole book
		log.Fatal(err)
	}
	result, err := journal.Run(ctx, client, finikjournal.Params{})
	fmt.Println(result.Paid, "paid")
	fmt.Println(err)
}

func ExampleJournal_Resume() {
	var journal *finikjournal.Journal // from New, after Migrate
	var client *finik.Client
	ctx := context.Background()
	why := finikjournal.Act{By: "operator@example.com", Reason: "the amounts are right"}
	if err := journal.Resume(ctx, "", why); err != nil {
		log.Fatal(err)
	}
	result, err := journal.Run(ctx, client, finikjournal.Params{})
	fmt.Println(result.Paid, "paid", err)
}

// A second pair of eyes: a payout with Hold waits for a person.
func ExampleJournal_Release() {
	var journal *finikjournal.Journal // from New, after Migrate
	why := finikjournal.Act{By: "chief@example.com", Reason: "agreed with the list of January"}
	e, err := journal.Release(context.Background(), "bonus-17", why)
	fmt.Println(e.State, err)
}

func ExampleJournal_Cancel() {
	var journal *finikjournal.Journal // from New, after Migrate
	ctx := context.Background()
	why := finikjournal.Act{By: "clerk@example.com", Reason: "the order was returned"}
	e, err := journal.Cancel(ctx, "bonus-17", why)
	fmt.Println(e.State, err)
	_, err = journal.Cancel(ctx, "bonus-17", why) // an end is not changed
	fmt.Println(errors.Is(err, finikjournal.ErrState))
}

// The provider has not received the first request, says a letter: send it again.
func ExampleJournal_Resend() {
	var journal *finikjournal.Journal // from New, after Migrate
	var client *finik.Client
	ctx := context.Background()
	why := finikjournal.Act{By: "clerk@example.com", Reason: "the provider has no such payment"}
	e, err := journal.Resend(ctx, "bonus-17", why)
	fmt.Println(e.State, err)
	result, err := journal.Run(ctx, client, finikjournal.Params{})
	fmt.Println(result.Paid, "paid", err)
}

func ExampleJournal_Settle() {
	var journal *finikjournal.Journal // from New, after Migrate
	why := finikjournal.Act{By: "clerk@example.com", Reason: "letter of the provider"}
	e, err := journal.Settle(context.Background(), "bonus-17", finikjournal.Paid, "1700000001", why)
	fmt.Println(e.State, e.PaymentID, err)
}

func ExampleJournal_Note() {
	var journal *finikjournal.Journal // from New, after Migrate
	ctx := context.Background()
	why := finikjournal.Act{By: "clerk@example.com", Reason: "asked the provider, ticket 17"}
	e, err := journal.Note(ctx, "bonus-17", why)
	fmt.Println(e.State, err)
	changes, err := journal.History(ctx, "bonus-17")
	fmt.Println(changes[len(changes)-1].Note, err)
}

// A payout that has failed is paid under a new Reference. A repeat returns the same new
// payout.
func ExampleJournal_Reissue() {
	var journal *finikjournal.Journal // from New, after Migrate
	var client *finik.Client
	ctx := context.Background()
	why := finikjournal.Act{By: "clerk@example.com", Reason: "the recipient has opened an account"}
	for range 2 {
		e, err := journal.Reissue(ctx, nil, "bonus-18", "bonus-18-again", why)
		fmt.Println(e.Reference, "in place of", e.ReissueOf, err)
	}
	result, err := journal.Run(ctx, client, finikjournal.Params{})
	fmt.Println(result.Paid, "paid", err)
}
