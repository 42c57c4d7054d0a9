package syncer

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// Audit compares a day's rows at the provider with the stored ones. V identifies
// a version of a row. It is not safe for concurrent use.
type Audit[V any] struct {
	API, Stored  Sums
	there        map[int64]V
	stale, extra []int64
}

// NewAudit returns an Audit without rows.
func NewAudit[V any]() *Audit[V] {
	return &Audit[V]{API: Sums{}, Stored: Sums{}, there: map[int64]V{}}
}

// Has adds a row that the provider has. A second call with the same id replaces
// the version. Add all rows before the first call of Holds.
func (a *Audit[V]) Has(id int64, version V) { a.there[id] = version }

// Holds adds a stored row and reports whether it belongs to the day. A row that
// the provider has always belongs to the day; Holds then calls current, which
// reports whether the stored row has the provider's version, and otherwise counts
// the row as stale. A row that the provider does not have belongs to the day only
// if dated is true, and counts as extra. Call Holds once for each id.
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

// Missing returns the ids of rows that are not stored, in ascending order; nil if
// there are none. Call it after the last Holds.
func (a *Audit[V]) Missing() []string { return texts(slices.Collect(maps.Keys(a.there))) }

// Stale returns the ids of rows stored in another version, in ascending order;
// nil if there are none.
func (a *Audit[V]) Stale() []string { return texts(a.stale) }

// Extra returns the ids of stored rows that the provider does not have, in
// ascending order; nil if there are none.
func (a *Audit[V]) Extra() []string { return texts(a.extra) }

// In returns the condition " AND column IN (?, …)" and its arguments, the values
// in their order. Without values it returns "" and nil, so that the query is not
// restricted.
func In(column string, values []string) (condition string, args []any) {
	if len(values) == 0 {
		return "", nil
	}
	for _, v := range values {
		args = append(args, v)
	}
	return " AND " + column + " IN (?" + strings.Repeat(", ?", len(values)-1) + ")", args
}

// Sums holds sums of rows by currency. They are exact: a day's sum may need more
// digits than one amount.
type Sums map[string]*sum

type sum struct {
	count  int
	amount big.Rat
	digits int // most digits of a fraction so far
}

// Add counts a row of the currency. If known is true, it adds amount, a decimal
// number, to the currency's sum; otherwise amount is ignored. It returns an error
// for an amount that is not a number. The row is then counted, but its amount is
// not added.
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
		return fmt.Errorf("an amount of %s is not a number", currency)
	}
	into.amount.Add(&into.amount, &n)
	if _, fraction, ok := strings.Cut(strings.TrimRight(amount, "0"), "."); ok {
		into.digits = max(into.digits, len(fraction))
	}
	return nil
}

// Totals returns the number of all rows, and the sum of each currency as a decimal
// number. Each sum has as many decimal places as the most precise amount of its
// currency, without zeros at the amount's end. Without rows it returns 0 and an
// empty map.
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
