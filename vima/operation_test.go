package vima_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
)

func TestOperationDecodesEveryFieldOfTheSample(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		parsed, err := time.Parse(time.RFC3339Nano, text)
		require.NoError(t, err)
		return parsed
	}
	var got vima.Operation
	require.NoError(t, json.Unmarshal(sample(t), &got))
	hundred := decimal.MustParse("100.00000000")
	want := vima.Operation{
		OperationID: "1067250921664811008", ReferenceID: "019bc256159f72f3b2c27506937517be", ClientOperationID: "1768491979464",
		Service: "multihub-api", ServiceEnv: "prod-123hub", Project: vima.Project91Game, ProjectEnv: "prod",
		UserID: "16faca55460b41c3a9b46a736c8dbfed", Contact: "payer@example.com",
		CreateParams: vima.CreateParams{Method: "payment.in", ServiceID: "14701", Params: vima.MethodParams{Payment: vima.Payment{
			Payer: vima.Payer{
				Email: "payer@example.com", Phone: "9000000001",
				Person:          vima.Person{FirstName: "Test", LastName: "Payer"},
				CustomerAccount: vima.CustomerAccount{ID: "16faca55460b41c3a9b46a736c8dbfed"},
			},
			Amount:      vima.MinorAmount{ValueMinor: new(int64(10000)), Currency: "INR"},
			Client:      vima.ClientInfo{Country: "IN", Language: "EN"},
			Identifiers: vima.Identifiers{CID: "1768491979464"},
		}}},
		CurrentStatus: vima.StatusSuccess, OperationState: "in_process",
		PaymentProduct: "multihub-api", PaymentMethodType: "fiat", PaymentMethodCode: "apm", IntegrationType: "direct", CredentialsOwner: "123hub",
		OperationCreatedAt: at("2026-01-15T15:46:20.195Z"), OperationModifiedAt: at("2026-01-15T15:46:46.487Z"),
		CardStart: []vima.CardStart{{
			OperType: "deposit", ActionID: "1067250921664811008", PaymentID: "1067250921664811008", PaymentGate: "paymentgate",
			UserRef: "16faca55460b41c3a9b46a736c8dbfed", Currency: "INR", Amount: &hundred, KYCVerification: new(int64(0)),
			CreatedAt: at("2026-01-15T15:46:20.195Z"), ModifiedAt: at("2026-01-15T15:46:22.068Z"),
		}},
		CardFinish: []vima.CardFinish{{
			ActionID: "1067250921664811008", PaymentID: "1067250921664811008", Currency: "INR", Amount: &hundred,
			ChargedCurrency: "INR", ChargedAmount: &hundred, ChargedFee: new(decimal.MustParse("0.00000000")), Result: "success",
			CreatedAt: at("2026-01-15T15:46:43.817Z"), ModifiedAt: at("2026-01-15T15:46:46.458Z"),
		}},
		CompleteAmount: &hundred, CompleteCurrency: "INR",
		CompleteCreatedAt: at("2026-01-15T15:46:43.817Z"), CompleteModifiedAt: at("2026-01-15T15:46:46.487Z"),
		OperationCreateID: "1067250934146775040", OperationUpdateID: "1067251098160838656",
		PaymentCustomData: got.PaymentCustomData, Raw: bytes.TrimSpace(sample(t)),
	}
	assert.JSONEq(t, `{"name":"apm"}`, string(got.PaymentCustomData))
	assert.True(t, reflect.DeepEqual(want, got), "decoded:\n%s\n%+v", mustJSON(t, plain(got)), got)
	assert.Equal(t, "100.00000000", got.CompleteAmount.String(), "the printed scale is kept")
}

// plain is the operation without Raw, so that its typed fields are marshalled.
func plain(o vima.Operation) vima.Operation {
	o.Raw = nil
	return o
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	out, err := json.Marshal(v)
	require.NoError(t, err)
	return string(out)
}

func TestOperationMarshalsToWhatItWasDecodedFrom(t *testing.T) {
	t.Parallel()
	raw := []byte(`{"operation_id":"1","brand_new_field":{"b":2,"a":[1.50,1e2]},"current_status":"brand_new_status"}`)
	var o vima.Operation
	require.NoError(t, o.UnmarshalJSON(raw))
	out, err := o.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, string(raw), string(out))
	assert.JSONEq(t, string(raw), mustJSON(t, []*vima.Operation{&o})[1:len(mustJSON(t, o))+1])

	raw[2] = 'X' // the caller's bytes are not kept
	assert.Equal(t, byte('o'), o.Raw[2])
}

func TestOperationWithoutRawKeepsItsTypedFields(t *testing.T) {
	t.Parallel()
	var first, second vima.Operation
	require.NoError(t, first.UnmarshalJSON(sample(t)))
	out, err := plain(first).MarshalJSON()
	require.NoError(t, err)
	require.NoError(t, second.UnmarshalJSON(out))
	first.PaymentCustomData, second.PaymentCustomData = compact(t, first.PaymentCustomData), compact(t, second.PaymentCustomData)
	assert.Equal(t, plain(first), plain(second))
}

func compact(t *testing.T, raw json.RawMessage) json.RawMessage {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, json.Compact(&out, raw))
	return out.Bytes()
}

func TestOperationIsTolerant(t *testing.T) {
	t.Parallel()
	var o vima.Operation
	require.NoError(t, o.UnmarshalJSON([]byte(`{
		"operation_id": 9007199254740993, "client_operation_id": null, "operation_create_id": 18446744073709551616,
		"current_status": "brand_new_status", "create_params": {"params": null, "service_id": "7"},
		"complete_amount": null, "complete_created_at": null, "operation_created_at": "next Tuesday",
		"operation_modified_at": "", "card_start": [], "card_finish": null, "payment_custom_data": {"a":1,"a":2}}`)))
	assert.Equal(t, "9007199254740993", o.OperationID)
	assert.Equal(t, "18446744073709551616", o.OperationCreateID)
	assert.Empty(t, o.ClientOperationID)
	assert.Equal(t, vima.Status("brand_new_status"), o.Outcome())
	assert.False(t, o.Outcome().Final())
	assert.Equal(t, "7", o.CreateParams.ServiceID)
	assert.Nil(t, o.CreateParams.Params.Payment.Amount.ValueMinor)
	assert.Nil(t, o.CompleteAmount)
	assert.True(t, o.OperationCreatedAt.IsZero())
	assert.JSONEq(t, `{"a":2}`, string(o.PaymentCustomData))
	_, _, ok := o.Amount()
	assert.False(t, ok)
	_, _, ok = o.Fee()
	assert.False(t, ok)
}

func TestOperationRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no id":           `{"project":"monetix"}`,
		"null":            `null`,
		"list":            `[]`,
		"twice":           `{"operation_id":"1","operation_id":"2"}`,
		"twice deep":      `{"operation_id":"1","create_params":{"method":"a","method":"b"}}`,
		"wrong case only": `{"Operation_ID":"1"}`,
		"amount in words": `{"operation_id":"1","complete_amount":"ten"}`,
		"status":          `{"operation_id":"1","current_status":{}}`,
		"currency":        `{"operation_id":"1","complete_currency":[]}`,
		"trailing":        `{"operation_id":"1"} x`,
		"byte order mark": "\ufeff\ufeff" + `{"operation_id":"1"}`,
	} {
		t.Run(name, func(t *testing.T) {
			o := vima.Operation{OperationID: "before"}
			require.Error(t, o.UnmarshalJSON([]byte(text)), name)
			assert.Equal(t, "before", o.OperationID, "%s: a failed decode changes nothing", name)
		})
	}
}

func TestOutcomePrefersThePaymentStatus(t *testing.T) {
	t.Parallel()
	o := vima.Operation{CurrentStatus: vima.StatusInProcess, OperationState: "success"}
	assert.Equal(t, vima.StatusInProcess, o.Outcome())
	o.PaymentStatus = vima.StatusFail
	assert.Equal(t, vima.StatusFail, o.Outcome())
}

func TestFinal(t *testing.T) {
	t.Parallel()
	for status, final := range map[vima.Status]bool{
		vima.StatusSuccess: true, vima.StatusFail: true, vima.StatusFailed: true, vima.StatusInProcess: false,
		vima.StatusInProcessSpaced: false, vima.StatusUserInputRequired: false, vima.StatusPending: false, "": false, "SUCCESS": true, "SUCCEEDED": false,
	} {
		assert.Equal(t, final, status.Final(), status)
	}
}

func TestAmountChoosesTheBestKnown(t *testing.T) {
	t.Parallel()
	var o vima.Operation
	o.CreateParams.Params.Payment.Amount = vima.MinorAmount{ValueMinor: new(int64(10050)), Currency: "INR"}
	assertAmount := func(want, wantCurrency string) {
		t.Helper()
		amount, currency, ok := o.Amount()
		require.True(t, ok)
		assert.Equal(t, want, amount.String())
		assert.Equal(t, wantCurrency, currency)
	}
	assertAmount("100.50", "INR")
	o.CardStart = []vima.CardStart{{Amount: new(decimal.MustParse("99.00000000")), Currency: "USD"}}
	assertAmount("99.00000000", "USD")
	o.CompleteAmount, o.CompleteCurrency = new(decimal.MustParse("98.5")), "EUR"
	assertAmount("98.5", "EUR")

	o.CardFinish = []vima.CardFinish{{ChargedFee: new(decimal.MustParse("1.25")), ChargedCurrency: "EUR"}}
	fee, currency, ok := o.Fee()
	require.True(t, ok)
	assert.Equal(t, "1.25 EUR", fee.String()+" "+currency)
}

func FuzzOperation(f *testing.F) {
	f.Add(sample(f))
	f.Add([]byte(`{"operation_id":1e3,"complete_amount":"1.10"}`))
	f.Add([]byte(`{"operation_id":"1","payment_custom_data":{"a":{"a":[]},"a":1}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var o, again vima.Operation
		if o.UnmarshalJSON(data) != nil {
			return
		}
		out, err := o.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, data, out)
		typed, err := plain(o).MarshalJSON()
		require.NoError(t, err)
		require.NoError(t, again.UnmarshalJSON(typed), string(typed))
		require.Equal(t, o.OperationID, again.OperationID)
		if o.CompleteAmount != nil {
			require.Equal(t, o.CompleteAmount.String(), again.CompleteAmount.String())
		}
	})
}

// A better amount that cannot be read is not replaced by a worse one.
func TestAnUnreadAmountIsNotReplaced(t *testing.T) {
	t.Parallel()
	const requested = `"create_params":{"params":{"payment":{"amount":{"value":10000,"currency":"INR"}}}}`
	for name, c := range map[string]struct {
		members string
		unread  []string
		want    string
	}{
		"too many digits":        {`"complete_amount":12345678901234567890.12,"card_start":[{"amount":5,"currency":"INR"}],` + requested, []string{"/complete_amount"}, ""},
		"of the gate":            {`"card_start":[{"amount":"five","currency":"INR"}],` + requested, []string{"/card_start/0/amount"}, ""},
		"currency of the gate":   {`"card_start":[{"amount":5,"currency":7.5,"user_ref":{}},{"currency":{}}],` + requested, []string{"/card_start/0/user_ref", "/card_start/1/currency"}, "5 7.5"},
		"no currency of it":      {`"card_start":[{"amount":5,"currency":[]}],` + requested, []string{"/card_start/0/currency"}, ""},
		"no list of the gate":    {`"card_start":{},` + requested, []string{"/card_start"}, ""},
		"half a minor":           {`"create_params":{"params":{"payment":{"amount":{"value":0.5,"currency":"INR"}}}}`, []string{"/create_params/params/payment/amount/value"}, ""},
		"requested, no currency": {`"create_params":{"params":{"payment":{"amount":{"value":1,"currency":{}}}}}`, []string{"/create_params/params/payment/amount/currency"}, ""},
		"beside the point":       {`"create_params":[],"ip_addr":{},"complete_amount":1.50,"complete_currency":"INR"`, []string{"/create_params", "/ip_addr"}, "1.50 INR"},
		"a fee":                  {`"card_finish":[{"charged_fee":1,"charged_currency":[]}]`, []string{"/card_finish/0/charged_currency"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var o vima.Operation
			require.NoError(t, o.UnmarshalJSON([]byte(`{"operation_id":"1",`+c.members+`}`)))
			assert.Equal(t, c.unread, o.Unread)
			got := ""
			if amount, currency, ok := o.Amount(); ok {
				got = amount.String() + " " + currency
			}
			assert.Equal(t, c.want, got)
			copied := o.WithoutRaw()
			_, _, ok := copied.Amount()
			assert.Equal(t, c.want != "", ok)
			_, _, ok = o.Fee()
			assert.False(t, ok)
		})
	}
}
