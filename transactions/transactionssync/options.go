package transactionssync

import "github.com/payclients/payclients-go/transactions"

// MapRow changes transactions before they are stored, in place of the default,
// [MaskAccounts], which change may call. A function that does nothing stores
// accounts as they are; nil is the default. It works on a copy, whose pointers and
// bytes are shared with the caller's and not to be written to. ID and
// LastModifiedDate stay what they were, whatever change sets them to, and whether
// a transaction has changed is told by what was received.
func MapRow(change func(*transactions.Transaction)) StoreOption {
	return func(o *storeOptions) { o.mapRow = change }
}
