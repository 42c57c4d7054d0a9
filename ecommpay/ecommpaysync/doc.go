// Package ecommpaysync keeps a copy of ecommpay operations in SQL, up to date
// every few minutes, without losing or doubling one.
//
//	store, err := ecommpaysync.NewSQLStore(db, ecommpaysync.PostgreSQL)
//	…
//	err = store.Migrate(ctx)
//	…
//	begin := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
//	err = ecommpaysync.Loop(ctx, client, store, ecommpaysync.Params{From: begin}, 0) // every five minutes until ctx ends
//
// [RunOnce] is one pass, for a scheduler of the caller's; [Check] compares whole
// days with ecommpay.
//
// # What holds
//
// Rows and the checkpoint that they lead to are stored in one transaction, which
// begins by moving the checkpoint from the version that the pass has read: of two
// processes one gets through, and the other ends with [ErrFenced]. A process may
// be killed at any moment. What was committed is not applied again, what was not
// is read again, and [OnApply] has run once for each version that is stored.
//
// The service gives operations no version. One is stored when it is new, or when
// its bytes are not those of the stored one, which a digest tells: of what a
// stream reads, the fence lets the commits come in the order of the reading, so
// what is stored last is newest. Ids are compared as numbers. A version that was
// replaced before it was read is not seen.
//
// For that order there is one stream for an operation. Two that read the same
// ones, all projects beside one of them, could apply a version twice, and show an
// older one in between. A new stream over what is stored already is fine, once the
// one before is given up.
//
// # What a pass reads
//
// The service has no cursor. It selects operations by the time of their last
// update, and pages through them by offset, while those that are updated leave
// the interval. So a stream reads interval after interval of update time, from
// Params.From up to a few seconds ago, each by a walk that proves itself complete
// (see ecommpay.Client.OperationPages), and of which each page is stored as it
// comes. An interval that was cut off is read again from its start.
//
// An operation can become visible after others that were updated later. What was
// younger than Params.Rewind when it was asked for is therefore read again by the
// next pass, however long ago the pass before was and however long it took. An
// operation that is visible within that time of its update is never lost. What
// the clock of this machine is ahead of the service's counts as lateness; one that
// is behind only delays.
//
// # Rows that do not decode
//
// They are stored in sync_rejects in the same transaction, each once, and so are
// rows whose operation_id is no number of 63 bits. The sync goes on and the pass
// ends with [ErrRejected]. An answer that cannot be read at all, or whose
// signature is wrong, ends the pass and moves nothing.
//
// # Tables
//
// ecommpay_operations has a row an operation, with the fields that the service
// gives by default (ecommpay.DefaultFields). amount_minor and currency are
// sum_initial, converted_amount_minor and converted_currency sum_converted, both
// in minor units: 1000 is 10.00 USD, 1000 JPY and 1.000 KWD, see ecommpay.Major;
// NULL is unknown. checkpoint is the number of the commit in which the row was
// stored last, which only grows within a stream. digest is the SHA-256 of the
// operation as received. Account numbers, IP addresses and descriptions have no
// column, and are in raw, see [KeepRaw].
//
// On PostgreSQL times are timestamptz. On SQLite they are text in UTC with
// microseconds, such as 2026-01-15T15:46:20.000000Z, which sorts as time does. A
// NUL or broken character in a text column is stored as U+FFFD.
//
// stored_at is when a version was stored, by the clock of the database, and
// first_stored_at when the first one was. class is what the status means: succeeded,
// failed, pending or unknown, see ecommpay.OperationStatus.Class. ecommpay_report is a view with the names
// that all reports share; docs/sql.md of this module has ten questions in its terms.
// stored_at is set before its commit: to read what has changed since a time, begin an
// hour earlier and drop each (id, version) that is known.
//
// [SQLStore.Migrate] makes and upgrades all of this; [Migrations] has its files.
//
// Look a payment up by payment_id = ? AND project_id = ?, because a payment's id is
// unique within a project only. An index on payment_id serves it on both databases, for
// ids of any length.
//
// # Unverified
//
// The order of rows, the stability of offsets, and whether the ends of an
// interval belong to it, with what fractions of a second, are not documented;
// nothing here rests on them: walks prove what they have read, and intervals
// overlap. It does rest on what else is not documented: that an answer shows no
// older version of an operation than an answer before it, that its update time
// only grows, and that the same version has the same bytes each time; where they
// differ it is applied once more.
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
//		"time"
//
//		_ "modernc.org/sqlite"
//
//		"github.com/payclients/payclients-go/ecommpay"
//		"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
//		"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
//	)
//
//	func main() {
//		ctx := context.Background()
//		srv := ecommpaytest.NewServer() // a service in this process
//		defer srv.Close()
//		begin := time.Now().AddDate(0, 0, -2)
//		srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: 250, Seed: 1, From: begin})...)
//		client, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials())
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
//		store, err := ecommpaysync.NewSQLStore(db, ecommpaysync.SQLite) // or ecommpaysync.PostgreSQL
//		if err != nil {
//			log.Fatal(err)
//		}
//		if err := store.Migrate(ctx); err != nil {
//			log.Fatal(err)
//		}
//		result, err := ecommpaysync.RunOnce(ctx, client, store, ecommpaysync.Params{From: begin}) // a service calls Loop
//		fmt.Println(result.Inserted, "operations, caught up:", result.CaughtUp, err)
//		// Output: 250 operations, caught up: true <nil>
//	}
package ecommpaysync
