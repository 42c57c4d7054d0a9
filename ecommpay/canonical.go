package ecommpay

import (
	"bytes"
	"fmt"
	"strconv"
	"sync"

	"github.com/payclients/payclients-go/internal/scan"
)

// Limits on a text to sign. Genuine answers stay far below: 1,000 rows of all 55
// fields have 60,000 values, three levels deep.
const (
	maxDepth  = 256     // objects and arrays inside one another
	maxValues = 1 << 20 // names and array elements together
	maxBody   = 1 << 28 // in bytes
)

// Canonical returns the text that is signed for a JSON object: one line
// "path:value" per value, joined by semicolons. For {"b":[true,"x"],"a":1.5} it
// returns a:1.5;b:0:1;b:1:x. It does no I/O and does not change body.
//
//   - A path consists of member names and array indices from 0, joined by
//     colons. A colon inside a name is doubled.
//   - A string is written without quotes and escapes. A number is written as in
//     body. true is 1, false is 0, null is empty. Empty objects and arrays add
//     no line.
//   - Two kinds of members are left out: "signature" in the outermost object,
//     and "frame_mode" at every depth.
//   - Lines are sorted by path in natural order: runs of digits compare as
//     numbers (operations:2 before operations:10), other bytes by value.
//
// Whitespace, the order of members and the way a string is escaped do not
// change the result. Values are not escaped: a semicolon or colon in a value
// can make two different objects look the same. So do not sign strings that a
// stranger chose.
//
// Canonical returns nil and [ErrInvalidRequest] if body
//   - is not exactly one JSON object, or is not UTF-8
//   - has half a surrogate pair in a string, or repeats a name within an object
//   - is nested more than 256 deep
//   - has more than 1,048,576 members and array elements together
//   - is larger than 256 MiB
//   - makes a result longer than 1 MiB plus twice the length of body, as many
//     short values below long names do
//
// Canonical returns no other errors.
func Canonical(body []byte) ([]byte, error) {
	w := newWriter()
	defer w.release()
	if err := w.canonical(body); err != nil {
		return nil, err
	}
	return append([]byte{}, w.result...), nil
}

// writers is a pool of writers. They keep their buffers and the shapes of the
// objects they have seen.
//
//nolint:gochecknoglobals // scratch memory that Canonical, Sign, Verify and all clients share
var writers = sync.Pool{New: func() any { return new(writer) }}

func newWriter() *writer {
	w, _ := writers.Get().(*writer)
	return w
}

// writer makes the text to sign of one body. It is not safe for concurrent use.
type writer struct {
	scanner
	result []byte // the text to sign, in order

	// text and path have their lengths in n and p, because append would store a
	// pointer, which costs time while the garbage collector runs.
	text []byte
	n    int    // bytes used in text
	path []byte // of the value being read, without a colon behind it
	p    int    // bytes used in path

	limit     int // highest n
	values    int
	ends      []int    // where each member of the unfinished objects ends in text
	shapes    []*shape // by depth: the object last read there
	spare     []byte   // buffer for reordering members
	colons    bool     // a name has a colon
	empty     bool     // the body has no members
	signature []byte   // value of the member "signature", as JSON; nil if there is none
	keep      bool     // record lines and do not reorder members
	lines     []line   // the lines, if keep
}

// canonical writes the text to sign of body into w.result, which is valid until
// release. Errors are ErrInvalidRequest. It reads body once: members are written
// as they come and reordered when their object closes.
func (w *writer) canonical(body []byte) error {
	if err := w.write(body, false); err != nil {
		return fmt.Errorf("%w: body: %w", ErrInvalidRequest, err)
	}
	w.result = w.text[:w.n]
	if w.colons {
		// With a colon in a name, members of one object may sort between members
		// of another, so the whole text is sorted.
		w.result = w.sorted(body, byNature)
	}
	return nil
}

// write reads body and fills w.text, and with keep w.lines. It returns the first
// error of the body, or nil.
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
		return w.Err
	}
	w.Spaces()
	if w.Next() != '{' {
		w.Fail("must be a JSON object")
	} else if w.object(1); w.Err == nil {
		if w.Spaces(); w.I < len(body) {
			w.Fail("must end after the object")
		}
	}
	w.n = max(w.n-1, 0) // the last semicolon
	if w.Err == nil {
		return nil
	}
	if w.Err.Rule == scan.RuleUTF8 || w.Err.Rule == scan.RulePair {
		w.Err.Place = placeOf(w.path[:w.p])
	}
	return w.Err
}

// release returns the writer to the pool, or drops it if an unusual body made its
// buffers larger than 4 MiB. w.result is invalid afterwards.
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

// object reads the object whose "{" is at w.I and puts its members in order. A
// failure is in w.Err.
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
		if w.Err != nil {
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

// name reads the name of member k and its colon, and leaves w.I at the value. It
// reports false if that failed; the reason is in w.Err. A name equal to the
// name at k in the object before needs no further check.
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
		if w.Err != nil {
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

// array reads the array whose "[" is at w.I. A failure is in w.Err.
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
		if w.Err != nil {
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

// value reads the value at w.I, which is inside depth objects and arrays. It
// reports whether the value is neither an object nor an array. A failure is in
// w.Err.
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

// extend cuts the path after prefix bytes and appends part.
func (w *writer) extend(prefix int, part []byte) {
	if w.p = prefix + len(part); w.p > len(w.path) {
		w.path = append(w.path[:prefix], make([]byte, 2*len(part)+256)...)
	}
	copy(w.path[prefix:], part)
}

// line appends "path:value;" to the text. It sets w.Err if the text would
// become too long.
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
