package wire

import (
	"reflect"
	"sync"

	"github.com/govalues/decimal"
)

// decoder reads one JSON text. newDecoder makes it, and free puts it back into a
// pool. It is not safe for concurrent use. A method that reads a value takes i,
// the index of the value's first byte in data. It returns the index behind the
// value. If the value cannot be read, the method stores an error in the field err
// and returns -1. Comments of this package call this "after an error", and call
// the error in err "the recorded error".
//
// Decoders are pooled because they remember strings. The strings are copies: a
// pooled decoder does not keep data in memory.
type decoder struct {
	data  []byte // the JSON text
	php   bool   // [] may stand for an empty object, see DecodePHP
	depth int    // number of arrays and objects that are open
	room  int    // bytes of memory that the decoded values may still take; negative after they took more
	err   Error  // the error recorded last; Kind is "" if there is none yet
	odd   bool   // the last member has a string with half a surrogate pair or broken UTF-8, or a time in an unknown layout

	// These describe the row that is read, see the package comment.
	tolerant bool     // decoding goes on without a member that does not fit; true in a row with a field Unread
	refuse   rule     // a member with one of these rules has to fit, even if tolerant is true
	unread   []string // JSON pointers of the members that did not fit
	loose    bool     // names may repeat within unknown members

	names [][]byte // member names of the objects that are open, see distinct

	day      [2]uint64 // the bytes of the last date that usualTime read; zero at first
	midnight int64     // the Unix time, in seconds, when that day begins in UTC

	decimals []decimal.Decimal // free elements for the next values, see allocate
	ints     []int64           // the same for integers

	last  [slots]string // the last string without escapes that a field had, by the slot of the field
	cache [slots]string // remembered strings, by their hash
}

const slots = 256

var decoders = sync.Pool{New: func() any { return new(decoder) }}

// newDecoder returns a decoder for data. The caller must not change data until it
// calls free, and must call free once when done. If php is true, the decoder
// accepts [] in place of an object, as [DecodePHP] does.
//
// The memory of the decoded values is limited to 16 MiB plus twice len(data). If
// the values need more, decoding fails with an error of KindRange. Real rows need
// less than their JSON, but an array of empty objects would grow to hundreds of
// times its size.
func newDecoder(data []byte, php bool) *decoder {
	d, _ := decoders.Get().(*decoder)
	d.data, d.php, d.depth, d.room = data, php, 0, 2*len(data)+16<<20
	d.tolerant, d.refuse, d.loose = false, ruleStrict|ruleID, false
	return d
}

func (d *decoder) free() {
	d.data, d.err = nil, Error{}
	if cap(d.names) > 1024 {
		d.names = nil
	}
	clear(d.names[:cap(d.names)]) // which point into data
	d.names = d.names[:0]
	decoders.Put(d)
}

// Decode decodes data, one JSON value, into v, a non-nil pointer. It panics if v
// is anything else, or if v's type is not supported. The package comment lists
// what each Go type accepts. A field whose member is missing in data keeps its
// value. Nothing in v points into data afterwards.
//
// v may point to a row, a struct with a field Unread. If a member of a row has an
// error of KindType or KindRange, Decode sets the member to zero, adds its JSON
// pointer to Unread and goes on. For a member tagged wire:"strict" or wire:"id",
// and when the memory is used up, Decode returns the error instead. Errors of
// KindSyntax and KindDuplicate are always returned. The package comment lists the
// tags that change these rules.
//
// Names are case-sensitive, and unknown members are ignored. A byte order mark
// before the value is skipped. In a string, half a surrogate pair or a broken
// UTF-8 byte becomes U+FFFD. A field tagged wire:"strict" or wire:"id" refuses
// such a string: two ids that differ only there would look the same.
//
// The error is an [*Error], and v may then be partly filled. The kinds are:
//
//   - KindSyntax: JSON that is not valid or has more than 10,000 levels; half a surrogate pair or broken UTF-8 in a
//     string for a field tagged wire:"strict" or wire:"id".
//   - KindDuplicate: a name that occurs twice in an object, except within a [json.RawMessage].
//   - KindRange, for a field tagged wire:"whole": a number that is not an int64 in digits, perhaps after a minus sign
//     (10.0 and 1e1 are refused); any string except "" that does not hold such an int64.
//   - KindRange, for any other integer or decimal field: a number that the field cannot hold exactly, alone or in a
//     string; any number or string of more than 64 bytes.
//   - KindRange, for data as a whole: the values take more memory than 16 MiB plus twice len(data).
//   - KindType: any other value that does not fit, such as an object for an int.
//
// If a method UnmarshalJSON returns an error that is or wraps an *Error, the error
// of Decode has the kind of that *Error. Otherwise it is of KindType.
func Decode(data []byte, v any) error {
	target := reflect.ValueOf(v)
	return decode(data, planOf(target.Type().Elem()), target.Elem(), false)
}

// DecodePHP does what [Decode] does, with one difference for providers written in
// PHP, which print an empty map as []. Anywhere in v, DecodePHP accepts [] in
// place of the object for a struct or map: the struct becomes its zero value, and
// the map becomes nil. A type that Decode fills by its method UnmarshalJSON is an
// exception: its method gets the [].
func DecodePHP(data []byte, v any) error {
	target := reflect.ValueOf(v)
	return decode(data, planOf(target.Type().Elem()), target.Elem(), true)
}

// decode decodes all of data into target, which must be settable. p is the plan of
// target's type. If php is true, decode accepts [] in place of an object, as
// [DecodePHP] does. The error is nil or an *Error of a kind that [Decode] lists.
// After an error target may be partly filled.
func decode(data []byte, p *plan, target reflect.Value, php bool) error {
	d := newDecoder(data, php)
	defer d.free()
	return d.finish(d.value(p, d.begin(), target))
}

// begin returns the index of the first byte of the value in d.data: the byte
// after a byte order mark and whitespace. It returns len(d.data) if data holds
// nothing else.
func (d *decoder) begin() int { return skipSpace(d.data, len(d.data)-len(Text(d.data))) }

// finish checks what follows the value in d.data, after the value was read. i is
// the index behind the value, or -1 if reading the value failed. finish returns
// nil if i is not negative and only whitespace follows. If i is negative, finish
// returns the recorded error as an *Error. If anything but whitespace follows the
// value, it returns an *Error of KindSyntax.
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
	d.err = Error{Kind: kind, Offset: int64(at)}
	return -1
}

// under puts a slash and token in front of the JSON pointer of the recorded error.
// token is a member name or an index. under escapes token as a JSON pointer needs.
// It always returns -1, the index that stands for an error.
func (d *decoder) under(token string) int {
	d.err.Pointer = "/" + escapeToken(token) + d.err.Pointer
	return -1
}

// failure returns a copy of the recorded error d.err as an *Error, never nil. Call
// failure only after an error. start is an index in d.data, at most the recorded
// offset. failure subtracts start from the offset: with 0 the offset counts from
// the start of d.data, and with the index of an element from this element.
//
// There is one exception. If d.data looks like UTF-16 or UTF-32, an error of
// KindSyntax without a pointer reports this encoding in its text and has the
// offset 0.
func (d *decoder) failure(start int) error {
	e := d.err
	e.Offset -= int64(start)
	if e.Kind == KindSyntax && e.Pointer == "" {
		return syntaxError(d.data, int(e.Offset))
	}
	return &e
}

// take subtracts size, in bytes, from d.room, the memory that decoded values may
// still take. It returns true if size bytes were left. Otherwise d.room becomes
// negative, and take returns false. Later calls then return false too, until
// readRows sets d.room for the next row. take records no error: the caller does.
func (d *decoder) take(size int) bool {
	d.room -= size
	return d.room >= 0
}

// open enters the object or array at i. bracket is the byte that must stand there,
// '{' or '['. There are three cases:
//
//   - The object or array is not empty. pos is the index of its first name or element, more is true, and d.depth grows
//     by one. If the data ends behind the bracket, pos is len(d.data).
//   - The object or array is empty. pos is the index behind the closing bracket, more is false, and d.depth does not
//     change.
//   - Reading fails. pos is -1, more is false, and an error is in d.err: of KindSyntax for invalid JSON and for more
//     than maxDepth levels, and of KindType for a valid value that does not begin with bracket.
func (d *decoder) open(i int, bracket byte) (pos int, more bool) {
	if i == len(d.data) || d.data[i] != bracket {
		return d.wrong(i), false
	}
	if d.depth++; d.depth > maxDepth {
		return d.fail(KindSyntax, i), false
	}
	if i = skipSpace(d.data, i+1); i < len(d.data) && d.data[i] == bracket+2 { // see skipValue
		d.depth--
		return i + 1, false
	}
	return i, true
}

// next skips the comma or the closing bracket behind an element of an array, or
// behind a member of an object. i is the index behind the value. closing is the
// bracket to expect: ']' in an array and '}' in an object. There are three cases:
//
//   - A comma follows. pos is the index of the next element or name, and more is true. If the data ends behind the
//     comma, pos is len(d.data).
//   - The bracket follows. pos is the index behind the bracket, more is false, and d.depth falls by one.
//   - Anything else follows, or the data ends. pos is -1, more is false, and an error of KindSyntax is in d.err.
func (d *decoder) next(i int, closing byte) (pos int, more bool) {
	i = skipSpace(d.data, i)
	switch {
	case i < len(d.data) && d.data[i] == ',':
		return skipSpace(d.data, i+1), true
	case i < len(d.data) && d.data[i] == closing:
		d.depth--
		return i + 1, false
	}
	return d.fail(KindSyntax, i), false
}

// name reads the member name at i and the colon behind the name. It returns the
// name, with escapes decoded, and the index of the member's value. The name may be
// a slice of d.data. If the data ends behind the colon, the index is len(d.data).
// If no valid string with a colon stands at i, the results are nil and -1, and an
// error of KindSyntax is in d.err.
func (d *decoder) name(i int) (name []byte, value int) {
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

// wrong records an error in d.err for the value at i, whose kind is not the
// expected one. It always returns -1. The error is of KindType if the value is
// valid JSON. It is of KindSyntax if the value is not valid JSON, or if the data
// ends at i.
func (d *decoder) wrong(i int) int {
	if end, ok := skipValue(d.data, i, d.depth); !ok {
		return d.fail(KindSyntax, end)
	}
	return d.fail(KindType, i)
}

func (d *decoder) null(i int) bool {
	return len(d.data)-i >= 4 && string(d.data[i:i+4]) == "null"
}

// empty returns the index behind the value at i if this value stands for an empty
// struct or map: null, and also [] if d.php is true. For any other value, also {},
// and at the end of the data, empty returns 0. It records no error.
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
