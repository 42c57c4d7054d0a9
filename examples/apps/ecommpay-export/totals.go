package main

import (
	"cmp"
	"maps"
	"math/big"
	"slices"
	"strconv"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/examples/apps/internal/table"
)

// totals are counts and sums of minor units, which a big.Int holds exactly
// whatever their size.
type totals struct {
	groups     map[group]*total
	currencies map[string]*total
}

type group struct {
	operation ecommpay.OperationType
	status    ecommpay.OperationStatus
	currency  string
}

type total struct {
	count int
	minor big.Int
}

func (e *export) totals() *totals {
	t := &totals{groups: map[group]*total{}, currencies: map[string]*total{}}
	for _, o := range e.rows {
		entry(t.groups, group{o.OperationType, o.OperationStatus, o.SumInitial.Currency}).add(o.SumInitial.AmountMinor)
		entry(t.currencies, o.SumInitial.Currency).add(o.SumInitial.AmountMinor)
	}
	return t
}

// table is the groups in order, and a line for each currency.
func (t *totals) table() []byte {
	rows := [][]string{{"TYPE", "STATUS", "CURRENCY", "COUNT", "SUM"}}
	add := func(operation, status, currency string, of *total) {
		rows = append(rows, []string{operation, status, cmp.Or(currency, "-"), strconv.Itoa(of.count), of.text(currency)})
	}
	for _, g := range slices.SortedFunc(maps.Keys(t.groups), group.compare) {
		add(cmp.Or(string(g.operation), "-"), cmp.Or(string(g.status), "-"), g.currency, t.groups[g])
	}
	for _, currency := range slices.Sorted(maps.Keys(t.currencies)) {
		add("TOTAL", "", currency, t.currencies[currency])
	}
	return table.Text(rows, 3, 4)
}

func (g group) compare(h group) int {
	return cmp.Or(cmp.Compare(g.operation, h.operation), cmp.Compare(g.status, h.status), cmp.Compare(g.currency, h.currency))
}

func entry[K comparable](in map[K]*total, key K) *total {
	if in[key] == nil {
		in[key] = new(total)
	}
	return in[key]
}

func (t *total) add(minor int64) {
	t.count++
	t.minor.Add(&t.minor, big.NewInt(minor))
}

// text is the sum in major units, with the decimals that the currency has. Those
// of an unknown currency are not guessed: its sum stays in minor units.
func (t *total) text(currency string) string {
	one, err := ecommpay.Major(1, currency)
	switch {
	case currency == "":
		return ""
	case err != nil:
		return t.minor.String() + " minor"
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(one.Scale())), nil)
	return new(big.Rat).SetFrac(&t.minor, unit).FloatString(one.Scale()) // no float, in spite of the name
}
