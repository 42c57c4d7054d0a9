package transactions_test

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/transactions"
)

// Every number of digits, held against math/big.
func TestMajor(t *testing.T) {
	t.Parallel()
	for _, minor := range []int64{0, 1, -1, 100, 12345, -12345, math.MaxInt64, math.MinInt64} {
		for digits := range 20 {
			unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
			want := new(big.Rat).SetFrac(big.NewInt(minor), unit).FloatString(digits)
			got := transactions.Major(minor, digits).String()
			assert.Equal(t, want, got, "%d with %d digits", minor, digits)
		}
	}
	for _, digits := range []int{-1, 20} {
		assert.Panics(t, func() { transactions.Major(1, digits) })
	}
}

func ExampleMajor() {
	fmt.Println(transactions.Major(12345, 2), transactions.Major(12345, 0), transactions.Major(100, 2))
	// Output: 123.45 12345 1.00
}
