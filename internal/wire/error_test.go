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

func TestErrorPrints(t *testing.T) {
	t.Parallel()
	assert.EqualError(t, &wire.Error{Kind: wire.KindRange, Offset: 12, Pointer: "/a/0/b"}, "JSON: range error at offset 12 in /a/0/b")
	assert.EqualError(t, &wire.Error{Kind: wire.KindSyntax}, "JSON: syntax error at offset 0")
	assert.EqualError(t, new(wire.Error), "JSON: unknown error at offset 0")
}

const marker = "4000123412341234"

// No spelling of an error shows what the provider sent, neither values nor
// names of its choice.
func TestErrorsNeverQuoteTheText(t *testing.T) {
	t.Parallel()
	m := marker
	texts := []string{
		m, `"` + m, `"` + m + `"`, `{"` + m + `"`, `{"` + m + `":`, `{"` + m + `":}`, `{"` + m + `":1,"` + m + `":2}`, `{"other":{"` + m + `":1,"` + m + `":2}}`, `{"other":{"` + m + `":tru}}`, `{"` + m + `":[{"` + m + `":nul]}`,
		`{"id":` + m + `x}`, `{"id":"` + m + "\n" + `"}`, `{"id":"` + m + `\x"}`, `{"id":"` + m + `\ud800"}`, `{"id":"` + m + "\xff" + `"}`, `{"id":{"` + m + `":"` + m + `"}}`, `{"id":["` + m + `"]}`,
		`{"n":"` + m + `x"}`, `{"n":` + m + `.5}`, `{"n":` + m + m + `}`, `{"n":"x` + m + `"}`, `{"n":{"` + m + `":1}}`, `{"n_ptr":"` + m + `e"}`, `{"int":` + m + `0000}`,
		`{"amount":"` + m + `x"}`, `{"amount":` + m + m + `}`, `{"amount":` + m + `e99}`, `{"amt_ptr":["` + m + `"]}`, `{"amt_ptr":"` + m + `,00"}`, `{"flag":"` + m + `"}`, `{"flag":` + m + `}`, `{"flag_ptr":{"` + m + `":1}}`,
		`{"at":{"` + m + `":1}}`, `{"at":["` + m + `"]}`, `{"at":` + m + `-}`, `{"free":{"` + m + `":}}`, `{"free":{"` + m + `" 1}}`, `{"list":"` + m + `"}`, `{"list":[{"` + m + `":1}]}`, `{"list":{"` + m + `":1}}`,
		`{"map":{"` + m + `":{"` + m + `":1}}}`, `{"map":{"` + m + `":["` + m + `"]}}`, `{"map":{"` + m + `":"a","` + m + `":"b"}}`, `{"map":{"` + m + `":tru}}`, `{"map":"` + m + `"}`, `{"maps":{"` + m + `":{"name":["` + m + `"]}}}`, `{"maps":{"` + m + `":{"` + m + `":tru}}}`,
		`{"sub":"` + m + `"}`, `{"sub":{"` + m + `":1,"n":"` + m + `x"}}`, `{"sub":{"` + m + `":1,"` + m + `":1}}`, `{"subs":[{"name":{"` + m + `":1}}]}`, `{"subs":{"` + m + `":[]}}`, `{"subs":["` + m + `"]}`, `{"status":{"` + m + `":1}}`, `{"status":["` + m + `"]}`,
		`{"kept":{"name":{"` + m + `":1}}}`, `{"kept":{"` + m + `":1,"` + m + `":1}}`, `{"kept":{"free":{"` + m + `":}}}`, `{"kept":"` + m + `"}`, `{"kept":{"list":{"` + m + `":tru}}}`, `{"keeps":{"` + m + `":tru}}`, `{"keeps":[{"list":{"` + m + `":[tru]}}]}`, `{"keeps":[{"list":{"` + m + `":1,"` + m + `":1}}]}`, `{"own":"` + m + `","id":["` + m + `"]}`, `{"own":["` + m + `"]}`, `{"own":""}`,
		`{} "` + m + `"`, `[] ` + m, `<html>` + m + `</html>`, `{"inner":{"` + m + `":[]}}`, `{"id":"x","` + m + `"}`, `{"states":[{"` + m + `":1}]}`,
	}
	for i := range 40 { // cuts through a text that has the marker everywhere
		text := `{"` + m + `":"` + m + `","sub":{"` + m + `":"` + m + `","name":"` + m + `"},"map":{"` + m + `":"` + m + `"}}`
		texts = append(texts, text[:len(text)*i/40])
	}
	type everything struct {
		document
		Maps map[string]sub `json:"maps"`
		Kept *kept          `json:"kept"`
		Keep []kept         `json:"keeps"`
		Own  ownText        `json:"own"`
	}
	n := 0
	check := func(err error, text string) {
		if err == nil {
			return
		}
		n++
		for _, s := range []string{err.Error(), fmt.Sprintf("%v %+v %#v %q %d %x", err, err, err, err, err, err)} {
			for _, secret := range []string{m, "SECRET", fmt.Sprintf("%x", m), "html", "other"} {
				assert.NotContains(t, s, secret, text)
			}
		}
		var e *wire.Error
		require.ErrorAs(t, err, &e)
		for token := range strings.SplitSeq(e.Pointer, "/") {
			if token != "" && (token[0] < '0' || token[0] > '9') {
				assert.Contains(t, "id id_ptr n n_ptr int amount amt_ptr flag flag_ptr at free list states map maps sub subs inner status kept keeps own name", token, text)
			}
		}
	}
	for _, text := range texts {
		check(wire.Decode([]byte(text), new(everything)), text)
		check(wire.DecodePHP([]byte(text), new(everything)), text)
		check(wire.Decode([]byte(text), new(map[string]everything)), text)
		check(wire.Decode([]byte(`{"`+m+`":`+text+`}`), new(map[string]map[string]int64)), text)
		check(wire.Decode([]byte(`{"list":[`+text+`]}`), new(everything)), text)
		check(wire.Decode([]byte(`{"kept":`+text+`}`), new(everything)), text)
		_, err := wire.Elements([]byte(text))
		check(err, text)
		_, bad, err := wire.Rows[Operation]([]byte("[" + text + "]"))
		check(err, text)
		for _, row := range bad {
			check(row.Err, text)
		}
		_, err = wire.Decimal(text)
		check(err, text)
		_, err = wire.Encode(document{Free: json.RawMessage(text), Map: map[string]string{m + "\xff": m}})
		check(err, text)
	}
	require.Greater(t, n, 700)
}

func TestPointersOfDocumentedNamesAreEscaped(t *testing.T) {
	t.Parallel()
	var doc struct {
		A []struct {
			B int64 `json:"a/b~c"`
		} `json:"x,omitzero"`
		Embedded *struct {
			C int64
		}
	}
	err := wire.Decode([]byte(`{"x":[{},{"a/b~c":"z"}]}`), &doc)
	require.Equal(t, &wire.Error{Kind: wire.KindType, Offset: 18, Pointer: "/x/1/a~1b~0c"}, err)
	err = wire.Decode([]byte(`{"Embedded":{"C":"z"}}`), &doc)
	require.Equal(t, &wire.Error{Kind: wire.KindType, Offset: 17, Pointer: "/Embedded/C"}, err)
}
