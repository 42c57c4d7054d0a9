// Package syncer stores rows of a provider in SQL without losing or doubling
// one, for the sync packages: a checkpoint that fences off other writers, rows
// with versions or digests, rows that do not decode, migrations, a lease by which
// one of many processes works, and the comparison of whole days.
//
// It knows nothing of a provider. A sync package names its [Table], turns its
// operations into a [Row] each, and keeps what it has read in the checkpoint's
// state, a text that this package does not look at.
//
// # One transaction
//
// [Store.Commit] does everything in one transaction, in this order:
//
//  1. The checkpoint moves from the version that the writer has read to the
//     next one. If it has moved already, nothing is done: [ErrFenced].
//  2. The stored versions of the rows are read, and rows that are not newer
//     are set aside.
//  3. The others are inserted or updated, once more on the condition that what
//     is stored is older, which another stream of the same table may have
//     changed in between.
//  4. The caller's function sees each row that step 3 changed, with what step 2
//     has read of it.
//  5. Rows that did not decode are stored with what is wrong with them.
//
// The write comes first because it takes the lock: on PostgreSQL that of the
// checkpoint's row, on SQLite that of the file, where a transaction that reads
// first and writes later fails instead of waiting.
package syncer
