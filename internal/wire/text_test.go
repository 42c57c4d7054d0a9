package wire_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/wire"
)

// validTexts and invalidTexts are JSON values and what is none, wherever they
// stand.
func validTexts() []string {
	texts := []string{
		`null`, `true`, `false`, `0`, `-0`, `1`, `-1`, `10`, `1.0`, `0.0`, `-0.0`, `1e0`, `1E0`, `1e+0`, `1e-0`, `0e0`, `1.5e10`, `-1.5E-10`, `1e400`, `-1e-400`, `1e00000`,
		`123456789012345678901234567890`, `0.000000000000000000000000000001`, strings.Repeat("9", 5000), "0." + strings.Repeat("1", 5000), "1e" + strings.Repeat("9", 500),
		`""`, `" "`, `"a"`, `"\""`, `"\\"`, `"\/"`, `"\b\f\n\r\t"`, `"\u0000"`, `"\u001f"`, `"\u00e9"`, `"\uD83D\uDE00"`, `"\ud83d\ude00"`, `"\uFFFF"`, `"\ufeff"`, `"\u2028\u2029"`, `"\\u0041"`, `"\\\\"`, `"\\\""`,
		`"é"`, `"😀"`, "\"\u2028\"", "\"\x7f\"", "\"\ufeff\"", "\"\U0010ffff\"", "\"\uffff\"", `"//"`, `"/*"`, `"[{"`, `"]}"`, `","`, `":"`, `"{\"a\":1}"`, `"` + strings.Repeat("x", 100_000) + `"`, `"` + strings.Repeat(`\\`, 5000) + `"`,
		`[]`, `[ ]`, `[1]`, `[1,2]`, "[\n1\t,\r2 ]", `[[]]`, `[[],[]]`, `[{}]`, `[null,true,false,0,"",[],{}]`, strings.Repeat("[", 500) + strings.Repeat("]", 500), `[` + strings.Repeat("0,", 5000) + `0]`,
		`{}`, `{ }`, `{"a":1}`, `{"":1}`, `{"a":1,"b":2}`, "{\n\"a\"\t:\r1 , \"b\":2}", `{"a":{}}`, `{"a":[]}`, `{"a":{"a":{"a":1}}}`, `{"a":1,"A":2}`, `{"é":1,"e\u0301":2}`, `{"\u0000":1}`, `{"a/b":1,"a~b":2}`,
		strings.Repeat(`{"a":`, 500) + "1" + strings.Repeat("}", 500), `{"__proto__":1,"constructor":2}`, `{"1":1,"0":0}`, `{"a":"a","b":["b"],"c":{"c":"c"}}`, `{"a b":1}`, `{"\"":1,"\\":2}`,
	}
	return texts
}

func invalidTexts() []string {
	texts := []string{
		``, ` `, `nul`, `nulll`, `Null`, `NULL`, `nil`, `none`, `undefined`, `tru`, `True`, `truee`, `fals`, `FALSE`, `t`, `f`, `n`, `NaN`, `-NaN`, `Infinity`, `-Infinity`, `inf`,
		`-`, `+`, `+1`, `--1`, `01`, `-01`, `00`, `1.`, `.1`, `-.1`, `1..1`, `1.e1`, `1e`, `1e+`, `1e-`, `1E`, `1e1.5`, `1e+-1`, `1ee1`, `0x10`, `0b1`, `0o7`, `1_000`, `1 000`, `1/2`, `١`, `１`, `1f`, `1n`, `0e`, `-0.`, `- 1`, `1. 0`, `1 .0`, `1e 1`,
		`"`, `"a`, `a`, `a"`, `'a'`, "`a`", `"a""`, `"a"b`, `"\"`, `"\`, `"\x41"`, `"\a"`, `"\v"`, `"\0"`, `"\'"`, `"\ "`, `"\u"`, `"\u1"`, `"\u12"`, `"\u123"`, `"\u123g"`, `"\uD83D\u`, `"\U0041"`, `"\u{41}"`, `"\u 041"`, `"\u+041"`, `"\u-041"`,
		"\"\n\"", "\"\t\"", "\"\r\"", "\"\x00\"", "\"\x1f\"", "\"a\x01b\"", "\"\\\n\"", `“a”`,
		`[`, `]`, `[1`, `[1,`, `[1,]`, `[,]`, `[,1]`, `[1,,2]`, `[1 2]`, `[1;2]`, `[1:2]`, `[1}`, `[[1]`, `[1]]`, `["a]`, `[a]`, `["a" "b"]`, `[1,2`, `(1)`, `[1,2,...]`, `[/**/]`, `[1//]`, "[1//\n]", `[#]`, `[-]`, `[tru]`,
		`{`, `}`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`, `{,}`, `{,"a":1}`, `{"a":1,,"b":2}`, `{"a" 1}`, `{"a"=1}`, `{"a"=>1}`, `{a:1}`, `{'a':1}`, `{1:1}`, `{null:1}`, `{true:1}`, `{[]:1}`, `{{}:1}`, `{"a":1]`, `{"a":1}}`, `{"a"}`, `{"a":}`, `{:1}`, `{"a"::1}`,
		`{"a":1 "b":2}`, `{"a":1;"b":2}`, `{"a:1}`, `{"a\":1}`, `{"a":"b}`, `{"\x":1}`, `{"a":nan}`, `{"a":01}`, "{\"a\n\":1}", `{"a":/*c*/1}`, `{"a":1}{`, `{"a":undefined}`, `{"a":+1}`,
		`{}{}`, `[][]`, `{} []`, `null null`, `1 2`, `"a" "b"`, `{}x`, `{},`, `[],`, `,{}`, `{}]`, `[]}`, `{};`, "{}\x00", "\x00{}", "{}\xa0", "\u00a0{}", "\v{}", "\f{}", "{\v}", "{}\u2028", "\u200b{}", `<html></html>`, `<?xml version="1.0"?>`, `OK`, `)]}',{}`, `callback({})`, `{}//`, `/**/{}`, `#{}`,
		"\ufeff", "\ufeff\ufeff{}", "{}\ufeff", "\xef\xbb{}", "\xfe\xff\x00{\x00}", "\xff\xfe{\x00}\x00", "{\x00}\x00", "\x1f\x8b\x08",
		strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001), strings.Repeat("[", 100_000), strings.Repeat(`{"a":`, 100_000), strings.Repeat(`[{"a":`, 50_000), strings.Repeat("]", 1000), `"` + strings.Repeat("x", 100_000), strings.Repeat("-", 1000),
	}
	return texts
}

// badStrings are well-formed but not Unicode: encoding/json repairs them, and so
// do we outside of what identifies.
func badStrings() []string {
	return []string{
		`"\ud800"`, `"\udc00"`, `"\ud800\ud800"`, `"\udc00\ud800"`, `"\ud83dx"`, `"\ud83d\n"`, `"\ud83d\u0041"`, `"x\udfff"`,
		"\"\xff\"", "\"\xc3\"", "\"\xc3(\"", "\"\xc0\xaf\"", "\"\xe2\x82\"", "\"\xed\xa0\x80\"", "\"\xed\xbf\xbf\"", "\"\xf0\x80\x80\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xf5\x80\x80\x80\"", "\"\x80\"", "\"\xfe\"", "\"a\xe9b\"",
		"{\"\xff\":1}", `{"\ud800":1}`, "[\"a\",\"\xc3\"]", `{"a":{"b":["\udc00"]}}`,
	}
}

// decoders are the ways in which a text gets in.
var decoders = map[string]func(text string) error{
	"free-form": func(text string) error { return wire.Decode([]byte(text), new(json.RawMessage)) },
	"element":   func(text string) error { _, err := decodeElements("[" + text + "]"); return err },
	"member":    func(text string) error { return wire.Decode([]byte(`{"free":`+text+`,"id":"x"}`), new(document)) },
	"unknown":   func(text string) error { return wire.Decode([]byte(`{"id":"x","other":`+text+`}`), new(document)) },
	"nested": func(text string) error {
		return wire.DecodePHP([]byte(`{"list":[{"free":`+text+`}]}`), &struct {
			List []kept `json:"list"`
		}{})
	},
}

func decodeElements(text string) ([]json.RawMessage, error) {
	elements, err := wire.Elements([]byte(text))
	raws := make([]json.RawMessage, len(elements))
	for i, element := range elements {
		if err := wire.Decode(element, &raws[i]); err != nil {
			return nil, err
		}
	}
	return raws, err
}

func TestEveryValidTextIsAccepted(t *testing.T) {
	t.Parallel()
	for _, text := range validTexts() {
		require.True(t, json.Valid([]byte(text)), "%.80s", text)
		for name, decode := range decoders {
			assert.NoError(t, decode(text), "%s: %.80s", name, text)
			assert.NoError(t, decode(" \t"+text+"\r\n"), "%s: %.80s", name, text)
		}
	}
}

func TestEveryInvalidTextIsRefused(t *testing.T) {
	t.Parallel()
	require.Greater(t, len(validTexts())+len(invalidTexts())+len(badStrings()), 300)
	for _, text := range invalidTexts() {
		require.False(t, json.Valid([]byte(text)), "%.80s", text)
		for name, decode := range decoders {
			switch wrapped := map[string]string{"element": "[" + text + "]", "member": `{"free":` + text + `,"id":"x"}`, "unknown": `{"id":"x","other":` + text + `}`, "nested": `{"list":[{"free":` + text + `}]}`}[name]; {
			case wrapped != "" && json.Valid([]byte(wrapped)): // such as an empty element
			default:
				var e *wire.Error
				if assert.ErrorAs(t, decode(text), &e, "%s: %.80q", name, text) {
					assert.Equal(t, wire.KindSyntax, e.Kind, "%s: %.80q", name, text)
				}
			}
		}
		for _, v := range []any{new(document), new(Operation), new([]document), new(map[string]string), new(string), new(int64)} {
			assert.Error(t, wire.Decode([]byte(text), v), "%T: %.80q", v, text)
			assert.Error(t, wire.DecodePHP([]byte(text), v), "%T: %.80q", v, text)
		}
		_, _, err := wire.Rows[Operation]([]byte(text))
		assert.Error(t, err, "%.80q", text)
	}
	for _, text := range badStrings() {
		require.True(t, json.Valid([]byte(text)), text)
		for name, decode := range decoders {
			assert.NoError(t, decode(text), "%s: %q", name, text)
		}
		_, err := wire.Elements([]byte("[" + text + "]"))
		require.NoError(t, err, text)
	}
}

// Every prefix of a page and every page with one byte replaced is judged as
// encoding/json does.
func TestDamagedPagesAreRefused(t *testing.T) {
	t.Parallel()
	data := []byte(`[{"operation_id":12,"x":[{},[-1.5e+3]]}, {"operation_id":"1","card_start":[{"amount":100.00000000,"currency":"I\"N",` +
		`"created_at":null}],"create_params":{"service_id":6001},"payment_custom_data":{"echo":"[\"a\\\":1}","ok":true}}]`)
	require.True(t, json.Valid(data))
	for i := range data {
		var rows []*plainOperation
		require.Error(t, wire.Decode(data[:i], &rows), i)
		_, err := wire.Elements(data[:i])
		require.Error(t, err, i)
		for _, c := range []byte("\x00\"\\]},:x0-\xff") {
			damaged := append([]byte(nil), data...)
			damaged[i] = c
			_, err := wire.Elements(damaged)
			require.Equal(t, json.Valid(damaged), err == nil, "%d %q", i, c)
			if err := wire.Decode(damaged, &rows); !json.Valid(damaged) {
				require.Error(t, err, "%d %q", i, c)
			}
		}
	}
}

func TestRepeatedAndVariantNames(t *testing.T) {
	t.Parallel()
	spell := func(name string) []string {
		return []string{name, strings.ToUpper(name), strings.ToUpper(name[:1]) + name[1:], "\\u00" + fmt.Sprintf("%02x", name[0]) + name[1:], name + " ", strings.ReplaceAll(name, "_", ""), "\u2060" + name}
	}
	n := 0
	for name, value := range map[string][2]string{"id": {`"x"`, `"y"`}, "status": {`"x"`, `"y"`}, "amount": {`1`, `2`}, "n": {`1`, `2`}, "at": {`"2026-01-15"`, `"2026-01-16"`}, "free": {`1`, `2`}, "map": {`{}`, `{"a":"b"}`}, "sub": {`{}`, `{"name":"x"}`}} {
		var want document
		require.NoError(t, wire.Decode([]byte(`{"`+name+`":`+value[0]+`}`), &want))
		for i, variant := range spell(name) {
			same := i == 0 || i == 3 || variant == name
			for _, in := range []string{
				`{"` + name + `":` + value[0] + `,"` + variant + `":` + value[1] + `}`,
				`{"` + variant + `":` + value[1] + `,"` + name + `":` + value[0] + `}`,
			} {
				n++
				var got document
				err := wire.Decode([]byte(in), &got)
				if same {
					var e *wire.Error
					require.ErrorAs(t, err, &e, in)
					require.Equal(t, wire.KindDuplicate, e.Kind, in)
					require.Equal(t, "/"+name, e.Pointer, in)
				} else {
					require.NoError(t, err, in)
					require.Equal(t, want, got, in)
				}
			}
		}
	}
	require.Greater(t, n, 40)
	for in, kind := range map[string]string{
		`{"other":1,"other":2}`:                 wire.KindDuplicate,
		`{"other":{"a":1,"a":2}}`:               wire.KindDuplicate,
		`{"sub":{"x":1,"x":2}}`:                 wire.KindDuplicate,
		`{"subs":[{"name":"a"},{"n":1,"n":1}]}`: wire.KindDuplicate,
		`{"map":{"a":"1","a":"1"}}`:             wire.KindDuplicate,
	} {
		var e *wire.Error
		require.ErrorAs(t, wire.Decode([]byte(in), new(document)), &e, in)
		require.Equal(t, kind, e.Kind, in)
	}
}
