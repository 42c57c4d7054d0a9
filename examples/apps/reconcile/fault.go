package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The faults of a row.
const (
	faultKey      = "no key"
	faultText     = "not UTF-8"
	faultReplaced = "bytes that -encoding does not have"
	faultCells    = "not as many cells as columns"
	faultAmount   = "unreadable amount"
	faultCurrency = "currency without known minor units"
	faultSign     = "sign of another currency"
	faultStatus   = "unknown status"
	faultType     = "unknown type"
	faultDate     = "unreadable date"
	faultExponent = "key with an exponent, spoilt by a spreadsheet"
	faultZeros    = "key with zeros behind the fifteenth digit, perhaps spoilt by a spreadsheet"
)

// spoilt says how a spreadsheet has spoilt a key, or "". A spreadsheet holds
// fifteen digits of a number, and writes long ones as 1.24951359177884E+18.
func spoilt(key string) string {
	mantissa, exponent, found := strings.Cut(strings.ToUpper(key), "E+")
	if found && allDigits(exponent) && len(mantissa) > 0 && allDigits(mantissa[:1]) &&
		(len(mantissa) == 1 || strings.ContainsAny(mantissa[1:2], ".,") && allDigits(mantissa[2:])) {
		return faultExponent
	}
	if digits := strings.TrimLeft(key, "0"); len(digits) > 15 && allDigits(digits) && strings.Trim(digits[15:], "0") == "" {
		return faultZeros
	}
	return ""
}

// faults count what cannot be compared, of both sides.
type faults map[faultOf]*faultCount

type faultOf struct {
	side        int
	fault, hint string
}

// faultCount has the first row of a fault: of a file that of the first line.
type faultCount struct {
	rows        int
	line        int64
	ref, column string
}

func (f faults) add(side int, r *row) {
	of := faultOf{side, r.fault, r.hint}
	count := f[of]
	if count == nil {
		count = &faultCount{line: r.line, ref: r.ref, column: r.column}
		f[of] = count
	}
	count.rows++
	if r.line < count.line {
		count.line, count.ref, count.column = r.line, r.ref, r.column
	}
}

// lines are a line for each fault, the most frequent first. They hold no cell.
func (f faults) lines(other string) []string {
	var lines []string
	for _, of := range slices.SortedFunc(maps.Keys(f), func(a, b faultOf) int {
		return cmp.Or(f[b].rows-f[a].rows, a.side-b.side, strings.Compare(a.fault, b.fault), strings.Compare(a.hint, b.hint))
	}) {
		count := f[of]
		where := count.ref
		if count.line == 0 {
			where = "operation " + where
		}
		text := fmt.Sprintf("%s: %d rows: %s, first in %s", [2]string{"vima", other}[of.side], count.rows, of.fault, where)
		if count.column != "" {
			text += fmt.Sprintf(", column %q", count.column)
		}
		if of.hint != "" {
			text += ": " + of.hint
		}
		lines = append(lines, text)
	}
	return lines
}
