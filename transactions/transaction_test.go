package transactions_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
)

func TestTransactionDecodesEveryFieldOfTheSample(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		parsed, err := time.Parse(time.RFC3339Nano, text)
		require.NoError(t, err)
		return parsed
	}
	var got transactions.Transaction
	require.NoError(t, json.Unmarshal(sample(t), &got))
	want := transactions.Transaction{
		ID: 123456789, Status: transactions.StatusSuccess, PayType: transactions.PayTypePayment,
		Date: at("2026-01-15T12:00:00.123Z"), Main: new(true),
		RequestTrID: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee", RequestLogin: "mobile_app_user", RequestGroup: "mobile_app", RequestSubAccount: "mobile_app",
		RequestAmount: new(int64(100000)), RequestCcy: new(int32(860)),
		SenderAccount: "mobile_app_user", SenderName: "Test Payer", SenderServiceID: new(int64(0)), SenderBillID: new(int64(0)),
		SenderAmount: new(int64(100000)), SenderTrID: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee", SenderGateway: "mobile_app",
		RecipientAccount: "996000000001", RecipientName: "Test Payer", RecipientServiceID: new(int64(200001001)), RecipientBillID: new(int64(987654321)),
		RecipientAmount: new(int64(100000)), RecipientCcy: new(int32(860)), RecipientTrID: "99999999999", RecipientSuccess: new(true),
		RecipientDate: at("2026-01-15T12:00:00.123456Z"), RecipientStatus: "true", RecipientStatusText: "Проведено", RecipientGateway: "external-gateway",
		GatewayAmount: new(decimal.MustParse("1000")), RoundAmount: new(decimal.MustParse("0.0")), AmountRatio: new(decimal.MustParse("1")), CcyRate: new(int64(100)),
		AgentFeeAmount: new(int64(0)), SystemFeeAmount: new(int64(0)), SystemFee: new(decimal.MustParse("0")),
		SystemCommissionUpAmount: new(int64(0)), SystemCommissionDownAmount: new(int64(0)), SystemCurrency: new(int32(860)),
		EposMerchant: "-", EposTerminal: "-", Category: "mobile_connection",
		CreatedBy: "system_user", CreatedDate: at("2026-01-15T12:00:00Z"),
		LastModifiedBy: "system_user", LastModifiedDate: at("2026-01-15T12:01:00.123456789Z"),
		Raw: sample(t),
	}
	assert.Equal(t, want, got)
}

// Each name of the sample is a field, and no field has another name.
func TestTransactionHasAllFieldsAndNoOther(t *testing.T) {
	t.Parallel()
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(sample(t), &members))
	typed := reflect.TypeFor[transactions.Transaction]()
	for field := range typed.Fields() {
		name := field.Tag.Get("json")
		if name == "-" {
			continue
		}
		assert.Contains(t, members, name)
		delete(members, name)
		assert.True(t, strings.EqualFold(name, field.Name), "%s is called %s", field.Name, name)
	}
	assert.Empty(t, members)
}

// plain is the transaction without Raw, so that its typed fields are marshalled.
func plain(t transactions.Transaction) transactions.Transaction {
	t.Raw = nil
	return t
}

func TestTransactionMarshalsToWhatItWasDecodedFrom(t *testing.T) {
	t.Parallel()
	raw := []byte(`{"id":1,"brand_new_field":{"b":2,"a":[1.50,1e2]},"status":"BRAND_NEW","gatewayAmount":1.0E7}`)
	var row transactions.Transaction
	require.NoError(t, row.UnmarshalJSON(raw))
	out, err := row.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, string(raw), string(out))
	assert.Equal(t, transactions.Status("BRAND_NEW"), row.Status)
	assert.Equal(t, "10000000", row.GatewayAmount.String())

	raw[2] = 'X' // the caller's bytes are not kept
	assert.Equal(t, byte('i'), row.Raw[2])
}

func TestTransactionWithoutRawKeepsItsTypedFields(t *testing.T) {
	t.Parallel()
	var first, second transactions.Transaction
	require.NoError(t, first.UnmarshalJSON(sample(t)))
	out, err := plain(first).MarshalJSON()
	require.NoError(t, err)
	require.NoError(t, second.UnmarshalJSON(out))
	assert.Equal(t, plain(first), plain(second))
}

func TestTransactionIsTolerant(t *testing.T) {
	t.Parallel()
	var row transactions.Transaction
	require.NoError(t, row.UnmarshalJSON([]byte(`{"id":"9007199254740993","status":null,"requestAmount":null,"requestCcy":"860","senderStatus":7,
		"senderSuccess":null,"date":1768478400,"senderDate":1768478400123,"recipientDate":"next Tuesday","createdDate":"","lastModifiedDate":"2026-01-15T17:00:00.5+05:00",
		"gatewayAmount":"1.10","recipientName":null,"comment":""}`)))
	assert.Equal(t, int64(9007199254740993), row.ID)
	assert.Nil(t, row.RequestAmount)
	assert.Equal(t, new(int32(860)), row.RequestCcy)
	assert.Equal(t, "7", row.SenderStatus)
	assert.Nil(t, row.SenderSuccess)
	noon := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	assert.Equal(t, noon, row.Date)
	assert.Equal(t, noon.Add(123*time.Millisecond), row.SenderDate)
	assert.True(t, row.RecipientDate.IsZero())
	assert.True(t, row.CreatedDate.IsZero())
	assert.Equal(t, noon.Add(time.Second/2), row.LastModifiedDate)
	assert.Equal(t, "1.10", row.GatewayAmount.String())
	assert.Empty(t, row.RecipientName+row.Comment)
	for digits, text := range []string{"2026-01-15T12:00:00Z", "2026-01-15T12:00:00.100Z", "2026-01-15T12:00:00.100000Z", "2026-01-15T12:00:00.100000000Z"} {
		t.Run(text, func(t *testing.T) {
			require.NoError(t, row.UnmarshalJSON([]byte(`{"id":1,"date":"`+text+`"}`)))
			assert.Equal(t, noon.Add(time.Duration(min(digits, 1))*100*time.Millisecond), row.Date, text)
		})
	}
}

func TestTransactionRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no id":            `{"requestTrId":"a"}`,
		"id null":          `{"id":null}`,
		"id zero":          `{"id":0}`,
		"id negative":      `{"id":-1}`,
		"id too large":     `{"id":9223372036854775808}`,
		"id a fraction":    `{"id":1.5}`,
		"null":             `null`,
		"list":             `[]`,
		"twice":            `{"id":1,"id":2}`,
		"wrong case only":  `{"ID":1}`,
		"half a minor":     `{"id":1,"requestAmount":0.5}`,
		"minor too large":  `{"id":1,"requestAmount":9223372036854775808}`,
		"currency":         `{"id":1,"requestCcy":2147483648}`,
		"status":           `{"id":1,"status":true}`,
		"last modified":    `{"id":1,"lastModifiedDate":"soon"}`,
		"not a number":     `{"id":1,"gatewayAmount":NaN}`,
		"trailing":         `{"id":1} x`,
		"byte order marks": "\ufeff\ufeff" + `{"id":1}`,
	} {
		t.Run(name, func(t *testing.T) {
			row := transactions.Transaction{ID: 7}
			require.Error(t, row.UnmarshalJSON([]byte(text)), name)
			assert.Equal(t, int64(7), row.ID, "%s: a failed decode changes nothing", name)
		})
	}
}

// What a printed transaction must not show.
func secrets() []string {
	return []string{"8600000000000001", "996000000001", "0123456789abcdef0123456789abcdef", "Test Payer", "test_login", "groceries"}
}

const personal = `{"id":7,"requestTrId":"r-1","status":"SUCCESS","requestAmount":100000,"requestCcy":860,"date":"2026-01-15T12:00:00Z",
	"recipientAccount":"8600000000000001","senderAccount":"996000000001","requestSubAccount":"0123456789abcdef0123456789abcdef",
	"senderName":"Test Payer","recipientName":"Test Payer","requestLogin":"test_login","comment":"groceries"}`

func TestTransactionsDoNotPrintPersonalData(t *testing.T) {
	t.Parallel()
	var row transactions.Transaction
	require.NoError(t, row.UnmarshalJSON([]byte(personal)))
	assert.Equal(t, "transaction 7 (request r-1) SUCCESS 100000 minor units of 860 2026-01-15T12:00:00Z", row.String())
	page := transactions.TransactionPage{
		Transactions: []*transactions.Transaction{&row},
		Bad:          []transactions.BadRow{{Index: 1, Raw: json.RawMessage(personal), Err: assert.AnError}},
		Total:        new(int64(9)), NextID: 7, NextModified: row.Date,
	}
	assert.Equal(t, "page of 1 transactions and 1 bad rows of 9 in all, next id 7, next modified 2026-01-15T12:00:00Z", page.String())
	account := "8600000000000001"
	params := transactions.ListTransactionsParams{Filter: transactions.Filter{RecipientAccount: transactions.Text{In: []string{account, "996000000001"}}}}
	for _, v := range []any{
		row, &row,
		[]any{row},
		page, &page, page.Bad, page.Bad[0], params, &params, params.Filter, params.Filter.RecipientAccount,
		transactions.FieldError{Object: "groceries", Field: "Test Payer", Message: account},
		transactions.Response{Body: []byte(personal)},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			text := fmt.Sprintf(verb, v)
			for _, secret := range secrets() {
				assert.NotContains(t, text, secret, "%s of %T", verb, v)
			}
		}
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
		for _, secret := range secrets() {
			assert.NotContains(t, log.String(), secret, "log of %T", v)
		}
	}
	for want, without := range map[string]transactions.Transaction{
		"transaction 7 (request )  without amount 0001-01-01T00:00:00Z":       {ID: 7, RequestCcy: new(int32(860))},
		"transaction 7 (request )  5 minor units 0001-01-01T00:00:00Z":        {ID: 7, RequestAmount: new(int64(5))},
		"transaction 7 (request )  5 minor units of 008 0001-01-01T00:00:00Z": {ID: 7, RequestAmount: new(int64(5)), RequestCcy: new(int32(8))},
	} {
		assert.Equal(t, want, without.String())
	}
}

func FuzzTransaction(f *testing.F) {
	f.Add(sample(f))
	f.Add([]byte(personal))
	f.Add([]byte(`{"id":1e3,"gatewayAmount":"1.10","date":1768478400.5}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var row, again transactions.Transaction
		if row.UnmarshalJSON(data) != nil {
			return
		}
		out, err := row.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, data, out)
		typed, err := plain(row).MarshalJSON()
		require.NoError(t, err)
		require.NoError(t, again.UnmarshalJSON(typed), string(typed))
		require.Equal(t, plain(row).String(), plain(again).String())
	})
}
