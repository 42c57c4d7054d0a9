package ecommpay

import (
	"bytes"
	"fmt"
	"strconv"
	"sync"

	"github.com/payclients/payclients-go/internal/scan"
)

// What a text to sign may be made of. A genuine answer is far below: 1,000 rows
// of all 55 fields are 60,000 values, three deep.
const (
	maxDepth  = 256     // objects and arrays within one another
	maxValues = 1 << 20 // names and elements
	maxBody   = 1 << 28 // bytes
)

// Canonical gives the text to sign of a JSON object: a line "path:value" per
// value, joined by semicolons.
//
//   - The path is made of names and of indices from 0, joined by colons; a colon
//     in a name is doubled.
//   - Texts stand unescaped, numbers as they are written; true is 1, false is 0,
//     null is empty. Empty objects and arrays leave nothing.
//   - The member "signature" of the object itself is left out, and members named
//     "frame_mode" at any depth.
//   - Lines are in natural order of their paths: digits compare as numbers
//     (operations:2 before operations:10), all else by bytes.
//
// Neither blanks nor the order of members nor the spelling of a text change the
// result. Nothing is escaped: a semicolon or a colon in a value can make two
// objects look the same, so do not sign texts that a stranger chose.
//
// The body must be a JSON object in valid UTF-8, in which no name occurs twice in
// one object, at most 256 deep and of at most 1,048,576 values; else the error is
// [ErrInvalidRequest]. So it is where short values below long names would make a
// text of more than twice the size of the body and 1 MiB.
func Canonical(body []byte) ([]byte, error) {
	w := newWriter()
	defer w.release()
	if err := w.canonical(body); err != nil {
		return nil, err
	}
	return append([]byte{}, w.result...), nil
}

// writers keep their memory, and what they have learned of the shapes of objects.
//
//nolint:gochecknoglobals // scratch memory that Canonical, Sign, Verify and all clients share
var writers = sync.Pool{New: func() any { return new(writer) }}

func newWriter() *writer {
	w, _ := writers.Get().(*writer)
	return w
}

// writer makes a text to sign.
type writer struct {
	scanner
	result []byte // the text in order

	// Lengths stand beside the buffers: to append would store a pointer, which
	// costs while the garbage collector runs.
	text []byte
	n    int    // of text
	path []byte // of the value that is read, without a colon at the end
	p    int    // of path

	limit     int // of n
	values    int
	ends      []int    // where the members of the open objects end in text
	shapes    []*shape // of the object last read at a depth
	spare     []byte   // for putting members in order
	colons    bool     // a name has a colon
	empty     bool     // the body has no members
	signature []byte   // its member of that name, as JSON; nil if there is none
	keep      bool     // lines, and members as they come
	lines     []line   // with keep
}

// canonical makes the text to sign of body, which is valid until the release. It
// takes one pass: the members of an object are written as they come and put in
// order when it closes; the elements of an array are in order.
func (w *writer) canonical(body []byte) error {
	if err := w.write(body, false); err != nil {
		return fmt.Errorf("%w: body: %w", ErrInvalidRequest, err)
	}
	w.result = w.text[:w.n]
	if w.colons {
		// A colon in a name may put the members of one object among those of
		// another, so the whole text is to be sorted.
		w.result = w.sorted(body, byNature)
	}
	return nil
}

func (w *writer) write(body []byte, keep bool) error {
	w.scanner = scanner{Scanner: scan.Scanner{Body: body}, unescaped: w.unescaped[:0]}
	w.limit = 2*len(body) + 1<<20
	if size := len(body) + len(body)/2; len(w.text) < size {
		w.text = make([]byte, size)
	}
	w.n, w.p, w.ends, w.lines = 0, 0, w.ends[:0], w.lines[:0]
	w.values, w.colons, w.empty, w.signature, w.keep = 0, false, false, nil, keep
	if len(body) > maxBody {
		w.Fail("must not be larger than 256 MiB")
		return w.Fault
	}
	w.Spaces()
	if w.Next() != '{' {
		w.Fail("must be a JSON object")
	} else if w.object(1); w.Fault == nil {
		if w.Spaces(); w.I < len(body) {
			w.Fail("must end after the object")
		}
	}
	w.n = max(w.n-1, 0) // the last semicolon
	if w.Fault == nil {
		return nil
	}
	if w.Fault.Rule == scan.RuleUTF8 || w.Fault.Rule == scan.RulePair {
		w.Fault.Place = placeOf(w.path[:w.p])
	}
	return w.Fault
}

// release gives the writer back, without memory that only an unusual body needs.
func (w *writer) release() {
	const most = 4 << 20
	names := 0
	for _, s := range w.shapes {
		if s != nil {
			names += cap(s.names)
		}
	}
	w.scanner, w.result, w.signature = scanner{unescaped: w.unescaped[:0]}, nil, nil
	if max(len(w.text), cap(w.spare), cap(w.unescaped), len(w.path), 8*cap(w.ends), 24*cap(w.lines), names) <= most {
		writers.Put(w)
	}
}

// object reads an object, which is open at w.I, and puts its members in order.
func (w *writer) object(depth int) {
	if depth > 1 {
		w.extend(w.p, []byte(":"))
	}
	s, prefix := w.shape(depth), w.p
	first, start := len(w.ends), w.n
	w.I++
	if w.Spaces(); w.Next() == '}' {
		w.I++
		w.empty = depth == 1
		return
	}
	for k := 0; ; k++ {
		w.p = prefix
		if !w.name(s, k) {
			return
		}
		m := &s.members[k]
		w.extend(prefix, s.names[m.path:m.end-1])
		from, before, lines := w.I, w.n, len(w.lines)
		if leaf := w.value(depth); leaf != m.leaf {
			m.leaf, s.ordered = leaf, false
		}
		if w.Fault != nil {
			return
		}
		if m.frameMode || m.signature && depth == 1 {
			w.n, w.lines = before, w.lines[:lines]
			if m.signature {
				w.signature = w.Body[from:w.I:w.I]
			}
		}
		w.ends = append(w.ends, w.n)
		w.Spaces()
		if w.Next() == '}' {
			w.I++
			break
		}
		if !w.Comma() {
			return
		}
	}
	if !s.close(len(w.ends) - first) {
		w.Fail("must not repeat a name within an object")
		return
	}
	w.colons = w.colons || s.colons
	if !w.keep {
		w.arrange(s.order, w.ends[first:], start)
	}
	w.ends = w.ends[:first]
}

// name reads the name of member k and goes to its value. Most objects are like
// the one before, whose names are known to be good.
func (w *writer) name(s *shape, k int) bool {
	if token := s.token(k); token != nil && bytes.HasPrefix(w.Body[w.I:], token) {
		w.I += len(token)
	} else {
		if w.Next() != '"' {
			return w.Fail("must have a name here")
		}
		s.cut(k)
		from := w.I
		name := w.string()
		if w.Fault != nil {
			return false
		}
		s.learn(name, w.Body[from:w.I])
	}
	w.Spaces()
	if w.Next() != ':' {
		return w.Fail("must have a colon here")
	}
	w.I++
	w.Spaces()
	return true
}

func (w *writer) array(depth int) {
	w.extend(w.p, []byte(":"))
	prefix := w.p
	w.I++
	if w.Spaces(); w.Next() == ']' {
		w.I++
		return
	}
	for k := 0; ; k++ {
		var digits [20]byte
		w.extend(prefix, strconv.AppendInt(digits[:0], int64(k), 10))
		w.value(depth)
		if w.Fault != nil {
			return
		}
		w.Spaces()
		if w.Next() == ']' {
			w.I++
			return
		}
		if !w.Comma() {
			return
		}
	}
}

// value reads the value at w.I, which stands within depth objects and arrays,
// and reports whether it is neither.
func (w *writer) value(depth int) (leaf bool) {
	if w.values++; w.values > maxValues {
		return w.Fail("must not have more than 1,048,576 values")
	}
	switch c := w.Next(); c {
	case '{', '[':
		switch {
		case depth == maxDepth:
			return w.Fail("must not be nested more than 256 deep")
		case c == '{':
			w.object(depth + 1)
		default:
			w.array(depth + 1)
		}
		return false
	case '"':
		w.line(w.string())
	case 't':
		w.Literal("true")
		w.line([]byte("1"))
	case 'f':
		w.Literal("false")
		w.line([]byte("0"))
	case 'n':
		w.Literal("null")
		w.line(nil)
	default:
		w.line(w.Number())
	}
	return true
}

// extend puts a part at prefix into the path, where it ends.
func (w *writer) extend(prefix int, part []byte) {
	if w.p = prefix + len(part); w.p > len(w.path) {
		w.path = append(w.path[:prefix], make([]byte, 2*len(part)+256)...)
	}
	copy(w.path[prefix:], part)
}

// line writes the path with its value.
func (w *writer) line(value []byte) {
	size := w.p + len(value) + 2
	if w.n+size > w.limit {
		w.Fail("must not need a text of more than twice its size and 1 MiB")
		return
	}
	if w.n+size > len(w.text) {
		w.text = append(w.text, make([]byte, max(size, len(w.text)/2))...)
	}
	to := w.text[w.n : w.n+size]
	copy(to, w.path[:w.p])
	to[w.p] = ':'
	copy(to[w.p+1:], value)
	to[size-1] = ';'
	if w.keep {
		w.lines = append(w.lines, line{w.n, w.n + w.p, w.n + size - 1})
	}
	w.n += size
}
