package finik_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

// eventOf decodes the payload of a vector.
func eventOf(t testing.TB, name string) (finik.Event, string) {
	t.Helper()
	for _, v := range vectors(t).Webhooks {
		if v.Name == name {
			var e finik.Event
			require.NoError(t, e.UnmarshalJSON([]byte(*v.Input.Body)))
			return e, *v.Input.Body
		}
	}
	require.Fail(t, "no vector "+name)
	return finik.Event{}, ""
}

func amount(t testing.TB, text string) *decimal.Decimal {
	t.Helper()
	d, err := decimal.Parse(text)
	require.NoError(t, err)
	return &d
}

func TestEventOfThePayoutsGateway(t *testing.T) {
	t.Parallel()
	e, body := eventOf(t, "webhook/credit")
	assert.Equal(t, finik.Event{
		ID: "1767225600_6f1c1b5e-0000-4000-8000-000000000002_CREDIT", TransactionID: "tx-1",
		Status: finik.StatusSucceeded, StatusCode: 200,
		AccountID: "acc-1", UserID: "user-1", UserRole: "USER", ReceiptNumber: "100200300",
		Amount: amount(t, "10"), Fee: amount(t, "0"), Net: amount(t, "10"),
		RequestDate: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		Service: finik.EventService{
			ID: "averspay", NameEN: "Finik", NameKY: "Финик", NameRU: "Финик", Logo: finik.Logo{URL: "https://cdn.example.com/l.png"},
			Limit: finik.EventLimit{ID: "lim-1"}, MinAmount: amount(t, "1"), MaxAmount: amount(t, "100000"),
			RequiredFields: []finik.RequiredField{{FieldID: "phone", LabelRU: "Телефон", MinLength: 13, MaxLength: 13}},
		},
		Sender: finik.EventSender{ID: "s-1", Account: finik.EventAccount{ID: "acc-9", Name: "KGS"}, FirstName: "Тест", LastName: "Тестов"},
		Fields: json.RawMessage(`{"phone":"+996000000001","amount":10}`), Bills: json.RawMessage(`[]`),
		Raw: json.RawMessage(body),
	}, e)
	assert.Equal(t, "tx-1 1767225600_6f1c1b5e-0000-4000-8000-000000000002_CREDIT", e.Key())
	phone, ok := e.Field("phone")
	assert.True(t, ok)
	assert.Equal(t, "+996000000001", phone)
	assert.True(t, e.Status.Final())
}

func TestEventOfAcquiring(t *testing.T) {
	t.Parallel()
	var e finik.Event
	require.NoError(t, e.UnmarshalJSON([]byte(`{"id":"1_DEBIT","accountId":"a","amount":"150.00","clientId":"c","fields":{"amount":"150.00","paymentId":7,"qrTransactionId":"q"},
		"item":{"id":"i"},"net":149.5,"data":{"k":[1]},"service":{"id":"s","serviceEndpoint":"e"},"requestDate":"1767225600","transactionDate":"2026-01-01T06:00:01.5+06:00",
		"transactionId":77,"transactionType":"DEBIT","deviceId":12,"status":"success","receiptNumber":10020030012345678901,"errorMessage":null}`)))
	assert.Equal(t, "77 1_DEBIT", e.Key())
	assert.Equal(t, "150.00", e.Amount.String())
	assert.Nil(t, e.Fee)
	assert.Equal(t, "149.5", e.Net.String())
	assert.Equal(t, "i", e.Item.ID)
	assert.Equal(t, "e", e.Service.Endpoint)
	assert.Equal(t, "12", e.DeviceID)
	assert.Equal(t, "DEBIT", e.TransactionType)
	assert.Equal(t, "10020030012345678901", e.ReceiptNumber, "no digit is lost")
	assert.JSONEq(t, `{"k":[1]}`, string(e.Data))
	assert.Equal(t, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), e.RequestDate)
	assert.Equal(t, time.Date(2026, 1, 1, 0, 0, 1, 5e8, time.UTC), e.TransactionDate)
	assert.True(t, e.Status.Is(finik.StatusSucceeded))
	id, _ := e.Field("paymentId")
	assert.Equal(t, "7", id)
}

func TestEventDates(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		`1767225600000`: want, `"1767225600000"`: want, `1767225600`: want, `"1767225600"`: want, `1767225600.0`: want,
		`"2026-01-01T00:00:00Z"`: want, `"2026-01-01T06:00:00+0600"`: want, `"2026-01-01"`: want, `1767225600250`: want.Add(250 * time.Millisecond),
		`null`: {}, `""`: {}, `"yesterday"`: {},
	} {
		t.Run(text, func(t *testing.T) {
			var e finik.Event
			require.NoError(t, e.UnmarshalJSON([]byte(`{"id":"p","requestDate":`+text+`}`)), text)
			assert.True(t, want.Equal(e.RequestDate), "%s is %s", text, e.RequestDate)
		})
	}
}

func TestEventPartsOfOtherShapes(t *testing.T) {
	t.Parallel()
	for text, id := range map[string]string{
		`"averspay"`: "averspay", `7`: "7", `null`: "", `[]`: "", `true`: "", `{}`: "",
		`{"id":"s","requiredFields":"x"}`: "s", `{"id":5,"minAmount":"ten"}`: "5", `{"id":{}}`: "",
	} {
		t.Run(text, func(t *testing.T) {
			var e finik.Event
			require.NoError(t, e.UnmarshalJSON([]byte(`{"id":"p","service":`+text+`,"sender":`+text+`,"item":`+text+`}`)), text)
			assert.Equal(t, id, e.Service.ID, text)
			assert.Equal(t, "p", e.ID)
		})
	}
}

func TestAnEventIsNotLostForWhatIsBesideThePoint(t *testing.T) {
	t.Parallel()
	for _, member := range append(odd(), `"userRole":["x"]`, `"receiptNumber":{}`, `"fee":"n/a"`, `"net":[]`, `"deviceId":{}`) {
		body := `{"id":"p","transactionId":"t","status":"SUCCEEDED",` + member + `,"userRole2":1}`
		var e finik.Event
		require.NoError(t, e.UnmarshalJSON([]byte(body)), member)
		assert.Equal(t, []string{"t p", "SUCCEEDED", body}, []string{e.Key(), string(e.Status), string(e.Raw)}, member)
	}
	var e finik.Event
	for _, body := range []string{`{"id":{},"transactionId":"t","status":"FAILED"}`, `{"id":"p","transactionId":[],"status":"FAILED"}`} {
		t.Run(body, func(t *testing.T) {
			require.Error(t, e.UnmarshalJSON([]byte(body)), body)
		})
	}
}

func TestEventKeepsItsBytes(t *testing.T) {
	t.Parallel()
	e, body := eventOf(t, "webhook/credit")
	out, err := e.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, body, string(out))
	e.Raw = nil
	typed, err := e.MarshalJSON()
	require.NoError(t, err)
	var again finik.Event
	require.NoError(t, again.UnmarshalJSON(typed))
	again.Raw = nil
	assert.Equal(t, e, again)
	require.Error(t, again.UnmarshalJSON([]byte(`{"status":"SUCCEEDED"}`)))
	require.Error(t, again.UnmarshalJSON([]byte(`[]`)))
	assert.Equal(t, e.ID, again.ID, "a failure leaves what was there")
}

func TestEventPrintsNoPersonalData(t *testing.T) {
	t.Parallel()
	e, _ := eventOf(t, "webhook/credit")
	e.ErrorMessage = "+996000000001"
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d"} {
		fmt.Fprintf(&out, verb+" "+verb+" "+verb+" "+verb+"\n", e, &e, e.Sender, e.Sender.Account)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("event", "e", e, "pointer", &e, "sender", e.Sender, "account", e.Sender.Account)
	for _, private := range []string{"996000000001", "Тест", "acc-9", "s-1", "user-1"} {
		assert.NotContains(t, out.String(), private)
	}
	assert.Equal(t, "event of payment 1767225600_6f1c1b5e-0000-4000-8000-000000000002_CREDIT (transaction tx-1) SUCCEEDED 10 2026-01-01T00:00:00Z", e.String())
	assert.Equal(t, "event of payment p (transaction )  0001-01-01T00:00:00Z", finik.Event{ID: "p"}.String())
}
