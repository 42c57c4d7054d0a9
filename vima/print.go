package vima

import (
	"fmt"
	"log/slog"

	"github.com/payclients/payclients-go/internal/redact"
)

// String counts the rows of the page and gives its cursors.
func (p OperationPage) String() string {
	return fmt.Sprintf("page of %d operations and %d bad rows, next create id %q, next update id %q",
		len(p.Operations), len(p.Bad), p.NextCreateID, p.NextUpdateID)
}

// Format prints String for every verb.
func (p OperationPage) Format(s fmt.State, _ rune) { redact.Print(s, p.String()) }

// LogValue gives log/slog what String prints.
func (p OperationPage) LogValue() slog.Value { return slog.StringValue(p.String()) }

// The types below hold personal data and print none of it, with any verb and
// through log/slog.

// String names the method that was asked for.
func (p CreateParams) String() string {
	return fmt.Sprintf("%s %s", p.Method, p.Params.Payment)
}

// Format prints String for every verb.
func (p CreateParams) Format(s fmt.State, _ rune) { redact.Print(s, p.String()) }

// LogValue gives log/slog what String prints.
func (p CreateParams) LogValue() slog.Value { return slog.StringValue(p.String()) }

// Format prints the payment for every verb.
func (p MethodParams) Format(s fmt.State, _ rune) { redact.Print(s, p.Payment.String()) }

// LogValue gives log/slog what Format prints.
func (p MethodParams) LogValue() slog.Value { return p.Payment.LogValue() }

// String names the payment by the merchant's id and its amount.
func (p Payment) String() string {
	return fmt.Sprintf("payment %s %s", p.Identifiers.CID, p.Amount)
}

// Format prints String for every verb.
func (p Payment) Format(s fmt.State, _ rune) { redact.Print(s, p.String()) }

// LogValue gives log/slog what String prints.
func (p Payment) LogValue() slog.Value { return slog.StringValue(p.String()) }

// String is the amount in minor units with its currency.
func (a MinorAmount) String() string {
	if a.ValueMinor == nil {
		return "without amount"
	}
	return fmt.Sprintf("%d minor units of %s", *a.ValueMinor, a.Currency)
}

// Format prints a fixed text for every verb.
func (p Payer) Format(s fmt.State, _ rune) { redact.Print(s, "payer") }

// LogValue gives log/slog what Format prints.
func (p Payer) LogValue() slog.Value { return slog.StringValue("payer") }

// Format prints a fixed text for every verb.
func (p Person) Format(s fmt.State, _ rune) { redact.Print(s, "person") }

// LogValue gives log/slog what Format prints.
func (p Person) LogValue() slog.Value { return slog.StringValue("person") }

// Format prints a fixed text for every verb.
func (a CustomerAccount) Format(s fmt.State, _ rune) { redact.Print(s, "customer account") }

// LogValue gives log/slog what Format prints.
func (a CustomerAccount) LogValue() slog.Value { return slog.StringValue("customer account") }

// String names the request by ids and amount.
func (c CardStart) String() string {
	amount := "without amount"
	if c.Amount != nil {
		amount = c.Amount.String() + " " + c.Currency
	}
	return fmt.Sprintf("%s %s of payment %s %s", c.OperType, c.ActionID, c.PaymentID, amount)
}

// Format prints String for every verb.
func (c CardStart) Format(s fmt.State, _ rune) { redact.Print(s, c.String()) }

// LogValue gives log/slog what String prints.
func (c CardStart) LogValue() slog.Value { return slog.StringValue(c.String()) }
