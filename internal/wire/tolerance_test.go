package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/wire"
)

// tolerated decodes a valid row in which no name repeats, and checks that a strict
// member, and only such a one, ends the row, and that the members in Unread, and only
// these, may as well be missing.
func tolerated[T any](t *testing.T, data []byte, strict ...string) (row T, unread []string, ok bool) {
	t.Helper()
	if err := wire.Row(data, &row, accept); err != nil {
		var e *wire.Error
		require.ErrorAs(t, err, &e)
		last := e.Pointer[strings.LastIndexByte(e.Pointer, '/')+1:]
		require.True(t, e.Pointer == "" || last == "amount" || slices.Contains(strict, last), "%v", err) // amount is a part of the row
		require.False(t, (last == "at" || last == "inner") && e.Kind != wire.KindType, "%v", err)
		require.True(t, e.Pointer != "" || data[0] != '{', "%v", err)
		return row, nil, false
	}
	unread = unreadIn(reflect.ValueOf(row))
	var tree any
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	require.NoError(t, dec.Decode(&tree))
	for _, pointer := range unread {
		last := pointer[strings.LastIndexByte(pointer, '/')+1:]
		require.False(t, last == "amount" || last != "price" && slices.Contains(strict, last), "%v", unread)
		before := without(t, tree, strings.Split(pointer, "/")[1:])
		if last == "price" && slices.Contains(strict, "price") { // it has too many digits
			_, err := wire.Decimal(wire.Scalar([]byte(mustMarshal(t, before))))
			require.True(t, err == nil || kindOf(t, err) == wire.KindRange)
		}
	}
	var again T
	require.NoError(t, wire.Row([]byte(mustMarshal(t, tree)), &again, accept))
	require.Empty(t, unreadIn(reflect.ValueOf(again)), "%v", unread)
	maps := slices.ContainsFunc(unread, func(s string) bool { return strings.HasSuffix(s, "/map") })
	blank(reflect.ValueOf(&row).Elem(), maps)
	blank(reflect.ValueOf(&again).Elem(), maps)
	require.Equal(t, again, row, "%v", unread)
	return row, unread, true
}

func mustMarshal(t *testing.T, v any) string {
	t.Helper()
	out, err := json.Marshal(v)
	require.NoError(t, err)
	return string(out)
}

// without takes the member at a pointer out of tree, or sets the element there to null.
// It returns what was there.
func without(t *testing.T, tree any, tokens []string) (before any) {
	t.Helper()
	if list, ok := tree.([]any); ok {
		i, err := strconv.Atoi(tokens[0])
		require.NoError(t, err)
		if len(tokens) == 1 {
			before, list[i] = list[i], nil
			return before
		}
		return without(t, list[i], tokens[1:])
	}
	object, _ := tree.(map[string]any)
	before, ok := object[tokens[0]]
	require.True(t, ok, "%v is not in the text", tokens)
	if len(tokens) > 1 {
		return without(t, before, tokens[1:])
	}
	delete(object, tokens[0])
	return before
}

// blank takes out of a row what depends on its spelling, and maps if they are not read
// in full.
func blank(row reflect.Value, maps bool) {
	for f, field := range row.Fields() {
		if f.Name == "Raw" || f.Name == "Unread" || f.Name == "Free" || f.Name == "Map" && maps {
			field.SetZero()
		} else if f.Name == "Inner" {
			if inner := reflect.Indirect(field); inner.IsValid() {
				blank(inner, maps)
			}
		}
	}
}

// within returns the pointers in unread that lead into a member, from there.
func within(unread []string, member string) (out []string) {
	for _, pointer := range unread {
		if rest, ok := strings.CutPrefix(pointer, member+"/"); ok {
			out = append(out, "/"+rest)
		}
	}
	return out
}

// withoutUnread is lenient, but no row.
var withoutUnread = func() reflect.Type {
	var fields []reflect.StructField
	for f := range reflect.TypeFor[lenient]().Fields() {
		if f.Name != "Unread" {
			fields = append(fields, f)
		}
	}
	return reflect.StructOf(fields)
}()

func FuzzUnread(f *testing.F) {
	for text := range maps.Keys(lenientRows()) {
		f.Add([]byte(text))
		f.Add([]byte(`{"id":"0","plain":[],"inner":` + text + `,"number":{}}`))
	}
	for _, text := range []string{
		`{"id":"1","plain":"\ud800","at":"soon"}`, `{"id":"1","at":"soon"}`, `{"at":[]}`, `{"price":"x"}`, `{"price":1.5}`, `{"state":{}}`, `{"state":"\ud800"}`, `{"id":[]}`, `{"id":"\ud800"}`,
		`{"id":"1","inner":7}`, `{"id":"1","inner":{"id":[]}}`, `{"id":"1","inner":{"amount":1.5}}`, `{"id":"1","inner":{"plain":"\ud800"}}`, `{"a":1,"a":2}`, `{"b":{"a":1,"a":2},"c":[{"a":1}]}`,
		`{"sums":[{"currency":tru}]}`, `{"bare":{"name":tru}}`, `{"sums":[{"currency":"a","currency":"b"}]}`, `{"subs":[{"name":"a"},{"n":-}]}`,
		`{"plain":{},"subs":[{"n":{}},{"name":[]}],"number":[]}`, `{"amount":7,"sums":[{"amount":1,"currency":[]},{"amount":2}]}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		distinct := jsontext.Value(data).IsValid(jsontext.AllowInvalidUTF8(true))
		if other := []byte(`{"id":"1","unknown":` + string(data) + `}`); json.Valid(data) && json.Valid(other) {
			require.NoError(t, wire.Row(other, new(event), accept), "names may repeat within unknown members of an event")
			require.Equal(t, distinct, wire.Row(other, new(lenient), accept) == nil)
		}
		if !distinct { // not JSON, or a name repeats: the error is the same as for a value that is not a row
			var e, w *wire.Error
			plain := reflect.New(withoutUnread)
			if errors.As(wire.Row(data, new(lenient), accept), &e) && errors.As(wire.Decode(data, plain.Interface()), &w) && (e.Kind == wire.KindSyntax || e.Kind == wire.KindDuplicate) && w.Kind == e.Kind && w.Offset == e.Offset {
				require.Equal(t, w, e)
			}
			return
		}
		var around struct { // no row itself
			Row lenient
			N   int64
		}
		require.Error(t, wire.Decode([]byte(`{"Row":`+string(data)+`,"N":"x"}`), &around))
		data = bytes.TrimSpace(data)
		var whole lenient
		if row, unread, ok := tolerated[lenient](t, data, "id", "state", "at", "price"); ok {
			require.NoError(t, wire.Row(data, &whole, accept))
			for inner, in := whole.Inner, unread; inner != nil; inner = inner.Inner {
				in = within(in, "/inner")
				require.Equal(t, in, inner.Unread)
			}
			if at, ok := wire.Member(data, "at"); ok && at[0] == '"' {
				_, ok = wire.Time(wire.ScalarWords(at))
				require.True(t, ok, "a strict time is understood")
			}
			two, _ := wire.Member(data, "two")
			zwei, _ := wire.Member(data, "zwei")
			want := wire.ScalarWords(two)
			if want == "" {
				want = wire.ScalarWords(zwei)
			}
			require.Equal(t, want, row.Two, "the first of two names counts unless it is empty")
			if bare, ok := wire.Member(data, "bare"); ok && bare[0] != '{' {
				require.Equal(t, lenientBare{Name: wire.ScalarWords(bare)}, row.Bare)
			}
		}
		if _, unread, ok := tolerated[event](t, data, "id", "inner"); ok {
			var whole event
			require.NoError(t, wire.Row(data, &whole, accept))
			require.Equal(t, within(unread, "/inner"), whole.Inner.Unread)
		}
	})
}

// The rules of a row end with the row: the members after it have those of their own object.
func TestRulesOfARowEndWithIt(t *testing.T) {
	t.Parallel()
	type loose struct {
		Name   string   `json:"name" wire:"strict"`
		Unread []string `json:"-" wire:"loose,event"`
	}
	var page struct {
		Row  loose  `json:"row"`
		Name string `json:"name" wire:"strict"`
	}
	for _, row := range []string{``, `"row":null,`, `"row":{"name":"a"},`} {
		require.NoError(t, wire.Decode([]byte("{"+row+`"name":"b"}`), &page))
		require.Error(t, wire.Decode([]byte("{"+row+"\"name\":\"\xff\"}"), &page), row)
		require.Error(t, wire.Decode([]byte("{"+row+`"name":"b","other":{"a":1,"a":1}}`), &page), row)
	}
}
