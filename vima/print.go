package vima

import (
	"fmt"
)

// String names the size of the page: further parameters may hold personal data.
func (p ListOperationsParams) String() string {
	return fmt.Sprintf("operations, %d a page", p.count())
}

// String returns the first day and how many workers there are.
func (p RangesParams) String() string {
	return fmt.Sprintf("ranges from %v, %d workers", p.From, max(p.Workers, 1))
}

// String counts the rows of the page and gives its cursors.
func (p OperationPage) String() string {
	return fmt.Sprintf("page of %d operations and %d bad rows, next create id %q, next update id %q",
		len(p.Operations), len(p.Bad), p.NextCreateID, p.NextUpdateID)
}

// The types below hold personal data and print none of it, with any verb and
// through log/slog.

// String names the method that was asked for.
func (p CreateParams) String() string {
	return fmt.Sprintf("%s %s", p.Method, p.Params.Payment)
}

// String names the payment by the merchant's id and its amount.
func (p Payment) String() string {
	return fmt.Sprintf("payment %s %s", p.Identifiers.CID, p.Amount)
}

// String is the amount in minor units with its currency.
func (a MinorAmount) String() string {
	if a.ValueMinor == nil {
		return "without amount"
	}
	return fmt.Sprintf("%d minor units of %s", *a.ValueMinor, a.Currency)
}

// String names the request by ids and amount.
func (c CardStart) String() string {
	amount := "without amount"
	if c.Amount != nil {
		amount = c.Amount.String() + " " + c.Currency
	}
	return fmt.Sprintf("%s %s of payment %s %s", c.OperType, c.ActionID, c.PaymentID, amount)
}
