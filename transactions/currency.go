package transactions

import (
	"fmt"

	"github.com/payclients/payclients-go/internal/iso4217"
)

// CurrencyCode returns the alphabetic ISO 4217 code of a numeric code, for example
// "UZS" for 860, and true. It knows the codes that were active on 2026-01-01, the
// codes withdrawn from 2009 on, and RUR (810). It returns "" and false for any other
// number, and for 532, the only number with two codes: ANG until 2025 and XCG since.
func CurrencyCode(numeric int32) (code string, ok bool) {
	if numeric < 0 || numeric > 999 {
		return "", false
	}
	return iso4217.Alphabetic(fmt.Sprintf("%03d", numeric))
}

// RequestCurrency returns the alphabetic ISO 4217 code of RequestCcy, for example
// "UZS" for 860, and true. It returns "" and false if RequestCcy is nil or a number
// that [CurrencyCode] does not know.
func (t Transaction) RequestCurrency() (code string, ok bool) { return currency(t.RequestCcy) }

// SenderCurrency returns the alphabetic ISO 4217 code of SenderCcy, for example
// "UZS" for 860, and true. It returns "" and false if SenderCcy is nil or a number
// that [CurrencyCode] does not know.
func (t Transaction) SenderCurrency() (code string, ok bool) { return currency(t.SenderCcy) }

// RecipientCurrency returns the alphabetic ISO 4217 code of RecipientCcy, for
// example "UZS" for 860, and true. It returns "" and false if RecipientCcy is nil
// or a number that [CurrencyCode] does not know.
func (t Transaction) RecipientCurrency() (code string, ok bool) { return currency(t.RecipientCcy) }

// currency is CurrencyCode of a code that may be nil, which returns "" and false.
func currency(numeric *int32) (string, bool) {
	if numeric == nil {
		return "", false
	}
	return CurrencyCode(*numeric)
}
