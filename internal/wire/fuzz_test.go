package wire_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/wire"
)

func addTexts(f *testing.F, wrap func(string) string) {
	f.Helper()
	for _, list := range [][]string{validTexts(), invalidTexts(), badStrings(), {operation(0), string(page(2))}} {
		for _, text := range list {
			if len(text) < 4096 {
				f.Add([]byte(wrap(text)))
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	addTexts(f, func(s string) string { return s })
	addTexts(f, func(s string) string { return `{"id":` + s + `,"amount":"1.50","at":1768491980.5,"free":` + s + `}` })
	f.Add([]byte("\ufeff\ufeff{}"))
	for _, deep := range []int{9_999, 10_000} { // within the object
		f.Add([]byte(`{"x":` + strings.Repeat("[", deep) + strings.Repeat("]", deep) + `}`))
		f.Add([]byte(`{"x":` + strings.Repeat(`{"y":`, deep) + "1" + strings.Repeat("}", deep) + `}`))
		for _, at := range [][2]string{{`{"free":`, `}`}, {`{"id":`, `}`}, {`{"kept":{"free":`, `}}`}} {
			n := deep - strings.Count(at[1], "}") + 1
			f.Add([]byte(at[0] + strings.Repeat("[", n) + strings.Repeat("]", n) + at[1]))
		}
		f.Add([]byte(`{"x":[` + strings.Repeat(`[0],{"y":[]},`, deep) + `1]}`)) // not deep
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		var doc document
		err := wire.Decode(data, &doc)
		require.Equal(t, before, data, "the text was changed")
		valid := json.Valid(bytes.TrimPrefix(data, []byte("\ufeff")))
		if !valid {
			require.Error(t, err)
			require.Error(t, wire.Decode(data, new(tree)))
		}
		var raw json.RawMessage
		require.Equal(t, valid, wire.Decode(data, &raw) == nil)
		if err != nil {
			var e *wire.Error
			require.ErrorAs(t, err, &e)
			require.False(t, valid && e.Kind == wire.KindSyntax, "%v", err)
			if e.Kind == wire.KindType { // the value that does not fit is valid where it stands
				var value json.RawMessage
				require.NoError(t, json.NewDecoder(bytes.NewReader(data[e.Offset:])).Decode(&value))
				depth := strings.Count(e.Pointer, "/")
				require.True(t, json.Valid([]byte(strings.Repeat("[", depth)+string(value)+strings.Repeat("]", depth))))
			}
			return
		}
		// What was decoded can be said again, and means the same.
		encoded, err := wire.Encode(&doc)
		if err != nil && !jsontext.Value(doc.Free).IsValid(jsontext.AllowDuplicateNames(true)) {
			return // odd bytes
		}
		require.NoError(t, err)
		var again document
		require.NoError(t, wire.Decode(encoded, &again))
		doc.Free, again.Free = nil, nil // compacted
		if len(doc.Map) == 0 && doc.Map != nil {
			require.NotNil(t, again.Map)
		}
		require.Equal(t, doc, again)
	})
}

func FuzzDecimal(f *testing.F) {
	for _, text := range append(decimalTexts(), "1e2147483647", "1.0E7", "9223372036854775807.000", "922337203685477580700e-2", "-9223372036854775809", "1000e-3", "1001e-3") {
		if len(text) < 100 {
			f.Add(text)
		}
	}
	f.Fuzz(checkDecimal)
}

func FuzzTime(f *testing.F) {
	for _, text := range []string{"", "2026-01-15", "2026-01-15T15:46:20.195Z", "2026-01-15 15:46:20.195000", "2014-08-05T15:09:37.832+0000", "2026-01-15T15:46:20+03:00", "1768491980195", "1768491980", "0000-00-00 00:00:00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := wire.Time(text)
		require.Equal(t, time.UTC, got.Location())
		if !ok || text == "" {
			require.True(t, got.IsZero())
			return
		}
		for _, layout := range timeLayouts {
			if want, err := time.Parse(layout, text); err == nil {
				require.True(t, want.Equal(got), "%v %v", want, got)
				return
			}
		}
		var number struct{ T time.Time }
		require.NoError(t, wire.Decode([]byte(`{"T":`+text+`}`), &number), "neither a layout nor an epoch")
		require.Equal(t, number.T, got)
	})
}

func FuzzElements(f *testing.F) {
	addTexts(f, func(s string) string { return s })
	addTexts(f, func(s string) string { return " [" + s + ", " + s + "\n]" })
	f.Add([]byte("{} x"))
	for _, deep := range []int{10_000, 10_001} {
		f.Add([]byte(strings.Repeat("[", deep) + strings.Repeat("]", deep)))
	}
	const most = 1 << 18
	for _, many := range []int{most, most + 1} {
		f.Add([]byte("[" + strings.Repeat("0,", many-1) + "0]"))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		elements, err := wire.Elements(data)
		rows, bad, split := wire.RowsOf(data, func(*struct{ N int32 }) error { return nil })
		require.Equal(t, err, split)
		require.Equal(t, len(elements), len(rows)+len(bad))
		var want []json.RawMessage
		if wantErr := json.Unmarshal(wire.Text(data), &want); wantErr != nil || want == nil || len(want) > most { // nil for null
			require.Error(t, err)
			require.Equal(t, json.Valid(wire.Text(data)) && len(want) == 0, kindOf(t, err) == wire.KindType, "valid, and no array")
			return
		}
		require.NoError(t, err)
		require.Len(t, elements, len(want))
		for i := range want {
			if !bytes.Equal(want[i], elements[i]) {
				require.Equal(t, []byte(want[i]), elements[i], "element %d", i)
			}
		}
	})
}
