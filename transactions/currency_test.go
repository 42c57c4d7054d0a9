package transactions_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/transactions"
)

func TestCurrencyCode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		numeric int32
		want    string
	}{
		{"active", 860, "UZS"},
		{"leading zeros", 8, "ALL"},
		{"withdrawn", 975, "BGN"},
		{"of old systems", 810, "RUR"},
		{"of two codes", 532, ""},
		{"unknown", 1, ""},
		{"zero", 0, ""},
		{"negative", -860, ""},
		{"too long", 1860, ""},
		{"lowest", math.MinInt32, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			code, ok := transactions.CurrencyCode(c.numeric)
			assert.Equal(t, c.want, code)
			assert.Equal(t, c.want != "", ok)

			row := transactions.Transaction{RequestCcy: &c.numeric, SenderCcy: &c.numeric, RecipientCcy: &c.numeric}
			for _, of := range []func() (string, bool){row.RequestCurrency, row.SenderCurrency, row.RecipientCurrency} {
				code, ok := of()
				assert.Equal(t, c.want, code)
				assert.Equal(t, c.want != "", ok)
			}
		})
	}
	for _, of := range []func(transactions.Transaction) (string, bool){
		transactions.Transaction.RequestCurrency, transactions.Transaction.SenderCurrency, transactions.Transaction.RecipientCurrency,
	} {
		code, ok := of(transactions.Transaction{})
		assert.Empty(t, code)
		assert.False(t, ok, "no currency")
	}
}
