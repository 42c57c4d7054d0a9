package finik

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/wire"
)

const (
	maxInteger    = 1<<53 - 1 // largest integer that the service reads exactly
	maxFieldDepth = 16
)

// Fields are the values that a service asks for. The key is the FieldID of a
// [RequiredField]. Keys often contain dots ("account.value.persacc"), and the
// key of the amount differs from service to service. The amount is in som
// (Unverified).
//
// A value is a string, a bool, an integer within ±(2^53-1), a [json.Number] in
// its shortest spelling (10.5, not 10.50), a map with string keys or a slice,
// nested at most 16 deep. A decimal.Decimal is sent as a string with its scale,
// so 150.00 stays "150.00": use a decimal.Decimal for amounts. With any other
// value, for example a float, nil, a pointer or a struct, the call returns
// ErrInvalidRequest with the key in its text. With empty Fields it returns
// ErrInvalidRequest too.
//
// The map is read while a call begins, and neither changed nor kept. Printing
// Fields shows no value.
type Fields map[string]any

// json returns the fields as a JSON object that is not canonical yet, and what is
// wrong with them, nil if nothing is.
func (f Fields) json() (json.RawMessage, []string) {
	if len(f) == 0 {
		return nil, []string{"Fields: must not be empty"}
	}
	w := fieldWriter{out: make([]byte, 0, 256), path: make([]fieldStep, 0, 4)}
	w.fields(f)
	slices.Sort(w.problems) // a map has no order
	return w.out, w.problems
}

// fieldWriter writes JSON that is not canonical yet, and collects problems.
type fieldWriter struct {
	out      []byte
	path     []fieldStep // to the value being written
	problems []string
}

// fieldStep is one step of a path: a key, or the position of a list element, from
// 1.
type fieldStep struct {
	key   string
	place int
}

func (w *fieldWriter) problem(rule string) {
	path := "Fields"
	for _, step := range w.path {
		if step.place > 0 {
			path += "[" + strconv.Itoa(step.place-1) + "]"
		} else {
			path += "[" + strconv.Quote(step.key) + "]"
		}
	}
	w.problems = append(w.problems, path+": "+rule)
}

func (w *fieldWriter) value(v any) {
	switch v := v.(type) {
	case string:
		w.text(v)
	case decimal.Decimal:
		w.text(v.String())
	case json.Number:
		if !isNumber(string(v)) {
			w.problem("a json.Number must be in the spelling of JavaScript: shortest digits, and integers within ±(2^53-1)")
		}
		w.out = append(w.out, v...)
	case bool:
		w.out = strconv.AppendBool(w.out, v)
	case int:
		w.integer(int64(v))
	case int64:
		w.integer(v)
	default:
		w.reflected(reflect.ValueOf(v))
	}
}

// fields does the work of object for Fields, without reflection.
func (w *fieldWriter) fields(f Fields) {
	w.out = append(w.out, '{')
	first := true
	for key, v := range f {
		w.member(key, v, first)
		first = false
	}
	w.out = append(w.out, '}')
}

func (w *fieldWriter) member(key string, v any, first bool) {
	if !first {
		w.out = append(w.out, ',')
	}
	w.path = append(w.path, fieldStep{key: key})
	w.text(key)
	w.out = append(w.out, ':')
	w.value(v)
	w.path = w.path[:len(w.path)-1]
}

func (w *fieldWriter) reflected(v reflect.Value) {
	if len(w.path) > maxFieldDepth {
		w.problem("must not be nested more than 16 deep")
		return
	}
	switch v.Kind() {
	case reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
		w.problem("must not be a float, which rounds: use decimal.Decimal, an integer or a string")
	case reflect.String:
		w.text(v.String())
	case reflect.Bool:
		w.out = strconv.AppendBool(w.out, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		w.integer(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		w.integer(int64(min(v.Uint(), math.MaxInt64)))
	case reflect.Map:
		w.object(v)
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			w.problem("must not be bytes: use a string")
			return
		}
		w.list(v)
	default:
		w.problem("must be a string, bool, an integer, json.Number, decimal.Decimal, or a map or slice of these")
	}
}

func (w *fieldWriter) object(v reflect.Value) {
	if v.Type().Key().Kind() != reflect.String {
		w.problem("a map must have string keys")
		return
	}
	w.out = append(w.out, '{')
	first := true
	for key, v := range v.Seq2() {
		w.member(key.String(), v.Interface(), first)
		first = false
	}
	w.out = append(w.out, '}')
}

func (w *fieldWriter) list(v reflect.Value) {
	w.out = append(w.out, '[')
	for i := range v.Len() {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.path = append(w.path, fieldStep{place: i + 1})
		w.value(v.Index(i).Interface())
		w.path = w.path[:len(w.path)-1]
	}
	w.out = append(w.out, ']')
}

func (w *fieldWriter) integer(i int64) {
	if i > maxInteger || i < -maxInteger {
		w.problem("must be within ±(2^53-1), beyond which the service rounds: use a string")
	}
	w.out = strconv.AppendInt(w.out, i, 10)
}

func (w *fieldWriter) text(s string) {
	if !utf8.ValidString(s) {
		w.problem("must be valid UTF-8")
		return
	}
	w.out = append(w.out, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			w.out = append(w.out, '\\', c)
		case c < ' ':
			w.out = fmt.Appendf(w.out, `\u%04x`, c)
		default:
			w.out = append(w.out, c)
		}
	}
	w.out = append(w.out, '"')
}

// isNumber reports whether the service would print a number with the same
// characters, so that no digit changes on the way, trailing zeros included.
func isNumber(text string) bool {
	if text == "" || strings.Trim(text, "0123456789+-.eE") != "" { // nothing that could end it
		return false
	}
	object := `{"n":` + text + `}`
	printed, err := CanonicalJSON([]byte(object))
	return err == nil && string(printed) == object
}

// encode returns the body of a request in canonical form, or ErrInvalidRequest.
func encode(body any) ([]byte, error) {
	if p, ok := body.(interface{ json() []byte }); ok {
		return CanonicalJSON(p.json())
	}
	plain, err := wire.Encode(body)
	if err != nil {
		return nil, invalid("the request must be valid UTF-8")
	}
	return CanonicalJSON(plain)
}
