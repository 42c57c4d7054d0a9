package vimasync

import (
	"context"
	"database/sql"

	"github.com/payclients/payclients-go/vima"
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
	keepRaw *bool // nil is not said
	mapRow  func(*vima.Operation)
	onApply func(context.Context, *sql.Tx, *vima.Operation) error
}

// OnApply calls apply for each operation that a commit inserts or updates, in
// the commit's transaction and in the order of the page: once for each version
// that is stored, whatever crashes. What it writes through tx is stored with the
// operation or not at all; what it does elsewhere (a message, a request) can
// happen again. An error of it undoes the commit and ends the pass, and the next
// pass meets the same operation again.
//
// The operation is as MapRow left it. apply must use tx and no other connection:
// SQLite has one writer.
func OnApply(apply func(ctx context.Context, tx *sql.Tx, op *vima.Operation) error) StoreOption {
	return func(o *storeOptions) { o.onApply = apply }
}

// KeepRaw says whether the column raw of vima_operations, and that of
// sync_rejects, hold rows as received, with every field that has no column. They
// hold personal data: names, phones, e-mails, addresses. The default is true
// without MapRow and false with it, because MapRow cannot mask what it does not
// see: a row that does not decode never passes through it.
func KeepRaw(keep bool) StoreOption {
	return func(o *storeOptions) { o.keepRaw = &keep }
}

// MapRow changes operations before they are stored, for example to mask what must
// not be. It works on a copy, whose slices are shared with the caller's and not
// to be written to. OperationID, OperationCreateID and OperationUpdateID stay what
// they were, whatever change sets them to.
//
// With MapRow neither Raw nor the text of rows that do not decode is stored, for
// both hold what change masks. KeepRaw(true) stores them all the same: Raw as
// change leaves it, nil being NULL, and rows that do not decode as received.
func MapRow(change func(*vima.Operation)) StoreOption {
	return func(o *storeOptions) { o.mapRow = change }
}

func (o storeOptions) mapped(op *vima.Operation) *vima.Operation {
	if o.mapRow == nil {
		return op
	}
	mapped := *op
	o.mapRow(&mapped)
	mapped.OperationID, mapped.OperationCreateID, mapped.OperationUpdateID = op.OperationID, op.OperationCreateID, op.OperationUpdateID
	return &mapped
}

// raw is whether rows are kept as received.
func (o storeOptions) raw() bool {
	if o.keepRaw == nil {
		return o.mapRow == nil
	}
	return *o.keepRaw
}
