package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/examples/apps/internal/table"
	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/transactions"
)

// errTooLarge is a sum that int64 does not hold.
var errTooLarge = errors.New("a sum is beyond 64 bits of minor units")

// totals are counts and sums of requested amounts, in minor units. Those of two
// currencies are never added.
type totals struct {
	count, without int
	groups         map[group]*total
	currencies     map[string]*total
}

type group struct {
	gateway  string
	status   transactions.Status
	currency string
}

type total struct {
	count int
	minor int64
}

func newTotals() *totals {
	return &totals{groups: map[group]*total{}, currencies: map[string]*total{}}
}

// add counts a transaction without an amount too.
func (t *totals) add(row *transactions.Transaction) error {
	currency := "-"
	if row.RequestCcy != nil {
		currency = fmt.Sprintf("%03d", *row.RequestCcy)
	}
	amount := int64(0)
	if row.RequestAmount != nil {
		amount = *row.RequestAmount
	} else {
		t.without++
	}
	t.count++
	g := group{cmp.Or(row.RecipientGateway, "-"), cmp.Or(row.Status, "-"), currency}
	return errors.Join(entry(t.groups, g).add(amount), entry(t.currencies, currency).add(amount))
}

func entry[K comparable](in map[K]*total, key K) *total {
	if in[key] == nil {
		in[key] = new(total)
	}
	return in[key]
}

// add refuses what would wrap around.
func (t *total) add(minor int64) error {
	if minor > 0 && t.minor > math.MaxInt64-minor || minor < 0 && t.minor < math.MinInt64-minor {
		return errTooLarge
	}
	t.count++
	t.minor += minor
	return nil
}

func (t *totals) ordered() []group {
	return slices.SortedFunc(maps.Keys(t.groups), func(g, h group) int {
		return cmp.Or(cmp.Compare(g.gateway, h.gateway), cmp.Compare(g.status, h.status), cmp.Compare(g.currency, h.currency))
	})
}

// table is the groups in order, and a line for each currency.
func (t *totals) table(digits int) []byte {
	heading := "MINOR UNITS"
	if digits >= 0 {
		heading = "SUM"
	}
	rows := [][]string{{"GATEWAY", "STATUS", "CURRENCY", "COUNT", heading}}
	add := func(gateway, status, currency string, of *total) {
		sum := strconv.FormatInt(of.minor, 10)
		if digits >= 0 {
			sum = decimal.MustNew(of.minor, digits).String()
		}
		rows = append(rows, []string{gateway, status, currency, strconv.Itoa(of.count), sum})
	}
	for _, g := range t.ordered() {
		add(g.gateway, string(g.status), g.currency, t.groups[g])
	}
	for _, currency := range slices.Sorted(maps.Keys(t.currencies)) {
		add("TOTAL", "", currency, t.currencies[currency])
	}
	return table.Text(rows, 3, 4)
}

// writeCSV writes the groups, which a reader can add up again.
func (t *totals) writeCSV(to io.Writer, excel bool) error {
	w := cli.NewTable(to, excel)
	if err := w.Write("gateway", "status", "currency", "count", "amount_minor"); err != nil {
		return err
	}
	for _, g := range t.ordered() {
		of := t.groups[g]
		if err := w.Write(text(w, g.gateway), text(w, string(g.status)), currency(w, g.currency), strconv.Itoa(of.count), strconv.FormatInt(of.minor, 10)); err != nil {
			return err
		}
	}
	return w.Flush()
}

// text is a cell; a dash stands for none.
func text(w *cli.Table, text string) string {
	if text == "-" {
		return text
	}
	return w.Text(text)
}

// currency is the cell of a numeric code; a dash stands for none.
func currency(w *cli.Table, code string) string {
	if code == "-" {
		return code
	}
	return w.ID(code)
}
