package main

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/examples/apps/internal/table"
)

// totals are counts and exact sums, by kind and currency and for each side.
type totals struct {
	other       string // its name
	groups      map[group]*[2]total
	shares      [2]map[string]int // of the rows of each side, by kinds.share
	differences int               // entries that make the sides differ
	shared      int               // matched pairs whose key others have too
	met         int               // entries whose key both sides have
	problems    problems
	typed       bool     // types were compared
	untyped     int      // pairs of which a side has no type
	reaches     [2]reach // of the sides
	needs       [2]reach // how far they have to reach until no row of the other side waits
}

type group struct {
	kind     kinds
	currency string
}

// total adds up. The sum is in units of the smallest decimal place that an
// amount may have, of which a big.Int holds any number.
type total struct {
	rows   int
	sum    big.Int
	places int // decimal places that are needed
}

const (
	ofVima = iota
	ofOther
)

func newTotals(other string) *totals {
	return &totals{other: other, groups: map[group]*[2]total{}, problems: problems{}, shares: [2]map[string]int{{}, {}}}
}

func (t *totals) add(e entry) {
	for side, r := range [2]*row{ofVima: e.vima, ofOther: e.other} {
		if r == nil {
			continue
		}
		t.shares[side][e.kinds.share()]++
		if e.kinds&(unreadable|spoiltKey) != 0 && r.problem != "" {
			t.problems.add(side, r)
		}
		t.needs[1-side].widen(e.needs)
		for kind := range e.kinds.each {
			g := group{kind, code(r.currency)}
			if t.groups[g] == nil {
				t.groups[g] = new([2]total)
			}
			t.groups[g][side].add(r)
		}
	}
	if e.kinds&differing != 0 {
		t.differences++
	}
	if e.met {
		t.met++
	}
	if e.vima != nil && e.other != nil && (e.vima.kind == "" || e.other.kind == "") {
		t.untyped++
	}
	if e.shared && e.kinds == matched {
		t.shared++
	}
}

// rows counts the rows of a side.
func (t *totals) rows(side int) (n int) {
	for _, share := range t.shares[side] {
		n += share
	}
	return n
}

// table has a line for each kind and currency.
func (t *totals) table() []byte {
	other := strings.ToUpper(t.other)
	rows := [][]string{{"KIND", "CURRENCY", "VIMA", "SUM", other, "SUM"}}
	for _, g := range slices.SortedFunc(maps.Keys(t.groups), group.compare) {
		of := t.groups[g]
		rows = append(rows, []string{
			g.kind.names(t.other, " ")[0], g.currency,
			strconv.Itoa(of[ofVima].rows), of[ofVima].text(g.currency), strconv.Itoa(of[ofOther].rows), of[ofOther].text(g.currency),
		})
	}
	return table.Text(rows, 2, 3, 4, 5)
}

// shareNames are the names of kinds.share, in the order of the report.
var shareNames = []string{"matched", "different", "missing", "duplicate", "unreadable", "waiting", "left out", "outside"}

// account says what became of the rows of each side.
func (t *totals) account() string {
	var text strings.Builder
	for side, name := range [2]string{"vima", t.other} {
		fmt.Fprintf(&text, "%s: %d rows", name, t.rows(side))
		separator := ": "
		for _, share := range shareNames {
			if n := t.shares[side][share]; n > 0 {
				text.WriteString(separator + strconv.Itoa(n) + " " + share)
				separator = ", "
			}
		}
		text.WriteString("\n")
	}
	return text.String()
}

// verdict says how much differs.
func (t *totals) verdict(out string) string {
	n := strconv.Itoa(t.differences) + " pairs and rows"
	if t.differences == 0 {
		n = strconv.Itoa(t.waiting()) + " rows"
	}
	if out == "" {
		return n + "; -out FILE lists them"
	}
	return n + ", which are in " + out
}

// remarks say how to read what is in the table.
func (t *totals) remarks(p period) string {
	var text strings.Builder
	if t.shared > 0 {
		fmt.Fprintf(&text, "%d of the matched pairs have a key that other rows have too\n", t.shared)
	}
	switch out := t.shares[ofVima]["left out"] + t.shares[ofOther]["left out"]; {
	case t.met > 0 || t.rows(ofVima) == 0 || t.rows(ofOther) == 0:
	case out > 0:
		text.WriteString("no key is on both sides, except those of rows that are left out: is it the right column, the right project and the right -types?\n")
	default:
		text.WriteString("no key is on both sides: is it the right column, and the right project?\n")
	}
	missing := t.shares[ofVima]["missing"] + t.shares[ofOther]["missing"]
	if !p.open() && p.edge == 0 && missing > 0 {
		text.WriteString("rows near an end of the period may be missing because the other side has them on another day: -edge 1h separates them\n")
	}
	text.WriteString(t.waitingFor())
	switch {
	case !t.typed:
		text.WriteString("types of rows were not compared: a refund in " + t.other + " counts as a payment, unless -type-column names their column\n")
	case t.untyped > 0:
		fmt.Fprintf(&text, "types of %d pairs were not compared: a side has none\n", t.untyped)
	}
	if t.differences == 0 && t.waiting() == 0 {
		text.WriteString("nothing differs\n")
	}
	return text.String()
}

// waiting counts the rows of both sides that wait.
func (t *totals) waiting() int { return t.shares[ofVima]["waiting"] + t.shares[ofOther]["waiting"] }

// waitingFor says how far a side has to reach until no row of the other waits.
func (t *totals) waitingFor() string {
	var text strings.Builder
	for side, name := range [2]string{"vima", t.other} {
		n, opposite := t.shares[side]["waiting"], [2]string{t.other, "vima"}[side]
		if n == 0 {
			continue
		}
		var ends []string
		if since := t.needs[1-side].oldest; !since.IsZero() {
			ends = append(ends, "from "+instant(since))
		}
		if until := t.needs[1-side].newest; !until.IsZero() {
			ends = append(ends, "to "+instant(until))
		}
		fmt.Fprintf(&text, "%d of the rows of %s wait: %s %s; compare the same days again when it reaches %s\n", n, name, opposite, t.reaches[1-side], strings.Join(ends, " and "))
	}
	return text.String()
}

func (g group) compare(h group) int {
	return cmp.Or(cmp.Compare(g.kind, h.kind), cmp.Compare(g.currency, h.currency))
}

// code is a currency as the table has it. What is not a code is not shown: it can
// be anything where the wrong column was named.
func code(currency string) string {
	switch {
	case currency == "":
		return "-"
	case len(currency) != 3 || strings.Trim(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
		return "?"
	}
	return currency
}

func (t *total) add(r *row) {
	t.rows++
	if !r.known {
		return
	}
	amount := r.amount.Trim(0)
	units := new(big.Int).SetUint64(amount.Coef())
	units.Mul(units, power(decimal.MaxScale-amount.Scale()))
	if amount.IsNeg() {
		units.Neg(units)
	}
	t.sum.Add(&t.sum, units)
	t.places = max(t.places, amount.Scale())
}

// text is the sum with at least the decimal places of the currency.
func (t *total) text(currency string) string {
	if t.rows == 0 {
		return "-"
	}
	places := t.places
	if one, err := ecommpay.Major(1, currency); err == nil {
		places = max(places, one.Scale())
	}
	return new(big.Rat).SetFrac(&t.sum, power(decimal.MaxScale)).FloatString(places) // no float, in spite of the name
}

func power(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }
