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
// # Versions
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
// Look an operation up by client_operation_id = ?: an index serves it on both
// databases, for ids of any length.
//
// Operations of several streams share the table. Two collectors, production and
// sandbox, need two databases or schemas: their ids are not told apart.
package vimasync
