// Package transactionssync keeps a copy of a service's transactions in SQL, up to
// date every few minutes, without losing or doubling one.
//
//	store, err := transactionssync.NewSQLStore(db, transactionssync.PostgreSQL)
//	…
//	err = store.Migrate(ctx)
//	…
//	err = transactionssync.Loop(ctx, client, store, transactionssync.Params{}, 0) // every five minutes until ctx ends
//
// [RunOnce] is one pass, for a scheduler of the caller's; [Check] compares whole
// days with the service.
//
// # What holds
//
// Rows and the checkpoint that they lead to are stored in one transaction, which
// begins by moving the checkpoint from the version that the pass has read: of two
// processes one gets through, and the other ends with [ErrFenced]. A process may
// be killed at any moment. What was committed is not read again as new, what was
// not is read again, and [OnApply] has run once for each version that is stored.
//
// # What a pass reads
//
// Everything that the client's token sees, in the order of lastModifiedDate and
// then of ids, from where the pass before has ended. There is no filter: a row
// that stops to meet one would never be seen to change.
//
// A row can become visible after rows that were changed later: it is stamped
// before it is committed, and the clocks of a service's machines differ. What was
// younger than Params.Rewind when it was asked for is therefore read again by the
// next pass, however long ago the pass before was and however long it took. A row
// that is visible within that time of its last modification is never lost. What
// the clock of this machine is ahead of the service's counts as lateness; one that
// is behind only has more read again.
//
// Unverified are: that a service can filter and sort by lastModifiedDate, which
// is documented with the words "if part of the criteria", and that every change
// touches it. A pass ends with transactions.ErrFilterIgnored or
// transactions.ErrPaginationStalled where the first is not so; Check reports what
// the second hides as stale. A transaction without lastModifiedDate, or with one
// before 1970, is never read, and Check reports it as missing.
//
// # Versions
//
// A transaction is stored when it is new, and when its bytes differ from those
// that were stored and its version is not lower. The version is its
// lastModifiedDate, but never later than the time up to which its stream has read
// everything for good: about Rewind before now. So no row that a wrong clock has
// stamped in the future keeps real changes out, and within a stream what was read
// last counts. A version that was replaced before it was read is not seen.
//
// Several streams may share the table, one that begins anew beside the old one
// for example. A stream that stores late what it has read does not replace what
// another one has read since, but for changes within Rewind of each other: of
// these the older one may be there, and be applied again, until that stream reads
// on.
//
// # Rows that do not decode
//
// They are stored in sync_rejects in the same transaction, each once. The sync
// goes on and the pass ends with [ErrRejected]. An answer that cannot be read at
// all ends the pass and moves nothing.
//
// # Personal data
//
// No column holds a name, a login or a comment. sender_account and
// recipient_account, which may be phones or full numbers of cards, are masked
// before they are stored, and rows as received are not kept: [MapRow] and
// [KeepRaw] change that.
//
// # Tables
//
// transactions_transactions has a row a transaction, with NULL for what the
// service has none of and "" for texts. Columns named amount are in minor units of
// the currency beside them, a numeric code of ISO 4217; how many digits those have
// is known to the caller alone. The unit of gateway_amount is Unverified. version,
// in microseconds since 1970, and digest, the SHA-256 of the transaction as
// received, tell versions apart. On
// PostgreSQL gateway_amount is numeric and times are timestamptz. On SQLite it is
// gateway_amount_text, a text, because SQLite has no exact decimal numbers; booleans
// are 0 and 1, and times are text in UTC with microseconds, such as 2026-01-15T15:46:20.195000Z, which sorts
// as time does. A NUL or broken character in a text column is stored as U+FFFD.
//
// stored_at is when a version was stored, by the clock of the database, and
// first_stored_at when the first one was. class is what the status means: succeeded,
// failed, pending or unknown, see transactions.Status.Class. transactions_report is a view with the names
// that all reports share; docs/sql.md of this module has ten questions in its terms.
// stored_at is set before its commit: to read what has changed since a time, begin an
// hour earlier and drop each (id, version) that is known.
//
// [SQLStore.Migrate] makes and upgrades all of this; [Migrations] has its files.
//
// Look a transaction up by request_tr_id = ?: an index serves it on both databases, for
// ids of any length.
//
// Two services need two databases or schemas: their ids are not told apart.
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
//		"github.com/payclients/payclients-go/transactions"
//		"github.com/payclients/payclients-go/transactions/transactionssync"
//		"github.com/payclients/payclients-go/transactions/transactionstest"
//	)
//
//	func main() {
//		ctx := context.Background()
//		srv := transactionstest.NewServer() // a service in this process
//		defer srv.Close()
//		srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 250, Seed: 1})...)
//		client, err := transactions.NewClient(srv.URL(), transactionstest.DefaultCredentials())
//		if err != nil {
//			log.Fatal(err)
//		}
//
//		dir, err := os.MkdirTemp("", "copy")
//		if err != nil {
//			log.Fatal(err)
//		}
//		defer os.RemoveAll(dir)
//		db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "copy.db")+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)")
//		if err != nil {
//			log.Fatal(err)
//		}
//		defer db.Close()
//		store, err := transactionssync.NewSQLStore(db, transactionssync.SQLite) // or transactionssync.PostgreSQL
//		if err != nil {
//			log.Fatal(err)
//		}
//		if err := store.Migrate(ctx); err != nil {
//			log.Fatal(err)
//		}
//		result, err := transactionssync.RunOnce(ctx, client, store, transactionssync.Params{}) // a service calls Loop
//		fmt.Println(result.Inserted, "transactions, caught up:", result.CaughtUp, err)
//		// Output: 250 transactions, caught up: true <nil>
//	}
package transactionssync
