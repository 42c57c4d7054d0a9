// Package vimasync keeps a copy of a collector's operations in SQL, up to date
// every few minutes. No operation is lost or stored twice.
//
//	store, err := vimasync.NewSQLStore(db, vimasync.PostgreSQL)
//	…
//	err = store.Migrate(ctx)
//	…
//	err = vimasync.Loop(ctx, client, store, vimasync.Params{}, 0) // every five minutes until ctx ends
//
// [Loop] makes a pass at every interval, [RunOnce] one pass for the caller's own
// scheduler, and [Check] compares whole days with the collector.
//
// # Versions
//
// An operation is stored when it is new or when its OperationUpdateID is higher than
// the stored one. Ids are stored and compared as numbers. A version that was replaced
// before a pass read it is not stored.
//
// # What a pass reads
//
// The first pass reads everything by the create cursor, one page after the other. It
// then reads changes by the update cursor, from the highest update id of its first
// page on, so that no change during the first pass is lost. This reads most
// operations a second time, and stores only those that have changed.
//
// With Params.From or several Params.Workers the first pass reads ranges at the same
// time. It first fixes where changes are read from: at the highest update id of the
// newest page, less Params.Rewind. So most operations are read once. The first
// operation that the collector lists on a day divides two ranges. Nothing else depends
// on the collector's days: see vima.Client.OperationPagesByRange. Operations that
// divide ranges are at least a day and Params.Rewind old; what comes after them is read
// page after page, as described above. The checkpoint holds the next day and the open
// ranges, at most 64. Requests run at the same time, and one commit after the other
// stores their pages. A kill costs one page per worker.
//
// Operations created before From are stored when they change; changes count from
// Params.Rewind before the first pass. If the collector has no operation from before
// that window, changes are read from their beginning, and older operations are stored
// too.
//
// A row can become visible after rows with higher cursors. Each pass therefore begins
// Params.Rewind before the highest cursor, by the times in the rows, and never later
// than where rows younger than that were first read, however long ago the last pass
// was. A row that becomes visible within Params.Rewind is never lost, if the error of
// this machine's clock is far smaller than Params.Rewind, and if cursors rise with
// time. That ids hold time is Unverified, and is used only to read more.
//
// A row without operation_create_id is stored too, but while it is the newest row,
// nothing can be requested after it. The pass then still reads changes, also during the
// first pass, and returns vima.ErrPaginationStalled.
//
// # Tables
//
// vima_operations has one row per operation. amount and currency, fee and fee_currency
// are what Amount and Fee of vima.Operation return, in major units; complete_amount is
// in major units too, and requested_minor in minor units. NULL is unknown. status is
// Outcome. amount_minor, complete_amount_minor and fee_minor are the same amounts in
// minor units of ISO 4217, exact, and NULL if an amount has more digits than its
// currency, or if the currency is not known.
//
// On PostgreSQL amounts are numeric and times timestamptz. SQLite has no exact decimal
// numbers: there the columns are amount_text, complete_amount_text and fee_text, and no
// column is called amount, so that a comparison with a number fails instead of being
// wrong. Compare and sum the columns in minor units. Times on SQLite are strings in UTC
// with microseconds, such as 2026-01-15T15:46:20.195000Z, which sort in the order of
// time. A NUL or an invalid character in a text column is stored as U+FFFD.
//
// To look an operation up, use client_operation_id = ?: both databases have an index
// for it, for ids of any length.
//
// Operations of several streams share the table. Two collectors, production and
// sandbox, need two databases or schemas, because their ids may be equal.
package vimasync
