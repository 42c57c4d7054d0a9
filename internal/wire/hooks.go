package wire

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"reflect"
	"time"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/govalues/decimal"
)

var (
	errType  = &Error{Kind: KindType}
	errRange = &Error{Kind: KindRange}
)

// usualHooks are those for types that are decided by their exact type, which
// the library looks up in a map.
func usualHooks() *json.Unmarshalers {
	return json.JoinUnmarshalers(
		json.UnmarshalFromFunc(decodeString),
		json.UnmarshalFromFunc(decodeInt[int64]),
		json.UnmarshalFromFunc(decodeInt[int32]),
		json.UnmarshalFromFunc(decodeInt[int]),
		json.UnmarshalFromFunc(decodeDecimal),
		json.UnmarshalFromFunc(decodeDecimalPointer),
		json.UnmarshalFromFunc(decodeTime),
		json.UnmarshalFromFunc(decodeRaw),
	)
}

func decodeString(dec *jsontext.Decoder, s *string) error {
	text, err := readScalar(dec)
	*s = interned.text(text)
	return err
}

func decodeInt[T int | int32 | int64](dec *jsontext.Decoder, n *T) error {
	text, err := readScalar(dec)
	if err != nil {
		return err
	}
	var i int64
	if text != nil {
		if i, err = parseInt(text); err != nil {
			return err
		}
	}
	if *n = T(i); int64(*n) != i {
		return errRange
	}
	return nil
}

func decodeDecimal(dec *jsontext.Decoder, d *decimal.Decimal) error {
	text, err := readScalar(dec)
	if err != nil {
		return err
	}
	*d = decimal.Decimal{}
	if len(text) == 0 {
		return nil
	}
	*d, err = parseDecimal(text)
	return err
}

func decodeDecimalPointer(dec *jsontext.Decoder, p **decimal.Decimal) error {
	text, err := readScalar(dec)
	if err != nil {
		return err
	}
	*p = nil
	if len(text) == 0 {
		return nil
	}
	d, err := parseDecimal(text)
	if err != nil {
		return err
	}
	*p = &d
	return nil
}

func decodeTime(dec *jsontext.Decoder, t *time.Time) error {
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

func decodeRaw(dec *jsontext.Decoder, raw *stdjson.RawMessage) error {
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
		return unquote(val), nil
	default:
		return nil, errType
	}
}

// parseInt reads an integral number exactly.
func parseInt(text []byte) (int64, error) {
	if n := len(text); n > 0 && n <= 9 && text[0] != '0' { // most of them
		if i := digits(text, 0, n); i >= 0 {
			return int64(i), nil
		}
	}
	n, err := parseNumber(text)
	if err != nil {
		return 0, err
	}
	return n.int64()
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
				if err := decodeInt(dec, &i); err != nil {
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
