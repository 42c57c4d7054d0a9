package wire

import (
	"reflect"
	"sync"

	"github.com/govalues/decimal"
)

// decoder reads one text. A reading method takes the index of the first byte of
// a value, and returns the index behind the value, or -1 after a fault.
//
// Decoders are pooled for their memory of texts. What they remember has its own
// bytes, and they forget the text itself.
type decoder struct {
	data  []byte
	php   bool
	depth int
	room  int // for what the text unfolds to, in bytes
	fault Error
	odd   bool // a text had an odd character, or a time an unknown layout

	tolerant bool     // a member that does not fit is no error, unless it is one of refuse
	refuse   rule     // the members that have to fit
	unread   []string // pointers of those that did not
	loose    bool     // names may repeat within members that are not known

	names [][]byte // of the members of unknown objects that are open, see distinct

	day      [2]uint64 // the last date, as it was written
	midnight int64     // of it

	decimals []decimal.Decimal // room for the next ones
	ints     []int64

	last  [slots]string // the last plain text of a field, by its slot
	cache [slots]string // texts by hash
}

const slots = 256

var decoders = sync.Pool{New: func() any { return new(decoder) }}

// newDecoder bounds what data unfolds to: real rows are larger as text than in
// memory, empty objects would grow to hundreds of times their size.
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

// Decode decodes data, one JSON value, into v, a pointer. The text must be
// valid; names are case-sensitive; a name that occurs twice in an object is
// refused, except within a [json.RawMessage]; unknown members are ignored. The
// package comment tells what each Go type takes. A byte order mark before the
// value is skipped. The error is an [*Error]; v is then partly filled.
//
// In a text half a surrogate pair or a broken UTF-8 byte is U+FFFD. In a field
// with the tag wire:"strict" it is refused: two ids that differ there only would
// look the same. v may also be a row, see the package comment.
//
// Nothing in v points into data afterwards.
func Decode(data []byte, v any) error {
	target := reflect.ValueOf(v)
	return decode(data, planOf(target.Type().Elem()), target.Elem(), false)
}

// DecodePHP is [Decode] for providers written in PHP, where an empty map is
// printed as []: that is accepted for every struct and map, and leaves it
// empty.
func DecodePHP(data []byte, v any) error {
	target := reflect.ValueOf(v)
	return decode(data, planOf(target.Type().Elem()), target.Elem(), true)
}

// decode reads all of data into target.
func decode(data []byte, p *plan, target reflect.Value, php bool) error {
	d := newDecoder(data, php)
	defer d.free()
	i := d.value(p, d.begin(), target)
	if i >= 0 {
		if i = skipBlanks(data, i); i == len(data) {
			return nil
		}
		d.fail(KindSyntax, i)
	}
	return d.failure(0)
}

// begin returns the index of the first byte that is neither a byte order mark nor
// a blank.
func (d *decoder) begin() int { return skipBlanks(d.data, len(d.data)-len(Text(d.data))) }

func (d *decoder) fail(kind string, at int) int {
	d.fault = Error{Kind: kind, Offset: int64(at)}
	return -1
}

// under puts a name or an index in front of the pointer of the fault.
func (d *decoder) under(token string) int {
	d.fault.Pointer = "/" + escapeToken(token) + d.fault.Pointer
	return -1
}

// failure returns the fault of the value that began at from.
func (d *decoder) failure(from int) error {
	e := d.fault
	e.Offset -= int64(from)
	if e.Kind == KindSyntax && e.Pointer == "" {
		return syntaxFault(d.data, int(e.Offset))
	}
	return &e
}

// take reports whether there is room for size bytes more.
func (d *decoder) take(size int) bool {
	d.room -= size
	return d.room >= 0
}

// open goes into the object or array at i, which ends with end. more is false
// where that is empty, or after a fault.
func (d *decoder) open(i int, end byte) (next int, more bool) {
	if d.depth++; d.depth > maxDepth {
		return d.fail(KindSyntax, i), false
	}
	if i = skipBlanks(d.data, i+1); i < len(d.data) && d.data[i] == end {
		d.depth--
		return i + 1, false
	}
	return i, true
}

// next goes from the end of a value to the next one. more is false behind the
// object or array, and after a fault.
func (d *decoder) next(i int, end byte) (next int, more bool) {
	i = skipBlanks(d.data, i)
	switch {
	case i < len(d.data) && d.data[i] == ',':
		return skipBlanks(d.data, i+1), true
	case i < len(d.data) && d.data[i] == end:
		d.depth--
		return i + 1, false
	}
	return d.fail(KindSyntax, i), false
}

// name reads a name and goes to the value.
func (d *decoder) name(i int) (name []byte, next int) {
	if i == len(d.data) || d.data[i] != '"' {
		return nil, d.fail(KindSyntax, i)
	}
	name, i = d.text(i)
	if i < 0 {
		return nil, i
	}
	if i = skipBlanks(d.data, i); i == len(d.data) || d.data[i] != ':' {
		return nil, d.fail(KindSyntax, i)
	}
	return name, skipBlanks(d.data, i+1)
}

// wrong is a value of a kind that does not fit, or no value at all.
func (d *decoder) wrong(i int) int {
	if end, ok := skipValue(d.data, i, d.depth); !ok {
		return d.fail(KindSyntax, end)
	}
	return d.fail(KindType, i)
}

func (d *decoder) null(i int) bool {
	return len(d.data)-i >= 4 && string(d.data[i:i+4]) == "null"
}

// empty returns the index behind a value that leaves an object empty: null, and
// in PHP's way []. It is 0 for all else.
func (d *decoder) empty(i int) (end int) {
	if d.null(i) {
		return i + 4
	}
	if d.php && i < len(d.data) && d.data[i] == '[' {
		if i = skipBlanks(d.data, i+1); i < len(d.data) && d.data[i] == ']' {
			return i + 1
		}
	}
	return 0
}
