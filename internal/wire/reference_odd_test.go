package wire

// Odd bytes in members that identify, as the reference finds them.

import (
	"bytes"
	"errors"
	"io"
	"reflect"

	"github.com/go-json-experiment/json/jsontext"
)

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
				if err == nil && oddText(val) {
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

func oddText(val []byte) bool {
	_, err := jsontext.AppendUnquote(nil, val)
	return val[0] == '"' && err != nil
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
