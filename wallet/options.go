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
// marks the payments or transfers that it returns as seen. With the option the
// client may send the request again after the service has marked them. The answer
// that the client then returns has the same rows, amounts and statuses. But
// Unseen is not true for the marked ones, and Meta.UrgentData does not count them
// as unseen. Use the option where nothing depends on Unseen and on these counts,
// for example to reconcile.
func AllowRepeat() CallOption {
	return func(o *callOptions) {
		o.repeat = true
		o.restrict("AllowRepeat", true, "only for lists")
	}
}
