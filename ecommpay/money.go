package ecommpay

import (
	"fmt"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/iso4217"
)

// Major converts minor units to major units: 12345 is 123.45 in USD, 12345 in
// JPY and 12.345 in KWD. The result is exact and keeps all digits that ISO 4217
// defines for the currency: 100 in USD is 1.00. minor may be negative.
//
// currency is an alphabetic code in capitals:
//   - a code that was active on 2026-01-01
//   - RUR, or a code withdrawn since 2009 with the digits it had (BGN, HRK,
//     BYR)
//
// Major returns 0 and [ErrInvalidRequest] for any other code (DEM, or USDT,
// which is not in ISO 4217), and for a code without minor units (XAU). It never
// assumes two digits.
func Major(minor int64, currency string) (decimal.Decimal, error) {
	digits, err := minorDigits(currency)
	if err != nil {
		return decimal.Decimal{}, err
	}
	return decimal.New(minor, digits)
}

// Minor converts major units to minor units, the inverse of [Major], for the
// same currencies: 123.45 in USD is 12345. amount may be negative. Minor never
// rounds.
//
// Minor returns 0 and [ErrInvalidRequest] for an amount with more digits than
// the currency has (1.005 in USD), for an amount beyond int64, and for a
// currency that Major refuses. Zeros at the end do not count as digits.
func Minor(amount decimal.Decimal, currency string) (int64, error) {
	digits, err := minorDigits(currency)
	if err != nil {
		return 0, err
	}
	minor, exact, fits := iso4217.Minor(amount, digits)
	switch {
	case !exact:
		return 0, invalid(fmt.Sprintf("amount: must have at most %d decimal places in %s", digits, currency))
	case !fits:
		return 0, invalid("amount: must fit into 64 bits of minor units")
	}
	return minor, nil
}

// minorDigits returns the number of decimal places of a currency, or
// ErrInvalidRequest for a currency that Major refuses.
func minorDigits(currency string) (int, error) {
	digits, ok := iso4217.Digits(currency)
	if !ok {
		return 0, invalid("currency: must be an ISO 4217 code with minor units, active or withdrawn since 2009")
	}
	return digits, nil
}
