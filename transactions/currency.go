package transactions

import (
	"fmt"

	"github.com/payclients/payclients-go/internal/iso4217"
)

// CurrencyCode returns the alphabetic code of ISO 4217 for a numeric one: UZS for
// 860. It knows the codes that were active on 2026-01-01, those withdrawn from
// 2009 on, and RUR (810). The result is "" and false for a number that is not
// among them, below 0 or above 999, and for one that stands for two of those
// codes: 532 was ANG until 2025 and is XCG.
func CurrencyCode(numeric int32) (code string, ok bool) {
	if numeric < 0 || numeric > 999 {
		return "", false
	}
	return iso4217.Alphabetic(fmt.Sprintf("%03d", numeric))
}

// RequestCurrency returns the alphabetic code of RequestCcy, as [CurrencyCode]
// does. It is "" and false if RequestCcy is nil.
func (t Transaction) RequestCurrency() (code string, ok bool) { return currency(t.RequestCcy) }

// SenderCurrency returns the alphabetic code of SenderCcy, as [CurrencyCode] does.
// It is "" and false if SenderCcy is nil.
func (t Transaction) SenderCurrency() (code string, ok bool) { return currency(t.SenderCcy) }

// RecipientCurrency returns the alphabetic code of RecipientCcy, as [CurrencyCode]
// does. It is "" and false if RecipientCcy is nil.
func (t Transaction) RecipientCurrency() (code string, ok bool) { return currency(t.RecipientCcy) }

func currency(numeric *int32) (string, bool) {
	if numeric == nil {
		return "", false
	}
	return CurrencyCode(*numeric)
}
