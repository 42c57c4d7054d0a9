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
//	unknown   nobody can know        webhook events; Settle, Resend    yes
//	paid      moved                  the end                           if contradicted
//	failed    not moved              the end; Reissue                  if contradicted
//	canceled  never sent             the end; Reissue                  if contradicted
//
// Three commits carry a payout: Add stores it with the caller's rows; the intent stores
// that a request may leave, before it does; the answer stores what the provider said,
// with what [OnSettle] writes. After a kill between intent and answer the same
// TransactionID is sent again, for which the provider makes one payment.
//
// A person looks at [Journal.Unsettled], asks the provider, and calls [Journal.Settle].
// [Journal.Pause] stops all sending at once. The provider answers a repeat by 409, which
// may name no payment. Therefore, without webhook events, each answer that was lost is
// work for a person.
//
// # What holds
//
// A Reference has one payment at most. Its TransactionID follows from book, account and
// Reference, so that whoever adds the payout again sends the same one, also with an empty
// database. What was added moves, or is listed. Failed is the provider's word or a
// person's, and never a timer's: once a request may have left, no refusal is a no.
// OnSettle's rows are there once for each end. The history has a row for each step, and
// this package changes and deletes none of it: the service's role may be denied both.
//
// This rests on the following. The provider remembers a TransactionID for
// Params.ResendFor at least (Unverified). A commit lasts: PostgreSQL has fsync on; where
// synchronous_commit is off, or SQLite's synchronous is below FULL, this package sets
// them for its own commits. The database is one primary. After a restore or a failover
// that may have lost commits: Pause, AssumeSent, Resume.
//
// # References
//
// A Reference is one payment for ever. Add of one that is known returns the payout with
// its end, and added is false: a payout that has failed is not paid by adding it again,
// but by [Journal.Reissue] under a new Reference, which a person decides. Monthly payouts
// have the month in their Reference.
//
// # Processes
//
// A worker claims payouts for a time by the database's clock, and every write asks for
// the version that was read. Who is killed or stopped loses its claim by itself. An
// answer that comes later counts only where it is about the payment itself. Payments on
// their way hold no worker. No transaction is open while a request is.
//
// # Words of the provider
//
// SUCCEEDED is paid, FAILED and CANCELED are failed, all else is waiting. To a first
// request 400 and 404 are failed, and 401, 402 and 403 put the payout back and count
// against its account, see Params.Trip; the third 403 of a payout holds it. All other
// answers, and none, leave it sending. 409 that names no payment, a payment of another
// account, service or amount, and one that is an hour older than the payout are unknown.
// Success outranks failure, and an end that was contradicted is flagged.
//
// # Tables
//
// payout_books, payout_entries, payout_history, payout_notices and payout_gates; book is
// "finik:" and the name. amount_micros is in millionths of som. Times are milliseconds
// since 1970 in UTC by the database's clock. Rows of payout_entries are never deleted.
//
// # Personal data
//
// Requests are stored as [Plain] or [Sealed] says, and cleared by [Journal.Erase].
// Recipients are stored as digests. References, ids, amounts, masks, and By and Reason of
// people are stored in clear; texts of OnSettle's and Params.Check's errors are stored as
// causes. The provider's messages and the names of recipients are not stored. Entries
// print reference, ids, state and amount.
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
