package wire

// The decoding of the JSON library, which that of this package is held against.

import (
	"bytes"
	"encoding"
	stdjson "encoding/json"
	"errors"
	"reflect"
	"time"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/govalues/decimal"
)

// The sets of hooks are built once. Most texts need only the first one: the
// hooks of the others are asked for every value of every type, so a text is
// decoded again with them only when it was refused for a reason that they cure.
// The others also take odd bytes, see identified.
var (
	usual    = json.WithUnmarshalers(usualHooks())
	odd      = json.JoinOptions(jsontext.AllowInvalidUTF8(true))
	tolerant = json.JoinOptions(odd, json.WithUnmarshalers(json.JoinUnmarshalers(rawHooks(), usualHooks(), kindHook(false))))
	php      = json.JoinOptions(odd, json.WithUnmarshalers(json.JoinUnmarshalers(rawHooks(), usualHooks(), kindHook(true))))
)

// Reference is Decode by the library.
func Reference(data []byte, v any) error { return refDecode(data, v, tolerant, curable) }

// ReferencePHP is DecodePHP by the library.
func ReferencePHP(data []byte, v any) error {
	return refDecode(data, v, php, func(err error) bool { return curable(err) || emptyMap(err) })
}

func refDecode(data []byte, v any, second json.Options, again func(error) bool) error {
	text := Text(data)
	err := json.Unmarshal(text, v, usual)
	if err != nil && again(err) {
		if err = json.Unmarshal(text, v, second); err == nil {
			err = identified(text, reflect.TypeOf(v))
		}
	}
	if err != nil {
		e := translate(err, reflect.TypeOf(v))
		if e.Kind == KindSyntax && notUTF8(data) {
			return &Error{Kind: KindSyntax, encoding: true}
		}
		e.Offset += int64(len(data) - len(text))
		return e
	}
	return nil
}

// curable says whether the second set of hooks may accept what the first
// refused: names repeated in free-form content, odd bytes in a text, a number in a
// named string, or text in a named integer.
func curable(err error) bool {
	var syntactic *jsontext.SyntacticError
	if errors.As(err, &syntactic) {
		return true
	}
	var semantic *json.SemanticError
	if !errors.As(err, &semantic) || semantic.GoType == nil {
		return false
	}
	switch semantic.GoType.Kind() {
	case reflect.String, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return semantic.GoType.Name() != "" && semantic.GoType.PkgPath() != ""
	default:
		return false
	}
}

func emptyMap(err error) bool {
	var semantic *json.SemanticError
	if !errors.As(err, &semantic) || semantic.GoType == nil || semantic.JSONKind != '[' {
		return false
	}
	kind := semantic.GoType.Kind()
	return kind == reflect.Struct || kind == reflect.Map
}

// usualHooks are those for types that are decided by their exact type, which
// the library looks up in a map.
func usualHooks() *json.Unmarshalers {
	return json.JoinUnmarshalers(
		json.UnmarshalFromFunc(refString),
		json.UnmarshalFromFunc(refInt[int64]),
		json.UnmarshalFromFunc(refInt[int32]),
		json.UnmarshalFromFunc(refInt[int]),
		json.UnmarshalFromFunc(refDecimal),
		json.UnmarshalFromFunc(refDecimalPointer),
		json.UnmarshalFromFunc(refTime),
		json.UnmarshalFromFunc(refRaw),
	)
}

func refString(dec *jsontext.Decoder, s *string) error {
	text, err := readScalar(dec)
	*s = string(text)
	return err
}

func refInt[T int | int32 | int64](dec *jsontext.Decoder, n *T) error {
	text, err := readScalar(dec)
	if err != nil {
		return err
	}
	var i int64
	if text != nil {
		if i, err = refParseInt(text); err != nil {
			return err
		}
	}
	if *n = T(i); int64(*n) != i {
		return errRange
	}
	return nil
}

func refDecimal(dec *jsontext.Decoder, d *decimal.Decimal) error {
	text, err := readScalar(dec)
	if err != nil {
		return err
	}
	*d = decimal.Decimal{}
	if len(text) == 0 {
		return nil
	}
	x, bad := parseDecimal(text)
	if bad != nil {
		return bad
	}
	*d = x
	return nil
}

func refDecimalPointer(dec *jsontext.Decoder, p **decimal.Decimal) error {
	text, err := readScalar(dec)
	if err != nil {
		return err
	}
	*p = nil
	if len(text) == 0 {
		return nil
	}
	d, bad := parseDecimal(text)
	if bad != nil {
		return bad
	}
	*p = &d
	return nil
}

func refTime(dec *jsontext.Decoder, t *time.Time) error {
	number := dec.PeekKind() == '0'
	text, err := readScalar(dec)
	if err != nil {
		return err
	}
	if number {
		*t, _ = parseEpoch(text)
	} else {
		*t, _ = parseTime(text)
	}
	return nil
}

func refRaw(dec *jsontext.Decoder, raw *stdjson.RawMessage) error {
	val, err := dec.ReadValue()
	if err != nil {
		return err
	}
	if *raw = nil; val.Kind() != 'n' {
		*raw = bytes.Clone(val)
	}
	return nil
}

// readScalar reads a text, without its quotes and escapes, a number, or null,
// which is nil.
func readScalar(dec *jsontext.Decoder) ([]byte, error) {
	val, err := dec.ReadValue()
	if err != nil {
		return nil, err
	}
	switch val.Kind() {
	case 'n':
		return nil, nil
	case '0':
		return val, nil
	case '"':
		return refUnquote(val), nil
	default:
		return nil, errType
	}
}

// parseInt reads an integral number exactly.
func refParseInt(text []byte) (int64, error) {
	if n := len(text); n > 0 && n <= 9 && text[0] != '0' { // most of them
		if i := parseDigits(text, 0, n); i >= 0 {
			return int64(i), nil
		}
	}
	n, bad := parseNumber(text)
	if bad != nil {
		return 0, bad
	}
	i, bad := n.int64()
	if bad != nil {
		return 0, bad
	}
	return i, nil
}

// rawHooks let names repeat in content that this package does not decode
// itself: raw messages, and objects that decode themselves and refuse there
// what they must.
func rawHooks() *json.Unmarshalers {
	return json.JoinUnmarshalers(
		json.UnmarshalFromFunc(func(dec *jsontext.Decoder, raw *stdjson.RawMessage) error {
			val, err := readFreeForm(dec)
			if err != nil {
				return err
			}
			if *raw = nil; string(val) != "null" {
				*raw = bytes.Clone(val)
			}
			return nil
		}),
		json.UnmarshalFromFunc(func(dec *jsontext.Decoder, u stdjson.Unmarshaler) error {
			switch u.(type) {
			case *freeForm, *decimal.Decimal, *time.Time:
				return errors.ErrUnsupported
			}
			val, err := readFreeForm(dec)
			if err != nil {
				return err
			}
			return u.UnmarshalJSON(val)
		}),
	)
}

// freeForm takes the bytes of a value as they are; they are valid until the
// decoder's next step.
type freeForm []byte

// UnmarshalJSON keeps b without copying it.
func (f *freeForm) UnmarshalJSON(b []byte) error {
	*f = b
	return nil
}

func readFreeForm(dec *jsontext.Decoder) ([]byte, error) {
	var val freeForm
	err := json.UnmarshalDecode(dec, &val, jsontext.AllowDuplicateNames(true))
	return val, err
}

// kindHook treats types by their kind: named strings as string, named integers
// as integers, and in PHP's way structs and maps, for which [] is accepted.
func kindHook(phpMaps bool) *json.Unmarshalers {
	return json.UnmarshalFromFunc(func(dec *jsontext.Decoder, v any) error {
		target := reflect.ValueOf(v).Elem()
		switch target.Kind() {
		case reflect.String:
			if dec.PeekKind() == '0' && !decodesItself(target.Type()) {
				val, err := dec.ReadValue()
				if err == nil {
					target.SetString(string(val))
				}
				return err
			}
		case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
			if target.Type() != reflect.TypeFor[time.Duration]() && !decodesItself(target.Type()) {
				var i int64
				if err := refInt(dec, &i); err != nil {
					return err
				}
				if target.OverflowInt(i) {
					return errRange
				}
				target.SetInt(i)
				return nil
			}
		case reflect.Struct, reflect.Map:
			if phpMaps && dec.PeekKind() == '[' && !decodesItself(target.Type()) {
				val, err := dec.ReadValue()
				if err != nil {
					return err
				}
				if len(bytes.TrimSpace(val[1:len(val)-1])) != 0 {
					return errType
				}
				target.SetZero()
				return nil
			}
		}
		return errors.ErrUnsupported
	})
}

// decodesItself says whether the library leaves the decoding of a t to its method.
func decodesItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(reflect.TypeFor[stdjson.Unmarshaler]()) ||
		p.Implements(reflect.TypeFor[json.UnmarshalerFrom]()) ||
		p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// BuildPlan makes the plan of a type, and for a struct that of its rows. It panics
// where a field is of an unknown kind.
func BuildPlan(t reflect.Type) {
	planOf(t)
	if t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]() && t != reflect.TypeFor[decimal.Decimal]() {
		rowPlanOf(t)
	}
}
