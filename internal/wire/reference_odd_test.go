package wire

// Odd bytes in members that identify, as the reference finds them.

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
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
			if rule := rules[strings.Split(field.Tag.Get("wire"), ",")[0]]; rule&(ruleStrict|ruleID) != 0 && field.Type.Kind() != reflect.Struct {
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
