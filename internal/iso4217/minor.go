package iso4217

import (
	"math"
	"math/bits"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/wire"
)

// Minor returns an amount in minor units of a currency with some digits. exact is
// false for an amount with more digits than that, zeros at the end aside, and fits
// is false where it takes more than 64 bits. Nothing is rounded.
func Minor(amount decimal.Decimal, digits int) (minor int64, exact, fits bool) {
	amount = amount.Trim(digits)
	if amount.Scale() > digits {
		return 0, false, true
	}
	high, units := bits.Mul64(amount.Coef(), wire.Pow10(digits-amount.Scale()))
	switch {
	case high == 0 && units <= math.MaxInt64 && !amount.IsNeg():
		return int64(units), true, true
	case high == 0 && units <= math.MaxInt64+1 && amount.IsNeg():
		return -int64(units), true, true //nolint:gosec // -2^63 is its own negative
	}
	return 0, true, false
}
