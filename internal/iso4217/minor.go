package iso4217

import (
	"math"
	"math/bits"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/wire"
)

// Minor returns amount, which may be negative, in minor units of a currency that has
// digits digits after the point. The caller passes 0 to 19 digits: Minor does not check
// it. exact is false if amount has more digits; trailing zeros do not count. fits is
// false if the result does not fit into an int64. Nothing is rounded: minor is 0 if
// exact or fits is false.
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
		return -int64(units), true, true //nolint:gosec // the negative of -2^63 is itself
	}
	return 0, true, false
}
