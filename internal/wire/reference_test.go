package wire

// The decoding of the JSON library, which that of this package is held against.

import (
	"bytes"
	"encoding"
	stdjson "encoding/json"
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/govalues/decimal"
	"github.com/stretchr/testify/require"
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
	x, fault := parseDecimal(text)
	if fault != nil {
		return fault
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
	d, fault := parseDecimal(text)
	if fault != nil {
		return fault
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
		if i := digits(text, 0, n); i >= 0 {
			return int64(i), nil
		}
	}
	n, fault := parseNumber(text)
	if fault != nil {
		return 0, fault
	}
	i, fault := n.int64()
	if fault != nil {
		return 0, fault
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

// translate turns an error of the library into ours. It takes over positions
// and drops everything else, because the library's errors hold values and names
// of the text. root is the type that was decoded into or encoded.
func translate(err error, root reflect.Type) *Error {
	var ours *Error
	var syntactic *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.As(err, &semantic):
		e := &Error{Kind: KindType, Offset: semantic.ByteOffset}
		pointer, whole := documented(root, string(semantic.JSONPointer))
		e.Pointer = pointer
		switch {
		case errors.As(semantic.Err, &ours):
			e.Kind = ours.Kind
			e.Offset += ours.Offset
			if whole {
				e.Pointer += ours.Pointer
			}
		case errors.As(semantic.Err, &syntactic):
			e.Kind = syntacticKind(syntactic)
		case errors.Is(semantic.Err, strconv.ErrRange):
			e.Kind = KindRange
		}
		return e
	case errors.As(err, &syntactic):
		pointer, _ := documented(root, string(syntactic.JSONPointer))
		return &Error{Kind: syntacticKind(syntactic), Offset: syntactic.ByteOffset, Pointer: pointer}
	}
	return &Error{Kind: KindSyntax}
}

func syntacticKind(err *jsontext.SyntacticError) string {
	if errors.Is(err, jsontext.ErrDuplicateName) {
		return KindDuplicate
	}
	return KindSyntax
}

// decodesItself says whether the library leaves the decoding of a t to its method.
func decodesItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(reflect.TypeFor[stdjson.Unmarshaler]()) ||
		p.Implements(reflect.TypeFor[json.UnmarshalerFrom]()) ||
		p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// documented cuts pointer before the first token that is neither a name in a
// struct tag nor an index, and says whether all of it was kept.
func documented(t reflect.Type, pointer string) (string, bool) {
	end := 0
	for end < len(pointer) {
		token := pointer[end+1:]
		if i := strings.IndexByte(token, '/'); i >= 0 {
			token = token[:i]
		}
		for t != nil && t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		// Where a type has its own methods the text was not held against its
		// fields: what looks like an index may be a name there.
		if t == nil || decodesItself(t) || reflect.PointerTo(t).Implements(reflect.TypeFor[stdjson.Marshaler]()) {
			return pointer[:end], false
		}
		switch t.Kind() {
		case reflect.Struct:
			next, ok := fieldNamed(t, jsontext.Pointer("/"+token).LastToken())
			if !ok {
				return pointer[:end], false
			}
			t = next.Type
		case reflect.Slice, reflect.Array:
			t = t.Elem()
		default:
			return pointer[:end], false
		}
		end += 1 + len(token)
	}
	return pointer, true
}

// identified refuses odd bytes in the members that identify: the fields of t with
// the tag wire:"strict". data decodes into t.
func identified(data []byte, t reflect.Type) error {
	dec := jsontext.NewDecoder(bytes.NewReader(data), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	err := identifiedValue(dec, t)
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func identifiedValue(dec *jsontext.Decoder, t reflect.Type) error {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	kind := dec.PeekKind()
	object := t != nil && t.Kind() == reflect.Struct && kind == '{'
	array := t != nil && t.Kind() == reflect.Slice && kind == '['
	if !object && !array || decodesItself(t) {
		return dec.SkipValue()
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != kind+2 {
		var next reflect.Type
		if object {
			name, err := dec.ReadToken()
			if err != nil {
				return err
			}
			field, _ := fieldNamed(t, name.String())
			if field.Tag.Get("wire") == "strict" {
				val, err := dec.ReadValue()
				if err == nil && !val.IsValid(jsontext.AllowDuplicateNames(true)) {
					err = &jsontext.SyntacticError{ByteOffset: dec.InputOffset() - int64(len(val)), JSONPointer: dec.StackPointer(), Err: errType}
				}
				if err != nil {
					return err
				}
				continue
			}
			next = field.Type
		} else {
			next = t.Elem()
		}
		if err := identifiedValue(dec, next); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

func refUnquote(val []byte) []byte {
	text, _ := jsontext.AppendUnquote([]byte{}, val) // the text is whole, whatever the error
	return text
}

func fieldNamed(t reflect.Type, name string) (reflect.StructField, bool) {
	for _, m := range membersOf(t) {
		if m.name == name {
			return t.FieldByIndex(m.at), true
		}
	}
	return reflect.StructField{}, false
}

// Names cannot repeat in what Go builds; in the raw parts they may, and their
// strings stay as they were written.
var encodeOptions = json.JoinOptions(
	json.WithMarshalers(json.JoinMarshalers(
		json.MarshalToFunc(refEncodeDecimal),
		json.MarshalToFunc(refEncodeTime),
		json.MarshalToFunc(refEncodeRaw),
	)),
	json.Deterministic(true),
	json.FormatNilSliceAsNull(true),
	json.FormatNilMapAsNull(true),
	jsontext.AllowDuplicateNames(true),
	jsontext.PreserveRawStrings(true),
)

// ReferenceEncode is Encode by the library.
func ReferenceEncode(v any) ([]byte, error) {
	data, err := json.Marshal(v, encodeOptions)
	if err != nil {
		return nil, translate(err, reflect.TypeOf(v))
	}
	return data, nil
}

func refEncodeDecimal(enc *jsontext.Encoder, d decimal.Decimal) error {
	text, err := d.AppendText(enc.AvailableBuffer())
	if err != nil {
		return err
	}
	return enc.WriteValue(text)
}

func refEncodeTime(enc *jsontext.Encoder, t time.Time) error {
	if t.IsZero() {
		return enc.WriteToken(jsontext.Null)
	}
	t = t.UTC()
	if year := t.Year(); year < 0 || year > 9999 {
		return errRange
	}
	text := append(enc.AvailableBuffer(), '"')
	text = t.AppendFormat(text, time.RFC3339Nano)
	return enc.WriteValue(append(text, '"'))
}

func refEncodeRaw(enc *jsontext.Encoder, raw stdjson.RawMessage) error {
	if len(raw) == 0 {
		return enc.WriteToken(jsontext.Null)
	}
	return enc.WriteValue(jsontext.Value(raw))
}

// BuildPlan makes the plan of a type, and for a struct that of its rows. It panics
// where a field is of an unknown kind.
func BuildPlan(t reflect.Type) {
	planOf(t)
	if t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]() && t != reflect.TypeFor[decimal.Decimal]() {
		rowPlanOf(t)
	}
}

// A decoder that has read no date yet does not take ten NULs for one.
func TestAFreshDecoderRemembersNoDay(t *testing.T) {
	t.Parallel()
	d := &decoder{data: []byte("\"" + strings.Repeat("\x00", 10) + "T15:04:05Z\"")}
	var at time.Time
	require.Zero(t, d.usualTime(0, &at))
	d.data = []byte(`"1970-01-01T15:04:05Z"`)
	require.Equal(t, len(d.data), d.usualTime(0, &at))
	require.Equal(t, int64(15*3600+4*60+5), at.Unix())
}
