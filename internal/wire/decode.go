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
var (
	usual    = json.WithUnmarshalers(usualHooks())
	tolerant = json.WithUnmarshalers(json.JoinUnmarshalers(rawHooks(), usualHooks(), kindHook(false)))
	php      = json.WithUnmarshalers(json.JoinUnmarshalers(rawHooks(), usualHooks(), kindHook(true)))
)

// Decode decodes data, one JSON value, into v, a pointer. The text must be
// valid; names are case-sensitive; a name that occurs twice in an object is
// refused, except within a [json.RawMessage]; unknown members are ignored. The
// package comment tells what each Go type takes. The error is an [*Error]; v is
// then partly filled.
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
	err := json.Unmarshal(data, v, usual)
	if err != nil && again(err) {
		err = json.Unmarshal(data, v, second)
	}
	if err != nil {
		return translate(err, reflect.TypeOf(v))
	}
	return nil
}

// curable says whether the second set of hooks may accept what the first
// refused: names repeated in free-form content, or a number in a named string,
// text in a named integer.
func curable(err error) bool {
	if errors.Is(err, jsontext.ErrDuplicateName) {
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
