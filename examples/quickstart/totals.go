package main

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"text/tabwriter"

	"github.com/payclients/payclients-go/vima"
)

// totals adds operations up.
type totals struct {
	operations int
	groups     map[group]*total
	currencies map[string]*total
}

type group struct {
	project  string
	status   vima.Status
	currency string
}

// total is a count and an exact sum. A big.Rat holds decimals as they are and,
// unlike a decimal.Decimal of 19 digits, sums of any size.
type total struct {
	count int
	sum   big.Rat
}

func newTotals() *totals {
	return &totals{groups: map[group]*total{}, currencies: map[string]*total{}}
}

// add counts an operation without an amount too, under no currency.
func (t *totals) add(o *vima.Operation) {
	var exact big.Rat
	amount, currency, ok := o.Amount()
	if ok {
		exact.SetString(amount.String()) // a decimal's text is always a number
	}
	t.operations++
	entry(t.groups, group{o.Project, o.Outcome(), currency}).add(&exact)
	entry(t.currencies, currency).add(&exact)
}

// table is the groups in order, and a line for each currency.
func (t *totals) table() []byte {
	rows := [][]string{{"PROJECT", "STATUS", "CURRENCY", "COUNT", "SUM"}}
	add := func(project, status, currency string, of *total) {
		sum := ""
		if currency != "" {
			sum = of.text(decimals(&t.currencies[currency].sum))
		}
		rows = append(rows, []string{project, status, cmp.Or(currency, "-"), strconv.Itoa(of.count), sum})
	}
	for _, g := range slices.SortedFunc(maps.Keys(t.groups), group.compare) {
		add(cmp.Or(g.project, "-"), cmp.Or(string(g.status), "-"), g.currency, t.groups[g])
	}
	for _, currency := range slices.Sorted(maps.Keys(t.currencies)) {
		add("TOTAL", "", currency, t.currencies[currency])
	}
	return render(rows)
}

func (g group) compare(h group) int {
	return cmp.Or(cmp.Compare(g.project, h.project), cmp.Compare(g.status, h.status), cmp.Compare(g.currency, h.currency))
}

func entry[K comparable](in map[K]*total, key K) *total {
	if in[key] == nil {
		in[key] = new(total)
	}
	return in[key]
}

func (t *total) add(amount *big.Rat) {
	t.count++
	t.sum.Add(&t.sum, amount)
}

// text is the exact sum with at least so many decimals.
func (t *total) text(least int) string {
	return t.sum.FloatString(max(least, decimals(&t.sum))) // no float, in spite of the name
}

// decimals is how many decimals r needs, and at least the usual two.
func decimals(r *big.Rat) int {
	n, _ := r.FloatPrec() // a sum of decimals always ends
	return max(2, n)
}

// render aligns text to the left and the last two columns to the right, which
// tabwriter can do for all columns or for none.
func render(rows [][]string) []byte {
	widths := [5]int{}
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len(cell))
		}
	}
	var text bytes.Buffer
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%*s\t%*s\n", row[0], row[1], row[2], widths[3], row[3], widths[4], row[4])
	}
	_ = w.Flush() // a bytes.Buffer takes everything
	return text.Bytes()
}
