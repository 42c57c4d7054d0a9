// Package vimasync keeps a copy of a collector's operations in SQL, up to date
// every few minutes, without losing or doubling one.
//
//	store, err := vimasync.NewSQLStore(db, vimasync.PostgreSQL)
//	…
//	err = store.Migrate(ctx)
//	…
//	err = vimasync.Loop(ctx, client, store, vimasync.Params{}, 0) // every five minutes until ctx ends
//
// [RunOnce] is one pass, for a scheduler of the caller's; [Check] compares whole
// days with the collector.
//
// # What holds
//
// Rows and the checkpoint that they lead to are stored in one transaction, which
// begins by moving the checkpoint from the version that the pass has read: of two
// processes one gets through, and the other ends with [ErrFenced]. A process may
// be killed at any moment. What was committed is not read again as new, what was
// not is read again, and [OnApply] has run once for each version that is stored.
//
// An operation is stored when it is new or when its OperationUpdateID is higher
// than the stored one; ids are stored and compared as numbers. A version that was
// replaced before it was read is not seen.
//
// # What a pass reads
//
// The first pass reads everything by the create cursor, one page after the other.
// Changes are then read by the update cursor from the highest update id of the
// first page of that walk, so that what changed during it is not lost; this reads
// most operations a second time, and stores only what has changed.
//
// With Params.From or several Params.Workers the first pass reads ranges at the same
// time. It first fixes where changes are read from: at the highest update id of the
// newest page, less Params.Rewind. So most operations are read once. The first
// operation that the collector lists on a day divides two ranges. Nothing else depends
// on the collector's days: see vima.Client.OperationPagesByRange. What divides ranges
// is at least a day and Params.Rewind old; the walk described above reads what comes
// behind. The checkpoint holds the next day and the open ranges, at most 64. Requests
// run at the same time, and one commit after the other stores their pages. A kill
// costs a page a worker.
//
// Operations created before From are stored when they change. Change, here, counts
// from Params.Rewind before the first pass. Where no operation from before that window
// is found, changes are read from their beginning, and then older operations are stored
// too.
//
// A row can become visible after rows with higher cursors. Each pass therefore
// begins Params.Rewind before the highest cursor, by the times in the rows, and
// never later than where rows younger than that were first read, however long ago
// the pass before was. A row that was visible within that time is never lost,
// provided that the clock of this machine is right to well within it, and that
// cursors rise with time. Ids may be opaque: that they hold time is Unverified,
// and only ever used to read more.
//
// # Rows that do not decode
//
// They are stored in sync_rejects in the same transaction, each once, and so are
// rows whose operation_id or operation_update_id is no number of 63 bits. The
// sync goes on and the pass ends with [ErrRejected]. An answer that cannot be
// read at all ends the pass and moves nothing.
//
// A row whose operation_create_id is missing is stored too, but while it is the
// newest one nothing can be asked for after it. The pass then reads changes all
// the same, also during the first pass, and ends with vima.ErrPaginationStalled.
//
// # Tables
//
// vima_operations has a row an operation. amount and currency, fee and
// fee_currency are what Amount and Fee of vima.Operation return, complete_amount
// is in major units too, and requested_minor in minor ones; NULL is unknown. status
// is Outcome. amount_minor, complete_amount_minor and fee_minor are the same amounts in
// minor units of ISO 4217, exact, and NULL where an amount has more digits than its
// currency, or a currency is not known.
//
// On PostgreSQL amounts are numeric and times timestamptz. SQLite has no exact decimal
// numbers: there the columns are amount_text, complete_amount_text and fee_text, and no
// column is called amount, so that a comparison with a number fails and does not lie.
// Compare and sum the columns in minor units. Times on SQLite are texts in UTC with
// microseconds, such as 2026-01-15T15:46:20.195000Z, which sort as time does. A NUL or
// broken character in a text column is stored as U+FFFD.
//
// stored_at is when a version was stored, by the clock of the database, and
// first_stored_at when the first one was. class is what the status means: succeeded,
// failed, pending or unknown, see vima.Status.Class. vima_report is a view with the names
// that all reports share; docs/sql.md of this module has ten questions in its terms.
// stored_at is set before its commit: to read what has changed since a time, begin an
// hour earlier and drop each (id, version) that is known.
//
// [SQLStore.Migrate] makes and upgrades all of this; [Migrations] has its files.
//
// Look an operation up by client_operation_id = ?: an index serves it on both
// databases, for ids of any length.
//
// Operations of several streams share the table. Two collectors, production and
// sandbox, need two databases or schemas: their ids are not told apart.
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
//		"github.com/payclients/payclients-go/vima"
//		"github.com/payclients/payclients-go/vima/vimasync"
//		"github.com/payclients/payclients-go/vima/vimatest"
//	)
//
//	func main() {
//		ctx := context.Background()
//		srv := vimatest.NewServer() // a service in this process
//		defer srv.Close()
//		srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 250, Seed: 1})...)
//		client, err := vima.NewClient(srv.URL(), vimatest.DefaultCredentials())
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
//		store, err := vimasync.NewSQLStore(db, vimasync.SQLite) // or vimasync.PostgreSQL
//		if err != nil {
//			log.Fatal(err)
//		}
//		if err := store.Migrate(ctx); err != nil {
//			log.Fatal(err)
//		}
//		result, err := vimasync.RunOnce(ctx, client, store, vimasync.Params{}) // a service calls Loop
//		fmt.Println(result.Inserted, "operations, caught up:", result.CaughtUp, err)
//		// Output: 250 operations, caught up: true <nil>
//	}
package vimasync
