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
// # Versions
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
package ecommpaysync
