package main

import (
	"math/bits"
	"strings"
)

// kinds are the ways in which an entry is worth a line. An entry may have
// several.
type kinds uint

const (
	matched      kinds = 1 << iota // nothing differs
	missingOther                   // a Vima operation that the other side has not
	missingVima                    // and the other way round
	waiting                        // missing, but the other side does not reach far enough to know
	duplicate                      // a key that a side has more than once, and no equal to go with
	unreadable                     // cannot be compared
	spoiltKey                      // by a spreadsheet, and the other side does not have it
	otherAmount                    // amounts differ
	noAmount                       // a side has no amount, or neither has: nothing was compared
	otherCurrency
	otherStatus
	otherType // payment and payout, for example
	leftOut   // of a type that -types does not name
	beyond    // outside of the period
)

// differing are the kinds that make the sides differ.
const differing = missingOther | missingVima | duplicate | unreadable | spoiltKey | otherAmount | noAmount | otherCurrency | otherStatus | otherType

// each yields the kinds one by one.
func (k kinds) each(yield func(kinds) bool) {
	for k != 0 {
		one := kinds(1) << bits.TrailingZeros(uint(k))
		if k &^= one; !yield(one) {
			return
		}
	}
}

// names are the names of the kinds, the words with a separator between them.
func (k kinds) names(other, separator string) []string {
	var names []string
	for one := range k.each {
		name := map[kinds]string{
			matched: "matched", missingOther: "missing in " + other, missingVima: "missing in vima", waiting: "waiting",
			duplicate: "duplicate", unreadable: "unreadable", spoiltKey: "spoilt key", otherAmount: "amount", noAmount: "no amount",
			otherCurrency: "currency", otherStatus: "status", otherType: "type", leftOut: "left out", beyond: "outside",
		}[one]
		names = append(names, strings.ReplaceAll(name, " ", separator))
	}
	return names
}

// share is where the rows of an entry count when the rows of a side are added up:
// each row has one.
func (k kinds) share() string {
	switch {
	case k&unreadable != 0:
		return "unreadable"
	case k&duplicate != 0:
		return "duplicate"
	case k&(missingOther|missingVima) != 0:
		return "missing"
	case k&waiting != 0:
		return "waiting"
	case k&leftOut != 0:
		return "left out"
	case k&beyond != 0:
		return "outside"
	case k&matched != 0:
		return "matched"
	}
	return "different"
}

// entry is a pair of rows, or a row without a second one.
type entry struct {
	vima, other *row
	kinds       kinds
	shared      bool  // other rows have the key too
	met         bool  // both sides have the key
	needs       reach // how far the other side has to reach, of a row that waits
}

// only is the row of an entry that has no pair.
func (e entry) only() *row {
	if e.vima != nil {
		return e.vima
	}
	return e.other
}

// sameType reports whether types do not differ. A row without a type may be of
// any.
func sameType(v, o *row) bool { return v.kind == o.kind || v.kind == "" || o.kind == "" }

// compare makes an entry of two rows with one key.
func compare(v, o *row) entry {
	e := entry{vima: v, other: o}
	switch {
	case v.problem != "" || o.problem != "":
		e.kinds = unreadable
		return e
	case !v.known || !o.known:
		e.kinds |= noAmount
	case v.known && v.amount.Cmp(o.amount) != 0:
		e.kinds |= otherAmount
	}
	if v.known && o.known && v.currency != o.currency { // without an amount it says nothing
		e.kinds |= otherCurrency
	}
	if v.class != o.class {
		e.kinds |= otherStatus
	}
	if !sameType(v, o) {
		e.kinds |= otherType
	}
	if e.kinds == 0 {
		e.kinds = matched
	}
	return e
}
