package ecommpaysync

import "github.com/payclients/payclients-go/ecommpay"

// MapRow changes operations before they are stored, for example to mask what must
// not be. It works on a copy, whose Raw is shared with the caller's and not to be
// written to. OperationID stays what it was, whatever change sets it to, and the
// column digest is that of the operation as received.
//
// With MapRow neither Raw nor the text of rows that do not decode is stored, for
// both hold what change masks. KeepRaw(true) stores them all the same: Raw as
// change leaves it, nil being NULL, and rows that do not decode as received.
func MapRow(change func(*ecommpay.Operation)) StoreOption {
	return func(o *storeOptions) { o.mapRow = change }
}
