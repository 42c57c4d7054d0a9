package vima

import (
	"fmt"
)

// String returns the number of operations of a page only: other parameters may hold
// personal data.
func (p ListOperationsParams) String() string {
	return fmt.Sprintf("operations, %d a page", p.count())
}

// String returns the first day and the number of workers.
func (p RangesParams) String() string {
	return fmt.Sprintf("ranges from %v, %d workers", p.From, max(p.Workers, 1))
}

// String returns the numbers of good and bad rows and the next cursors.
func (p OperationPage) String() string {
	return fmt.Sprintf("page of %d operations and %d bad rows, next create id %q, next update id %q",
		len(p.Operations), len(p.Bad), p.NextCreateID, p.NextUpdateID)
}

// The types below hold personal data and print none of it, with any verb and
// through log/slog.

// String returns the method and the payment's id and amount.
func (p CreateParams) String() string {
	return fmt.Sprintf("%s %s", p.Method, p.Params.Payment)
}

// String returns the merchant's id and the amount.
func (p Payment) String() string {
	return fmt.Sprintf("payment %s %s", p.Identifiers.CID, p.Amount)
}

// String returns the amount in minor units with its currency, or "without amount".
func (a MinorAmount) String() string {
	if a.ValueMinor == nil {
		return "without amount"
	}
	return fmt.Sprintf("%d minor units of %s", *a.ValueMinor, a.Currency)
}

// String returns type, ids and amount of the request.
func (c CardStart) String() string {
	amount := "without amount"
	if c.Amount != nil {
		amount = c.Amount.String() + " " + c.Currency
	}
	return fmt.Sprintf("%s %s of payment %s %s", c.OperType, c.ActionID, c.PaymentID, amount)
}
