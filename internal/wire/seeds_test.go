package wire_test

import (
	"fmt"
	"strings"
)

// values are what a member may have.
func values() []string {
	return []string{
		`null`, `true`, `false`, `0`, `-0`, `7`, `-7`, `1.50`, `10000.0`, `1e3`, `1E5`, `999999999999999999.9`, `9999999999999999999`, `"1e3"`, `-0.00`, `0.000000000000000001`, `123456789012345678.5`, `123456789012345678`, `1234567890123456789`, `"123456789012345678"`,
		`9223372036854775807`, `9223372036854775808`, `-9223372036854775808`, `2147483648`, `-129`, `99999999999999999999`, `0.12345678901234567890123`, `1e400`, `"0x1"`, `1768491980`, `1768491980195`, `1768491980.5`,
		`""`, `"a"`, `"INR"`, `"a\"\u00e9\n\/\\\b\f\r\t"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\udc00\ud83d\u0041"`, `"\ud83d\ud83d\ude00"`, "\"\xff\"", "\"a\xe2\x82\"", "\"Иван\"", "\"\u2028\"", "\"\x7f\"", `"` + strings.Repeat("x", 48) + `"`, `"` + strings.Repeat("y", 49) + `"`,
		`"2026-01-15T15:46:20.195Z"`, `"2026-01-15 15:46:20.195000"`, `"2026-01-15T15:46:20"`, `"2026-01-15 15:46:20"`, `"2026-02-30T15:46:20Z"`, `"2026-01-15T24:46:20Z"`, `"2026-01-15T23:60:20Z"`, `"2026-01-15T23:59:60Z"`, `"2026-01-15T23:59:59Z"`,
		`"2026-01-15T15:46:20+03:00"`, `"2026-01-15T15:46:20.123456789Z"`, `"2026-01-15T15:46:20.1234567891Z"`, `"2026-01-15T15:46:20.Z"`, `"2026-01-15T15:46:20.1Zx"`, `"2026-01-15T15:46:20Zx"`, `"2026-01-15T15:46:20."`, `"2026-01-15T1::46:20Z"`, `"2026-01-15T1/:46:20Z"`, `"2026-01-15T15:46:2/Z"`, `"2026-01-15T15.46:20Z"`, `"2026-01-15T15:46;20Z"`, `"2026-01-15X15:46:20Z"`, `"2026-01-15"`, `"soon"`, `"2026-01-15T15\u003a46:20Z"`,
		"\"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00T15:04:05Z\"", `"2026-01-15T15:46:20.12345678`, `"2026-01-15T15:46:20`,
		`[]`, `[ ]`, `{}`, `{ }`, `[null]`, `[{}]`, `[[]]`, `["a",7,null]`, `[1.5,"2.5",null]`, `[{"name":1,"id":2}]`, `{"amount":5,"currency":"EUR"}`, `{"amount":"5.0","currency":"EUR"}`, `{"id":7,"id":7}`, `{"x":{"a":1,"\u0061":2}}`, `{"name":"a","unknown":[{"b":[1,{"c":null}]}]}`,
		`{"params":{"payment":{"amount":{"value":5,"currency":"INR"},"identifiers":{"c_id":7}}}}`, `[{"amount":1.5,"created_at":"2026-01-15","payment_id":"\ud800"}]`, `[{"amount":[]}]`, `{"a":"\ud800"}`,
		`tru`, `nul`, `nulll`, `-`, `01`, `1.`, `"\x"`, `"\u12`, `"a`, `[1,]`, `[1 2]`, `{"a" 1}`, `{"a":1,}`, `{a:1}`, `{"a":1`, ``, `,`, "\"\n\"",
	}
}

// seeds are texts around every value.
func seeds() []string {
	var texts []string
	for i, list := range [][]string{values(), validTexts(), invalidTexts(), badStrings()} {
		for _, s := range list {
			if len(s) > 1000 {
				continue
			}
			for n, wrap := range []string{
				`#`, "\ufeff # ", ` [ # , {"operation_id":#,"card_start":[{"created_at":#}]} ]`, `[{"id":#},{"operation_id":#,"id":7}`,
				`{"id":#,"amount":"1.50","at":1768491980.5,"free":#,"int":#,"flag":#}`, `{"at":#,"unknown":#,"n":#,"n_ptr":#,"amt_ptr":#,"amount":#}`, `{"list":#,"states":[#],"map":{"x":#},"subs":[{},#],"sub":#,"inner":#}`,
				`{"name":"x","left":{"own":#,"small":#},"children":[{"abcdefghijklmnopqrstuvwxyzabcdefghijk":#,"a/b~c":#}],"tiny":#}`, `{"kept":{"free":#,"name":#},"by_name":{"x":{"small":#}},"by_state":{"s":[#]},"bools":[#]}`,
				`{"strict":[#],"times":[#],"amounts":[#],"ints":[#,1],"name":#}`, `{"left":{"left":{"name":#}},"kept_ptr":#}`, `{"id":"1","other":#,"id":#}`, `{"a":1,"b":#,"\u0061":1}`, `{"abcd":"v","abcde":#,"Abcd":#,"abcd ":1}`,
			} {
				if i == 0 || n == 2 || n == 4 {
					texts = append(texts, strings.ReplaceAll(wrap, "#", s))
				}
			}
		}
	}
	for n := range 30 { // more names than lie on the stack, with one that repeats
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `"k%d":{"x":%d},`, i, i)
		}
		for _, last := range []int{0, n / 2, n - 1, n} {
			texts = append(texts, fmt.Sprintf(`{%s"k%d":1}`, b.String(), last), fmt.Sprintf(`{"other":{%s"k%d":1},"id":1}`, b.String(), last), fmt.Sprintf(`[{%s"k%d":1},{"k0":1,"operation_id":"2"}]`, b.String(), last))
		}
	}
	texts = append(texts, `{"f5":"a","f69":"b"}`, `{"f69":"a","f5":"b"}`, `{"f69":"a","f69":"b"}`, `{a":1}`, `{"id"1}`,
		`[{"operation_id":"1","sum_converted":{"zzz":1,"amount":[],"currency":"EUR"},"zzz":2}]`, `[{"operation_id":"1","create_params":{"method":"a","method":"b"}}]`)
	texts = append(texts, // errors of one byte, and members that stand beside each other
		`"\u00E9"`, `"\u00g0"`, `"\u123"`, `"\u12`+"\x00"+`4"`, `"\v"`, "\"\x1f\"", "\"aaaaaaaaaaaaaaaaaaaaaaa\x1f\"", "\"aaaaaaa\x1faaaaaaaaaaaaaaaaaaa\"", "[1,\r2]", "[1,\f2]", "[1,\v2]", "\ufeff\ufeff{}", "[", `{"sub":[`, "\xff\xfe[\x00]\x00",
		`{"a/b~c":[]}`, `{"abcde":"v","abcdefghijklmnopqrstuvwxyzABCDEFGHIJK":"x"}`, "{\"name\":\"\\n\ufffd\"}", `{"\ud800":1,"name":"x"}`, `{"inner":"\ud800","name":"x"}`, `{"x":{"\ud800":1},"name":"x"}`, `{"sub":{"zzz":1},"zzz":2}`, `{"left":{"zzz":1},"zzz":2}`,
		`[{"operation_update_id":"1","operation_create_id":"2"},{"operation_modified_at":"2026-01-15T15:46:20Z","complete_modified_at":"2026-01-15T15:46:20Z"}]`,
		`[{"operation_create_id":"1"},{"operation_update_id":"2"},{"operation_create_ix":"3"},{"operation_create_id" :"4"}]`)
	return append(texts, operation(0), string(page(2)), `{} "trailing"`, `[]]`, `[{}]x`)
}
