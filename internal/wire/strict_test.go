package wire_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/wallet"
)

// strictMembers are the members without which a row is none: what identifies it,
// its status, its price, and what a sync orders by; of a webhook event only what
// identifies it. Every other member may be of any kind.
var strictMembers = []struct {
	row     json.Unmarshaler
	php     bool   // [] is an empty object
	members string // JSON pointers
}{
	{new(vima.Operation), false, `/operation_id /reference_id /client_operation_id
		/create_params/params/payment/identifiers/c_id /card_start/0/action_id /card_start/0/payment_id
		/card_finish/0/action_id /card_finish/0/payment_id
		/current_status /payment_status /complete_amount /complete_currency /operation_create_id /operation_update_id`},
	{new(ecommpay.Operation), true, `/project_id /operation_id /payment_id /operation_status
		/sum_initial /sum_initial/amount /sum_initial/currency`},
	{new(ecommpay.PaymentOperation), true, `/operation_id /amount /currency`},
	{new(ecommpay.Chargeback), true, `/chargeback_id /case_id /project_id /operation_id /order_id /chb_amount /chb_ccy /status`},
	{new(ecommpay.FraudOperation), true, `/operation_id /payment_id /project_id /tr_amount /tr_ccy`},
	{new(wallet.Payment), true, `/id /client_payment_id /status /amount /total`},
	{new(wallet.BestTransfer), true, `/number /amount /currency_alpha`},
	{new(wallet.Meta), true, `/code /next_action`},
	{new(wallet.Event), true, `/payment /payment/id /payment/client_payment_id /type`},
	{new(finik.Payment), false, `/id /transactionId /status`},
	{new(finik.Recipient), false, `/statusCode`},
	{new(finik.Service), false, `/id /status`},
	{new(finik.Event), false, `/id /transactionId`},
	{new(transactions.Transaction), false, `/id /status /requestTrId /senderTrId /recipientTrId /requestAmount /requestCcy /lastModifiedDate`},
}

// Every member of every row gets values of every kind that it cannot have. A
// strict one ends the row. Any other is zero and named, costs no other member, and
// Raw has it.
func TestStrictMembers(t *testing.T) {
	t.Parallel()
	for _, c := range strictMembers {
		of := reflect.TypeOf(c.row).Elem()
		t.Run(of.String(), func(t *testing.T) {
			t.Parallel()
			good := decoded(t, of, textOf(of, "", "", ""))
			require.Empty(t, unreadIn(good))
			want := strings.Fields(c.members)
			var strict []string
			for _, m := range membersIn(of, "", false) {
				hard := 0
				bad := wrong(m, c.php)
				for _, value := range bad {
					text := textOf(of, "", m.at, value)
					row := reflect.New(of)
					err := json.Unmarshal([]byte(text), row.Interface())
					if err != nil {
						assert.Contains(t, err.Error(), " in "+m.at, text)
						hard++
						continue
					}
					at := m.at
					if m.part {
						at = at[:strings.LastIndexByte(at, '/')]
					}
					assert.Equal(t, []string{at}, unreadIn(row.Elem()), "%s is %s", m.at, value)
					assert.Equal(t, text, string(row.Elem().FieldByName("Raw").Bytes()), m.at)
					assert.True(t, isZeroAt(row.Elem(), at), "%s of %s", at, text)
					assert.True(t, sameBut(good, row.Elem(), at), "%s is %s, and another member is not what it was", at, value)
				}
				if hard > 0 {
					strict = append(strict, m.at)
					if m.at == "/complete_amount" { // too many digits keep the row
						bad = slices.DeleteFunc(bad, func(s string) bool { return strings.HasSuffix(s, "9") || strings.Contains(s, "1e400") })
					}
					assert.Len(t, bad, hard, "%s must be strict about each of %s", m.at, bad)
				}
			}
			assert.ElementsMatch(t, want, strict)
		})
	}
}

// memberIn is a member that a row can have.
type memberIn struct {
	at   string
	typ  reflect.Type
	wire string // the tag
	part bool   // it goes with its object
}

func membersIn(t reflect.Type, at string, inline bool) (out []memberIn) {
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		words := f.Tag.Get("wire")
		if strings.HasPrefix(words, "inline") {
			out = append(out, membersIn(f.Type, at, true)...)
			continue
		}
		if name == "-" || name == "" {
			continue
		}
		m := memberIn{at: at + "/" + name, typ: f.Type, wire: words, part: strings.Contains(words, "part") && !inline}
		out = append(out, m)
		switch of := f.Type; {
		case isObject(of):
			out = append(out, membersIn(of, m.at, false)...)
		case of.Kind() == reflect.Slice && isObject(of.Elem()):
			out = append(out, membersIn(of.Elem(), m.at+"/0", false)...)
		}
	}
	return out
}

func isObject(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]() && t != reflect.TypeFor[decimal.Decimal]()
}

// textOf is a row with all members, of which the one at has another value.
func textOf(t reflect.Type, path, at, value string) string {
	if at != "" && path == at {
		return value
	}
	switch {
	case t == reflect.TypeFor[json.RawMessage]():
		return `{"free": 1}`
	case t == reflect.TypeFor[time.Time]():
		return `"2026-01-15T15:46:20Z"`
	case t == reflect.TypeFor[decimal.Decimal]():
		return `12.50`
	case t.Kind() == reflect.Pointer:
		return textOf(t.Elem(), path, at, value)
	case t.Kind() == reflect.String:
		return `"text"`
	case t.Kind() == reflect.Bool:
		return `true`
	case t.Kind() == reflect.Slice:
		return "[" + textOf(t.Elem(), path+"/0", at, value) + "]"
	case t.Kind() != reflect.Struct:
		return `7`
	}
	var members []string
	for _, m := range membersIn(t, path, false) {
		if strings.Count(m.at, "/") == strings.Count(path, "/")+1 {
			members = append(members, fmt.Sprintf("%q:%s", m.at[len(path)+1:], textOf(m.typ, m.at, at, value)))
		}
	}
	return "{" + strings.Join(members, ",") + "}"
}

// wrong are values that a member cannot have.
func wrong(m memberIn, php bool) []string {
	t := m.typ
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	bad := []string{`{"a":[1]}`, `["x"]`}
	switch {
	case t == reflect.TypeFor[json.RawMessage]():
		return nil
	case t == reflect.TypeFor[time.Time]():
		if bad = append(bad, `true`, `{}`, `[]`); strings.Contains(m.wire, "strict") {
			bad = append(bad, `"soon"`)
		}
		return bad
	case t == reflect.TypeFor[decimal.Decimal]():
		return append(bad, `true`, `{}`, `[]`, `"ten"`, `"1 000"`, `12345678901234567890.9`, `1e400`, `"1e400"`)
	case t.Kind() == reflect.String:
		return append(bad, `true`, `false`, `{}`, `[]`)
	case t.Kind() == reflect.Bool:
		return append(bad, `"true"`, `1`, `{}`, `[]`)
	case t.Kind() == reflect.Slice && isObject(t.Elem()):
		return []string{`{}`, `{"a":1}`, `7`, `"x"`, `true`, `[7]`, `[{},"x"]`}
	case t.Kind() == reflect.Slice:
		return []string{`{}`, `{"a":1}`, `7`, `"x"`, `true`, `["x",{}]`, `[[]]`}
	case t.Kind() != reflect.Struct:
		if bad = append(bad, `true`, `{}`, `[]`, `"x"`, `1.5`, `99999999999999999999`, `1e400`); strings.Contains(m.wire, "whole") {
			bad = append(bad, `10.00`, `"10.00"`, `1e1`)
		}
		return bad
	}
	bad = []string{`true`, `["x"]`, `[{}]`}
	if id, ok := t.FieldByName("ID"); !ok || id.Tag.Get("wire") != "bare" {
		bad = append(bad, `7`, `"x"`)
	}
	if !php {
		bad = append(bad, `[]`)
	}
	return bad
}

func decoded(t *testing.T, of reflect.Type, text string) reflect.Value {
	t.Helper()
	row := reflect.New(of)
	require.NoError(t, json.Unmarshal([]byte(text), row.Interface()), text)
	return row.Elem()
}

// valueAt is the field for a pointer.
func valueAt(row reflect.Value, pointer string) reflect.Value {
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if row.Kind() == reflect.Slice {
			row = row.Index(0)
			continue
		}
		row = row.FieldByIndex(fieldFor(row.Type(), token))
	}
	return row
}

func fieldFor(t reflect.Type, name string) []int {
	for f := range t.Fields() {
		if is, _, _ := strings.Cut(f.Tag.Get("json"), ","); is == name {
			return f.Index
		}
		if strings.HasPrefix(f.Tag.Get("wire"), "inline") {
			if at := fieldFor(f.Type, name); at != nil {
				return append(slices.Clone(f.Index), at...)
			}
		}
	}
	return nil
}

func isZeroAt(row reflect.Value, at string) bool { return valueAt(row, at).IsZero() }

// sameBut reports whether two rows are the same except for a member, Raw and Unread,
// also those of rows within them.
func sameBut(a, b reflect.Value, at string) bool {
	same := func(v reflect.Value) any {
		copied := reflect.New(v.Type()).Elem()
		copied.Set(v)
		for _, name := range []string{"Raw", "Unread"} {
			copied.FieldByName(name).SetZero()
			if payment := copied.FieldByName("Payment"); payment.IsValid() {
				payment.FieldByName(name).SetZero()
			}
		}
		return copied.Interface()
	}
	left, right := decodedAgain(same(a)), decodedAgain(same(b))
	removeAt(left, at)
	removeAt(right, at)
	return reflect.DeepEqual(left, right)
}

// decodedAgain is a row as a tree of JSON.
func decodedAgain(row any) any {
	out, err := json.Marshal(row)
	if err != nil {
		panic(err)
	}
	var tree any
	if err := json.Unmarshal(out, &tree); err != nil {
		panic(err)
	}
	return tree
}

// removeAt takes a member out of a tree, and with it objects that have no other.
func removeAt(tree any, pointer string) (empty bool) {
	token, rest, more := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
	if list, ok := tree.([]any); ok {
		return len(list) == 1 && removeAt(list[0], rest)
	}
	object, _ := tree.(map[string]any)
	if !more || removeAt(object[token], rest) {
		delete(object, token)
	}
	return len(object) == 0
}
