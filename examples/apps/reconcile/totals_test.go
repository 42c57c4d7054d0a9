package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSumsAreExactWhateverTheirSize(t *testing.T) {
	t.Parallel()
	sums := newTotals("payshack")
	add := func(amount, currency string) {
		r := row{key: "1"}
		r.setAmount(amount)
		r.setCurrency(currency)
		sums.add(entry{vima: &r, other: &r, kinds: matched})
	}
	for _, amount := range []string{"9999999999999999999", "9999999999999999999", "-0.0000000000000000001"} {
		add(amount, "INR")
	}
	add("-12.5", "USD")
	add("2.5", "USD")
	add("", "USD")
	add("-12.5", "KWD")
	add("100", "JPY")
	add("0.5", "JPY")
	add("1.50", "")
	add("7", "payer@example.com")
	want := "" +
		"KIND     CURRENCY  VIMA                                       SUM  PAYSHACK                                       SUM\n" +
		"matched  -            1                                       1.5         1                                       1.5\n" +
		"matched  ?            1                                         7         1                                         7\n" +
		"matched  INR          3  19999999999999999997.9999999999999999999         3  19999999999999999997.9999999999999999999\n" +
		"matched  JPY          2                                     100.5         2                                     100.5\n" +
		"matched  KWD          1                                   -12.500         1                                   -12.500\n" +
		"matched  USD          3                                    -10.00         3                                    -10.00\n"
	assert.Equal(t, want, string(sums.table()))
	assert.Equal(t, "vima: 11 rows: 11 matched\npayshack: 11 rows: 11 matched\n", sums.account())
	assert.Equal(t, "vima: 0 rows\npayshack: 0 rows\n", newTotals("payshack").account())
	assert.Equal(t, 1, strings.Count(string(newTotals("payshack").table()), "\n"))
}
