package wire

import (
	"encoding"
	stdjson "encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"

	json "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

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

// fieldNamed finds the field that has name in its tag, also in embedded structs.
func fieldNamed(t reflect.Type, name string) (reflect.StructField, bool) {
	for f := range t.Fields() {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case tag == "-":
		case tag == "" && f.Anonymous:
			inner := f.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			if inner.Kind() != reflect.Struct {
				continue
			}
			if found, ok := fieldNamed(inner, name); ok {
				return found, true
			}
		case tag == name, tag == "" && f.IsExported() && f.Name == name:
			return f, true
		}
	}
	return reflect.StructField{}, false
}
