package finik

import (
	"fmt"
	"strconv"

	"github.com/payclients/payclients-go/internal/scan"
)

// maxDepth is how many objects and arrays may stand within one another. The
// service's own payloads are five deep.
const maxDepth = 1000

// CanonicalJSON gives the one spelling of a JSON object that the service's
// JavaScript prints when it has parsed it, so that the signature over it holds.
// The bytes that are signed are to be the bytes that are sent.
//
//   - No blanks. Texts are escaped as JSON.stringify does: quotes, backslashes
//     and control characters only.
//   - Numbers have the fewest digits: 10.50 is 10.5, 1E5 is 100000, -0 is 0. A
//     text keeps what it has: "150.00" stays.
//   - Names that are array indices (0 to 4294967294, without leading zeros) come
//     first, in numeric order. The others follow in the object itself as
//     localeCompare has them (punctuation, digits, letters whatever their case),
//     and in objects within by UTF-16 code units. Arrays keep their order.
//
// What other readers may understand otherwise is [ErrInvalidRequest], with the
// byte that it is about: a body that is no object or an empty one; anything but
// blanks after it; invalid UTF-8; half a surrogate pair; a name that occurs twice
// in one object; a name of the object itself that has other characters than
// printable ASCII, or that is __proto__; a number that is not exactly what a
// double of the same value prints; an integer beyond ±9007199254740991 of more
// than 15 significant digits; more than 1,000 levels.
//
// The result is canonical itself: it comes out as it went in. The body that is
// given is not changed.
func CanonicalJSON(body []byte) ([]byte, error) {
	w := newWriter(make([]byte, 0, len(body)+len(body)/8), body, false)
	if err := w.write(); err != nil {
		return nil, err
	}
	return w.out, nil
}

// writer prints a JSON text as JavaScript would, in one pass: the members of an
// object are written as they come and put in order when it closes.
type writer struct {
	scan.Scanner
	out      []byte
	received bool // a callback's body: less is refused, and nested order is kept
	depth    int
	members  []member // of the open objects
	member   []byte   // of the object itself, that is read
	spare    []byte   // for putting members in order
	sorted   []member // for finding names that repeat
}

func newWriter(dst, body []byte, received bool) writer {
	return writer{
		Scanner: scan.Scanner{Body: body}, out: dst, received: received,
		members: make([]member, 0, 8),
	}
}

func (w *writer) write() error {
	w.Spaces()
	switch c := w.Next(); {
	case c == '{':
		w.object(true)
	case w.received && c == '[':
		w.elements()
	case w.received && c == 'n':
		w.Literal("null") // printed as no body at all
	default:
		w.Fail("must be a JSON object")
	}
	if w.Spaces(); w.I < len(w.Body) {
		w.Fail("must end after the object")
	}
	if w.Fault != nil {
		if odd := w.Fault.Rule == scan.RuleUTF8 || w.Fault.Rule == scan.RulePair; odd && scan.IsWord(w.member) {
			w.Fault.Place = ", member " + string(w.member)
		}
		return fmt.Errorf("%w: body: %w", ErrInvalidRequest, w.Fault)
	}
	return nil
}

// elements prints the array that is the whole body: an object with the indices
// as names, for the service copies it member by member.
func (w *writer) elements() {
	w.out = append(w.out, '{')
	w.list(']', func(k int) {
		w.out = append(w.out, '"')
		w.out = strconv.AppendInt(w.out, int64(k), 10)
		w.out = append(w.out, '"', ':')
		w.value()
	})
	w.out = append(w.out, '}')
}

func (w *writer) array() {
	w.out = append(w.out, '[')
	w.list(']', func(int) { w.value() })
	w.out = append(w.out, ']')
}

// object prints an object. That of the whole body has its own order.
func (w *writer) object(top bool) {
	w.out = append(w.out, '{')
	start, first, ordered := len(w.out), len(w.members), true
	w.list('}', func(k int) {
		m := w.name(top)
		if w.Fault != nil {
			return
		}
		if ordered && k > 0 && w.members[len(w.members)-1].compare(m, top) >= 0 {
			ordered = false
		}
		// The place is kept before the value, whose members come and go behind it.
		w.members = append(w.members, m)
		at := len(w.members) - 1
		w.value()
		w.members[at].to = len(w.out)
	})
	if w.Fault == nil && !ordered {
		w.arrange(w.members[first:], start, top)
	}
	if top && !w.received && len(w.members) == first {
		w.Fail("must have a member")
	}
	w.members = w.members[:first]
	w.out = append(w.out, '}')
}

// list reads what stands between brackets and prints it with commas.
func (w *writer) list(end byte, item func(k int)) {
	if w.depth++; w.depth > maxDepth {
		w.Fail("must not be nested more than 1,000 deep")
		return
	}
	defer func() { w.depth-- }()
	w.I++
	if w.Spaces(); w.Next() == end {
		w.I++
		return
	}
	for k := 0; ; k++ {
		item(k)
		if w.Fault != nil {
			return
		}
		w.Spaces()
		if w.Next() == end {
			w.I++
			return
		}
		if w.Next() != ',' {
			w.Fail("must have a comma or a closing bracket here")
			return
		}
		w.I++
		w.Spaces()
		w.out = append(w.out, ',')
	}
}

// name prints a name with its colon and goes to the value.
func (w *writer) name(top bool) member {
	if w.Next() != '"' {
		w.Fail("must have a name here")
		return member{}
	}
	from := len(w.out)
	if top {
		w.member = nil
	}
	m := member{from: from, name: w.text()}
	if w.Fault != nil {
		return m
	}
	if top {
		w.member = m.name
	}
	m.index = arrayIndex(m.name)
	if top && !w.received && !sortable(m.name) {
		w.Fail("must have names of printable ASCII other than __proto__")
		return m
	}
	if w.Spaces(); w.Next() != ':' {
		w.Fail("must have a colon here")
		return m
	}
	w.I++
	w.Spaces()
	w.out = append(w.out, ':')
	return m
}

func (w *writer) value() {
	switch w.Next() {
	case '{':
		w.object(false)
	case '[':
		w.array()
	case '"':
		w.text()
	case 't':
		w.Literal("true")
		w.out = append(w.out, "true"...)
	case 'f':
		w.Literal("false")
		w.out = append(w.out, "false"...)
	case 'n':
		w.Literal("null")
		w.out = append(w.out, "null"...)
	default:
		w.number()
	}
}
