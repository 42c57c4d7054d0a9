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

// Encode returns v, a value built in Go, as JSON. It is the inverse of [Decode],
// in a spelling that every provider reads: times as RFC 3339 in UTC with as many
// digits of the fraction as needed, the zero time as null; decimals as numbers
// with their scale; strings without HTML escapes; map keys sorted; a nil pointer,
// slice or map as null; a [json.RawMessage] and the result of MarshalJSON without
// whitespace. Fields tagged omitzero are left out when zero.
//
// The error is an [*Error], and the result is then nil. The error is of KindType
// for a type that Encode does not support, such as a float, of KindSyntax for a
// string that is not valid UTF-8 or a raw message that is not valid JSON, and of
// KindRange for a year outside 0 to 9999 or too many levels. Encode does not check UTF-8
// inside raw messages.
func Encode(v any) ([]byte, error) {
	var e encoder
	if e.value(reflect.ValueOf(v)); e.fault != nil {
		return nil, e.fault
	}
	return e.out, nil
}

type encoder struct {
	out   []byte
	depth int
	fault *Error // the first one
}

func (e *encoder) fail(kind string) {
	if e.fault == nil {
		e.fault = &Error{Kind: kind, Offset: int64(len(e.out))}
	}
}

// under puts token, a name or an index, in front of the pointer of the fault, if
// there is a fault. It reports whether there is one.
func (e *encoder) under(token string) bool {
	if e.fault != nil {
		e.fault.Pointer = "/" + escapeToken(token) + e.fault.Pointer
	}
	return e.fault != nil
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
		if e.string(string(text)); err != nil {
			e.fail(KindType)
		}
	default:
		e.plain(v)
	}
}

// plain writes v, a value of a type without methods. A type that is not supported,
// such as a float, is a fault of KindType.
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
			if e.comma(i > 0); e.fault == nil {
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

// mapping writes v, a map that is not nil, by its sorted keys. Keys that are not
// strings are a fault of KindType. The pointer of a fault ends at the map, because
// the names in it are not documented.
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
		if e.value(v.MapIndex(key)); e.fault != nil {
			e.fault.Pointer = ""
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

// raw writes a JSON value without whitespace between its parts. An empty value is
// written as null. err is the error of the method that made raw, or nil. An err is
// a fault of KindType, or of its own kind if it is an *Error. An invalid value is
// a fault of KindSyntax.
func (e *encoder) raw(raw []byte, err error) {
	if err != nil {
		e.fail(KindType)
		if ours := new(Error); errors.As(err, &ours) {
			e.fault.Kind = ours.Kind
		}
		return
	}
	if len(raw) == 0 {
		raw = []byte("null")
	}
	from := skipSpace(raw, 0)
	end, ok := skipValue(raw, from, e.depth)
	if !ok || skipSpace(raw, end) < len(raw) {
		e.fail(KindSyntax)
		return
	}
	for from < end {
		to := from + 1
		if raw[from] == '"' {
			to, _ = skipString(raw, from)
		}
		e.out = append(e.out, raw[from:to]...)
		from = skipSpace(raw, to)
	}
}

// string writes text as a JSON string. It escapes quotes, backslashes and control
// characters. Text that is not valid UTF-8 is a fault of KindSyntax.
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
