package ecommpay

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/govalues/decimal"
)

// The types below hold personal data. Printing them, with any verb or through
// log/slog, shows none of it.

// String returns ChargebackID, OperationID, Status, ReasonCode, ChbAmount with
// its currency, and RespondBy. It returns no personal data.
func (c Chargeback) String() string {
	return fmt.Sprintf("chargeback %s (operation %s) %s %s %s, respond by %s", c.ChargebackID, c.OperationID,
		c.Status, c.ReasonCode, amountText(c.ChbAmount, c.ChbCurrency), c.RespondBy.Format(time.RFC3339))
}

// LogValue returns a group for log/slog with the same values that String prints.
// The keys are chargeback_id, operation_id, status, reason_code, amount and
// respond_by.
func (c Chargeback) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("chargeback_id", c.ChargebackID),
		slog.String("operation_id", c.OperationID),
		slog.String("status", string(c.Status)),
		slog.String("reason_code", c.ReasonCode),
		slog.String("amount", amountText(c.ChbAmount, c.ChbCurrency)),
		slog.Time("respond_by", c.RespondBy),
	)
}

// String returns OperationID, PaymentID, FraudType, TrAmount with its currency,
// and PurchaseDate. It returns no personal data.
func (o FraudOperation) String() string {
	return fmt.Sprintf("fraud operation %s (payment %s) type %s %s of %s", o.OperationID, o.PaymentID,
		o.FraudType, amountText(o.TrAmount, o.TrCurrency), o.PurchaseDate.Format(time.DateOnly))
}

// LogValue returns a group for log/slog with the same values that String prints.
// The keys are operation_id, payment_id, fraud_type, amount and purchase_date.
func (o FraudOperation) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("operation_id", o.OperationID),
		slog.String("payment_id", o.PaymentID),
		slog.String("fraud_type", o.FraudType),
		slog.String("amount", amountText(o.TrAmount, o.TrCurrency)),
		slog.Time("purchase_date", o.PurchaseDate),
	)
}

// String returns From, To and Offset. It leaves out all other fields, which may
// hold personal data.
func (p ListOperationsParams) String() string {
	return fmt.Sprintf("operations from %s to %s, offset %d", p.From.Format(time.RFC3339), p.To.Format(time.RFC3339), p.Offset)
}

// String returns the field Offset. It leaves out all other fields, which may hold
// personal data.
func (p ListChargebacksParams) String() string {
	return fmt.Sprintf("chargebacks, offset %d", p.Offset)
}

// String returns the field Offset. It leaves out all other fields, which may hold
// personal data.
func (p ListFraudOperationsParams) String() string {
	return fmt.Sprintf("fraud operations, offset %d", p.Offset)
}

// String returns the first three characters of Currency, and From and To. It
// leaves out MerchantID, and the field Unchecked, which may hold personal data.
func (p CurrencyRatesParams) String() string {
	return fmt.Sprintf("rates of %.3s from %s to %s", p.Currency, p.From.Format(time.RFC3339), p.To.Format(time.RFC3339))
}

// String returns the number of rows, the number of bad rows, Offset and
// NextOffset. It shows no values of the rows.
func (p OperationPage) String() string {
	return pageText("operations", len(p.Operations), p.Bad) + fmt.Sprintf(", offset %d, next offset %d", p.Offset, p.NextOffset)
}

// String returns the number of rows, the number of bad rows, Offset and
// NextOffset. It shows no values of the rows.
func (p ChargebackPage) String() string {
	return pageText("chargebacks", len(p.Chargebacks), p.Bad) + fmt.Sprintf(", offset %d, next offset %d", p.Offset, p.NextOffset)
}

// String returns the number of rows, the number of bad rows, Offset and
// NextOffset. It shows no values of the rows.
func (p FraudOperationPage) String() string {
	return pageText("fraud operations", len(p.Operations), p.Bad) + fmt.Sprintf(", offset %d, next offset %d", p.Offset, p.NextOffset)
}

// String returns the number of operations and the number of bad rows. It shows
// no values of the rows.
func (l PaymentOperationList) String() string {
	return pageText("operations of a payment", len(l.Operations), l.Bad)
}

// String returns From and To. It leaves out the field Unchecked, which may hold
// personal data.
func (p FinancialOperationsParams) String() string {
	return fmt.Sprintf("financial operations from %s to %s", p.From.Format(time.RFC3339), p.To.Format(time.RFC3339))
}

func pageText(rows string, count int, bad []BadRow) string {
	return fmt.Sprintf("page of %d %s and %d bad rows", count, rows, len(bad))
}

func amountText(amount *decimal.Decimal, currency string) string {
	if amount == nil {
		return "without amount"
	}
	return amount.String() + " " + currency
}
