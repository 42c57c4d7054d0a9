package wire

import (
	"errors"
	"reflect"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
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

// Decode decodes data, one JSON value, into v, a pointer. The text must be
// valid; names are case-sensitive; a name that occurs twice in an object is
// refused, except within a [json.RawMessage]; unknown members are ignored. The
// package comment tells what each Go type takes. A byte order mark before the
// value is skipped. The error is an [*Error]; v is then partly filled.
//
// In a text half a surrogate pair or a broken UTF-8 byte is U+FFFD. In a field
// with the tag wire:"strict" it is refused: two ids that differ there only would
// look the same.
//
// Nothing in v points into data afterwards.
func Decode(data []byte, v any) error {
	return decode(data, v, tolerant, curable)
}

// DecodePHP is [Decode] for providers written in PHP, where an empty map is
// printed as []: that is accepted for every struct and map, and leaves it
// empty.
func DecodePHP(data []byte, v any) error {
	return decode(data, v, php, func(err error) bool { return curable(err) || emptyMap(err) })
}

func decode(data []byte, v any, second json.Options, again func(error) bool) error {
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
