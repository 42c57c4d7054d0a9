package vimasync

import "github.com/payclients/payclients-go/vima"

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
