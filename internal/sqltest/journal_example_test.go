package sqltest_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// exampleFinik returns an empty SQLite file, and a fake with a client of it. done
// closes and removes them.
func exampleFinik() (db *sql.DB, client *finik.Client, srv *finiktest.Server, done func()) {
	srv = finiktest.NewServer()
	client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials())
	if err != nil {
		log.Fatal(err)
	}
	db, remove := exampleDB()
	return db, client, srv, func() { remove(); srv.Close() }
}

// exampleTables creates the tables in db and returns a journal over them.
func exampleTables(db *sql.DB) *finikjournal.Journal {
	journal, err := finikjournal.New(db, finikjournal.SQLite, "acme-salaries-test", finikjournal.Plain())
	if err != nil {
		log.Fatal(err)
	}
	if err := journal.Migrate(context.Background()); err != nil {
		log.Fatal(err)
	}
	return journal
}

// exampleJournal returns a journal that has a queued payout for each reference, and the
// fake that it pays through.
func exampleJournal(references ...string) (journal *finikjournal.Journal, client *finik.Client, srv *finiktest.Server, done func()) {
	db, client, srv, done := exampleFinik()
	journal = exampleTables(db)
	for _, reference := range references {
		exampleAdd(journal, salary(reference, finiktest.DefaultPhone))
	}
	return journal, client, srv, done
}

func exampleAdd(journal *finikjournal.Journal, payout finikjournal.Payout) {
	if _, _, err := journal.Add(context.Background(), nil, payout); err != nil {
		log.Fatal(err)
	}
}

func exampleRun(journal *finikjournal.Journal, client *finik.Client) {
	if _, err := journal.Run(context.Background(), client, finikjournal.Params{}); err != nil {
		log.Fatal(err)
	}
}

// exampleUnknown sends the queued payouts, and the answer to one is a duplicate that
// names no payment.
func exampleUnknown(journal *finikjournal.Journal, client *finik.Client, srv *finiktest.Server) {
	srv.Inject(finiktest.Fault{Status: http.StatusConflict, Body: `{}`, Operation: "CreatePayment"})
	exampleRun(journal, client)
}

// exampleStranger makes a payment without the journal, whose webhook event comes.
func exampleStranger(journal *finikjournal.Journal, client *finik.Client, srv *finiktest.Server) {
	ctx := context.Background()
	_, err := client.CreatePayment(ctx, finik.CreatePaymentRequest{
		AccountID: finiktest.DefaultAccountID, UserID: finiktest.DefaultUserID, ServiceID: finiktest.ServiceFinik,
		TransactionID: "00000000-0000-4000-8000-000000000001", Fields: finik.Fields{"phone": finiktest.DefaultPhone, "amount": "20.00"},
	})
	if err != nil {
		log.Fatal(err)
	}
	r, err := srv.NewWebhookRequest(ctx, hookURL, srv.Events()[0].Body)
	if err != nil {
		log.Fatal(err)
	}
	journal.Webhook(finikHook).ServeHTTP(httptest.NewRecorder(), r)
}

func salary(reference, phone string) finikjournal.Payout {
	return finikjournal.Payout{
		Reference: reference, Account: finiktest.DefaultAccountID, User: finiktest.DefaultUserID, Service: finiktest.ServiceFinik,
		Fields: finik.Fields{"phone": phone, "amount": "1500.00"},
	}
}

// Monthly payouts have the month in their references: each month is paid once, however
// often it is added and run.
func Example_finikjournalMonthly() {
	ctx := context.Background()
	journal, client, _, done := exampleJournal()
	defer done()
	for _, month := range []string{"2026-01", "2026-01", "2026-02"} {
		_, added, err := journal.Add(ctx, nil, salary("salary-"+month+"-17", finiktest.DefaultPhone))
		if err != nil {
			log.Fatal(err)
		}
		result, err := journal.Run(ctx, client, finikjournal.Params{})
		fmt.Println(month, "added:", added, "paid:", result.Paid, err)
	}
	// Output:
	// 2026-01 added: true paid: 1 <nil>
	// 2026-01 added: false paid: 0 <nil>
	// 2026-02 added: true paid: 1 <nil>
}

// A known reference is one payment for ever: Add returns its end. The same reference
// with another content is refused.
func Example_finikjournalKnown() {
	ctx := context.Background()
	journal, client, _, done := exampleJournal()
	defer done()
	payout := salary("bonus-17", finiktest.DefaultPhone)
	if _, _, err := journal.Add(ctx, nil, payout); err != nil {
		log.Fatal(err)
	}
	if _, err := journal.Run(ctx, client, finikjournal.Params{}); err != nil {
		log.Fatal(err)
	}
	e, added, err := journal.Add(ctx, nil, payout)
	fmt.Println(e.Reference, e.State, e.Amount, added, err)
	payout.Fields["amount"] = "1600.00"
	_, _, err = journal.Add(ctx, nil, payout)
	fmt.Println(err)
	// Output:
	// bonus-17 paid 1500.00 false <nil>
	// finikjournal: the reference has another payout: bonus-17
}
