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

// newDecoder returns a decoder of data; php selects the rules of DecodePHP. The
// caller must call free when done. newDecoder limits the memory of the decoded
// values: real rows are smaller than their JSON, but empty objects would grow to
// hundreds of times their size.
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

// Decode decodes data, one JSON value, into v, a non-nil pointer. It panics if v
// is anything else, or if v's type is not supported. The package comment lists
// what each Go type accepts.
//
// The JSON must be valid. Names are case-sensitive. A name that occurs twice in an
// object is refused, except within a [json.RawMessage]. Unknown members are
// ignored. A byte order mark before the value is skipped. The error is an
// [*Error]; v is then partly filled.
//
// In a string, half a surrogate pair or a broken UTF-8 byte becomes U+FFFD. A
// field with the tag wire:"strict" refuses it: two ids that differ only there
// would look the same. v may also be a row, see the package comment.
//
// Nothing in v points into data afterwards.
func Decode(data []byte, v any) error {
	target := reflect.ValueOf(v)
	return decode(data, planOf(target.Type().Elem()), target.Elem(), false)
}

// DecodePHP decodes as [Decode] does, for providers written in PHP. PHP prints an
// empty map as []. DecodePHP accepts [] for every struct and map, and sets it to
// its zero value.
func DecodePHP(data []byte, v any) error {
	target := reflect.ValueOf(v)
	return decode(data, planOf(target.Type().Elem()), target.Elem(), true)
}

// decode decodes all of data into target, which must be settable. p is the plan of
// target's type, and php selects the rules of DecodePHP. The error is an *Error.
func decode(data []byte, p *plan, target reflect.Value, php bool) error {
	d := newDecoder(data, php)
	defer d.free()
	return d.finish(d.value(p, d.begin(), target))
}

// begin returns the index of the first byte of the value: the byte after a byte
// order mark and whitespace. It returns len(d.data) if data holds nothing else.
func (d *decoder) begin() int { return skipSpace(d.data, len(d.data)-len(Text(d.data))) }

// finish ends the decoding of a value that ended at i. A negative i means that the
// value had a fault. finish returns nil if only whitespace follows the value.
// Otherwise it returns an *Error: the fault, or an error of KindSyntax if more
// follows.
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

// under puts token, a name or an index, in front of the JSON pointer of the fault.
// It returns -1, the index that stands for a fault.
func (d *decoder) under(token string) int {
	d.fault.Pointer = "/" + escapeToken(token) + d.fault.Pointer
	return -1
}

// failure returns the recorded fault, an *Error. Its offset counts from the index
// from in the data, where the value began.
func (d *decoder) failure(from int) error {
	e := d.fault
	e.Offset -= int64(from)
	if e.Kind == KindSyntax && e.Pointer == "" {
		return syntaxFault(d.data, int(e.Offset))
	}
	return &e
}

// take takes size bytes from the room for decoded values. It reports whether the
// room was large enough.
func (d *decoder) take(size int) bool {
	d.room -= size
	return d.room >= 0
}

// open enters the object or array at i. begin is its first byte, '{' or '['. For a
// filled one, next is the index of its first name or element, and more is true.
// For an empty one, next is the index behind it, and more is false. After a fault,
// for example if another byte stands at i, next is -1 and more is false.
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

// next goes on from i, the end of a value in an object or array. end is the
// closing byte, '}' or ']'. After a comma, next is the index of the next name or
// element, and more is true. At the closing byte, next is the index behind it, and
// more is false. After a fault, next is -1 and more is false.
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

// name reads the name of a member at i, and the colon behind it. It returns the
// decoded name and the index of the member's value, which may be the end of the
// data. After a fault it returns nil and -1.
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

// wrong records a fault of the value at i and returns -1. The fault is of KindType
// if the value is valid JSON, of a kind that does not fit; otherwise it is of
// KindSyntax.
func (d *decoder) wrong(i int) int {
	if end, ok := skipValue(d.data, i, d.depth); !ok {
		return d.fail(KindSyntax, end)
	}
	return d.fail(KindType, i)
}

func (d *decoder) null(i int) bool {
	return len(d.data)-i >= 4 && string(d.data[i:i+4]) == "null"
}

// empty returns the index behind the value at i if that value leaves a struct or
// map empty: null, and with the rules of PHP also []. It returns 0 for any other
// value.
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
