package vima

import (
	"fmt"
)

// String returns the number of operations of a page, 100 if Count is 0. It leaves
// out all other parameters, because they may hold personal data.
func (p ListOperationsParams) String() string {
	return fmt.Sprintf("operations, %d a page", p.count())
}

// String returns the first day, 0000-00-00 without one, and the number of workers,
// 1 for 0. It leaves out all other parameters.
func (p RangesParams) String() string {
	return fmt.Sprintf("ranges from %v, %d workers", p.From, max(p.Workers, 1))
}

// String returns the number of good rows, the number of bad rows, NextCreateID and
// NextUpdateID. It shows no values of the rows.
func (p OperationPage) String() string {
	return fmt.Sprintf("page of %d operations and %d bad rows, next create id %q, next update id %q",
		len(p.Operations), len(p.Bad), p.NextCreateID, p.NextUpdateID)
}

// The types below hold personal data and print none of it, with any verb and
// through log/slog.

// String returns Method, for example "payment.in", the merchant's id of the payment,
// and the requested amount as [MinorAmount] prints it. It shows nothing of the
// payer.
func (p CreateParams) String() string {
	return fmt.Sprintf("%s %s", p.Method, p.Params.Payment)
}

// String returns the merchant's id of the payment, and the requested amount as
// [MinorAmount] prints it. It shows nothing of the payer.
func (p Payment) String() string {
	return fmt.Sprintf("payment %s %s", p.Identifiers.CID, p.Amount)
}

// String returns the amount in minor units with its currency, or "without amount"
// if ValueMinor is nil.
func (a MinorAmount) String() string {
	if a.ValueMinor == nil {
		return "without amount"
	}
	return fmt.Sprintf("%d minor units of %s", *a.ValueMinor, a.Currency)
}

// String returns OperType, ActionID, PaymentID and the amount with its currency, or
// "without amount" if Amount is nil.
func (c CardStart) String() string {
	amount := "without amount"
	if c.Amount != nil {
		amount = c.Amount.String() + " " + c.Currency
	}
	return fmt.Sprintf("%s %s of payment %s %s", c.OperType, c.ActionID, c.PaymentID, amount)
}
