package transactionssync

import "github.com/payclients/payclients-go/transactions"

// MapRow changes transactions before they are stored, in place of the default,
// [MaskAccounts], which change may call. A function that does nothing stores
// accounts as they are; nil is the default. ID and LastModifiedDate stay what they
// were, whatever change sets them to, and whether a transaction has changed is told
// by what was received.
//
// change gets a copy of its own, Raw included, and may write to all of it. Where
// change leaves Raw alone and changes another field, Raw of the stored row, which
// OnApply gets, does not hold the old bytes: it is the JSON of the changed fields
// with KeepRaw(true), and else nil. A row that change does not change keeps Raw as
// received.
func MapRow(change func(*transactions.Transaction)) StoreOption {
	return func(o *storeOptions) { o.mapRow = change }
}
