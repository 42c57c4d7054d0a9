package wallet

// ownCallOptions are the call options that only this package has.
type ownCallOptions struct {
	repeat bool
}

// AllowRepeat makes the client retry ListPayments, PaymentPages, AllPayments and
// ListBestTransfers as GetPayment: after network errors, a body cut short, and the
// statuses 429, 500, 502, 503 and 504. Every other call refuses the option with
// ErrInvalidRequest. A second AllowRepeat changes nothing.
//
// Without the option the client sends a list request once, because the service
// marks what it returns as seen. If an answer is lost and the request is retried,
// the service has marked payments as seen that this process never received: they
// come with Unseen false in the second answer, and Meta.UrgentData no longer counts
// them. Payments, amounts and statuses are the same. Use the option where nothing
// depends on Unseen and on these counts, for example to reconcile.
func AllowRepeat() CallOption {
	return func(o *callOptions) {
		o.repeat = true
		o.restrict("AllowRepeat", true, "only for lists")
	}
}
