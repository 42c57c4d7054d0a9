package vimasync

import "github.com/payclients/payclients-go/vima"

// MapRow changes operations before they are stored, for example to mask what must
// not be. OperationID, OperationCreateID and OperationUpdateID stay what they were,
// whatever change sets them to.
//
// change gets a copy of its own, Raw included, and may write to all of it. Where
// change leaves Raw alone and changes another field, Raw of the stored row, which
// OnApply gets, does not hold the old bytes: it is the JSON of the changed fields
// with KeepRaw(true), and else nil. A row that change does not change keeps Raw as
// received.
//
// With MapRow neither Raw nor the text of rows that do not decode is stored, for
// both hold what change masks. KeepRaw(true) stores them all the same: Raw of
// the stored row, nil being NULL, and rows that do not decode as received.
func MapRow(change func(*vima.Operation)) StoreOption {
	return func(o *storeOptions) { o.mapRow = change }
}
