package wallettest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

const bill = `{"type":"out","client_payment_id":"e731a7e2-c553-4295-867e-1023359bee28","amount":100,"service":834,"parameters":{"phoneNumber":"0000000001"}}`

func start(t *testing.T, opts ...wallettest.Option) *wallettest.Server {
	t.Helper()
	srv := wallettest.NewServer(opts...)
	t.Cleanup(srv.Close)
	return srv
}

// reply is an answer of the service.
type reply struct {
	Status int
	Meta   struct {
		Code       int
		Error      string
		NextAction string `json:"next_action"`
		Details    any
		UrgentData struct {
			Amount json.Number
			Unseen int `json:"unseen_payments"`
		} `json:"urgent_data"`
	}
	Data json.RawMessage
}

func (r reply) payment(t *testing.T) wallet.Payment {
	t.Helper()
	var p wallet.Payment
	require.NoError(t, json.Unmarshal(r.Data, &p), string(r.Data))
	return p
}

// call sends a request as the owner of the first wallet.
func call(t *testing.T, srv *wallettest.Server, method, path, body string, change ...func(*http.Request)) reply {
	t.Helper()
	r, err := try(t, srv, method, path, body, change...)
	require.NoError(t, err)
	return r
}

func try(t *testing.T, srv *wallettest.Server, method, path, body string, change ...func(*http.Request)) (reply, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, srv.URL()+path, strings.NewReader(body))
	require.NoError(t, err)
	request.SetBasicAuth(wallettest.DefaultPhone, wallettest.DefaultPassword)
	request.Header.Set("Content-Type", "application/json")
	for _, f := range change {
		f(request)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return reply{}, err
	}
	out := reply{Status: response.StatusCode}
	_ = json.Unmarshal(data, &out) // a fault's body may be anything
	return out, nil
}

func path(p wallet.Payment, suffix string) string {
	id, err := json.Marshal(p.ID)
	if err != nil {
		panic(err)
	}
	return "/payments/" + string(id) + suffix
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	srv := start(t)
	plain := func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }
	nobody := func(r *http.Request) { r.Header.Del("Authorization") }
	wrong := func(r *http.Request) { r.SetBasicAuth(wallettest.DefaultPhone, "wrong") }
	for _, c := range []struct {
		method, path, body string
		change             func(*http.Request)
		status             int
		code               string
	}{
		{"GET", "/wallet", "", nil, 404, ""},
		{"GET", "/payments/x", "", nil, 404, ""},
		{"GET", "/payments/01", "", nil, 404, ""},
		{"GET", "/payments/1", "", nil, 404, ""},
		{"POST", "/payments/1/pay", "", nil, 404, ""},
		{"POST", "/payments/bill", `{"id":1}`, nil, 404, ""},
		{"PUT", "/payments", "", nil, 405, ""},
		{"POST", "/payments/reset_unseen", "", nil, 405, ""},
		{"GET", "/payments/1/pay", "", nil, 405, ""},
		{"POST", "/payments", bill, plain, 415, ""},
		{"POST", "/payments", bill, nobody, 401, ""},
		{"POST", "/payments", bill, wrong, 401, ""},
		{"POST", "/payments", `{"type":`, nil, 400, ""},
		{"GET", "/payments?page=-1", "", nil, 400, ""},
		{"GET", "/payments?size=0", "", nil, 400, ""},
		{"GET", "/payments?page=x", "", nil, 400, ""},
		{"POST", "/payments", `{}`, nil, 422, "missing_client_payment_id"},
		{"POST", "/payments", strings.Replace(bill, "e731", "E731", 1), nil, 422, "missing_client_payment_id"},
		{"POST", "/payments", strings.Replace(bill, `"out"`, `"x"`, 1), nil, 422, "missing_type"},
		{"POST", "/payments", strings.Replace(bill, "amount", "amont", 1), nil, 422, "missing_amount"},
		{"POST", "/payments", strings.Replace(bill, "100", "0", 1), nil, 422, "invalid_amount"},
		{"POST", "/payments", strings.Replace(bill, "100", "15000.01", 1), nil, 422, "invalid_amount"},
		{"POST", "/payments", strings.Replace(bill, "100", "1.001", 1), nil, 422, "invalid_amount"},
		{"POST", "/payments", strings.Replace(bill, "834", "0", 1), nil, 422, "missing_service"},
		{"POST", "/payments", strings.Replace(bill, "834", "1", 1), nil, 422, "service_not_found"},
		{"POST", "/payments", strings.Replace(bill, "parameters", "params", 1), nil, 422, "missing_parameters"},
		{"POST", "/payments", strings.Replace(bill, "phoneNumber", "phone", 1), nil, 422, "invalid_payment_parameters"},
		{"POST", "/payments", transfer(""), nil, 422, "missing_destination"},
		{"POST", "/payments", transfer("+996000000009"), nil, 422, "destination_not_found"},
		{"POST", "/payments", transfer(wallettest.DefaultPhone), nil, 422, "invalid_destination"},
		{"POST", "/payments", strings.Replace(transfer(wallettest.OtherPhone), "100", "10000.01", 1), nil, 422, "insufficient_funds"},
		{"POST", "/payments", strings.Replace(transfer(wallettest.OtherPhone), "hello", strings.Repeat("ё", 1025), 1), nil, 422, "message_too_long"},
		{"POST", "/payments/best/p2p", `{}`, nobody, 422, "empty_request"},
	} {
		got := call(t, srv, c.method, c.path, c.body, append([]func(*http.Request){func(*http.Request) {}}, either(c.change)...)...)
		assert.Equal(t, c.status, got.Status, "%s %s %s", c.method, c.path, c.body)
		assert.Equal(t, c.status, got.Meta.Code)
		assert.Equal(t, c.code, got.Meta.Error, c.body)
		assert.Nil(t, got.Data)
	}
	assert.Empty(t, srv.Payments())
	assert.Empty(t, srv.Ledger())
}

func either(change func(*http.Request)) []func(*http.Request) {
	if change == nil {
		return nil
	}
	return []func(*http.Request){change}
}

func transfer(to string) string {
	return `{"type":"p2p","client_payment_id":"071c6d23-7508-4e35-ad92-852308a47677","amount":100,"destination":"` + to + `","message":"hello"}`
}

func TestTwoPhasesAndTheLedger(t *testing.T) {
	t.Parallel()
	srv := start(t)
	created := call(t, srv, "POST", "/payments", bill)
	p := created.payment(t)
	assert.Equal(t, "pay", created.Meta.NextAction)
	assert.Equal(t, "103.00", p.Total.String())
	assert.Equal(t, "+70000000001", p.Parameters[0].Value, "rewritten")
	assert.Equal(t, "phone", p.Parameters[0].Type, "a creation shows the form")
	assert.Empty(t, srv.Ledger(), "no money moves yet")

	again := call(t, srv, "POST", "/payments", strings.Replace(bill, "100", "200", 1)).payment(t)
	assert.Equal(t, p.ID, again.ID)
	assert.Equal(t, "100", again.Amount.String())

	paid := call(t, srv, "POST", path(p, "/pay"), "")
	assert.Equal(t, "get", paid.Meta.NextAction)
	assert.Equal(t, json.Number("9897"), paid.Meta.UrgentData.Amount)
	assert.Empty(t, paid.payment(t).Parameters[0].Type, "others the short shape")
	assert.Equal(t, "invalid_payment_status", call(t, srv, "POST", path(p, "/pay"), "").Meta.Error)
	for _, want := range []wallet.Status{"processing", "completed", "completed"} {
		assert.Equal(t, want, call(t, srv, "GET", path(p, ""), "").payment(t).Status)
	}
	assert.Equal(t, []wallettest.Transfer{{
		PaymentID: p.ID, ClientPaymentID: p.ClientPaymentID, Kind: wallettest.TransferDebit,
		From: "wallet +996000000001", To: "service 834", Amount: decimal.MustParse("103"),
	}}, srv.Ledger())
	srv.Undo(p.ID)
	assert.Equal(t, 0, srv.Paid(p.ClientPaymentID))
	assert.Equal(t, "10000", srv.Balance(wallettest.DefaultPhone).String())
	srv.Redo(p.ID)
	assert.Equal(t, 1, srv.Paid(p.ClientPaymentID))
	assert.Equal(t, 1, srv.Debits(p.ClientPaymentID))
	assert.Equal(t, "9897", srv.Balance(wallettest.DefaultPhone).String())
	held, ok := srv.Payment(p.ClientPaymentID)
	assert.True(t, ok)
	assert.Equal(t, wallet.StatusCompleted, held.Status)
	_, ok = srv.Payment("none")
	assert.False(t, ok)

	moved := call(t, srv, "POST", "/payments", transfer(wallettest.OtherPhone)).payment(t)
	call(t, srv, "POST", path(moved, "/pay"), "")
	assert.Equal(t, "100", srv.Balance(wallettest.OtherPhone).String())
	srv.Decline(moved.ID, "")
	assert.Equal(t, "0", srv.Balance(wallettest.OtherPhone).String())
	assert.Zero(t, srv.Paid(moved.ClientPaymentID))
}

func TestFees(t *testing.T) {
	t.Parallel()
	srv := start(t)
	srv.AddService(wallettest.Service{ID: 1, Fee: decimal.MustParse("3"), FeePercent: decimal.MustParse("0.5")})
	p := call(t, srv, "POST", "/payments", strings.NewReplacer("834", "1", "100", "5").Replace(bill)).payment(t)
	assert.Equal(t, "8.03", p.Total.String(), "2.5 hundredths are rounded up")
}

func TestUpdateHasNoTotalUntilItIsPriced(t *testing.T) {
	t.Parallel()
	srv := start(t)
	created := call(t, srv, "POST", "/payments", strings.Replace(bill, "834", "61", 1))
	p := created.payment(t)
	assert.Equal(t, "update", created.Meta.NextAction)
	assert.Nil(t, p.Total)
	assert.NotContains(t, string(created.Data), "total")
	assert.Equal(t, "invalid_next_action", call(t, srv, "POST", path(p, "/pay"), "").Meta.Error)
	srv.Price(p.ID)
	assert.Equal(t, 200, call(t, srv, "POST", path(p, "/pay"), "").Status)
}

func TestUnguardedPayMovesMoneyEachTime(t *testing.T) {
	t.Parallel()
	srv := start(t, wallettest.WithUnguardedPay())
	p := call(t, srv, "POST", "/payments", bill).payment(t)
	for range 3 {
		assert.Equal(t, 200, call(t, srv, "POST", path(p, "/pay"), "").Status)
	}
	assert.Equal(t, 3, srv.Debits(p.ClientPaymentID))
	srv.Decline(p.ID, wallet.DeclineReasonInternalError)
	assert.Zero(t, srv.Paid(p.ClientPaymentID), "everything goes back")
}

func TestReplayedCreate(t *testing.T) {
	t.Parallel()
	srv := start(t, wallettest.WithReplayedCreate())
	p := call(t, srv, "POST", "/payments", bill).payment(t)
	call(t, srv, "POST", path(p, "/pay"), "")
	again := call(t, srv, "POST", "/payments", bill)
	assert.Equal(t, wallet.StatusCreated, again.payment(t).Status)
	assert.Equal(t, "pay", again.Meta.NextAction)
	assert.Equal(t, wallet.StatusProcessing, call(t, srv, "GET", path(p, ""), "").payment(t).Status)
}

func TestManualProcessingAndDeclines(t *testing.T) {
	t.Parallel()
	srv := start(t, wallettest.WithManualProcessing())
	p := call(t, srv, "POST", "/payments", bill).payment(t)
	call(t, srv, "POST", path(p, "/pay"), "")
	for range 5 {
		assert.Equal(t, wallet.StatusProcessing, call(t, srv, "GET", path(p, ""), "").payment(t).Status)
	}
	srv.Complete(p.ID)
	assert.Equal(t, wallet.StatusCompleted, call(t, srv, "GET", path(p, ""), "").payment(t).Status)

	srv.AddService(wallettest.Service{ID: 1, Declines: true, DeclineReason: wallet.DeclineReasonInvalidData})
	p = call(t, srv, "POST", "/payments", strings.NewReplacer("834", "1", "e731", "e732").Replace(bill)).payment(t)
	call(t, srv, "POST", path(p, "/pay"), "")
	srv.Complete(p.ID)
	assert.Equal(t, wallet.DeclineReasonInvalidData, call(t, srv, "GET", path(p, ""), "").payment(t).DeclineReason)
	assert.Equal(t, "9897", srv.Balance(wallettest.DefaultPhone).String())
}

func TestUnseenCounters(t *testing.T) {
	t.Parallel()
	srv := start(t, wallettest.WithProcessingReads(0))
	p := call(t, srv, "POST", "/payments", bill).payment(t)
	call(t, srv, "POST", path(p, "/pay"), "")
	assert.Equal(t, 1, call(t, srv, "GET", path(p, ""), "").Meta.UrgentData.Unseen)
	list := call(t, srv, "GET", "/payments", "")
	assert.Equal(t, 1, list.Meta.UrgentData.Unseen, "as it was before the list")
	assert.Contains(t, string(list.Data), `"unseen":true`)
	list = call(t, srv, "GET", "/payments", "")
	assert.Zero(t, list.Meta.UrgentData.Unseen)
	assert.NotContains(t, string(list.Data), "unseen")
	srv.Undo(p.ID)
	reset := call(t, srv, "GET", "/payments/reset_unseen", "")
	assert.Equal(t, `"ok"`, string(reset.Data))
	assert.Zero(t, call(t, srv, "GET", path(p, ""), "").Meta.UrgentData.Unseen)
}

func TestHandlerInMemory(t *testing.T) {
	t.Parallel()
	srv := start(t)
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/payments", bytes.NewReader([]byte(bill)))
	request.SetBasicAuth(wallettest.DefaultPhone, wallettest.DefaultPassword)
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	recorder := httptest.NewRecorder()
	srv.Handler().ServeHTTP(recorder, request)
	assert.Equal(t, 200, recorder.Code, recorder.Body)
	assert.Len(t, srv.Payments(), 1)
	assert.Len(t, srv.Requests(), 1)
}

func TestSendStopsWhereNobodyAnswers(t *testing.T) {
	t.Parallel()
	srv := start(t, wallettest.WithProcessingReads(0), wallettest.WithWebhook(wallet.Webhook{AppID: "a", AppSecret: "b"}))
	p := call(t, srv, "POST", "/payments", bill).payment(t)
	call(t, srv, "POST", path(p, "/pay"), "")
	call(t, srv, "GET", path(p, ""), "")
	require.Len(t, srv.Events(), 1)
	statuses, err := srv.SendWebhook(t.Context(), "http://127.0.0.1:1/", srv.Events()...)
	require.Error(t, err)
	assert.Empty(t, statuses)
	_, err = srv.SendWebhook(t.Context(), ":", srv.Events()...)
	require.Error(t, err)

	hook := wallet.Webhook{AppID: "a", AppSecret: "b"}
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := hook.Parse(r)
		assert.NoError(t, err)
		assert.Equal(t, "kept", r.URL.Query().Get("own"))
		w.WriteHeader(http.StatusAccepted)
	}))
	defer receiver.Close()
	statuses, err = srv.SendWebhook(t.Context(), receiver.URL+"?own=kept", srv.Events()...)
	require.NoError(t, err)
	assert.Equal(t, []int{202}, statuses)
}
