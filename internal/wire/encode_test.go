package wire_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/wire"
)

func TestEncodeSpellsForEveryProvider(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 15, 18, 46, 20, 195_000_000, time.FixedZone("x", 3*3600))
	for _, c := range []struct {
		v    any
		want string
	}{
		{decimal.MustParse("100.00000000"), `100.00000000`},
		{decimal.MustParse("-0.5"), `-0.5`},
		{struct{ A, B *decimal.Decimal }{A: &decimal.One}, `{"A":1,"B":null}`},
		{at, `"2026-01-15T15:46:20.195Z"`},
		{at.Truncate(time.Second), `"2026-01-15T15:46:20Z"`},
		{at.Add(1), `"2026-01-15T15:46:20.195000001Z"`},
		{time.Time{}, `null`},
		{struct {
			A time.Time `json:"a"`
			B time.Time `json:"b,omitzero"`
			C Status    `json:"c,omitzero"`
			D []string  `json:"d,omitzero"`
		}{}, `{"a":null}`},
		{struct {
			N int64          `json:"n"`
			F bool           `json:"f"`
			L []string       `json:"l"`
			M map[string]int `json:"m"`
			P *string        `json:"p"`
		}{N: 1401089240377}, `{"n":1401089240377,"f":false,"l":null,"m":null,"p":null}`},
		{map[string]any{"b": []string{}, "a": map[string]int{}, "c": Status("<&>\u2028é\"\\/\n\x00")}, "{\"a\":{},\"b\":[],\"c\":\"<&>\u2028é\\\"\\\\/\\n\\u0000\"}"},
		{struct{ R json.RawMessage }{json.RawMessage(`{"a": 1.0,"a":"\u00e9\/" }`)}, `{"R":{"a":1.0,"a":"\u00e9\/"}}`},
		{struct{ R json.RawMessage }{}, `{"R":null}`},
		{[]any{textual("a\"b"), marshals{}, int8(-5), nil, (*int)(nil)}, `["a\"b",{"a":[1]},-5,null,null]`},
		{&Operation{Raw: json.RawMessage(`{"kept":1}`)}, `{"kept":1}`},
	} {
		got, err := wire.Encode(c.v)
		require.NoError(t, err)
		assert.Equal(t, c.want, string(got))
	}
}

// marshals and textual have a spelling of their own, or an error.
type marshals struct{ err error }

func (m *marshals) MarshalJSON() ([]byte, error) { return []byte(` { "a" : [ 1 ] } `), m.err }

type textual string

func (x textual) MarshalText() ([]byte, error) {
	if x == "SECRET" {
		return nil, errors.New("SECRET")
	}
	return []byte(x), nil
}

func TestEncodeRefusesWhatCannotBeSpelt(t *testing.T) {
	t.Parallel()
	type loop struct {
		Next *loop `json:"next"`
	}
	var endless loop
	endless.Next = &endless
	for _, c := range []struct {
		v       any
		kind    string
		pointer string
	}{
		{struct {
			A string `json:"a"`
		}{"SECRET\xff"}, wire.KindSyntax, "/a"},
		{struct {
			T time.Time `json:"t"`
		}{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}, wire.KindRange, "/t"},
		{struct {
			R json.RawMessage `json:"r"`
		}{json.RawMessage(`{"SECRET"`)}, wire.KindSyntax, "/r"},
		{map[string]any{"SECRET": make(chan int)}, wire.KindType, ""},
		{[]any{1, 2.5}, wire.KindType, "/1"},
		{map[int]string{1: "SECRET"}, wire.KindType, ""},
		{struct {
			L []marshals `json:"l"`
		}{[]marshals{{}, {errors.New("SECRET")}}}, wire.KindType, "/l/1"},
		{marshals{&wire.Error{Kind: wire.KindRange}}, wire.KindRange, ""},
		{textual("SECRET"), wire.KindType, ""},
		{&endless, wire.KindRange, ""},
	} {
		_, err := wire.Encode(c.v)
		var e *wire.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, c.kind, e.Kind)
		if c.v != any(&endless) {
			assert.Equal(t, c.pointer, e.Pointer)
		}
		assert.NotContains(t, err.Error(), "SECRET")
	}
}

// hostileStrings are 300 texts that have hurt somebody's encoder, logger,
// terminal or template.
func hostileStrings() []string {
	texts := []string{
		"", " ", "\x00", "a\x00b", "\x7f", "\u0080", "\u009f", "\u00a0", "\u00ad", "\u200b", "\u200d", "\u2028", "\u2029", "\u202e", "\u2066x\u2069", "\ufeff", "\uffff", "\U0010ffff", "\ufffd", "\u061c",
		`"`, `\`, `\\`, `\"`, `"\`, `\u0041`, `\ud800`, `\x00`, `'`, "`", `/`, `\/`, `//`, `/*`, `*/`, `<`, `>`, `&`, `</script>`, `<!--`, `]]>`, `<script>alert(1)</script>`, `&amp;`, `<?php`, `${x}`, `{{x}}`, `#{x}`, `%{x}`, `$(x)`, "`x`",
		`%s`, `%v`, `%n%n%n`, `%!d(string=x)`, `%00`, `%25`, `%`, `%zz`, `%2e%2e%2f`, `../../etc/passwd`, `..\..\x`, `C:\x`, `\\host\x`, `file:///x`, `javascript:x`, `~`, `~0`, `~1`, `.`, `..`, `a/b`, `a~b`,
		`null`, `true`, `false`, `0`, `-0`, `1e999`, `NaN`, `[]`, `{}`, `{"a":1}`, `[1,2]`, `undefined`, `nil`, `None`, `' OR 1=1 --`, `"; DROP TABLE x`, `1;2`, `a:b;c:d`, `a::b`, `=1+1`, `+1`, `-1`, `@x`, "\t=1", `,`, `;`, `|`,
		"\r\n", "\n", "\r", "\t", "\v", "\f", "\b", "\x1b[31mred\x1b[0m", "\x1b]0;x\a", "a\r\nSet-Cookie: x=1", "\x08\x08", "Łódź", "Привет", "こんにちは", "مرحبا", "שלום", "हिन्दी", "ไทย", "ქართული", "ｆｕｌｌ", "İıſß", "K", "Å", "ﬁ", "œ",
		"e\u0301", "é", "a\u0300\u0301\u0302\u0303", "Z\u0351\u036b\u0343", "👨\u200d👩\u200d👧", "🏳\ufe0f\u200d🌈", "👍🏽", "🇰🇬", "😀", "\U000e0001", "ﷺ", "𝕳𝖊𝖑𝖑𝖔", "\u202edrawkcab", "\u0600\u0601", "\u17b4\u17b5", "\u180e", "\u3164", "\ue000", "\U000f0000",
		"2026-01-15", "0x10", "1_000", "1,000.00", "１２３", "+919999999999", "payer@example.com", "Test Payer", "4111 11** **** 1111", "__proto__", "constructor", "toString", "hasOwnProperty", "frame_mode", "signature",
		strings.Repeat("x", 1<<20), strings.Repeat("\\", 5000), strings.Repeat(`"`, 5000), strings.Repeat("\x00", 5000), strings.Repeat("😀", 5000), strings.Repeat("\u0301", 5000), strings.Repeat("[", 20_000), strings.Repeat(`{"a":`, 20_000),
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	for len(texts) < 300 {
		text := ""
		for range 1 + rnd.IntN(6) {
			text += texts[rnd.IntN(150)]
		}
		texts = append(texts, text+string(rune(rnd.IntN(0xd800))))
	}
	return texts
}

func TestStringsSurviveOrAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range hostileStrings() {
		require.True(t, utf8.ValidString(text))
		in := document{ID: text, IDPtr: &text, Status: Status(text), List: []string{text, ""}, States: []Status{Status(text)}, Map: map[string]string{text: text}, Sub: &sub{Name: text}, embedded: embedded{Inner: text}}
		data, err := wire.Encode(in)
		require.NoError(t, err)
		require.True(t, json.Valid(data))
		var out document
		require.NoError(t, wire.Decode(data, &out), "%.80q", text)
		require.Equal(t, in, out, "%.80q", text)
		var std struct{ ID, Status string }
		require.NoError(t, json.Unmarshal(data, &std))
		require.Equal(t, text, std.ID)

		got, ok := wire.Field(data, "status")
		require.True(t, ok)
		require.Equal(t, text, got)
		again, err := wire.Encode(out)
		require.NoError(t, err)
		require.Equal(t, data, again)
	}
	for _, text := range []string{"\xff", "a\xc3", "\xed\xa0\x80", "\xc0\x80", "x\xf4\x90\x80\x80"} {
		_, err := wire.Encode(document{ID: text})
		require.Error(t, err, "%q", text)
		_, err = wire.Encode(document{Map: map[string]string{text: ""}})
		require.Error(t, err, "%q", text)
	}
}
