package wire_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/wire"
)

// plainOperation is Operation without its method.
type plainOperation Operation

// The floors are what validity alone costs, and the library's decoding of an
// easy page (ids all text, times all RFC 3339) into the same fields without any
// hook. Decode of the easy page is to be held against the latter.
func BenchmarkPage(b *testing.B) {
	data := page(100)
	easy := regexp.MustCompile(`"(\d{4}-\d\d-\d\d) ([0-9:.]+)"`).ReplaceAll(data, []byte(`"${1}T${2}Z"`))
	easy = regexp.MustCompile(`"c_id":(\d+)`).ReplaceAll(easy, []byte(`"c_id":"$1"`))
	odd := bytes.ReplaceAll(data, []byte(`"operation_state":"in_process"`), []byte(`"operation_state":3`))
	var decoded []*plainOperation
	require.NoError(b, wire.Decode(easy, &decoded))
	for _, bm := range []struct {
		name string
		fn   func() error
	}{
		{"floor/std-valid", func() error { json.Valid(data); return nil }},
		{"floor/jsontext-valid", func() error { jsontext.Value(data).IsValid(); return nil }},
		{"floor/v2-easy", func() error { var rows []*plainOperation; return jsonv2.Unmarshal(easy, &rows) }},
		{"decode-easy", func() error { var rows []*plainOperation; return wire.Decode(easy, &rows) }},
		{"decode", func() error { var rows []*plainOperation; return wire.Decode(data, &rows) }},
		{"decode-enum-as-number", func() error { var rows []*plainOperation; return wire.Decode(odd, &rows) }}, // each page twice
		{"rows", func() error { _, _, err := wire.Rows[Operation](data); return err }},
		{"rows-of", func() error { _, _, err := wire.RowsOf(data, anything); return err }},
		{"reference", func() error { var rows []*plainOperation; return wire.Reference(data, &rows) }},
		{"elements", func() error { _, err := wire.Elements(data); return err }},
		{"encode", func() error { _, err := wire.Encode(decoded); return err }},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if err := bm.fn(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDecimal(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wire.Decimal("100.00000000"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTime(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := wire.Time("2026-01-15 15:46:20.195000"); !ok {
			b.Fatal("not understood")
		}
	}
}
