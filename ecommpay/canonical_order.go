package ecommpay

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/payclients/payclients-go/internal/scan"
)

// shape holds the names of an object's members and their order in the text to
// sign. It is kept for the next object at the same depth, and from one body to
// the next, so that rows with the same members are checked and sorted once.
type shape struct {
	names   []byte // per member: its part of the path with a colon, then its token
	members []member
	// members in the order of the text
	order   []uint32
	ordered bool // order is up to date
	colons  bool // a name has a colon
}

// member is one name. Its part of the path is names[path:end], and the quoted
// name as it stands in the body is names[end:token].
type member struct {
	path, end, token     uint32
	leaf                 bool // the value is neither object nor array
	frameMode, signature bool
}

// shape returns the shape of the object last read at depth, an empty one if there
// was none.
func (w *writer) shape(depth int) *shape {
	for len(w.shapes) <= depth {
		w.shapes = append(w.shapes, nil)
	}
	if w.shapes[depth] == nil {
		w.shapes[depth] = new(shape)
	}
	return w.shapes[depth]
}

// token returns the quoted name of member k, nil if the shape has fewer members.
func (s *shape) token(k int) []byte {
	if k >= len(s.members) {
		return nil
	}
	return s.names[s.members[k].end:s.members[k].token]
}

// cut removes all members except the first k.
func (s *shape) cut(k int) {
	end := uint32(0)
	if k > 0 {
		end = s.members[k-1].token
	}
	s.names = s.names[:end]
	if k < len(s.members) {
		s.members = s.members[:k]
		s.ordered, s.colons = false, slices.ContainsFunc(s.members, s.colon)
	}
}

// learn appends a member with the given name; token is the name in quotes as it
// stands in the body.
func (s *shape) learn(name, token []byte) {
	m := member{leaf: true, frameMode: string(name) == "frame_mode", signature: string(name) == "signature"}
	if bytes.IndexByte(name, ':') >= 0 {
		name = bytes.ReplaceAll(name, []byte(":"), []byte("::"))
	}
	m.path = uint32(len(s.names)) //nolint:gosec // four times maxBody fit
	s.names = append(append(s.names, name...), ':')
	m.end = uint32(len(s.names)) //nolint:gosec // four times maxBody fit
	s.names = append(s.names, token...)
	m.token = uint32(len(s.names)) //nolint:gosec // four times maxBody fit
	s.members = append(s.members, m)
	s.ordered, s.colons = false, s.colons || s.colon(m)
}

// colon reports whether the name of m has a colon.
func (s *shape) colon(m member) bool {
	return bytes.IndexByte(s.names[m.path:m.end-1], ':') >= 0
}

// close ends an object of n members, sorts them, and reports whether all names
// differ.
func (s *shape) close(n int) bool {
	s.cut(n)
	if s.ordered {
		return true
	}
	s.order = s.order[:0]
	for k := range n {
		s.order = append(s.order, uint32(k))
	}
	name := func(k uint32) []byte { return s.names[s.members[k].path : s.members[k].end-1] }
	slices.SortFunc(s.order, func(a, b uint32) int { return natural(name(a), name(b)) })
	for i := 1; i < n; i++ {
		if bytes.Equal(name(s.order[i-1]), name(s.order[i])) {
			return false
		}
	}
	// The path of a member that is an object or array continues with a colon,
	// which sorts after digits: item1 before item:0.
	path := func(k uint32) []byte {
		if s.members[k].leaf {
			return name(k)
		}
		return s.names[s.members[k].path:s.members[k].end]
	}
	slices.SortFunc(s.order, func(a, b uint32) int { return natural(path(a), path(b)) })
	s.ordered = true
	return true
}

// arrange puts the members of an object into the given order. The first begins at
// start in w.text, and member k ends at ends[k].
func (w *writer) arrange(order []uint32, ends []int, start int) {
	if w.arranged(order, ends, start) {
		return
	}
	w.spare = slices.Grow(w.spare[:0], w.n-start)
	spare, n := w.spare[:w.n-start], 0
	for _, k := range order {
		from := start
		if k > 0 {
			from = ends[k-1]
		}
		n += copy(spare[n:], w.text[from:ends[k]])
	}
	copy(w.text[start:], spare)
}

// arranged reports whether the members are in order already. Members without a
// line do not count.
func (w *writer) arranged(order []uint32, ends []int, start int) bool {
	at := start
	for _, k := range order {
		from := start
		if k > 0 {
			from = ends[k-1]
		}
		if from < at && from < ends[k] {
			return false
		}
		if from < ends[k] {
			at = from
		}
	}
	return true
}

// line holds the offsets in the text at which a line starts, its path ends and
// its value ends.
type line struct{ start, path, end int }

// sorted returns the text to sign of a valid body with its lines in the order of
// compare. It uses w.text.
func (w *writer) sorted(body []byte, compare func(text []byte, a, b line) int) []byte {
	_ = w.write(body, true)
	slices.SortFunc(w.lines, func(a, b line) int { return compare(w.text, a, b) })
	text := make([]byte, 0, w.n)
	for i, l := range w.lines {
		if i > 0 {
			text = append(text, ';')
		}
		text = append(text, w.text[l.start:l.end]...)
	}
	return text
}

// Two lines have the same path only where an empty name meets a colon in a name.
// Their values then decide.

func byNature(text []byte, a, b line) int {
	return cmp.Or(natural(text[a.start:a.path], text[b.start:b.path]), byLine(text, a, b))
}

func byPath(text []byte, a, b line) int {
	return cmp.Or(bytes.Compare(text[a.start:a.path], text[b.start:b.path]), byLine(text, a, b))
}

func byLine(text []byte, a, b line) int {
	return bytes.Compare(text[a.start:a.end], text[b.start:b.end])
}

// natural compares two paths: runs of digits as numbers of any size, other bytes
// by value, a prefix before a longer path. Runs that differ only in leading zeros
// compare by bytes, so the result is 0 only for equal paths.
func natural(a, b []byte) int {
	n := min(len(a), len(b))
	for i := 0; i < n; i++ {
		if !scan.IsDigit(a[i]) || !scan.IsDigit(b[i]) {
			if a[i] != b[i] {
				return cmp.Compare(a[i], b[i])
			}
			continue
		}
		x, y := run(a[i:]), run(b[i:])
		if bytes.Equal(x, y) {
			i += len(x) - 1
			continue
		}
		p, q := bytes.TrimLeft(x, "0"), bytes.TrimLeft(y, "0")
		return cmp.Or(cmp.Compare(len(p), len(q)), bytes.Compare(p, q), bytes.Compare(x, y))
	}
	return cmp.Compare(len(a), len(b))
}

// run returns the digits at the start of b.
func run(b []byte) []byte {
	i := 0
	for i < len(b) && scan.IsDigit(b[i]) {
		i++
	}
	return b[:i]
}
