package finik_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

const wholePayment = `{"accountId":"acc","fields":{"amount":"150.00","phone":"+996000000001","a":1,"a":2},"id":17,"requestDate":1700000000123,
"service":{"id":"s","name_en":"S","requiredFields":[]},"status":"SUCCEEDED","statusCode":"200","transactionDate":"1700000001","transactionId":"t","userId":"u",
"errorMessage":null,"amount":"150.00","clientId":9,"recipient":{"id":"+996000000001","status":"ENABLED"},"transactionType":"CREDIT","new":[{}]}`

func TestAPayment(t *testing.T) {
	t.Parallel()
	var p finik.Payment
	require.NoError(t, p.UnmarshalJSON([]byte(wholePayment)))
	assert.Equal(t, []string{"17", "t", "acc", "u", "9", "s", "+996000000001", "ENABLED", "CREDIT", ""},
		[]string{p.ID, p.TransactionID, p.AccountID, p.UserID, p.ClientID, p.Service.ID, p.Recipient.ID, p.Recipient.Status, p.TransactionType, p.ErrorMessage})
	assert.Equal(t, 200, p.StatusCode)
	assert.Equal(t, "150.00", p.Amount.String())
	assert.Equal(t, time.UnixMilli(1700000000123).UTC(), p.RequestDate)
	assert.Equal(t, time.Unix(1700000001, 0).UTC(), p.TransactionDate)
	amount, ok := p.Field("amount")
	assert.True(t, ok)
	assert.Equal(t, "150.00", amount)
	_, ok = p.Field("none")
	assert.False(t, ok)
	back, err := json.Marshal(p)
	require.NoError(t, err)
	assert.JSONEq(t, wholePayment, string(back))
	raw, err := p.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, wholePayment, string(raw))
	assert.Equal(t, "payment 17 (transaction t) SUCCEEDED 150.00 2023-11-14T22:13:20Z", fmt.Sprint(p))

	var bare finik.Payment
	require.NoError(t, bare.UnmarshalJSON([]byte(`{"id":"1","status":"new","requestDate":"some day","amount":null}`)))
	assert.Nil(t, bare.Amount)
	assert.True(t, bare.RequestDate.IsZero())
	assert.Equal(t, finik.Status("new"), bare.Status)
	own, err := finik.Payment{ID: "1", Amount: new(dec("1.50")), RequestDate: time.UnixMilli(1)}.MarshalJSON()
	require.NoError(t, err)
	var again finik.Payment
	require.NoError(t, again.UnmarshalJSON(own))
	assert.Equal(t, "1.50", again.Amount.String())
	assert.Equal(t, time.UnixMilli(1).UTC(), again.RequestDate)
}

// odd are members of a payment, and of an event, that are not what they should be.
func odd() []string {
	return []string{
		`"service":"mobile"`, `"service":null`, `"service":{"id":{}}`, `"recipient":"x"`, `"recipient":[1]`, `"errorMessage":{"a":1}`, `"transactionType":["x"]`,
		`"amount":"1 000"`, `"amount":"1e99"`, `"amount":{}`, `"amount":""`, `"statusCode":"OK"`, `"statusCode":1e99`, `"statusCode":""`,
		`"transactionDate":{}`, `"requestDate":[1]`, `"fields":"x"`, `"clientId":true`, `"accountId":{}`, `"userId":[]`,
	}
}

func TestAPaymentIsNotLostForWhatIsBesideThePoint(t *testing.T) {
	t.Parallel()
	for _, member := range odd() {
		t.Run(fmt.Sprint(member), func(t *testing.T) {
			body := `{"id":"7_x","transactionId":"` + testID + `","status":"SUCCEEDED",` + member + `,"receiptNumber":7,"fields2":{"a":1,"a":2}}`
			var p finik.Payment
			require.NoError(t, p.UnmarshalJSON([]byte(body)), member)
			assert.Equal(t, []string{"7_x", testID, "SUCCEEDED"}, []string{p.ID, p.TransactionID, string(p.Status)}, member)
			assert.Equal(t, body, string(p.Raw))
			c, _ := counted(t, 200, body)
			got, err := c.RunPayout(t.Context(), transfer(testID), finik.PayoutParams{SkipRecipient: true})
			require.NoError(t, err, member)
			assert.Equal(t, p, *got, member)
			_, err = c.GetPayment(t.Context(), "7_x")
			require.NoError(t, err, member)
		})
	}
	var p finik.Payment
	require.NoError(t, p.UnmarshalJSON([]byte(`{"statusCode":"OK","amount":"much","id":1,"clientId":true,"status":"FAILED","accountId":"a","service":{"id":"s"},"requestDate":1700000000123,"userId":{}}`)))
	assert.Equal(t, []string{"1", "a", "s", "", "", ""}, []string{p.ID, p.AccountID, p.Service.ID, p.TransactionID, p.ClientID, p.UserID}, "the others are kept")
	assert.Equal(t, time.UnixMilli(1700000000123).UTC(), p.RequestDate)
	assert.Nil(t, p.Amount)
	assert.Zero(t, p.StatusCode)

	for i, body := range []string{
		`{"id":"1","amount":"much"}`, `{"id":"1","status":null,"amount":"much"}`, `{"id":{},"status":"FAILED"}`, `{"status":"FAILED","amount":"much"}`,
		`{"id":"1","status":"FAILED","transactionId":[]}`, `{"id":"1","status":"FAILED","amount":"much","status":"FAILED"}`,
	} {
		t.Run(fmt.Sprint("body ", i), func(t *testing.T) {
			require.Error(t, p.UnmarshalJSON([]byte(body)), body[:20])
		})
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	for status, final := range map[finik.Status]bool{
		"SUCCEEDED": true, "succeeded": true, "Success": true, "FAILED": true, "failed": true, "CANCELED": true, "canceled": true,
		"PENDING": false, "pending": false, "PROCESSING": false, "": false, "REVERSED": false, "SUCCEEDED ": false,
	} {
		assert.Equal(t, final, status.Final(), status)
	}
	assert.True(t, finik.Status("success").Is(finik.StatusSucceeded))
	assert.True(t, finik.StatusFailed.Is("failed"))
	assert.False(t, finik.StatusFailed.Is(finik.StatusCanceled))

	at := time.UnixMilli(1)
	for _, tt := range []struct {
		status finik.Status
		date   time.Time
		final  bool
	}{
		{"SUCCEEDED", time.Time{}, true},
		{"FAILED", at, true},
		{"PENDING", at, false},
		{"processing", at, false},
		{"REVERSED", at, true},
		{"REVERSED", time.Time{}, false},
		{"", at, false},
	} {
		p := finik.Payment{Status: tt.status, TransactionDate: tt.date}
		assert.Equal(t, tt.final, p.Final(), "%v", tt)
	}
}

func TestPaymentsFromEndToEnd(t *testing.T) {
	t.Parallel()
	srv, c := start(t)
	p, err := c.CreatePayment(t.Context(), transfer(testID))
	require.NoError(t, err)
	assert.Equal(t, finik.StatusSucceeded, p.Status)
	assert.Equal(t, 200, p.StatusCode)
	assert.True(t, p.Final())
	q, err := c.CreatePayment(t.Context(), topUp("another"))
	require.NoError(t, err)
	assert.Equal(t, finik.StatusPending, q.Status)
	assert.Equal(t, 201, q.StatusCode)
	assert.False(t, q.Final())
	q, err = c.GetPayment(t.Context(), q.ID)
	require.NoError(t, err)
	assert.False(t, q.Final())
	q, err = c.GetPayment(t.Context(), q.ID)
	require.NoError(t, err)
	assert.Equal(t, finik.StatusSucceeded, q.Status)
	assert.Equal(t, "100.00", q.Amount.String())
	assert.Equal(t, "99800.00", srv.Balance(finiktest.DefaultAccountID).String())
	assert.Equal(t, []int{1, 1}, []int{srv.Debits(testID), srv.Paid("another")})
}

func TestCheckRecipient(t *testing.T) {
	t.Parallel()
	srv, c := start(t)
	srv.AddRecipient(finiktest.Recipient{ServiceID: finiktest.ServiceFinik, Value: "+996000000002", Blocked: true})
	check := func(phone string) (*finik.Recipient, error) {
		return c.CheckRecipient(t.Context(), finik.CheckRecipientRequest{ServiceID: finiktest.ServiceFinik, Fields: finik.Fields{"phone": phone}})
	}
	r, err := check(finiktest.DefaultPhone)
	require.NoError(t, err)
	assert.Equal(t, []string{"T. P.", finiktest.DefaultPhone}, []string{r.Name, r.Phone})
	assert.Equal(t, 200, r.StatusCode)
	_, err = check("+996000000002")
	require.ErrorIs(t, err, finik.ErrForbidden)
	_, err = check("+996000000003")
	require.ErrorIs(t, err, finik.ErrNotFound)

	var stored finik.Recipient
	text := []byte(`{"statusCode":"200","name":"T","phone":"p","transactionType":10,"fields":{"a":1},"errorMessage":"words","x":1}`)
	require.NoError(t, stored.UnmarshalJSON(text))
	assert.Equal(t, "10", stored.TransactionType)
	assert.Equal(t, "words", stored.ErrorMessage)
	assert.NotContains(t, fmt.Sprintf("%+v %v", stored, &stored), "words")
	assert.JSONEq(t, `{"a":1}`, string(stored.Fields))
	back, err := stored.MarshalJSON()
	require.NoError(t, err)
	assert.Equal(t, string(text), string(back))
	require.Error(t, stored.UnmarshalJSON([]byte(`{}`)))
}

// Every shape of refusals means the same.
func TestTheShapesOfRefusals(t *testing.T) {
	t.Parallel()
	for i, opts := range [][]finiktest.Option{
		{},
		{finiktest.WithTextCodes()},
		{finiktest.WithCodeInBody()},
		{finiktest.WithCodeInBody(), finiktest.WithTextCodes()},
		{finiktest.WithErrorShape(finiktest.ErrorShapeAcquiring), finiktest.WithCodeInBody()},
		{finiktest.WithErrorShape(finiktest.ErrorShapeMessage)},
		{finiktest.WithErrorShape(finiktest.ErrorShapeAWS)},
		{finiktest.WithErrorShape(finiktest.ErrorShapeHTML)},
	} {
		t.Run(fmt.Sprint("case ", i), func(t *testing.T) {
			srv, c := start(t, opts...)
			srv.AddAccount(finiktest.Account{ID: "poor", UserIDs: []string{finiktest.DefaultUserID}})
			poor := transfer(testID)
			poor.AccountID = "poor"
			_, err := c.CreatePayment(t.Context(), poor)
			require.ErrorIs(t, err, finik.ErrInsufficientFunds)
			foreign := transfer(testID)
			foreign.AccountID = "none"
			_, err = c.CreatePayment(t.Context(), foreign)
			require.ErrorIs(t, err, finik.ErrForbidden)
			_, err = c.CreatePayment(t.Context(), transfer(testID))
			require.NoError(t, err)
			_, err = c.CreatePayment(t.Context(), transfer(testID))
			require.ErrorIs(t, err, finik.ErrDuplicate)
			require.ErrorIs(t, err, finik.ErrOutcomeUnknown)
			assert.Equal(t, 1, srv.Debits(testID))
		})
	}
}

// A stored payment decodes again, whatever was in it.
func FuzzPayment(f *testing.F) {
	for _, s := range []string{wholePayment, `{"id":"1"}`, `{}`, `null`, `[]`, `{"id":{}}`, `{"id":"1","amount":1e99}`, `{"id":"1","requestDate":-1}`, `{"id":"\ud800"}`, `{"id":"1","status":"FAILED","amount":"x","userId":{}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var p finik.Payment
		if p.UnmarshalJSON(data) != nil {
			return
		}
		_, _ = fmt.Sprint(p), p.Final()
		raw, err := p.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, string(data), string(raw))
		var again finik.Payment
		require.NoError(t, again.UnmarshalJSON(raw))
		assert.Equal(t, p, again)
	})
}

func FuzzService(f *testing.F) {
	for _, s := range []string{`{"id":"1","requiredFields":[{"fieldId":"a","minLength":"9"}]}`, `{"id":1,"minAmount":"x"}`, `{"requiredFields":{}}`, `{"id":"1","requiredFields":null}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var s finik.Service
		if s.UnmarshalJSON(data) != nil {
			return
		}
		_ = finik.ValidateFields(s, s.FixedFields())
		raw, err := s.MarshalJSON()
		require.NoError(t, err)
		require.Equal(t, string(data), string(raw))
	})
}

// No answer makes a call panic, nor a payment of something that is none.
func FuzzAnswer(f *testing.F) {
	f.Add(200, []byte(paid(testID)))
	f.Add(200, []byte(`{"statusCode":"409","id":"7_x"}`))
	f.Add(302, []byte(""))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 200 || status > 999 {
			return
		}
		for _, op := range operations() {
			c := inMemoryAnswer(t, status, body)
			err := op.call(t.Context(), c)
			if status/100 != 2 {
				require.Error(t, err)
			}
			if err == nil && op.write {
				var p finik.Payment
				require.NoError(t, p.UnmarshalJSON(body))
				assert.Equal(t, testID, p.TransactionID)
			}
		}
	})
}
