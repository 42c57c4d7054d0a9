// Package finikjournal keeps payouts in SQL so that each is paid once, or is known not to
// be paid, or is on a list for a person: never lost, and never guessed.
//
//	journal, err := finikjournal.New(db, finikjournal.PostgreSQL, "acme-salaries-production", finikjournal.Plain())
//	err = journal.Migrate(ctx)
//	_, added, err := journal.Add(ctx, tx, payout)                    // with the caller's own rows, in tx
//	err = journal.Loop(ctx, client, finikjournal.Params{})           // in any number of processes
//	http.Handle("POST /webhooks/finik", journal.Webhook(hook))
//	for e, err := range journal.Unsettled(ctx) { … e.Question() … }  // for a person
//
//	state     money                  moved on by                       list for a person
//	held      not sent               Release, Cancel                   yes
//	queued    not sent               workers; Cancel                   no
//	sending   may have been sent     workers, with the same id         after an hour
//	waiting   the payment exists     workers and webhook events        after an hour
//	unknown   nobody knows           webhook events; Settle, Resend    yes
//	paid      moved                  nothing: an end                   if contradicted
//	failed    not moved              nothing: an end; Reissue          if contradicted
//	canceled  never sent             nothing: an end; Reissue          if contradicted
//
// Each payout takes three commits. Add stores the payout with the caller's rows. The intent
// stores, before the request leaves, that it may leave. The answer stores what the provider
// has said, together with the rows that [OnSettle] writes. After a kill between intent and
// answer the request is sent again with the same TransactionID, for which the provider
// makes one payment.
//
// A person reads [Journal.Unsettled], asks the provider, and calls [Journal.Settle].
// [Journal.Pause] stops all sending at once. The provider answers a repeat with 409, which
// may not name the payment. Without webhook events each lost answer is therefore work for a
// person.
//
// # What holds
//
// A Reference has one payment at most. Its TransactionID is derived from book, account and
// Reference. A payout that is added again, also to an empty database, is therefore sent with
// the same TransactionID. Every payout that was added is moved on or listed by Unsettled.
// Only the provider or a person makes a payout failed, never a timer: once a request may
// have left, a refusal of a repeat does not prove that nothing was paid. OnSettle's rows are
// stored once for each end. The history has a row for each change, and this package neither
// changes nor deletes one: the role of the service needs no right to do so.
//
// This holds under four conditions. The provider remembers a TransactionID for
// Params.ResendFor or longer (Unverified). A commit survives a crash: PostgreSQL runs with
// fsync on; if synchronous_commit is off, or SQLite's synchronous is below FULL, this
// package sets it for its own commits. All processes write to one primary. After a restore,
// or a failover that may have lost commits, a person calls Pause, AssumeSent and Resume.
//
// # References
//
// A Reference names one payment for ever. Add of a known Reference returns the stored payout
// with its state, and added is false. A failed payout is not paid by adding it again: a
// person calls [Journal.Reissue] with a new Reference. Monthly payouts have the month in
// their Reference.
//
// # Processes
//
// A worker claims payouts for some time, by the database's clock. Each write requires that
// the row still has the version that was read. The claim of a process that was killed ends
// by itself. An answer after that is used only if it is about the payment itself. Waiting
// payments do not occupy a worker. No transaction is open during a request.
//
// # Answers of the provider
//
// A payment that SUCCEEDED makes the payout paid, FAILED or CANCELED failed, any other
// status waiting. If the first request is answered with 400 or 404, the payout is failed.
// 401, 402 and 403 move it back to queued and count against its account, see Params.Trip;
// the third 403 of a payout holds it. With any other answer, or none, it stays sending. The
// payout is unknown after a 409 that does not name a payment, and if the payment is of
// another account, service or amount, or is an hour older than the payout. Success outranks
// failure, and an end that was contradicted is flagged.
//
// # Tables
//
// payout_books, payout_entries, payout_history, payout_notices and payout_gates; book is
// "finik:" and the name. amount_micros is in millionths of som. Times are milliseconds
// since 1970 in UTC by the database's clock. Rows of payout_entries are never deleted.
//
// # Personal data
//
// Requests, with Recipient, are stored as [Plain] or [Sealed] says, and cleared by
// [Journal.Erase]. A digest of Recipient stays. References, ids, amounts, masks, and By and
// Reason of people are stored in clear. The texts of errors of OnSettle and Params.Check
// are stored as causes. The provider's messages and the names of recipients are not stored.
// Entries print reference, ids, state and amount.
//
// # Unverified
//
// No answer of the live service has been seen by this package's tests. How long a
// TransactionID is remembered, whether 409 names the payment, and whether payouts send
// webhook events are Unverified: see package finik.
//
// # A program
//
// This program runs as it stands, against the fake and with a SQLite file:
//
//	package main
//
//	import (
//		"context"
//		"database/sql"
//		"fmt"
//		"log"
//		"os"
//		"path/filepath"
//
//		_ "modernc.org/sqlite"
//
//		"github.com/payclients/payclients-go/finik"
//		"github.com/payclients/payclients-go/finik/finikjournal"
//		"github.com/payclients/payclients-go/finik/finiktest"
//	)
//
//	func main() {
//		ctx := context.Background()
//		srv := finiktest.NewServer() // a service in this process
//		defer srv.Close()
//		client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials())
//		if err != nil {
//			log.Fatal(err)
//		}
//
//		dir, err := os.MkdirTemp("", "payouts")
//		if err != nil {
//			log.Fatal(err)
//		}
//		defer os.RemoveAll(dir)
//		db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "payouts.db")+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)")
//		if err != nil {
//			log.Fatal(err)
//		}
//		defer db.Close()
//		journal, err := finikjournal.New(db, finikjournal.SQLite, "acme-salaries-test", finikjournal.Plain()) // or PostgreSQL
//		if err != nil {
//			log.Fatal(err)
//		}
//		if err := journal.Migrate(ctx); err != nil {
//			log.Fatal(err)
//		}
//
//		for range 2 { // the second time nothing is added and nothing is sent
//			_, added, err := journal.Add(ctx, nil, finikjournal.Payout{
//				Reference: "salary-2026-01-17", Account: finiktest.DefaultAccountID, User: finiktest.DefaultUserID,
//				Service: finiktest.ServiceFinik, Fields: finik.Fields{"phone": finiktest.DefaultPhone, "amount": "1500.00"},
//			})
//			if err != nil {
//				log.Fatal(err)
//			}
//			result, err := journal.Run(ctx, client, finikjournal.Params{}) // a service calls Loop
//			fmt.Println("added:", added, "paid:", result.Paid, err)
//		}
//		// Output:
//		// added: true paid: 1 <nil>
//		// added: false paid: 0 <nil>
//	}
package finikjournal
