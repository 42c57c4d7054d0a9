// Package transactionssync keeps a copy of a service's transactions in SQL, up to
// date every few minutes. No transaction is lost or stored twice.
//
//	store, err := transactionssync.NewSQLStore(db, transactionssync.PostgreSQL)
//	…
//	err = store.Migrate(ctx)
//	…
//	err = transactionssync.Loop(ctx, client, store, transactionssync.Params{}, 0) // every five minutes until ctx ends
//
// [Loop] makes a pass at every interval, [RunOnce] one pass for the caller's own
// scheduler, and [Check] compares whole days with the service.
//
// # What a pass reads
//
// A pass reads everything that the client's token sees, in the order of
// lastModifiedDate and then of ids, from where the last pass has ended. It has no
// filter: a row that no longer meets a filter would never be seen to change.
//
// A row can become visible after rows that were changed later: it gets its time
// before it is committed, and the clocks of a service's machines differ. Therefore
// the next pass reads a row again if its lastModifiedDate was less than
// Params.Rewind old when the row was requested, however long ago the last pass was
// and however long it took. A row that becomes visible within that time of its last
// modification is never lost. If the clock of this machine is ahead of the
// service's, the difference counts as lateness; if it is behind, a pass only reads
// more again.
//
// Unverified are: that a service can filter and sort by lastModifiedDate, which is
// documented with the words "if part of the criteria", and that every change touches
// it. If a service cannot, a pass returns transactions.ErrFilterIgnored or
// transactions.ErrPaginationStalled. If a change does not touch it, Check reports the
// transaction as stale. A transaction without lastModifiedDate, or with one before
// 1970, is never read, and Check reports it as missing.
//
// # Versions
//
// A transaction is stored when it is new, or when its bytes differ from the stored ones
// and its version is not lower. The version is its lastModifiedDate, but never later
// than the time up to which its stream has read everything for good: about Rewind
// before now. So a row that a wrong clock has dated in the future does not keep real
// changes out, and within a stream what was read last counts. A version that was
// replaced before a pass read it is not stored.
//
// Several streams may share the table, for example a new stream that begins again
// beside the old one. A stream that stores late what it has read does not replace what
// another stream has read since. Changes within Rewind of each other are an exception:
// the older one may be stored, and be applied again, until that stream reads on.
//
// # Personal data
//
// No column holds a name, a login or a comment. sender_account and recipient_account,
// which may be phones or full card numbers, are masked before they are stored
// ([MapRow] changes that), and rows as received are not kept ([KeepRaw] changes that).
//
// # Tables
//
// transactions_transactions has one row per transaction. A value that the service does
// not have is NULL, and a missing string is "". Columns named amount are in minor units
// of the currency beside them, a numeric ISO 4217 code; only the caller knows how many
// digits minor units have. The unit of gateway_amount is Unverified. version, in
// microseconds since 1970, and digest, the SHA-256 of the transaction as received,
// distinguish versions.
//
// On PostgreSQL gateway_amount is numeric and times are timestamptz. On SQLite it is
// the text gateway_amount_text, because SQLite has no exact decimal numbers; booleans
// are 0 and 1, and times are strings in UTC with microseconds, such as
// 2026-01-15T15:46:20.195000Z, which sort in the order of time. A NUL or an invalid
// character in a text column is stored as U+FFFD.
//
// To look a transaction up, use request_tr_id = ?: both databases have an index for it,
// for ids of any length.
//
// Two services need two databases or schemas, because their ids may be equal.
package transactionssync
