// Package ecommpaysync keeps a copy of ecommpay operations in SQL, updated every
// few minutes, without losing or duplicating one.
//
//	store, err := ecommpaysync.NewSQLStore(db, ecommpaysync.PostgreSQL)
//	…
//	err = store.Migrate(ctx)
//	…
//	begin := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
//	err = ecommpaysync.Loop(ctx, client, store, ecommpaysync.Params{From: begin}, 0) // every five minutes until ctx ends
//
// [RunOnce] is one pass, for your own scheduler. [Check] compares whole days with
// ecommpay.
//
// # Versions
//
// Operations have no version number. An operation is stored if it is new or if
// its bytes differ from the stored ones, which a digest shows. Within a stream
// commits have the order of reading, so what is stored last is newest. Ids are
// compared as numbers. A version that was replaced before a pass read it is never
// seen.
//
// For that order each operation must belong to one stream. Two streams that read
// the same operations (all projects, and one of them) could apply a version twice
// and show an older one in between. A new stream over existing rows is fine once
// the old stream has stopped for good.
//
// # What a pass reads
//
// The service has no cursor. It selects operations by the time of their last
// update and pages by offset, while updated operations leave the interval. A
// stream therefore reads interval after interval of update time, from Params.From
// up to a few seconds ago. Each interval is one walk that proves itself complete
// (see ecommpay.Client.OperationPages), and each page is stored as it arrives. An
// interval that was cut off is read again from its start.
//
// An operation may become visible after others that were updated later. What was
// younger than Params.Rewind when a pass asked for it is therefore read again by
// the next pass, however much later that runs. An operation that becomes visible
// within Rewind of its update is never lost. If this machine's clock is ahead of
// the service's, the difference uses up part of Rewind; a clock that is behind
// only delays.
//
// # Tables
//
// ecommpay_operations has one row for each operation, with the fields that the
// service returns by default (ecommpay.DefaultFields). amount_minor and currency
// are sum_initial; converted_amount_minor and converted_currency are
// sum_converted. Both are in minor units: 1000 is 10.00 USD, 1000 JPY and 1.000
// KWD, see ecommpay.Major; NULL means unknown. checkpoint is the number of the
// commit that stored the row last; it only grows within a stream. digest is the
// SHA-256 of the operation as received. Account numbers, IP addresses and
// descriptions have no column; they are in raw, see [KeepRaw].
//
// On PostgreSQL times are timestamptz. On SQLite they are strings in UTC with
// microseconds, such as 2026-01-15T15:46:20.000000Z, which sort by time. A NUL or
// broken character in a text column is stored as U+FFFD.
//
// Look up a payment by payment_id = ? AND project_id = ?, because a payment's id
// is unique within a project only. An index on payment_id serves that query on
// both databases, for ids of any length.
//
// # Unverified
//
// Not documented, and not relied on: the order of rows, the stability of offsets,
// and whether the ends of an interval belong to it, with which fractions of a
// second. Walks prove what they read, and intervals overlap.
//
// Not documented, and relied on: an answer shows no older version of an operation
// than an earlier answer, the update time only grows, and the same version has
// the same bytes each time. If the bytes differ, the version is applied once
// more.
package ecommpaysync
