package wire

import (
	"reflect"
	"sync"

	"github.com/govalues/decimal"
)

// decoder reads one JSON text. A reading method takes the index of the first byte
// of a value, and returns the index behind the value, or -1 after a fault.
//
// Decoders are pooled because they remember strings. The strings have bytes of their
// own: a pooled decoder does not keep data alive.
type decoder struct {
	data  []byte
	php   bool
	depth int
	room  int // bytes that the decoded values may still take
	fault Error
	odd   bool // a string had an odd character, or a time an unknown layout

	tolerant bool     // members may not fit, except those with a rule of refuse
	refuse   rule     // the rules of members that have to fit
	unread   []string // pointers of the members that did not fit
	loose    bool     // names may repeat within unknown members

	names [][]byte // member names of the open unknown objects, see distinct

	day      [2]uint64 // the last date, as its bytes
	midnight int64     // the Unix time when that day begins

	decimals []decimal.Decimal // room for the next ones
	ints     []int64

	last  [slots]string // the last plain string of a field, by its slot
	cache [slots]string // strings by hash
}

const slots = 256

var decoders = sync.Pool{New: func() any { return new(decoder) }}

// newDecoder returns a decoder of data and limits the memory of the decoded values:
// real rows are smaller than their JSON, but empty objects would grow to hundreds
// of times their size.
func newDecoder(data []byte, php bool) *decoder {
	d, _ := decoders.Get().(*decoder)
	d.data, d.php, d.depth, d.room = data, php, 0, 2*len(data)+16<<20
	d.tolerant, d.refuse, d.loose = false, ruleStrict|ruleID, false
	return d
}

func (d *decoder) free() {
	d.data, d.fault = nil, Error{}
	if cap(d.names) > 1024 {
		d.names = nil
	}
	clear(d.names[:cap(d.names)]) // which point into data
	d.names = d.names[:0]
	decoders.Put(d)
}

// Decode decodes data, one JSON value, into v, a non-nil pointer. The JSON must be
// valid; names are case-sensitive; a name that occurs twice in an object is refused,
// except within a [json.RawMessage]; unknown members are ignored. The package comment
// lists what each Go type accepts. A byte order mark before the value is skipped. The
// error is an [*Error]; v is then partly filled.
//
// In a string, half a surrogate pair or a broken UTF-8 byte becomes U+FFFD. A field
// with the tag wire:"strict" refuses it: two ids that differ only there would look
// the same. v may also be a row, see the package comment.
//
// Nothing in v points into data afterwards.
func Decode(data []byte, v any) error {
	target := reflect.ValueOf(v)
	return decode(data, planOf(target.Type().Elem()), target.Elem(), false)
}

// DecodePHP is [Decode] for providers written in PHP, which prints an empty map as
// []. DecodePHP accepts [] for every struct and map, and leaves it empty.
func DecodePHP(data []byte, v any) error {
	target := reflect.ValueOf(v)
	return decode(data, planOf(target.Type().Elem()), target.Elem(), true)
}

// decode reads all of data into target.
func decode(data []byte, p *plan, target reflect.Value, php bool) error {
	d := newDecoder(data, php)
	defer d.free()
	return d.finish(d.value(p, d.begin(), target))
}

// begin returns the index of the first byte behind a byte order mark and whitespace.
func (d *decoder) begin() int { return skipSpace(d.data, len(d.data)-len(Text(d.data))) }

// finish checks that only whitespace is behind the value that ended at i, if i is not
// negative, and returns the fault.
func (d *decoder) finish(i int) error {
	if i >= 0 {
		if i = skipSpace(d.data, i); i == len(d.data) {
			return nil
		}
		d.fail(KindSyntax, i)
	}
	return d.failure(0)
}

func (d *decoder) fail(kind string, at int) int {
	d.fault = Error{Kind: kind, Offset: int64(at)}
	return -1
}

// under puts a name or an index in front of the pointer of the fault.
func (d *decoder) under(token string) int {
	d.fault.Pointer = "/" + escapeToken(token) + d.fault.Pointer
	return -1
}

// failure returns the fault of the value that began at from, with an offset from there.
func (d *decoder) failure(from int) error {
	e := d.fault
	e.Offset -= int64(from)
	if e.Kind == KindSyntax && e.Pointer == "" {
		return syntaxFault(d.data, int(e.Offset))
	}
	return &e
}

// take takes size bytes of the room, and reports whether there was enough.
func (d *decoder) take(size int) bool {
	d.room -= size
	return d.room >= 0
}

// open enters the object or array at i, whose first byte has to be begin. more is
// false if the object or array is empty, and after a fault.
func (d *decoder) open(i int, begin byte) (next int, more bool) {
	if i == len(d.data) || d.data[i] != begin {
		return d.wrong(i), false
	}
	if d.depth++; d.depth > maxDepth {
		return d.fail(KindSyntax, i), false
	}
	if i = skipSpace(d.data, i+1); i < len(d.data) && d.data[i] == begin+2 { // see skipValue
		d.depth--
		return i + 1, false
	}
	return i, true
}

// next goes from the end of a value to the next value. more is false if the object or
// array ends there, and after a fault.
func (d *decoder) next(i int, end byte) (next int, more bool) {
	i = skipSpace(d.data, i)
	switch {
	case i < len(d.data) && d.data[i] == ',':
		return skipSpace(d.data, i+1), true
	case i < len(d.data) && d.data[i] == end:
		d.depth--
		return i + 1, false
	}
	return d.fail(KindSyntax, i), false
}

// name reads a name and returns the index of its value.
func (d *decoder) name(i int) (name []byte, next int) {
	if i == len(d.data) || d.data[i] != '"' {
		return nil, d.fail(KindSyntax, i)
	}
	name, i = d.text(i)
	if i < 0 {
		return nil, i
	}
	if i = skipSpace(d.data, i); i == len(d.data) || d.data[i] != ':' {
		return nil, d.fail(KindSyntax, i)
	}
	return name, skipSpace(d.data, i+1)
}

// wrong fails because the value at i is of a kind that does not fit, or is not valid.
func (d *decoder) wrong(i int) int {
	if end, ok := skipValue(d.data, i, d.depth); !ok {
		return d.fail(KindSyntax, end)
	}
	return d.fail(KindType, i)
}

func (d *decoder) null(i int) bool {
	return len(d.data)-i >= 4 && string(d.data[i:i+4]) == "null"
}

// empty returns the index behind a value that leaves an object empty: null, and for
// PHP []. It returns 0 for any other value.
func (d *decoder) empty(i int) (end int) {
	if d.null(i) {
		return i + 4
	}
	if d.php && i < len(d.data) && d.data[i] == '[' {
		if i = skipSpace(d.data, i+1); i < len(d.data) && d.data[i] == ']' {
			return i + 1
		}
	}
	return 0
}
