package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/wire"
)

// placesIn returns the pointer of the value at each offset of a valid text, and the
// offsets of names that stand in their object already.
func placesIn(t *testing.T, text []byte) (values map[int64]string, repeated map[int64]bool) {
	t.Helper()
	values, repeated = map[int64]string{}, map[int64]bool{}
	dec := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	var open []map[string]bool // the names of what is open
	for {
		kind := dec.PeekKind()
		in, n := dec.StackIndex(dec.StackDepth())
		switch kind {
		case 0:
			return values, repeated
		case '{', '[', '}', ']':
			_, err := dec.ReadToken()
			require.NoError(t, err)
			if kind == '}' || kind == ']' {
				open = open[:len(open)-1]
				continue
			}
			open = append(open, map[string]bool{})
			values[dec.InputOffset()-1] = string(dec.StackPointer())
			continue
		}
		value, err := dec.ReadValue()
		require.NoError(t, err)
		at := dec.InputOffset() - int64(len(value))
		if in != '{' || n%2 == 1 {
			values[at] = string(dec.StackPointer())
			continue
		}
		name, _ := jsontext.AppendUnquote(nil, value) // the name is whole also beside an error
		repeated[at] = open[len(open)-1][string(name)]
		open[len(open)-1][string(name)] = true
	}
}

// FuzzOffsets holds the place of each error against the text.
func FuzzOffsets(f *testing.F) {
	for _, s := range seeds() {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		text := wire.Text(data)
		mark := int64(len(data) - len(text))
		if !json.Valid(text) {
			var syntax *json.SyntaxError
			require.ErrorAs(t, json.Unmarshal(text, new(any)), &syntax)
			for _, target := range []any{new(json.RawMessage), new(struct{})} {
				var e *wire.Error
				require.ErrorAs(t, wire.Decode(data, target), &e)
				if len(text) > 3 && (bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff"))) && mark == 0 {
					require.ErrorContains(t, e, "UTF-16")
				}
				if e.Kind == wire.KindSyntax && !strings.Contains(e.Error(), "UTF-16") {
					if e.Offset-mark == int64(len(text)) { // where Go 1.27 has the beginning of what is cut short
						_, err := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)).ReadValue()
						require.True(t, errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF), "%v", err)
						continue
					}
					require.LessOrEqual(t, e.Offset-mark, syntax.Offset)
					require.LessOrEqual(t, syntax.Offset-(e.Offset-mark), int64(len(`false`)+1), "a literal has its first byte, all else the error")
				}
			}
			return
		}
		values, repeated := placesIn(t, text)
		for i := range targets() {
			for _, decode := range []func([]byte, any) error{wire.Decode, wire.DecodePHP} {
				var e *wire.Error
				if !errors.As(decode(data, targets()[i]), &e) {
					continue
				}
				if e.Kind == wire.KindDuplicate {
					require.True(t, repeated[e.Offset-mark], "%v", e)
					continue
				}
				at, ok := values[e.Offset-mark]
				require.True(t, ok, "%T: %v", targets()[i], e)
				for _, name := range []string{"/map/", "/by_name/", "/by_state/"} { // the pointer ends at a map
					if i := strings.Index(at, name); i >= 0 {
						at = at[:i+len(name)-1]
					}
				}
				require.Equal(t, at, e.Pointer, "%T", targets()[i])
			}
		}
	})
}

// FuzzFilled decodes into a value that holds something: what a member had before does
// not matter, except for the members of an object.
func FuzzFilled(f *testing.F) {
	const full = `{"id":"x","id_ptr":"x","status":"x","flag":true,"flag_ptr":true,"n":1,"n_ptr":1,"int":1,"amount":1,"amt_ptr":1,"at":1768491980,"free":1,"list":["x","y"],"states":["x"],"map":{"x":"y"},"sub":{"name":"x"},"subs":[{"name":"x","n":1},{"n":2}]}`
	for name := range strings.FieldsFuncSeq(full, func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz_", r) }) {
		for _, value := range []string{`null`, `[]`, `""`, `[{}]`, `[null]`, `{}`, `0`, `false`} {
			f.Add([]byte(`{"` + name + `":` + value + `}`))
		}
	}
	f.Add([]byte(` []`))
	f.Add([]byte(`{"":[]}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, decode := range []func([]byte, any) error{wire.Decode, wire.DecodePHP} {
			var fresh, filled document
			require.NoError(t, decode([]byte(full), &filled))
			if decode(data, &fresh) != nil {
				continue
			}
			require.NoError(t, decode(data, &filled))
			if !bytes.Contains(data, []byte("{")) {
				require.Equal(t, document{}, filled)
				continue
			}
			for f, field := range reflect.ValueOf(filled).Fields() {
				value, ok := wire.Member(data, f.Tag.Get("json"))
				if ok && f.IsExported() && value[0] != '{' {
					require.Equal(t, reflect.ValueOf(fresh).FieldByIndex(f.Index).Interface(), field.Interface(), f.Name)
				}
			}
		}
	})
}
