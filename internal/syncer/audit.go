package syncer

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// Audit compares the rows of a day that a provider has with those that are
// stored. V tells versions of a row apart.
type Audit[V any] struct {
	API, Stored  Sums
	there        map[int64]V
	stale, extra []int64
}

// NewAudit is one of no rows.
func NewAudit[V any]() *Audit[V] {
	return &Audit[V]{API: Sums{}, Stored: Sums{}, there: map[int64]V{}}
}

// Has adds a row that the provider has. All of them come before the first one
// that is stored.
func (a *Audit[V]) Has(id int64, version V) { a.there[id] = version }

// Holds adds a row that is stored and reports whether it belongs to the day: one
// that the provider does not have does so only if it is dated, and is extra then.
// current tells whether what is stored is the provider's version.
func (a *Audit[V]) Holds(id int64, dated bool, current func(there V) bool) bool {
	there, known := a.there[id]
	switch {
	case !known && !dated:
		return false
	case !known:
		a.extra = append(a.extra, id)
	case !current(there):
		a.stale = append(a.stale, id)
	}
	delete(a.there, id)
	return true
}

// Missing are the ids of rows that are not stored, in ascending order.
func (a *Audit[V]) Missing() []string { return texts(slices.Collect(maps.Keys(a.there))) }

// Stale are the ids of rows that are stored in another version.
func (a *Audit[V]) Stale() []string { return texts(a.stale) }

// Extra are the ids of rows that are stored and that the provider does not have.
func (a *Audit[V]) Extra() []string { return texts(a.extra) }

// In is the condition that column is one of values, with its arguments; "" where
// there are none.
func In(column string, values []string) (condition string, args []any) {
	if len(values) == 0 {
		return "", nil
	}
	for _, v := range values {
		args = append(args, v)
	}
	return " AND " + column + " IN (?" + strings.Repeat(", ?", len(values)-1) + ")", args
}

// Sums add up rows by currency. Those of a day may need more digits than one
// amount has.
type Sums map[string]*sum

type sum struct {
	count  int
	amount big.Rat
	digits int // of the fraction, at most
}

// Add adds a row, and its amount where it is known.
func (s Sums) Add(amount, currency string, known bool) error {
	if s[currency] == nil {
		s[currency] = new(sum)
	}
	into := s[currency]
	into.count++
	if !known {
		return nil
	}
	var n big.Rat
	if _, ok := n.SetString(amount); !ok {
		return fmt.Errorf("an amount of %s is no number", currency)
	}
	into.amount.Add(&into.amount, &n)
	if _, fraction, ok := strings.Cut(strings.TrimRight(amount, "0"), "."); ok {
		into.digits = max(into.digits, len(fraction))
	}
	return nil
}

// Totals are the number of rows and their sums by currency.
func (s Sums) Totals() (count int, sums map[string]string) {
	sums = map[string]string{}
	for currency, sum := range s {
		count += sum.count
		sums[currency] = sum.amount.FloatString(sum.digits)
	}
	return count, sums
}

func texts(ids []int64) []string {
	slices.Sort(ids)
	var out []string
	for _, id := range ids {
		out = append(out, strconv.FormatInt(id, 10))
	}
	return out
}
