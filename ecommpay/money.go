package ecommpay

import (
	"fmt"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/iso4217"
)

// Major turns minor units into an amount: 12345 is 123.45 in USD, 12345 in JPY
// and 12.345 in KWD. The digits are those of ISO 4217, and the amount keeps all
// of them: 100 in USD is 1.00.
//
// The currency is an alphabetic code in capitals that was active on 2026-01-01, or
// was withdrawn from 2009 on and keeps the digits that it had (BGN, HRK, BYR), or
// RUR. Any other code (DEM, or USDT, which is not of ISO 4217) and one that has no
// minor units (XAU) is [ErrInvalidRequest], and never taken to have two digits.
func Major(minor int64, currency string) (decimal.Decimal, error) {
	digits, err := minorDigits(currency)
	if err != nil {
		return decimal.Decimal{}, err
	}
	return decimal.New(minor, digits)
}

// Minor turns an amount into minor units: the inverse of [Major]. An amount with
// more digits than the currency has (1.005 in USD) is [ErrInvalidRequest], never
// rounded; zeros at the end do not count. So is an amount beyond int64.
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

func minorDigits(currency string) (int, error) {
	digits, ok := iso4217.Digits(currency)
	if !ok {
		return 0, invalid("currency: must be an ISO 4217 code with minor units, active or withdrawn since 2009")
	}
	return digits, nil
}
