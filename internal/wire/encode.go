package wire

import (
	"encoding"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/govalues/decimal"
)

// Encode returns v, a value built in Go, as JSON that [Decode] and every provider
// can read:
//
//   - Times are RFC 3339 in UTC with as many digits of the fraction as needed; the zero time is null.
//   - Decimals are numbers with their scale. Integers are numbers.
//   - In strings, <, > and & are not escaped.
//   - Map keys are sorted. A nil v, pointer, slice or map is null.
//   - A [json.RawMessage] and the result of MarshalJSON lose whitespace between their parts; an empty one is null.
//     The result of MarshalText is a string.
//   - A member has the name in the tag json, or the name of the field. The members of an embedded struct without a
//     name in the tag lie in the object around it. Fields tagged omitzero are left out when zero; omitempty has no effect.
//     Unexported fields and fields tagged json:"-" are left out.
//
// Encode supports strings, booleans, signed integers, [time.Time], [decimal.Decimal], [json.RawMessage], and types with
// a method MarshalJSON or MarshalText. It also supports structs, slices, and maps whose keys are of a string type, if
// their parts are supported. A pointer or interface is encoded as what it holds: map[string]any works.
//
// The error is an [*Error], and the result is then nil. If a method MarshalJSON
// returns an error that is or wraps an *Error, the error of Encode has the kind of
// that *Error. All other errors have one of these kinds:
//
//   - KindType: a type that is not supported, such as a float, an unsigned integer, an array, or a map with other keys
//     than strings; any error of MarshalText; any other error of MarshalJSON.
//   - KindSyntax: a string that is not valid UTF-8; a RawMessage or a result of MarshalJSON that is not valid JSON
//     or nests too deep. Invalid UTF-8 and repeated names in such JSON are accepted.
//   - KindRange: a year outside 0 to 9999; Go values nested deeper than 10,000 levels.
func Encode(v any) ([]byte, error) {
	var e encoder
	if e.value(reflect.ValueOf(v)); e.err != nil {
		return nil, e.err
	}
	return e.out, nil
}

type encoder struct {
	out   []byte
	depth int
	err   *Error // the first one
}

func (e *encoder) fail(kind string) {
	if e.err == nil {
		e.err = &Error{Kind: kind, Offset: int64(len(e.out))}
	}
}

// under puts a slash and token in front of the JSON pointer of the error in e.err.
// It returns true. If e.err is nil, under does nothing and returns false. token is
// a member name or an index. under escapes token as a JSON pointer needs.
func (e *encoder) under(token string) bool {
	if e.err != nil {
		e.err.Pointer = "/" + escapeToken(token) + e.err.Pointer
	}
	return e.err != nil
}

func (e *encoder) value(v reflect.Value) {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() { // what nil points to
		e.out = append(e.out, "null"...)
		return
	}
	if !v.CanAddr() { // methods may want a pointer
		copied := reflect.New(v.Type()).Elem()
		copied.Set(v)
		v = copied
	}
	switch x := v.Addr().Interface().(type) {
	case *decimal.Decimal:
		e.out = append(e.out, x.String()...)
	case *time.Time:
		e.time(*x)
	case *json.RawMessage:
		e.raw(*x, nil)
	case json.Marshaler:
		e.raw(x.MarshalJSON())
	case encoding.TextMarshaler:
		text, err := x.MarshalText()
		if err != nil {
			e.fail(KindType)
			return
		}
		e.string(string(text))
	default:
		e.plain(v)
	}
}

// plain appends v to e.out as JSON. It supports strings, booleans, signed
// integers, slices, maps with string keys, and structs. A nil slice or map is
// null. v must be valid. A type with its own encoding, such as time.Time, must not
// be passed: plain does not check this.
//
// If plain fails, an error is in e.err, and e.out is incomplete. An element or
// member of v may cause an error of any kind. For v itself the kinds are:
//
//   - KindType: any other type, also a pointer or an interface.
//   - KindRange: more than maxDepth levels.
//   - KindSyntax: a string that is not valid UTF-8.
func (e *encoder) plain(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		e.string(v.String())
	case reflect.Bool:
		e.out = strconv.AppendBool(e.out, v.Bool())
	case reflect.Int, reflect.Int64, reflect.Int32, reflect.Int16, reflect.Int8:
		e.out = strconv.AppendInt(e.out, v.Int(), 10)
	case reflect.Slice, reflect.Map, reflect.Struct:
		if e.depth++; e.depth > maxDepth {
			e.fail(KindRange)
		} else {
			e.several(v)
		}
		e.depth--
	default:
		e.fail(KindType)
	}
}

func (e *encoder) several(v reflect.Value) {
	switch {
	case v.Kind() == reflect.Struct:
		e.object(v)
	case v.IsNil():
		e.out = append(e.out, "null"...)
	case v.Kind() == reflect.Map:
		e.mapping(v)
	default:
		e.out = append(e.out, '[')
		for i := range v.Len() {
			if e.comma(i > 0); e.err == nil {
				e.value(v.Index(i))
			}
			if e.under(strconv.Itoa(i)) {
				return
			}
		}
		e.out = append(e.out, ']')
	}
}

func (e *encoder) comma(need bool) {
	if need {
		e.out = append(e.out, ',')
	}
}

var encoded sync.Map // reflect.Type of a struct -> []member

func (e *encoder) object(v reflect.Value) {
	members, ok := encoded.Load(v.Type())
	if !ok {
		members, _ = encoded.LoadOrStore(v.Type(), membersOf(v.Type()))
	}
	e.out = append(e.out, '{')
	first := true
	for _, m := range members.([]member) { //nolint:forcetypeassert // nothing else is stored
		of := v.FieldByIndex(m.at)
		if m.omit && isZero(of) {
			continue
		}
		e.comma(!first)
		first = false
		e.string(m.name)
		e.out = append(e.out, ':')
		e.value(of)
		if e.under(m.name) {
			return
		}
	}
	e.out = append(e.out, '}')
}

func isZero(v reflect.Value) bool {
	if z, ok := v.Interface().(interface{ IsZero() bool }); ok && (v.Kind() != reflect.Pointer || !v.IsNil()) {
		return z.IsZero()
	}
	return v.IsZero()
}

// mapping appends v, a map that is not nil, to e.out as a JSON object. The keys
// are sorted by their bytes. If mapping fails, an error is in e.err, and e.out is
// incomplete. The error is of KindType if the type of the keys is not a string,
// and of KindSyntax for a key that is not valid UTF-8. A value of v may cause an
// error of any kind. The JSON pointer of each error ends at the map, because keys
// may be personal data.
func (e *encoder) mapping(v reflect.Value) {
	if v.Type().Key().Kind() != reflect.String {
		e.fail(KindType)
		return
	}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	e.out = append(e.out, '{')
	for i, key := range keys {
		e.comma(i > 0)
		e.string(key.String())
		e.out = append(e.out, ':')
		if e.value(v.MapIndex(key)); e.err != nil {
			e.err.Pointer = ""
			return
		}
	}
	e.out = append(e.out, '}')
}

func (e *encoder) time(t time.Time) {
	t = t.UTC()
	switch year := t.Year(); {
	case t.IsZero():
		e.out = append(e.out, "null"...)
	case year < 0 || year > 9999:
		e.fail(KindRange)
	default:
		e.out = append(t.AppendFormat(append(e.out, '"'), time.RFC3339Nano), '"')
	}
}

// raw appends value, one JSON value, to e.out. It drops the whitespace around the
// value and between its parts. For a nil or empty value it appends null. err is
// the error of the method that returned value, or nil.
//
// raw appends nothing in two cases, and records an error in e.err if e.err is nil:
//
//   - err is not nil. The error has the kind of the *Error that err is or wraps, and otherwise KindType.
//   - value is not one valid JSON value, or makes e.out deeper than maxDepth levels. The error is of KindSyntax.
func (e *encoder) raw(value []byte, err error) {
	if err != nil {
		kind := KindType
		if ours := new(Error); errors.As(err, &ours) {
			kind = ours.Kind
		}
		e.fail(kind)
		return
	}
	if len(value) == 0 {
		value = []byte("null")
	}
	from := skipSpace(value, 0)
	end, ok := skipValue(value, from, e.depth)
	if !ok || skipSpace(value, end) < len(value) {
		e.fail(KindSyntax)
		return
	}
	for from < end {
		to := from + 1
		if value[from] == '"' {
			to, _ = skipString(value, from)
		}
		e.out = append(e.out, value[from:to]...)
		from = skipSpace(value, to)
	}
}

// string appends text to e.out as a JSON string. It escapes quotes, backslashes
// and control characters, and nothing else. If text is not valid UTF-8, it
// appends nothing and records an error of KindSyntax in e.err.
func (e *encoder) string(text string) {
	if !utf8.ValidString(text) {
		e.fail(KindSyntax)
		return
	}
	const hex = "0123456789abcdef"
	e.out = append(e.out, '"')
	from := 0
	for i := range len(text) {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		e.out = append(e.out, text[from:i]...)
		if at := strings.IndexByte("\"\\\b\f\n\r\t", c); at >= 0 {
			e.out = append(e.out, '\\', `"\bfnrt`[at])
		} else {
			e.out = append(e.out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		from = i + 1
	}
	e.out = append(append(e.out, text[from:]...), '"')
}
