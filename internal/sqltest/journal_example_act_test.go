package sqltest_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/payclients/payclients-go/finik/finikjournal"
	"github.com/payclients/payclients-go/finik/finiktest"
)

func Example_finikjournalJournalPause() {
	journal, client, _, done := exampleJournal("bonus-17")
	defer done()
	ctx := context.Background()
	why := finikjournal.Act{By: "operator@example.com", Reason: "wrong amounts"}
	if err := journal.Pause(ctx, "", why); err != nil { // "" is the whole book
		log.Fatal(err)
	}
	result, err := journal.Run(ctx, client, finikjournal.Params{})
	fmt.Println(result.Paid, "paid")
	fmt.Println(err)
	// Output:
	// 0 paid
	// finikjournal: every account with work is closed: the book was paused by operator@example.com: wrong amounts
}

func Example_finikjournalJournalResume() {
	journal, client, _, done := exampleJournal("bonus-17")
	defer done()
	if err := journal.Pause(context.Background(), "", finikjournal.Act{By: "operator@example.com", Reason: "wrong amounts"}); err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	why := finikjournal.Act{By: "operator@example.com", Reason: "the amounts are right"}
	if err := journal.Resume(ctx, "", why); err != nil {
		log.Fatal(err)
	}
	result, err := journal.Run(ctx, client, finikjournal.Params{})
	fmt.Println(result.Paid, "paid", err)
	// Output: 1 paid <nil>
}

func Example_finikjournalJournalRelease() {
	journal, _, _, done := exampleJournal()
	defer done()
	payout := salary("bonus-17", finiktest.DefaultPhone)
	payout.Hold = true
	exampleAdd(journal, payout)
	why := finikjournal.Act{By: "chief@example.com", Reason: "agreed with the list of January"}
	e, err := journal.Release(context.Background(), "bonus-17", why)
	fmt.Println(e.State, err)
	// Output: queued <nil>
}

func Example_finikjournalJournalCancel() {
	journal, _, _, done := exampleJournal("bonus-17")
	defer done()
	ctx := context.Background()
	why := finikjournal.Act{By: "clerk@example.com", Reason: "the order was returned"}
	e, err := journal.Cancel(ctx, "bonus-17", why)
	fmt.Println(e.State, err)
	_, err = journal.Cancel(ctx, "bonus-17", why) // an end is not changed
	fmt.Println(errors.Is(err, finikjournal.ErrState))
	// Output:
	// canceled <nil>
	// true
}

func Example_finikjournalJournalResend() {
	journal, client, srv, done := exampleJournal("bonus-17")
	defer done()
	exampleUnknown(journal, client, srv)
	ctx := context.Background()
	why := finikjournal.Act{By: "clerk@example.com", Reason: "the provider has no such payment"}
	e, err := journal.Resend(ctx, "bonus-17", why)
	fmt.Println(e.State, err)
	result, err := journal.Run(ctx, client, finikjournal.Params{})
	fmt.Println(result.Paid, "paid", err)
	// Output:
	// sending <nil>
	// 1 paid <nil>
}

func Example_finikjournalJournalSettle() {
	journal, client, srv, done := exampleJournal("bonus-17")
	defer done()
	exampleUnknown(journal, client, srv)
	why := finikjournal.Act{By: "clerk@example.com", Reason: "letter of the provider"}
	e, err := journal.Settle(context.Background(), "bonus-17", finikjournal.Paid, "1700000001", why)
	fmt.Println(e.State, e.PaymentID, err)
	// Output: paid 1700000001 <nil>
}

func Example_finikjournalJournalNote() {
	journal, _, _, done := exampleJournal("bonus-17")
	defer done()
	ctx := context.Background()
	why := finikjournal.Act{By: "clerk@example.com", Reason: "asked the provider, ticket 17"}
	e, err := journal.Note(ctx, "bonus-17", why)
	fmt.Println(e.State, err)
	changes, err := journal.History(ctx, "bonus-17")
	fmt.Println(changes[len(changes)-1].Note, err)
	// Output:
	// queued <nil>
	// asked the provider, ticket 17 <nil>
}

func Example_finikjournalJournalReissue() {
	journal, client, srv, done := exampleJournal()
	defer done()
	const phone = "+996000000002" // whom the service does not know yet
	exampleAdd(journal, salary("bonus-18", phone))
	exampleRun(journal, client)
	srv.AddRecipient(finiktest.Recipient{ServiceID: finiktest.ServiceFinik, Value: phone})
	ctx := context.Background()
	why := finikjournal.Act{By: "clerk@example.com", Reason: "the recipient has opened an account"}
	for range 2 {
		e, err := journal.Reissue(ctx, nil, "bonus-18", "bonus-18-again", why)
		fmt.Println(e.Reference, "in place of", e.ReissueOf, err)
	}
	result, err := journal.Run(ctx, client, finikjournal.Params{})
	fmt.Println(result.Paid, "paid", err)
	// Output:
	// bonus-18-again in place of bonus-18 <nil>
	// bonus-18-again in place of bonus-18 <nil>
	// 1 paid <nil>
}
