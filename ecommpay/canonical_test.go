package ecommpay_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
)

// signatureVector is an entry of testdata/ecommpay_signatures.json.
type signatureVector struct {
	Name      string `json:"name"`
	Kind      string `json:"kind"` // documented, request, response, edge
	Use       string `json:"use"`  // golden: all official SDKs agree; golden_php_rules: those of the PHP one
	Secret    string `json:"secret"`
	Body      string `json:"params_json"`
	Canonical string `json:"canonical"`
	Signature string `json:"signature"`
}

func signatureVectors(t testing.TB) []signatureVector {
	t.Helper()
	text, err := os.ReadFile("testdata/ecommpay_signatures.json")
	require.NoError(t, err)
	var all []signatureVector
	require.NoError(t, json.Unmarshal(text, &all))
	return all
}

func TestVectors(t *testing.T) {
	t.Parallel()
	count := map[string]int{}
	for _, v := range signatureVectors(t) {
		count[v.Kind]++
		count[v.Use]++
		t.Run(v.Kind+"/"+v.Use+"/"+v.Name, func(t *testing.T) {
			t.Parallel()
			text, err := ecommpay.Canonical([]byte(v.Body))
			require.NoError(t, err)
			assert.Equal(t, v.Canonical, string(text))
			signature, err := ecommpay.Sign(v.Secret, []byte(v.Body))
			require.NoError(t, err)
			assert.Equal(t, v.Signature, signature)
		})
	}
	assert.Equal(t, map[string]int{
		"documented": 16, "request": 11, "response": 6, "edge": 19, "golden": 41, "golden_php_rules": 11,
	}, count)
}

func TestCanonicalRules(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, body, want string }{
		{"colons in names are doubled", `{"a:b":{"c":1},"a":{"":{"b":2}}}`, "a::b:2;a::b:c:1"},
		{"a name with a colon stands among another's members", `{"a":{"0":1,"z":2},"a:5":3}`, "a:0:1;a::5:3;a:z:2"},
		{"the signature is left out at the top only", `{"signature":{"x":[1]},"a":{"signature":"s"}}`, "a:signature:s"},
		{"a signature spelled with escapes is one", `{"\u0073ignature":"x","a":1}`, "a:1"},
		{"frame_mode is left out at any depth", `{"frame_mode":{"x":1},"a":[{"frame_mode":1,"b":2}]}`, "a:0:b:2"},
		{"numbers stand as written", `{"a":1.50,"b":-0,"c":1E+3,"d":123456789012345678901234567890}`, "a:1.50;b:-0;c:1E+3;d:123456789012345678901234567890"},
		{"a name that goes on comes after its digits", `{"item":{"x":1},"item1":2,"item!":3}`, "item!:3;item1:2;item:x:1"},
		{"a leaf comes before names that begin with it", `{"item1":2,"item!":3,"item":1}`, "item:1;item!:3;item1:2"},
		{"numbers beyond 64 bits", `{"a18446744073709551616":1,"a2":2,"a18446744073709551615":3}`, "a2:2;a18446744073709551615:3;a18446744073709551616:1"},
		{"zeros at the beginning do not count", `{"a010":1,"a9":2,"a0":3,"a00":4}`, "a0:3;a00:4;a9:2;a010:1"},
		{"equal numbers go by bytes", `{"a1":1,"a01":2,"a001":{"z":3}}`, "a001:z:3;a01:2;a1:1"},
		{"case counts", `{"b":1,"A":2,"a":3,"B":4}`, "A:2;B:4;a:3;b:1"},
		{"one place, text and object by turns", `{"l":[{"a":1,"a1":2},{"a":{"x":1},"a1":2},{"a":1,"a1":2},{"a1":2}]}`, "l:0:a:1;l:0:a1:2;l:1:a1:2;l:1:a:x:1;l:2:a:1;l:2:a1:2;l:3:a1:2"},
		{"empty names", `{"":{"":[1]},"a":""}`, "::0:1;a:"},
		{"surrogate pairs and U+FFFD", `{"a":"\uD83D\uDE00","b":"\uFFFD","c":"` + "\uFFFD" + `"}`, "a:😀;b:\uFFFD;c:\uFFFD"},
		{"blanks around", " \r\n\t{ \"a\" : [ 1 , 2 ] } \n", "a:0:1;a:1:2"},
		{"nothing", `{"a":[[],{}],"signature":""}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text, err := ecommpay.Canonical([]byte(c.body))
			require.NoError(t, err)
			assert.Equal(t, c.want, string(text))
		})
	}
}

func TestCanonicalRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ body, rule string }{
		{``, "must be a JSON object (at byte 0)"},
		{`null`, "must be a JSON object (at byte 0)"},
		{`[1]`, "must be a JSON object (at byte 0)"},
		{"\ufeff{}", "must be a JSON object (at byte 0)"},
		{`<html>`, "must be a JSON object (at byte 0)"},
		{`{}{}`, "must end after the object (at byte 2)"},
		{`{"a":1}x`, "must end after the object (at byte 7)"},
		{`{"a":1`, "must have a comma or a closing bracket here (at byte 6)"},
		{`{"a":[1}`, "must have a comma or a closing bracket here (at byte 7)"},
		{`{"a":1,}`, "must have a name here (at byte 7)"},
		{`{a:1}`, "must have a name here (at byte 1)"},
		{`{"a" 1}`, "must have a colon here (at byte 5)"},
		{`{"a":}`, "must have a value here (at byte 5)"},
		{`{"a":[1,]}`, "must have a value here (at byte 8)"},
		{`{"a":nul}`, "must have a value here (at byte 5)"},
		{`{"a":True}`, "must have a value here (at byte 5)"},
		{`{"a":01}`, "must have a comma or a closing bracket here (at byte 6)"},
		{`{"a":+1}`, "must have a value here (at byte 5)"},
		{`{"a":1.}`, "must have a value here (at byte 7)"},
		{`{"a":1e}`, "must have a value here (at byte 7)"},
		{`{"a":NaN}`, "must have a value here (at byte 5)"},
		{"{\"a\":\"\n\"}", "must have quoted strings without control characters (at byte 6)"},
		{`{"a":"x`, "must have quoted strings without control characters (at byte 7)"},
		{`{"a":"\x"}`, "must have known escape sequences only (at byte 8)"},
		{`{"a":"\u12g4"}`, "must have known escape sequences only (at byte 8)"},
		{`{"a":"\u+123"}`, "must have known escape sequences only (at byte 8)"},
		{`{"a":"\ud800"}`, "must not have half a surrogate pair (at byte 12, member a)"},
		{`{"a":"\ude00\ud83d"}`, "must not have half a surrogate pair (at byte 12, member a)"},
		{`{"a":"\ud83d\u0041"}`, "must not have half a surrogate pair (at byte 12, member a)"},
		{"{\"a\":\"\xff\"}", "must be valid UTF-8 (at byte 6, member a)"},
		{"{\"\xc0\xaf\":1}", "must be valid UTF-8 (at byte 2)"},
		{"{\"a\":\"\\n\xed\xa0\x80\"}", "must be valid UTF-8 (at byte 8, member a)"},
		{`{"a":1,"b":2,"a":3}`, "must not repeat a name within an object (at byte 19)"},
		{`{"l":[{"a":1,"\u0061":{}}]}`, "must not repeat a name within an object (at byte 25)"},
		{`{"signature":"a","signature":"b"}`, "must not repeat a name within an object (at byte 33)"},
		{`{"frame_mode":1,"frame_mode":1}`, "must not repeat a name within an object (at byte 31)"},
		{`{"a":{"x":1},"a1":0,"a":1}`, "must not repeat a name within an object (at byte 26)"},
	} {
		t.Run(c.body, func(t *testing.T) {
			t.Parallel()
			text, err := ecommpay.Canonical([]byte(c.body))
			require.ErrorIs(t, err, ecommpay.ErrInvalidRequest)
			assert.EqualError(t, err, "ecommpay: invalid request: body: "+c.rule)
			assert.Nil(t, text)
		})
	}
}

func TestCanonicalLimits(t *testing.T) {
	t.Parallel()
	nested := func(n int) string {
		return `{"a":` + strings.Repeat("[", n-1) + "1" + strings.Repeat("]", n-1) + "}"
	}
	text, err := ecommpay.Canonical([]byte(nested(256)))
	require.NoError(t, err)
	assert.Equal(t, "a"+strings.Repeat(":0", 255)+":1", string(text))
	for rule, body := range map[string]string{
		"nested more than 256 deep":          nested(257),
		"nested more than 256":               strings.Repeat(`{"a":`, 1_000_000),
		"more than 1,048,576 values":         `{"a":[` + strings.Repeat("{},", 1<<20) + `{}]}`,
		"a text of more than twice its size": `{"` + strings.Repeat("a", 1000) + `":[` + strings.Repeat("1,", 2000) + `1]}`,
		"repeat a name within an object":     `{"a":[` + strings.Repeat(`{"x":1},`, 10_000) + `{"x":1,"x":1}]}`,
		"must have a value here":             `{"a":[` + strings.Repeat("1,", 50_000),
		"must be valid UTF-8 (at byte 6, me": `{"a":"12345` + strings.Repeat("\xff", 100_000) + `"}`,
	} {
		t.Run(rule, func(t *testing.T) {
			text, err := ecommpay.Canonical([]byte(body))
			require.ErrorIs(t, err, ecommpay.ErrInvalidRequest)
			assert.ErrorContains(t, err, rule)
			assert.Nil(t, text)
		})
	}
	// Many names in one object, in no order.
	var b strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&b, `,"a%d":1`, i*7919%20_000)
	}
	text, err = ecommpay.Canonical([]byte("{" + b.String()[1:] + "}"))
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(text), "a0:1;a1:1;a2:1;a3:1;"))
	assert.True(t, strings.HasSuffix(string(text), ";a19998:1;a19999:1"))
}

// The text is the caller's, and depends on nothing but the body.
func TestCanonicalConcurrently(t *testing.T) {
	t.Parallel()
	g := bodies{rand.New(rand.NewPCG(13, 17))}
	bodies, texts := make([][]byte, 50), make([][]byte, 50)
	for i := range bodies {
		bodies[i] = []byte(g.object(2))
		text, err := ecommpay.Canonical(bodies[i])
		require.NoError(t, err)
		texts[i] = bytes.Clone(text)
		for j := range text {
			text[j] = '?'
		}
	}
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			for i := range 200 {
				k := (i*7 + n) % len(bodies)
				text, err := ecommpay.Canonical(bodies[k])
				if assert.NoError(t, err) {
					assert.Equal(t, texts[k], text)
				}
			}
		})
	}
	wg.Wait()
}

// FuzzCanonical holds Canonical against the reference: the same texts, and the
// same bodies refused.
func FuzzCanonical(f *testing.F) {
	for _, v := range signatureVectors(f) {
		f.Add([]byte(v.Body))
	}
	g := bodies{rand.New(rand.NewPCG(19, 23))}
	for range 50 {
		f.Add([]byte(g.object(2)))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := ecommpay.Canonical(body)
		if err != nil && strings.Contains(err.Error(), "must not need a text of more than twice") {
			return
		}
		want, wrong := referenceText(body, byNature)
		if wrong != nil {
			require.ErrorIs(t, err, ecommpay.ErrInvalidRequest)
			return
		}
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	})
}
