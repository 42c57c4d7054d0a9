package finik

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/payclients/payclients-go/internal/scan"
)

// member is a member of an object that is being printed.
type member struct {
	name     []byte // without quotes and escapes
	index    int64  // the name as an array index, or -1
	from, to int    // its place in the output
}

// compare orders members: indices first, then by name, by the rules of the
// outermost object (top) or of inner ones.
func (m member) compare(other member, top bool) int {
	switch {
	case m.index >= 0 || other.index >= 0:
		return m.compareIndex(other)
	case top:
		return collate(m.name, other.name)
	}
	return compareUTF16(m.name, other.name)
}

// compareIndex orders members by index, those without an index last. It returns 0
// if neither has one.
func (m member) compareIndex(other member) int {
	switch {
	case other.index < 0:
		return cmp.Compare(-1, m.index)
	case m.index < 0:
		return 1
	}
	return cmp.Compare(m.index, other.index)
}

// arrange orders the members of an object, which begin at start, and sets w.Err
// if a name repeats. Inner objects of a webhook body keep their order, except
// that indices come first, as in every JavaScript object.
func (w *writer) arrange(members []member, start int, top bool) {
	sorted := members
	if keep := w.received && !top; keep {
		w.sorted = append(w.sorted[:0], members...)
		sorted = w.sorted
	}
	slices.SortFunc(sorted, func(a, b member) int { return a.compare(b, top) })
	for i := range len(sorted) - 1 {
		if bytes.Equal(sorted[i].name, sorted[i+1].name) {
			w.Fail("must not repeat a name within an object")
			return
		}
	}
	if w.received && !top {
		if sorted[0].index < 0 {
			return
		}
		slices.SortStableFunc(members, member.compareIndex)
	}
	w.spare = slices.Grow(w.spare[:0], len(w.out)-start+1)
	for _, m := range members {
		w.spare = append(w.spare, w.out[m.from:m.to]...)
		w.spare = append(w.spare, ',')
	}
	copy(w.out[start:], w.spare[:len(w.spare)-1])
}

// arrayIndex returns the number that JavaScript takes a name for, or -1.
func arrayIndex(name []byte) int64 {
	const most = 1<<32 - 2
	if len(name) == 0 || len(name) > 10 || name[0] == '0' && len(name) > 1 {
		return -1
	}
	n := int64(0)
	for _, c := range name {
		if !scan.IsDigit(c) {
			return -1
		}
		n = n*10 + int64(c-'0')
	}
	if n > most {
		return -1
	}
	return n
}

// sortable reports whether the order of a name among others is certain: printable
// ASCII and not __proto__.
func sortable(name []byte) bool {
	for _, c := range name {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return string(name) != "__proto__"
}

// collation is the order of printable ASCII under localeCompare.
const collation = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz"

// weights are the positions of bytes in that order. Both cases of a letter have
// the same weight. Control characters come first and bytes outside ASCII last.
//
//nolint:gochecknoglobals // a table that is made from the constant above
var weights = func() (table [256]byte) {
	for c := range table {
		table[c] = byte(c)
		if c < ' ' || c > '~' {
			continue
		}
		table[c] = ' ' + byte(strings.IndexByte(collation, byte(c)|lowerCase(byte(c))))
	}
	return table
}()

// lowerCase returns the bit that an upper-case letter lacks, 0 for other bytes.
func lowerCase(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return 0x20
	}
	return 0
}

// collate compares by weights, then by length. Of two names that differ only in
// case, the one with the first lower-case letter comes first.
func collate(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] && weights[a[i]] != weights[b[i]] {
			return cmp.Compare(weights[a[i]], weights[b[i]])
		}
	}
	if len(a) != len(b) {
		return cmp.Compare(len(a), len(b))
	}
	return bytes.Compare(b, a) // upper case is the smaller byte
}

// compareUTF16 compares by UTF-16 code units. Characters of two units, whose
// UTF-8 begins with 0xF0 or more, come before U+E000 to U+FFFF, which begin with
// 0xEE and 0xEF.
func compareUTF16[T ~string | ~[]byte](a, b T) int {
	for i := range min(len(a), len(b)) {
		x, y := a[i], b[i]
		if x == y {
			continue
		}
		if x >= 0xEE && y >= 0xEE && (x >= 0xF0) != (y >= 0xF0) {
			return cmp.Compare(y, x)
		}
		return cmp.Compare(x, y)
	}
	return cmp.Compare(len(a), len(b))
}
