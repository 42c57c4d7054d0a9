package wallet

// ownCallOptions are the call options that only this package has.
type ownCallOptions struct {
	repeat bool
}

// AllowRepeat makes the client retry ListPayments, PaymentPages, AllPayments and
// ListBestTransfers like calls that only read: after network errors, a body cut
// short, and the statuses 429, 500, 502, 503 and 504. Every other call returns
// ErrInvalidRequest if it gets the option. A second AllowRepeat changes nothing.
//
// Without the option the client sends a list request once, because the service
// marks what it returns as seen. With the option, an answer may be lost whose
// payments the service has marked already. In the second answer Unseen is
// then not true for these payments, and Meta.UrgentData does not count them. Payments, amounts
// and statuses are the same. Use the option where nothing depends on Unseen and on
// these counts, for example to reconcile.
func AllowRepeat() CallOption {
	return func(o *callOptions) {
		o.repeat = true
		o.restrict("AllowRepeat", true, "only for lists")
	}
}
