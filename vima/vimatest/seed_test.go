package vimatest_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
)

func TestSeedRendersFields(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 15, 15, 46, 20, 195e6, time.UTC)
	o := &vima.Operation{
		OperationID: "1067250921664811008", ReferenceID: "019b", ClientOperationID: "1768491979464",
		Project: vima.Project91Game, Contact: "payer@example.com", CurrentStatus: vima.StatusSuccess,
		OperationState: "in_process", OperationCreatedAt: at, OperationModifiedAt: at.Add(time.Second),
		CardStart:      []vima.CardStart{{OperType: "deposit", Amount: new(decimal.MustParse("100")), CreatedAt: at}},
		CardFinish:     []vima.CardFinish{},
		CompleteAmount: new(decimal.MustParse("100.5")), CompleteCurrency: "INR", CompleteCreatedAt: at,
		OperationCreateID: "1067250934146775040", OperationUpdateID: "1067251098160838656",
		PaymentCustomData: []byte(`{"name": "apm"}`),
	}
	o.CreateParams.Method, o.CreateParams.ServiceID = "payment.in", "14701"
	payment := &o.CreateParams.Params.Payment
	payment.Payer.Person = vima.Person{FirstName: "Test", LastName: "\"Payer\"\n\u00e4"}
	payment.Amount = vima.MinorAmount{ValueMinor: new(int64(10000)), Currency: "INR"}
	payment.Identifiers.CID = "1768491979464"
	srv := start(t)
	srv.Seed(o)
	assert.Nil(t, o.Raw, "the caller's operation stays as it is")
	_, body, err := get(t, srv, "")
	require.NoError(t, err)
	assert.Equal(t, `[{"operation_id":"1067250921664811008","reference_id":"019b","client_operation_id":"1768491979464",`+
		`"service":"","service_env":"","project":"91game","project_env":"","user_id":"","contact":"payer@example.com",`+
		`"ip_addr":"","create_params":{"method":"payment.in","params":{"payment":{"payer":{"email":"","phone":"",`+
		`"person":{"last_name":"\"Payer\"\n`+"\u00e4"+`","first_name":"Test"}},"amount":{"value":10000,"currency":"INR"},`+
		`"identifiers":{"c_id":1768491979464}}},"service_id":14701},"current_status":"success","payment_product":"",`+
		`"payment_method_type":"","payment_method_code":"","operation_state":"in_process","credentials_owner":"",`+
		`"integration_type":"","operation_created_at":"2026-01-15T15:46:20.195Z",`+
		`"operation_modified_at":"2026-01-15T15:46:21.195Z","card_start":[{"oper_type":"deposit","action_id":"",`+
		`"payment_id":"","payment_gate":"","user_ref":"","currency":"","amount":100.00000000,`+
		`"created_at":"2026-01-15 15:46:20.195000"}],"card_finish":[],"complete_amount":100.50000000,`+
		`"complete_currency":"INR","complete_created_at":"2026-01-15T15:46:20.195Z",`+
		`"operation_create_id":"1067250934146775040","operation_update_id":"1067251098160838656",`+
		`"payment_custom_data":{"name": "apm"}}]`, body)
}

func TestSeedFillsIn(t *testing.T) {
	t.Parallel()
	srv := start(t)
	srv.Seed(&vima.Operation{}, &vima.Operation{OperationID: "7"}, &vima.Operation{OperationUpdateID: "9"})
	got := list(t, srv, "")
	require.Len(t, got, 3)
	assert.Equal(t, "7", got[1].OperationID)
	assert.Equal(t, "9", got[2].OperationUpdateID)
	seen := map[string]bool{}
	for _, o := range got {
		assert.False(t, seen[o.OperationID] || seen[o.OperationCreateID], "ids are new")
		seen[o.OperationID], seen[o.OperationCreateID] = true, true
		assert.Equal(t, 2021, o.OperationCreatedAt.Year())
		assert.Equal(t, o.OperationCreatedAt, o.OperationModifiedAt)
	}
	assert.NotEqual(t, got[0].OperationUpdateID, got[1].OperationUpdateID)
}

func TestSeedRawOnly(t *testing.T) {
	t.Parallel()
	srv := start(t)
	raw := `{ "operation_id":5, "operation_create_id":"10", "operation_update_id":11, "project":"monetix", "new":[] }`
	srv.Seed(&vima.Operation{Raw: []byte(raw)})
	_, body, err := get(t, srv, "project=monetix&from_operation_update_id=10")
	require.NoError(t, err)
	assert.Equal(t, "["+raw+"]", body)
	assert.Equal(t, []json.RawMessage{[]byte(raw)}, srv.Rows())
}

func TestSeedServesRawThatDoesNotDecode(t *testing.T) {
	t.Parallel()
	srv := start(t)
	o := five()[0]
	o.Raw = []byte(`{"operation_id":{}}`)
	srv.Seed(o)
	_, body, err := get(t, srv, "from_operation_create_id=99&date=2026-01-14")
	require.NoError(t, err)
	assert.Equal(t, `[{"operation_id":{}}]`, body)
	assert.Panics(t, func() { srv.Update("1", func(*vima.Operation) {}) })
}

func TestSeedReplaces(t *testing.T) {
	t.Parallel()
	srv := start(t)
	srv.Seed(five()...)
	again := five()[1]
	again.CurrentStatus, again.OperationUpdateID, again.OperationCreatedAt = "success", "1060", again.OperationCreatedAt.AddDate(0, 0, 9)
	srv.Seed(again)
	assert.Equal(t, "1 2 3 4 5", ids(t, srv, ""))
	assert.Equal(t, "3 1 5 4 2", ids(t, srv, "from_operation_update_id=0"))
	assert.Empty(t, ids(t, srv, "status=fail"))
	assert.Equal(t, "3", ids(t, srv, "date=2026-01-15"))
	assert.Equal(t, "2", ids(t, srv, "date=2026-01-24"))

	srv.Seed(five()[1], five()[1])
	assert.Equal(t, "3 1 5 2 4", ids(t, srv, "from_operation_update_id=0"), "an old place may be taken again")
	again.OperationCreateID = "600"
	srv.Seed(again)
	assert.Equal(t, "1 3 4 5 2", ids(t, srv, ""))
}

func TestSeedPanics(t *testing.T) {
	t.Parallel()
	srv := start(t)
	for field, o := range map[string]*vima.Operation{
		"operation_create_id": {OperationID: "1", OperationCreateID: "x", OperationUpdateID: "1"},
		"operation_update_id": {OperationID: "1", OperationCreateID: "1", OperationUpdateID: "18446744073709551616"},
	} {
		want := "vimatest: Seed: operation 1: " + field + " is not a number of at most 64 bits"
		assert.PanicsWithValue(t, want, func() { srv.Seed(o) })
	}
	assert.Panics(t, func() { srv.Seed(&vima.Operation{OperationID: "1", Raw: []byte(`{"operation_create_id":"1"}`)}) },
		"with an id, the other fields are needed too")
	assert.Panics(t, func() { srv.Seed(&vima.Operation{Raw: []byte(`{`)}) })
	assert.PanicsWithValue(t, `vimatest: Update: no operation "1"`, func() { srv.Update("1", func(*vima.Operation) {}) })
	assert.Empty(t, ids(t, srv, ""), "the server works on")
	srv.Seed(&vima.Operation{OperationUpdateID: "18446744073709551615"})
	assert.Panics(t, func() { srv.Seed(&vima.Operation{}) }, "no ids are left")
}
