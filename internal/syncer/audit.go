package syncer

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// Audit compares the rows that a provider has for a day with the stored rows. V is
// the type of a row's version. The order of calls is: Has for all rows of the
// provider, Holds for all stored rows, then the other methods. [NewAudit] makes an
// Audit; the zero value is not usable. It is not safe for concurrent use.
type Audit[V any] struct {
	API, Stored  Sums // sums of the provider's rows and of the stored rows; the caller adds to them
	there        map[int64]V
	stale, extra []int64
}

// NewAudit returns an Audit without rows.
func NewAudit[V any]() *Audit[V] {
	return &Audit[V]{API: Sums{}, Stored: Sums{}, there: map[int64]V{}}
}

// Has adds a row that the provider has: its id and its version at the provider. A
// second call with the same id replaces the version. Add all rows before the first
// call of Holds.
func (a *Audit[V]) Has(id int64, version V) { a.there[id] = version }

// Holds adds the stored row with this id, and reports whether the row belongs to
// the day that is compared. isDated says whether the stored time of the row lies in
// that day. isCurrent reports whether the stored row has the given version. Holds
// calls it with the provider's version; it must not be nil.
//
//   - The provider has the row, and isCurrent returns true: Holds returns true.
//   - The provider has the row, and isCurrent returns false: the row counts as
//     stale, and Holds returns true.
//   - The provider does not have the row, and isDated is true: the row counts as
//     extra, and Holds returns true.
//   - The provider does not have the row, and isDated is false: Holds returns false
//     and records nothing.
//
// Call Holds once for each id: a second call would treat the row as a row that the
// provider does not have.
func (a *Audit[V]) Holds(id int64, isDated bool, isCurrent func(version V) bool) bool {
	there, known := a.there[id]
	switch {
	case !known && !isDated:
		return false
	case !known:
		a.extra = append(a.extra, id)
	case !isCurrent(there):
		a.stale = append(a.stale, id)
	}
	delete(a.there, id)
	return true
}

// Missing returns the ids that were added by Has but not by Holds: rows that are
// not stored. The ids are sorted as numbers, the lowest first. Missing returns nil
// if there are none. Call Missing after the last Holds.
func (a *Audit[V]) Missing() []string { return texts(slices.Collect(maps.Keys(a.there))) }

// Stale returns the ids of stored rows that have another version than at the
// provider: isCurrent, the argument of Holds, returned false. The ids are sorted as
// numbers, the lowest first. Stale returns nil if there are none. Call Stale after
// the last Holds.
func (a *Audit[V]) Stale() []string { return texts(a.stale) }

// Extra returns the ids of stored rows of the day that the provider does not have.
// The ids are sorted as numbers, the lowest first. Extra returns nil if there are
// none. Call Extra after the last Holds.
func (a *Audit[V]) Extra() []string { return texts(a.extra) }

// In returns an SQL condition and the arguments for its placeholders. The condition
// is " AND column IN (?, …)" with one placeholder for each element of list. args
// holds the elements of list in the same order. If list is empty, In returns "" and
// nil, so that the query is not restricted. column becomes part of the condition
// unchanged, so column must come from this module's code.
func In(column string, list []string) (condition string, args []any) {
	if len(list) == 0 {
		return "", nil
	}
	for _, v := range list {
		args = append(args, v)
	}
	return " AND " + column + " IN (?" + strings.Repeat(", ?", len(list)-1) + ")", args
}

// Sums holds the number of rows and the sum of their amounts, by currency. A key is
// the currency as the caller passes it to Add; "" is a key too. An amount has the
// unit that the caller uses, the same for all amounts of a currency. The sums are
// exact, without a limit on digits. Make one with Sums{}: Add panics on nil.
type Sums map[string]*sum

type sum struct {
	count  int
	amount big.Rat
	digits int // most digits of a fraction so far
}

// Add counts a row of the currency. If known is true, it also adds amount to the
// currency's sum. amount is a decimal number such as "12.50". If known is false,
// amount is ignored. If amount is not a number, for example "", "1,5" or "x", Add
// returns an error without the amount in its text; the row is still counted, but
// its amount is not added. currency may be any string.
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

// Totals returns the number of all rows, and the sum of the known amounts of each
// currency. A sum is a decimal number, such as "12.5". It has as many decimal
// places as the most precise amount of its currency, where zeros at the end of an
// amount do not count: 12.50 has one. Rows without a known amount add nothing to
// the sum of their currency. A currency that has only rows of this kind has the sum
// "0". Without rows Totals returns 0 and an empty map.
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
