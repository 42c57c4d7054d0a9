package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The problems of a row.
const (
	problemKey      = "no key"
	problemText     = "not UTF-8"
	problemReplaced = "bytes that -encoding does not have"
	problemCells    = "not as many cells as columns"
	problemAmount   = "unreadable amount"
	problemCurrency = "currency without known minor units"
	problemSign     = "sign of another currency"
	problemStatus   = "unknown status"
	problemType     = "unknown type"
	problemDate     = "unreadable date"
	problemExponent = "key with an exponent, spoilt by a spreadsheet"
	problemZeros    = "key with zeros behind the fifteenth digit, perhaps spoilt by a spreadsheet"
)

// spoilt says how a spreadsheet has spoilt a key, or "". A spreadsheet holds
// fifteen digits of a number, and writes long ones as 1.24951359177884E+18.
func spoilt(key string) string {
	mantissa, exponent, found := strings.Cut(strings.ToUpper(key), "E+")
	if found && allDigits(exponent) && len(mantissa) > 0 && allDigits(mantissa[:1]) &&
		(len(mantissa) == 1 || strings.ContainsAny(mantissa[1:2], ".,") && allDigits(mantissa[2:])) {
		return problemExponent
	}
	if digits := strings.TrimLeft(key, "0"); len(digits) > 15 && allDigits(digits) && strings.Trim(digits[15:], "0") == "" {
		return problemZeros
	}
	return ""
}

// problems count what cannot be compared, of both sides.
type problems map[problemOf]*problemCount

type problemOf struct {
	side          int
	problem, hint string
}

// problemCount has the first row of a problem: in a file, the first line.
type problemCount struct {
	rows        int
	line        int64
	ref, column string
}

func (p problems) add(side int, r *row) {
	of := problemOf{side, r.problem, r.hint}
	count := p[of]
	if count == nil {
		count = &problemCount{line: r.line, ref: r.ref, column: r.column}
		p[of] = count
	}
	count.rows++
	if r.line < count.line {
		count.line, count.ref, count.column = r.line, r.ref, r.column
	}
}

// lines are a line for each problem, the most frequent first. They hold no cell.
func (p problems) lines(other string) []string {
	var lines []string
	for _, of := range slices.SortedFunc(maps.Keys(p), func(a, b problemOf) int {
		return cmp.Or(p[b].rows-p[a].rows, a.side-b.side, strings.Compare(a.problem, b.problem), strings.Compare(a.hint, b.hint))
	}) {
		count := p[of]
		where := count.ref
		if count.line == 0 {
			where = "operation " + where
		}
		text := fmt.Sprintf("%s: %d rows: %s, first in %s", [2]string{"vima", other}[of.side], count.rows, of.problem, where)
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
