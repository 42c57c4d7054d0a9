package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/wire"
)

// document has every type that the packages use.
type document struct {
	ID      string            `json:"id"`
	IDPtr   *string           `json:"id_ptr"`
	Status  Status            `json:"status"`
	Flag    bool              `json:"flag"`
	FlagPtr *bool             `json:"flag_ptr"`
	N       int64             `json:"n"`
	NPtr    *int64            `json:"n_ptr"`
	Int     int               `json:"int"`
	Amount  decimal.Decimal   `json:"amount"`
	AmtPtr  *decimal.Decimal  `json:"amt_ptr"`
	At      time.Time         `json:"at"`
	Free    json.RawMessage   `json:"free"`
	List    []string          `json:"list"`
	States  []Status          `json:"states"`
	Map     map[string]string `json:"map"`
	Sub     *sub              `json:"sub"`
	Subs    []sub             `json:"subs"`
	embedded
}

type embedded struct {
	Inner string `json:"inner"`
}

type sub struct {
	Name   string `json:"name"`
	Status Status `json:"status"`
	N      int64  `json:"n"`
}

// kept decodes itself, as the objects with a Raw do.
type kept struct {
	Name string          `json:"name"`
	List []string        `json:"list,omitzero"`
	Free json.RawMessage `json:"free"`
	Raw  json.RawMessage `json:"-"`
}

func (k *kept) UnmarshalJSON(b []byte) error {
	type plain kept
	if err := wire.Decode(b, (*plain)(k)); err != nil {
		return err
	}
	k.Raw = bytes.Clone(b)
	return nil
}

// ownText is a named string that decodes itself.
type ownText string

func (o *ownText) UnmarshalJSON(b []byte) error {
	var text string
	if b[0] != '"' || wire.Decode(b, &text) != nil || text == "" {
		return errors.New("own error with a value: SECRET-MARKER")
	}
	*o = ownText("own:" + text)
	return nil
}

func TestDecodeTakesWhatProvidersSend(t *testing.T) {
	t.Parallel()
	hundred := decimal.MustParse("100.00000000")
	at := time.Date(2026, 1, 15, 15, 46, 20, 195_000_000, time.UTC)
	for in, want := range map[string]document{
		`{}`: {},
		`{"id":null,"id_ptr":null,"status":null,"flag":null,"flag_ptr":null,"n":null,"n_ptr":null,"int":null,"amount":null,"amt_ptr":null,"at":null,"free":null,"list":null,"states":null,"map":null,"sub":null,"subs":null,"inner":null}`: {},
		`{"id":"1067250921664811008"}`:                                         {ID: "1067250921664811008"},
		`{"id":1067250921664811008}`:                                           {ID: "1067250921664811008"},
		`{"id":1.50e3,"id_ptr":-0}`:                                            {ID: "1.50e3", IDPtr: new("-0")},
		`{"id":"a\"\u00e9\n"}`:                                                 {ID: "a\"é\n"},
		`{"id":"","id_ptr":""}`:                                                {IDPtr: new("")},
		`{"id":"null","status":"null"}`:                                        {ID: "null", Status: "null"},
		`{"status":"brand_new_status"}`:                                        {Status: "brand_new_status"},
		`{"status":12345678901234567890}`:                                      {Status: "12345678901234567890"},
		`{"states":["a",7,null,"b"],"id":9}`:                                   {States: []Status{"a", "7", "", "b"}, ID: "9"},
		`{"list":["a",7,null]}`:                                                {List: []string{"a", "7", ""}},
		`{"map":{"INR":"5000","USD":17}}`:                                      {Map: map[string]string{"INR": "5000", "USD": "17"}},
		`{"flag":true,"flag_ptr":false}`:                                       {Flag: true, FlagPtr: new(false)},
		`{"n":10000.0,"n_ptr":"1e4","int":"12"}`:                               {N: 10000, NPtr: new(int64(10000)), Int: 12},
		`{"amount":100.00000000,"amt_ptr":"100.00000000"}`:                     {Amount: hundred, AmtPtr: &hundred},
		`{"amount":"","amt_ptr":""}`:                                           {},
		`{"amount":"\u0031\u002e5"}`:                                           {Amount: decimal.MustParse("1.5")},
		`{"at":"2026-01-15T15:46:20.195Z"}`:                                    {At: at},
		`{"at":"2026-01-15 15:46:20.195000"}`:                                  {At: at},
		`{"at":"2026-01-15T15\u003a46:20.195+0000"}`:                           {At: at},
		`{"at":1768491980195}`:                                                 {At: at},
		`{"at":1768491980.195}`:                                                {At: at},
		`{"at":"soon"}`:                                                        {},
		`{"free": {"b" : 1, "a":[ 1.0 ],"b":2 } ,"inner":"i"}`:                 {Free: json.RawMessage(`{"b" : 1, "a":[ 1.0 ],"b":2 }`), embedded: embedded{Inner: "i"}},
		`{"free":"text"}`:                                                      {Free: json.RawMessage(`"text"`)},
		`{"sub":{"name":1,"status":2,"n":"3"},"subs":[{},{"status":4},null]}`:  {Sub: &sub{"1", "2", 3}, Subs: []sub{{}, {Status: "4"}, {}}},
		`{"ID":"variant","Id":"variant","iD":1,"unknown":{"id":[1]},"id":"x"}`: {ID: "x"},
		"\n\t {\"id\" : \"x\"} \r\n":                                           {ID: "x"},
	} {
		var got document
		require.NoError(t, wire.Decode([]byte(in), &got), in)
		assert.Equal(t, want, got, in)
		var php document
		require.NoError(t, wire.DecodePHP([]byte(in), &php), in)
		assert.Equal(t, want, php, in)
	}
}

func TestDecodeClearsWhatIsNull(t *testing.T) {
	t.Parallel()
	got := document{ID: "x", IDPtr: new("x"), Status: "x", Flag: true, N: 1, NPtr: new(int64(1)), Amount: decimal.One, AmtPtr: &decimal.One, At: time.Now(), Free: json.RawMessage(`1`), List: []string{"x"}}
	require.NoError(t, wire.Decode([]byte(`{"id":null,"id_ptr":null,"status":null,"flag":null,"n":null,"n_ptr":null,"amount":null,"amt_ptr":"","at":null,"free":null,"list":null}`), &got))
	require.Equal(t, document{}, got)
}

func TestDecodeRefusesOtherKinds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, kind, pointer string }{
		{`{"id":true}`, wire.KindType, "/id"},
		{`{"id":{}}`, wire.KindType, "/id"},
		{`{"id":["x"]}`, wire.KindType, "/id"},
		{`{"id_ptr":false}`, wire.KindType, "/id_ptr"},
		{`{"status":true}`, wire.KindType, "/status"},
		{`{"status":[]}`, wire.KindType, "/status"},
		{`{"flag":1}`, wire.KindType, "/flag"},
		{`{"flag":"true"}`, wire.KindType, "/flag"},
		{`{"flag_ptr":"false"}`, wire.KindType, "/flag_ptr"},
		{`{"amount":"abc"}`, wire.KindType, "/amount"},
		{`{"amount":"null"}`, wire.KindType, "/amount"},
		{`{"amount":"nope"}`, wire.KindType, "/amount"},
		{`{"amount":true}`, wire.KindType, "/amount"},
		{`{"amount":1e20}`, wire.KindRange, "/amount"},
		{`{"amt_ptr":"1e999999999"}`, wire.KindRange, "/amt_ptr"},
		{`{"amt_ptr":"NaN"}`, wire.KindType, "/amt_ptr"},
		{`{"at":true}`, wire.KindType, "/at"},
		{`{"list":{}}`, wire.KindType, "/list"},
		{`{"list":["a",true]}`, wire.KindType, "/list/1"},
		{`{"states":["a",7,{}]}`, wire.KindType, "/states/2"},
		{`{"sub":[]}`, wire.KindType, "/sub"},
		{`{"sub":"x"}`, wire.KindType, "/sub"},
		{`{"subs":[{},{"name":"x","n":"y"}]}`, wire.KindType, "/subs/1/n"},
		{`{"inner":{}}`, wire.KindType, "/inner"},
		{`{"map":{"INR":[]}}`, wire.KindType, "/map"},
		{`[]`, wire.KindType, ""},
		{`"x"`, wire.KindType, ""},
		{`17`, wire.KindType, ""},
	} {
		err := wire.Decode([]byte(c.in), new(document))
		var e *wire.Error
		require.ErrorAs(t, err, &e, c.in)
		assert.Equal(t, c.kind, e.Kind, c.in)
		assert.Equal(t, c.pointer, e.Pointer, c.in)
		require.NoError(t, errors.Unwrap(err), "nothing of the library is wrapped")
	}
}

func TestDecodeLeavesTypesWithMethodsAlone(t *testing.T) {
	t.Parallel()
	var doc struct {
		Own  ownText `json:"own"`
		Kept *kept   `json:"kept"`
		S    Status  `json:"s"`
	}
	require.NoError(t, wire.Decode([]byte(`{"own":"a","s":1,"kept":{"name":7,"free":{"x":1,"x":2}}}`), &doc))
	require.Equal(t, ownText("own:a"), doc.Own)
	require.Equal(t, Status("1"), doc.S)
	require.Equal(t, kept{Name: "7", Free: json.RawMessage(`{"x":1,"x":2}`), Raw: json.RawMessage(`{"name":7,"free":{"x":1,"x":2}}`)}, *doc.Kept)

	err := wire.Decode([]byte(`{"own":""}`), &doc)
	require.EqualError(t, err, "JSON: type error at offset 7 in /own")
	require.Error(t, wire.Decode([]byte(`{"own":1}`), &doc))
}

func TestErrorsOfNestedDecodesAreJoined(t *testing.T) {
	t.Parallel()
	var doc struct {
		List []kept          `json:"list"`
		Map  map[string]kept `json:"map"`
	}
	in := `{"list":[{},{"name":"x"},{"name":true}]}`
	err := wire.Decode([]byte(in), &doc)
	require.Equal(t, &wire.Error{Kind: wire.KindType, Offset: int64(strings.Index(in, "true")), Pointer: "/list/2/name"}, err)
	in = `{"list":[{"name":1,"name":2}]}`
	err = wire.Decode([]byte(in), &doc)
	require.Equal(t, &wire.Error{Kind: wire.KindDuplicate, Offset: int64(strings.LastIndex(in, `"name"`)), Pointer: "/list/0/name"}, err)
	err = wire.Decode([]byte(`{"map":{"MARKER":{"name":true}}}`), &doc)
	require.Equal(t, &wire.Error{Kind: wire.KindType, Offset: 25, Pointer: "/map"}, err)
}

func TestDecodePHPTakesEmptyListsForObjects(t *testing.T) {
	t.Parallel()
	got := document{Map: map[string]string{"a": "b"}}
	require.NoError(t, wire.DecodePHP([]byte(`{"sub":[],"map":[ ],"subs":[[],{"name":"x"}],"free":[],"list":[],"status":3}`), &got))
	require.Equal(t, document{Sub: &sub{}, Subs: []sub{{}, {Name: "x"}}, Free: json.RawMessage(`[]`), List: []string{}, Status: "3"}, got)
	require.NoError(t, wire.DecodePHP([]byte(` [] `), &got))
	require.Equal(t, document{}, got)
	for _, in := range []string{`{"sub":[1]}`, `{"sub":[[]]}`, `{"map":["a"]}`, `[{}]`, `{"id":[]}`, `{"n":[]}`, `{"amount":[]}`, `{"at":[]}`, `{"list":{}}`} {
		require.Error(t, wire.DecodePHP([]byte(in), new(document)), in)
	}
}

func TestDecodeOfMapsRefusesRepeatedNames(t *testing.T) {
	t.Parallel()
	var m map[string]string
	err := wire.Decode([]byte(`{"SECRET":"1","SECRET":"2"}`), &m)
	require.EqualError(t, err, "JSON: duplicate error at offset 14")
}

func TestNothingDecodedPointsIntoTheText(t *testing.T) {
	t.Parallel()
	data := page(5)
	var rows, again []*plainOperation
	require.NoError(t, wire.Decode(data, &rows))
	require.NoError(t, wire.Decode(bytes.Clone(data), &again))
	clear(data)
	require.Equal(t, again, rows)
	require.Equal(t, "100.00000000", rows[4].CompleteAmount.String())
	require.Equal(t, "40000000004", rows[4].CreateParams.Params.Payment.Identifiers.CID)
	require.Equal(t, Status("success"), rows[4].CurrentStatus)
	require.Equal(t, time.Date(2026, 1, 15, 15, 46, 24, 195_000_000, time.UTC), rows[4].CompleteCreatedAt)
}
