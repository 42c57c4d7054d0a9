package transactionssync

import (
	"context"
	"database/sql"

	"github.com/payclients/payclients-go/transactions"
)

// Dialect is the kind of database that a [SQLStore] writes to.
type Dialect int

// The dialects. There is no default.
const (
	PostgreSQL Dialect = iota + 1 // 12 or later
	SQLite                        // 3.38 or later
)

// String names the dialect.
func (d Dialect) String() string {
	switch d {
	case PostgreSQL:
		return "PostgreSQL"
	case SQLite:
		return "SQLite"
	default:
		return "unknown dialect"
	}
}

// StoreOption changes a [SQLStore].
type StoreOption func(*storeOptions)

type storeOptions struct {
	keepRaw bool
	mapRow  func(*transactions.Transaction)
	onApply func(context.Context, *sql.Tx, *transactions.Transaction) error
}

// OnApply calls apply for each transaction that a commit inserts or updates, in
// the commit's database transaction and in the order of the page: once for each
// version that is stored, whatever crashes. What it writes through tx is stored
// with the transaction or not at all; what it does elsewhere (a message, a
// request) can happen again. An error of it undoes the commit and ends the pass,
// and the next pass meets the same transaction again.
//
// t is as MapRow left it, with its accounts masked by default; but its Raw, and
// so its JSON, is still what was received, unless MapRow has changed it. apply
// must use tx and no other connection: SQLite has one writer.
func OnApply(apply func(ctx context.Context, tx *sql.Tx, t *transactions.Transaction) error) StoreOption {
	return func(o *storeOptions) { o.onApply = apply }
}

// KeepRaw says whether the column raw of transactions_transactions, and that of
// sync_rejects, hold rows as received, with every field that has no column. They
// hold personal data that nothing masks: names, logins, phones, numbers of cards.
// The default is false. Raw is stored as MapRow leaves it, nil being NULL; rows
// that do not decode never pass through it.
func KeepRaw(keep bool) StoreOption {
	return func(o *storeOptions) { o.keepRaw = keep }
}

// MapRow changes transactions before they are stored, in place of the default,
// [MaskAccounts], which change may call. A function that does nothing stores
// accounts as they are; nil is the default. It works on a copy, whose pointers and
// bytes are shared with the caller's and not to be written to. ID and
// LastModifiedDate stay what they were, whatever change sets them to, and whether
// a transaction has changed is told by what was received.
func MapRow(change func(*transactions.Transaction)) StoreOption {
	return func(o *storeOptions) { o.mapRow = change }
}

func (o storeOptions) mapped(t *transactions.Transaction) *transactions.Transaction {
	mapped := *t
	if o.mapRow == nil {
		MaskAccounts(&mapped)
	} else {
		o.mapRow(&mapped)
	}
	mapped.ID, mapped.LastModifiedDate = t.ID, t.LastModifiedDate
	return &mapped
}
