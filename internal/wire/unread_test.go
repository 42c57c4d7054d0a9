package wire_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/wire"
)

// lenient is a row with every rule.
type lenient struct {
	ID     string           `json:"id" wire:"id"`
	State  Status           `json:"state" wire:"strict"`
	At     time.Time        `json:"at" wire:"strict"`
	Price  *int64           `json:"price" wire:"strict,long"`
	Plain  string           `json:"plain"`
	Number int64            `json:"number"`
	Sum    lenientSum       `json:"sum"`
	Sums   []lenientSum     `json:"sums"`
	Bare   lenientBare      `json:"bare"`
	Two    string           `json:"two" wire:"or=zwei"`
	Map    map[string]sub   `json:"map"`
	Subs   []sub            `json:"subs"`
	Inner  *lenient         `json:"inner"`
	Flat   lenientSum       `json:"-" wire:"inline"`
	Free   json.RawMessage  `json:"free"`
	Own    ownText          `json:"own"`
	Names  map[string]int64 `json:"names"`

	Unread []string        `json:"-"`
	Raw    json.RawMessage `json:"-"`
}

type lenientSum struct {
	Amount   int64  `json:"amount" wire:"part,whole"`
	Currency string `json:"currency"`
}

type lenientBare struct {
	Name  string `json:"name" wire:"bare"`
	Other int64  `json:"other"`
}

// event is the same as a webhook event.
type event struct {
	ID     string   `json:"id" wire:"id"`
	State  Status   `json:"state" wire:"strict"`
	Inner  lenient  `json:"inner" wire:"id"`
	Unread []string `json:"-" wire:"event,loose"`
}

// lenientRows are rows, and what they decode to, without Raw and the rows within.
func lenientRows() map[string]lenient {
	return map[string]lenient{
		`{"id":"1","plain":{},"number":"x"}`:                             {ID: "1", Unread: []string{"/plain", "/number"}},
		`{"number":{"a":[1,{"b":2}]},"id":"1"}`:                          {ID: "1", Unread: []string{"/number"}},
		`{"id":"1","sum":{"amount":"5.0","currency":"EUR"}}`:             {ID: "1", Unread: []string{"/sum"}},
		`{"id":"1","sum":{"amount":"-5","currency":{}}}`:                 {ID: "1", Sum: lenientSum{Amount: -5}, Unread: []string{"/sum/currency"}},
		`{"id":"1","sums":[{"amount":7},{"amount":1,"currency":[]}]}`:    {ID: "1", Sums: []lenientSum{{Amount: 7}, {Amount: 1}}, Unread: []string{"/sums/1/currency"}},
		`{"id":"1","sums":[{"currency":{}},{"amount":{}}]}`:              {ID: "1", Unread: []string{"/sums"}},
		`{"id":"1","bare":"b"}`:                                          {ID: "1", Bare: lenientBare{Name: "b"}},
		`{"id":"1","bare":-7}`:                                           {ID: "1", Bare: lenientBare{Name: "-7"}},
		`{"id":"1","bare":{"name":{},"other":2}}`:                        {ID: "1", Bare: lenientBare{Other: 2}, Unread: []string{"/bare/name"}},
		`{"id":"1","bare":true}`:                                         {ID: "1", Unread: []string{"/bare"}},
		`{"id":"1","two":"a","zwei":"b"}`:                                {ID: "1", Two: "a"},
		`{"id":"1","zwei":"b","two":"a"}`:                                {ID: "1", Two: "a"},
		`{"id":"1","zwei":"b","two":""}`:                                 {ID: "1", Two: "b"},
		`{"id":"1","two":null,"zwei":7}`:                                 {ID: "1", Two: "7"},
		`{"id":"1","two":{},"zwei":"b"}`:                                 {ID: "1", Two: "b", Unread: []string{"/two"}},
		`{"id":"1","two":"a","zwei":[]}`:                                 {ID: "1", Two: "a", Unread: []string{"/zwei"}},
		`{"id":"1","map":{"x":{"name":{}},"y":{"n":[],"name":"z"}}}`:     {ID: "1", Map: map[string]sub{"x": {}, "y": {Name: "z"}}, Unread: []string{"/map"}},
		`{"id":"1","map":{"x":7}}`:                                       {ID: "1", Unread: []string{"/map"}},
		`{"id":"1","subs":[{"name":"a"},{"n":"b","name":"c"},null]}`:     {ID: "1", Subs: []sub{{Name: "a"}, {Name: "c"}, {}}, Unread: []string{"/subs/1/n"}},
		`{"id":"1","amount":3,"currency":[]}`:                            {ID: "1", Flat: lenientSum{Amount: 3}, Unread: []string{"/currency"}},
		`{"id":"1","price":99999999999999999999}`:                        {ID: "1", Unread: []string{"/price"}},
		`{"id":"1","at":null,"price":""}`:                                {},
		`{"id":"1","own":""}`:                                            {ID: "1", Unread: []string{"/own"}},
		`{"id":"1","names":{"a":1,"b":"x"}}`:                             {ID: "1", Unread: []string{"/names"}},
		`{"id":"1","plain":"\ud800"}`:                                    {ID: "1", Plain: "\uFFFD"},
		`{"id":"1","inner":{"id":"2","plain":[],"inner":{"number":{}}}}`: {ID: "1", Unread: []string{"/inner/plain", "/inner/inner/number"}},
		`{"id":"1","free":{"a":1,"a":2},"at":"2026-01-15T00:00:00Z"}`:    {ID: "1", Free: json.RawMessage(`{"a":1,"a":2}`), At: time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)},
	}
}

func TestUnread(t *testing.T) {
	t.Parallel()
	for text, want := range lenientRows() {
		if strings.Contains(text, `"price":""`) { // a text that is not a number is another kind
			require.Error(t, wire.Row([]byte(text), new(lenient), accept))
			continue
		}
		var got lenient
		require.NoError(t, wire.Row([]byte(text), &got, accept), text)
		assert.Equal(t, text, string(got.Raw))
		if got.Inner != nil {
			assert.Equal(t, []string{"/plain", "/inner/number"}, got.Inner.Unread)
			assert.Equal(t, []string{"/number"}, got.Inner.Inner.Unread)
			assert.Equal(t, `{"number":{}}`, string(got.Inner.Inner.Raw))
			got.Inner = nil
		}
		got.Raw = nil
		assert.Equal(t, want, got, text)
	}
}

func accept[T any](*T) error { return nil }

func TestWhatIsNotTolerated(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)
	for text, want := range map[string]string{
		`{"id":{}}`:               `type "/id"`,
		`{"id":"\ud800"}`:         `syntax "/id"`,
		`{"state":[]}`:            `type "/state"`,
		`{"at":"soon"}`:           `type "/at"`,
		`{"at":1e400}`:            `type "/at"`,
		`{"price":"x"}`:           `type "/price"`,
		`{"inner":{"state":{}}}`:  `type "/inner/state"`,
		`{"amount":1.5}`:          `ok`, // the object around it is the row
		`{"plain":{"a":1,"a":2}}`: `duplicate "/plain"`,
		`{"plain":{},"plain":1}`:  `duplicate "/plain"`,
		`{"plain":{"a":tru}}`:     `syntax "/plain"`,
		`{"plain":["a}`:           `syntax "/plain"`,
		`{"plain":` + deep + `}`:  `syntax "/plain"`,
		`{"subs":[{"name":1},{"name":{}},7,{"a":1,"a":2}]}`: `duplicate "/subs"`,
		`{"unknown":{"a":1,"a":2}}`:                         `duplicate ""`,
	} {
		if strings.Contains(text, "1.5") {
			want = `range "/amount"`
		}
		assert.Equal(t, want, verdict(wire.Row([]byte(text), new(lenient), accept)), "%.80s", text)
	}
	assert.Error(t, wire.Decode([]byte(`{"name":{},"n":1}`), new(sub)), "what is no row has to fit")
}

func TestUnreadOfAnEvent(t *testing.T) {
	t.Parallel()
	var got event
	require.NoError(t, wire.Row([]byte(`{"id":"1","state":{},"inner":{"id":"2","state":[],"at":"soon","price":"x"},"unknown":{"a":1,"a":2}}`), &got, accept))
	assert.Equal(t, []string{"/state", "/inner/state", "/inner/price"}, got.Unread)
	assert.Equal(t, []string{"/state", "/price"}, got.Inner.Unread)
	assert.Equal(t, "2", got.Inner.ID)
	require.NoError(t, wire.Row([]byte(`{"id":"1","state":"\ud800","inner":{"plain":"\ud800"}}`), &got, accept))
	assert.Empty(t, got.Unread, "the last text of an object is not an error of the object")
	for text, want := range map[string]string{
		`{"id":"1","inner":{"id":[]}}`: `type "/inner/id"`, `{"id":"1","inner":7}`: `type "/inner"`, `{"id":{}}`: `type "/id"`,
		`{"id":"1","unknown":{"a":tru}}`: `syntax ""`, `{"id":"1","id":"2"}`: `duplicate "/id"`,
	} {
		assert.Equal(t, want, verdict(wire.Row([]byte(text), new(event), accept)), text)
	}
}

// After a bad row, and after one with members that do not fit, the next one is
// judged by itself.
func TestUnreadOfRowsAfterEachOther(t *testing.T) {
	t.Parallel()
	rows, bad, err := wire.RowsOf([]byte(`[{"id":"1","plain":{}},{"id":{},"plain":{}},{"id":"3"},{"id":"4","sums":[{"amount":{"a":[[1]]}}]},{"id":"5","number":[]}]`), accept[lenient])
	require.NoError(t, err)
	require.Len(t, bad, 1)
	assert.Equal(t, 1, bad[0].Index)
	var unread [][]string
	for _, row := range rows {
		unread = append(unread, row.Unread)
	}
	assert.Equal(t, [][]string{{"/plain"}, nil, {"/sums"}, {"/number"}}, unread)
}

// Names of members that do not fit take memory too.
func TestManyUnreadMembersAreBounded(t *testing.T) {
	t.Parallel()
	text := []byte(`{"id":"1","subs":[` + strings.Repeat(`{"n":{}},`, 1_000_000) + `{}]}`)
	assert.Equal(t, wire.KindRange, kindOf(t, wire.Row(text, new(lenient), accept)))
}

func TestSumsAndPartsDecodeAlone(t *testing.T) {
	t.Parallel()
	var s lenientSum
	require.NoError(t, wire.Decode([]byte(`{"amount":"007","currency":"EUR"}`), &s))
	assert.Equal(t, lenientSum{Amount: 7, Currency: "EUR"}, s)
	for _, text := range []string{`{"amount":"+1"}`, `{"amount":1e2}`, `{"amount":1.0}`, `{"amount":true}`, `{"amount":9223372036854775808}`, `{"amount":-}`} {
		require.Error(t, wire.Decode([]byte(text), &s), text)
	}
}

func TestWithoutRawCopiesEverything(t *testing.T) {
	t.Parallel()
	row := lenient{
		ID: "1", Price: new(int64(5)), Subs: []sub{{Name: "a"}}, Map: map[string]sub{"k": {Name: "b"}}, Free: json.RawMessage(`{}`),
		Raw: []byte(`{}`), Unread: []string{"/x"}, Inner: &lenient{Raw: []byte(`{}`)},
	}
	copied := wire.WithoutRaw(row)
	assert.Nil(t, copied.Raw)
	assert.Nil(t, copied.Inner.Raw)
	copied.Subs[0].Name, *copied.Price, copied.Map["k"], copied.Free[0], copied.Unread[0] = "x", 6, sub{}, 'x', "x"
	assert.Equal(t, lenient{
		ID: "1", Price: new(int64(5)), Subs: []sub{{Name: "a"}}, Map: map[string]sub{"k": {Name: "b"}}, Free: json.RawMessage(`{}`),
		Raw: []byte(`{}`), Unread: []string{"/x"}, Inner: &lenient{Raw: []byte(`{}`)},
	}, row)
}
