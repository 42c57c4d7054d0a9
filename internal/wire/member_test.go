package wire_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/internal/wire"
)

func TestMember(t *testing.T) {
	t.Parallel()
	for object, want := range map[string]string{
		`{"a":null}`: "null",
		" { \"b\" : {\"a\":1} , \"a\" : [1, 2] } ": "[1, 2]",
		"\ufeff{\"a\":\"\\n\"}":                    `"\n"`,
		`{"\u0061":1.50}`:                          "1.50",
		`{"b":"a","a":{}}`:                         "{}",
		`{}`:                                       "",
		`{"A":1}`:                                  "",
		`{"a":1,"a":1}`:                            "",
		`{"a":1`:                                   "",
		`{"a":1} x`:                                "",
		`["a",1]`:                                  "",
		``:                                         "",
	} {
		value, ok := wire.Member([]byte(object), "a")
		assert.Equal(t, want, string(value), object)
		assert.Equal(t, want != "", ok, object)
	}
}

func FuzzMember(f *testing.F) {
	f.Add([]byte(`{"a":null,"b":[{"a":1}]}`))
	f.Add([]byte(`{"\u0061":"x"}`))
	f.Fuzz(func(t *testing.T, object []byte) {
		value, ok := wire.Member(object, "a")
		var members map[string]json.RawMessage
		if !ok || json.Unmarshal(wire.Text(object), &members) != nil {
			return
		}
		assert.Equal(t, string(members["a"]), string(value))
	})
}
