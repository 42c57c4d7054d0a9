package wire

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

const byteOrderMark = "\ufeff"

// Text returns data without one byte order mark at its start.
func Text(data []byte) []byte {
	return bytes.TrimPrefix(data, []byte(byteOrderMark))
}

// Raw returns a copy of data without one byte order mark at its start: what a
// decoded value keeps of itself, so that it encodes again.
func Raw(data []byte) []byte {
	return bytes.Clone(Text(data))
}

// notUTF8 reports whether data looks like UTF-16 or UTF-32: it has their byte
// order mark, or NUL in every other byte at its start.
func notUTF8(data []byte) bool {
	if len(data) < 4 {
		return false
	}
	a, b, c, d := data[0], data[1], data[2], data[3]
	return a == 0xFE && b == 0xFF || a == 0xFF && b == 0xFE || a == 0 && c == 0 && b|d != 0 || b == 0 && d == 0 && a != 0
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
		next := t
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

// oddText reports whether a valid text holds half a surrogate pair or broken
// UTF-8.
func oddText(val []byte) bool {
	_, err := jsontext.AppendUnquote(nil, val)
	return val[0] == '"' && err != nil
}

// unquote returns the content of a valid JSON text, with U+FFFD for odd bytes.
func unquote(val []byte) []byte {
	if bytes.IndexByte(val, '\\') < 0 && utf8.Valid(val) {
		return val[1 : len(val)-1]
	}
	text, _ := jsontext.AppendUnquote([]byte{}, val) // the text is whole, whatever the error
	return text
}
