package iso4217

import (
	"math"
	"math/bits"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/wire"
)

// Minor returns amount, which may be negative, in minor units of a currency, and
// never rounds. digits is the number of digits that the currency has after the
// point. It must be from 0 to 19; Minor does not check this. There are three
// outcomes:
//
//   - exact and fits are true, and minor is the result.
//   - exact is false, fits is true and minor is 0: amount has more digits after the
//     point than the currency. Zeros at the end do not count.
//   - exact is true, fits is false and minor is 0: the result does not fit into an
//     int64.
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
