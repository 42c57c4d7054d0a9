package ecommpay_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
)

func TestMajorAndMinor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		minor    int64
		currency string
		want     string
	}{
		{12345, "USD", "123.45"},
		{100, "USD", "1.00"},
		{5, "EUR", "0.05"},
		{-5, "EUR", "-0.05"},
		{0, "KGS", "0.00"},
		{12345, "JPY", "12345"},
		{12345, "KWD", "12.345"},
		{12345, "IQD", "12.345"},
		{12345, "UZS", "123.45"},
		{12345, "IDR", "123.45"},
		{12345, "PKR", "123.45"},
		{12345, "CLF", "1.2345"},
		{12345, "BGN", "123.45"}, // withdrawn
		{12345, "HRK", "123.45"},
		{12345, "ANG", "123.45"},
		{12345, "SLL", "123.45"},
		{12345, "ZWL", "123.45"},
		{12345, "RUR", "123.45"},
		{12345, "BYR", "12345"},
		{12345, "CLP", "12345"},
		{math.MaxInt64, "USD", "92233720368547758.07"},
		{math.MinInt64, "JPY", "-9223372036854775808"},
		{math.MinInt64, "CLF", "-922337203685477.5808"},
	} {
		t.Run(fmt.Sprint(c.minor, ", ", c.currency), func(t *testing.T) {
			amount, err := ecommpay.Major(c.minor, c.currency)
			require.NoError(t, err)
			assert.Equal(t, c.want, amount.String(), "%d %s", c.minor, c.currency)
			minor, err := ecommpay.Minor(amount, c.currency)
			require.NoError(t, err)
			assert.Equal(t, c.minor, minor)
		})
	}
}

func TestMoneyOfUnknownCurrency(t *testing.T) {
	t.Parallel()
	for _, currency := range []string{"", "usd", "US", "USDT", "BTC", "DEM", "XAU", "XXX", "XTS", "840", "ABC", "ZZZ", "AAA", "USD ", "\nUSD"} {
		t.Run(currency, func(t *testing.T) {
			_, err := ecommpay.Major(100, currency)
			require.ErrorIs(t, err, ecommpay.ErrInvalidRequest, currency)
			assert.EqualError(t, err, "ecommpay: invalid request: currency: must be an ISO 4217 code with minor units, active or withdrawn since 2009")
			_, err = ecommpay.Minor(decimal.One, currency)
			require.ErrorIs(t, err, ecommpay.ErrInvalidRequest, currency)
		})
	}
}

func TestMinorIsExact(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		amount, currency string
		want             int64
		rule             string
	}{
		{"50", "USD", 5000, ""},
		{"50.0000", "USD", 5000, ""},
		{"50.0000", "JPY", 50, ""},
		{"-0.010", "USD", -1, ""},
		{"0.0000000000000000000", "JPY", 0, ""},
		{"1.005", "USD", 0, "amount: must have at most 2 decimal places in USD"},
		{"0.5", "JPY", 0, "amount: must have at most 0 decimal places in JPY"},
		{"0.0000000000000000001", "CLF", 0, "amount: must have at most 4 decimal places in CLF"},
		{"9223372036854775807", "JPY", math.MaxInt64, ""},
		{"9223372036854775808", "JPY", 0, "amount: must fit into 64 bits of minor units"},
		{"-9223372036854775808", "JPY", math.MinInt64, ""},
		{"-9223372036854775809", "JPY", 0, "amount: must fit into 64 bits of minor units"},
		{"92233720368547758.08", "USD", 0, "amount: must fit into 64 bits of minor units"},
		{"9999999999999999999", "CLF", 0, "amount: must fit into 64 bits of minor units"},
	} {
		t.Run(fmt.Sprint(c.amount, ", ", c.currency), func(t *testing.T) {
			minor, err := ecommpay.Minor(decimal.MustParse(c.amount), c.currency)
			assert.Equal(t, c.want, minor, "%s %s", c.amount, c.currency)
			if c.rule == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, ecommpay.ErrInvalidRequest)
			assert.EqualError(t, err, "ecommpay: invalid request: "+c.rule)
		})
	}
}

func TestMoneyAgainstBig(t *testing.T) {
	t.Parallel()
	g := rand.New(rand.NewPCG(41, 43))
	digits := map[string]int{"JPY": 0, "USD": 2, "KWD": 3, "CLF": 4}
	for range 2000 {
		minor := int64(g.Uint64()) >> g.IntN(64)
		for currency, n := range digits {
			amount, err := ecommpay.Major(minor, currency)
			require.NoError(t, err)
			scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
			assert.Equal(t, new(big.Rat).SetFrac(big.NewInt(minor), scale).FloatString(n), amount.String())
			assert.Equal(t, n, amount.Scale())
			back, err := ecommpay.Minor(decimal.MustParse(fmt.Sprint(amount)), currency)
			require.NoError(t, err)
			assert.Equal(t, minor, back)
		}
	}
}
