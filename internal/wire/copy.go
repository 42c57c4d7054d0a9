package wire

import (
	"encoding/json"
	"reflect"
)

// WithoutRaw returns a deep copy of row in which every field with the name Raw and
// the type json.RawMessage is nil, also within structs, pointers, slices and the
// values of maps. Unexported fields, arrays, interfaces and keys of maps are copied
// as an assignment copies them: what they point to is shared with row, and a Raw
// within them stays. Nil pointers, slices and maps stay nil. row does not change. A
// row that leads back to itself, for example by a pointer, overflows the stack.
func WithoutRaw[T any](row T) T {
	v := reflect.ValueOf(&row).Elem()
	v.Set(detached(v))
	return row
}

// detached returns a deep copy of v in which every field with the name Raw and the
// type json.RawMessage is nil. Unexported fields, arrays, interfaces and keys of
// maps are copied as an assignment copies them: what they point to is shared with v,
// and a Raw within them stays. Nil pointers, slices and maps stay nil. v does not
// change. A v that leads back to itself overflows the stack.
func detached(v reflect.Value) reflect.Value {
	made := reflect.New(v.Type()).Elem()
	switch made.Set(v); v.Kind() {
	case reflect.Struct:
		for f := range v.Type().Fields() {
			if part := made.FieldByIndex(f.Index); f.Name == "Raw" && f.Type == reflect.TypeFor[json.RawMessage]() {
				part.SetZero()
			} else if f.IsExported() {
				part.Set(detached(part))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			made.Set(reflect.New(v.Type().Elem()))
			made.Elem().Set(detached(v.Elem()))
		}
	case reflect.Slice:
		if !v.IsNil() {
			made.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			if reflect.Copy(made, v); v.Type().Elem().Kind() == reflect.Uint8 {
				break
			}
			for i := range v.Len() {
				made.Index(i).Set(detached(v.Index(i)))
			}
		}
	case reflect.Map:
		if !v.IsNil() {
			made.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
			for key, value := range v.Seq2() {
				made.SetMapIndex(key, detached(value))
			}
		}
	}
	return made
}
