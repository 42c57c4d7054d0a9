package secrets_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
)

// core is what is searched for. A marker has it between characters that URL, JSON,
// XML and YAML spell in other ways.
const (
	core   = "MARKED7secret"
	marker = "a<&\"'+/ =%2Fй" + core + "\\u003c\u2028\U0001F511"
)

// leakySigner is a caller's signer that keeps its key in the open.
type leakySigner struct{ Key string }

func (leakySigner) Sign(context.Context, []byte) ([]byte, error) { return nil, nil }

// filled returns a value of a type with the marker in every text that the type
// does not show on purpose.
func filled(t reflect.Type) reflect.Value {
	v := reflect.New(t).Elem()
	fill(v)
	return v
}

var shownFields = func() map[reflect.Type][]string {
	shown := map[reflect.Type][]string{}
	for _, s := range append(secrets(), personal()...) {
		shown[s.Type] = s.shown
	}
	return shown
}()

func fill(v reflect.Value) {
	t := v.Type()
	switch {
	case t == reflect.TypeFor[error]():
		v.Set(reflect.ValueOf(errors.New("what is wrong, by field"))) // its words are the package's own
		return
	case t == reflect.TypeFor[json.RawMessage]() || t == reflect.TypeFor[[]byte]():
		text, err := json.Marshal(map[string]string{core: marker})
		if err != nil {
			panic(err)
		}
		v.SetBytes(text)
		return
	case t == reflect.TypeFor[any]():
		v.Set(reflect.ValueOf(marker))
		return
	case t.Kind() == reflect.Interface && reflect.TypeFor[leakySigner]().Implements(t):
		v.Set(reflect.ValueOf(leakySigner{Key: marker}))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(marker)
	case reflect.Pointer:
		if t.Elem().PkgPath() != "crypto/rsa" {
			v.Set(reflect.New(t.Elem()))
			fill(v.Elem())
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(t, 2, 2))
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(t))
		key, value := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
		fill(key)
		fill(value)
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := t.Field(i); f.IsExported() && !slices.Contains(shownFields[t], f.Name) {
				fill(v.Field(i))
			}
		}
	}
}
