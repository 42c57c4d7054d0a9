// Package syncer stores a provider's rows in SQL without losing or duplicating
// one, for the sync packages. It has a checkpoint that stops concurrent writers,
// rows with versions or digests, rejects (rows that do not decode), migrations, a
// lease with which one of several processes works, and the comparison of whole
// days.
//
// It does not know any provider. A sync package describes its [Table], converts
// each operation to a [Row], and keeps its progress in the checkpoint's state, a
// string that this package does not read.
//
// # One transaction
//
// [Store.Commit] does everything in one transaction, in this order:
//
//  1. The checkpoint moves from the version that the writer has read to the
//     next. If it has moved already, Commit returns [ErrFenced] and stores
//     nothing.
//  2. The stored versions of the rows are read. Rows that are not newer are
//     skipped.
//  3. The others are inserted or updated, again on the condition that the stored
//     version is older: another stream of the same table may have changed it
//     since step 2.
//  4. Applied is called for each row that step 3 changed, with what step 2 has
//     read of it.
//  5. Rejects are stored with the reason.
//
// The write comes first because it takes the lock: of the checkpoint's row on
// PostgreSQL, of the file on SQLite, where a transaction that reads first and
// writes later fails instead of waiting.
package syncer
