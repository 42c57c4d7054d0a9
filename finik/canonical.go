package finik

import (
	"fmt"
	"strconv"

	"github.com/payclients/payclients-go/internal/scan"
)

// maxDepth is how many objects and arrays may be nested. The service's own
// payloads are five deep.
const maxDepth = 1000

// CanonicalJSON returns body in the spelling that the signature covers: as the
// service's JavaScript prints body after parsing it. Send exactly these bytes.
// CanonicalJSON does no I/O and does not change body. The result of a canonical
// body is the same bytes.
//
//   - Whitespace between values is left out. Strings are escaped as by
//     JSON.stringify: quotes, backslashes and control characters only.
//   - Numbers have the fewest digits: 10.50 becomes 10.5, 1E5 becomes 100000,
//     -0 becomes 0. A number in quotes is a string: "150.00" stays.
//   - Names that are array indices (0 to 4294967294, without leading zeros)
//     come first, in numeric order.
//   - The other names of the outermost object follow in the order of
//     localeCompare: punctuation, digits, letters in either case. In inner
//     objects the other names follow in the order of UTF-16 code units. Arrays
//     keep their order.
//
// CanonicalJSON returns nil and [ErrInvalidRequest] for what other parsers may
// read differently. The error names the byte offset. The cases are:
//
//   - a body that is not valid JSON, not an object, or an empty object
//   - anything except whitespace after the object
//   - invalid UTF-8, or half a surrogate pair
//   - a name repeated within an object
//   - a name of the outermost object that is __proto__ or not printable ASCII
//   - a number with more digits than a float64 keeps, or beyond the range of a
//     float64
//   - an integer beyond ±9007199254740991 with more than 15 significant digits
//   - more than 1,000 levels
func CanonicalJSON(body []byte) ([]byte, error) {
	w := newWriter(make([]byte, 0, len(body)+len(body)/8), body, false)
	if err := w.write(); err != nil {
		return nil, err
	}
	return w.out, nil
}

// writer prints a JSON text as JavaScript would, in one pass: members are written
// as they come and reordered when their object closes. It is not safe for
// concurrent use.
type writer struct {
	scan.Scanner
	out      []byte
	received bool // a webhook body: fewer things are refused, and inner objects keep their order
	depth    int
	members  []member // of the unfinished objects
	member   []byte   // name of the outermost object's member being read
	spare    []byte   // buffer for reordering members
	sorted   []member // buffer for finding repeated names
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
	if w.Err != nil {
		if odd := w.Err.Rule == scan.RuleUTF8 || w.Err.Rule == scan.RulePair; odd && scan.IsWord(w.member) {
			w.Err.Place = ", member " + string(w.member)
		}
		return fmt.Errorf("%w: body: %w", ErrInvalidRequest, w.Err)
	}
	return nil
}

// elements prints an array that is the whole body: as an object with the indices
// as names, because the service copies it member by member.
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

// object prints an object. top means the outermost one, which has its own order.
func (w *writer) object(top bool) {
	w.out = append(w.out, '{')
	start, first, ordered := len(w.out), len(w.members), true
	w.list('}', func(k int) {
		m := w.name(top)
		if w.Err != nil {
			return
		}
		if ordered && k > 0 && w.members[len(w.members)-1].compare(m, top) >= 0 {
			ordered = false
		}
		// The index is kept, because reading the value appends to members and
		// removes again.
		w.members = append(w.members, m)
		at := len(w.members) - 1
		w.value()
		w.members[at].to = len(w.out)
	})
	if w.Err == nil && !ordered {
		w.arrange(w.members[first:], start, top)
	}
	if top && !w.received && len(w.members) == first {
		w.Fail("must have a member")
	}
	w.members = w.members[:first]
	w.out = append(w.out, '}')
}

// list reads what is between brackets, calls item for each part and prints
// commas.
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
		if w.Err != nil {
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

// name prints a name and its colon, and moves to the value. A failure is in
// w.Err.
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
	if w.Err != nil {
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
