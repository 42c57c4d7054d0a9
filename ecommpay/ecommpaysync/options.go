package ecommpaysync

import "github.com/payclients/payclients-go/ecommpay"

// MapRow changes each operation before it is stored, for example to mask personal
// data. A second MapRow replaces the first; nil changes nothing. OperationID
// keeps its value even if change sets it, and the column digest belongs to the
// operation as received.
//
// change gets its own copy, Raw included, and may write to all of it. If change
// leaves Raw alone and changes another field, Raw of the stored row, which
// OnApply gets, does not keep the old bytes: with KeepRaw(true) it is the JSON of
// the changed fields, otherwise nil. A row that change does not change keeps Raw
// as received.
//
// With MapRow neither Raw nor the bytes of rows that do not decode are stored,
// because both hold what change masks. KeepRaw(true) stores them anyway: Raw of
// the changed row, NULL if nil, and undecodable rows as received.
func MapRow(change func(*ecommpay.Operation)) StoreOption {
	return func(o *storeOptions) { o.mapRow = change }
}
