package finik_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

func TestNewClientReportsEveryFault(t *testing.T) {
	t.Parallel()
	_, err := finik.NewClient("http://example.com:80/a%20b", finik.Credentials{},
		finik.WithTimeout(-1), finik.WithMiddleware(nil), finik.WithClockOffset(400*24*time.Hour))
	require.ErrorIs(t, err, finik.ErrInvalidRequest)
	for _, part := range []string{
		"plain http", "default port", "percent sign", "Credentials.APIKey", "Credentials.Signer",
		"WithTimeout", "WithMiddleware", "WithClockOffset",
	} {
		assert.ErrorContains(t, err, part)
	}
}

func TestNewClientBaseURL(t *testing.T) {
	t.Parallel()
	cred := finik.Credentials{APIKey: testKey, Signer: stub}
	for url, ok := range map[string]bool{
		finik.ProductionURL: true, finik.BetaURL: true, "https://example.com/prefix": true, "https://example.com/": true,
		"https://example.com:8443": true, "http://127.0.0.1:80": false, "http://127.0.0.1:443": true,
		"https://example.com:443": false, "https://example.com:80": true, "https://example.com/%41": false,
		"https://example.com/я": false, "https://example.com:": false, "http://example.com": false,
		"": false, "example.com": false, "https://example.com?a=b": false, "https://u:p@example.com": false,
	} {
		_, err := finik.NewClient(url, cred)
		if ok {
			assert.NoError(t, err, url)
		} else {
			assert.ErrorIs(t, err, finik.ErrInvalidRequest, url)
		}
	}
	for _, key := range []string{"", " " + testKey, testKey + "\n", "ключ"} {
		_, err := finik.NewClient(finik.BetaURL, finik.Credentials{APIKey: key, Signer: stub})
		require.ErrorIs(t, err, finik.ErrInvalidRequest)
		if key != "" {
			assert.NotContains(t, err.Error(), key)
		}
	}
}

// What leaves, byte for byte, and that the service's own way of verifying takes
// it is shown by every test against the fake.
func TestGoldenRequests(t *testing.T) {
	t.Parallel()
	var got []string
	c := unsigned(t, finik.BetaURL, finik.WithUserAgent("agent"), over(func(r *http.Request) (*http.Response, error) {
		body := []byte(nil)
		if r.Body != nil {
			body, _ = io.ReadAll(r.Body)
		}
		for _, name := range []string{"X-Api-Key", "X-Api-Timestamp", "Signature", "Accept", "User-Agent"} {
			assert.Len(t, r.Header.Values(name), 1, name)
		}
		assert.Regexp(t, `^\d{13}$`, r.Header.Get("X-Api-Timestamp"))
		assert.Nil(t, r.GetBody, "net/http must not replay")
		assert.Len(t, r.Header, 5+len(r.Header["Content-Type"]))
		got = append(got, fmt.Sprintf("%s %s %s %s", r.Method, r.URL, r.Header.Get("Content-Type"), body))
		return newResponse(404, `{"statusCode":404,"errorMessage":"no"}`), nil
	}))
	_, err := c.CheckRecipient(t.Context(), finik.CheckRecipientRequest{ServiceID: "s1", Fields: finik.Fields{"phone": "+996000000001", "10": 1, "9": "<&>"}})
	require.ErrorIs(t, err, finik.ErrNotFound)
	_, err = c.CreatePayment(t.Context(), transfer(testID))
	require.ErrorIs(t, err, finik.ErrNotFound)
	_, err = c.GetPayment(t.Context(), "17_e731a7e2_CREDIT")
	require.ErrorIs(t, err, finik.ErrNotFound)
	_, err = c.ListServices(t.Context(), finik.ListServicesParams{})
	require.ErrorIs(t, err, finik.ErrNotFound)
	_, err = c.ListServices(t.Context(), finik.ListServicesParams{
		From: 40, Size: 50, Status: []finik.ServiceStatus{finik.ServiceStatusInactive, finik.ServiceStatusEnabled},
		ParentID: "kyrgyzstan", Locale: finik.LocaleRU, Query: "Связь\u2028",
	})
	require.ErrorIs(t, err, finik.ErrNotFound)
	for range c.AllServices(t.Context(), finik.ListServicesParams{}) {
		continue
	}
	assert.Equal(t, []string{
		`POST https://beta.api.paymentsgateway.averspay.kg/v2/recipient application/json {"fields":{"9":"<&>","10":1,"phone":"+996000000001"},"service":"s1"}`,
		`POST https://beta.api.paymentsgateway.averspay.kg/v2/payment application/json {"accountId":"account-1","fields":{"amount":"100.00","phone":"+996000000001"},"service":{"id":"finik"},"transactionId":"e731a7e2-c553-4295-867e-1023359bee28","userId":"user-1"}`,
		`GET https://beta.api.paymentsgateway.averspay.kg/v2/payments/17_e731a7e2_CREDIT  `,
		`POST https://beta.api.paymentsgateway.averspay.kg/v2/services application/json {"from":0,"size":20}`,
		`POST https://beta.api.paymentsgateway.averspay.kg/v2/services application/json {"filter":{"parentId":"kyrgyzstan","status":["INACTIVE","ENABLED"]},"from":40,"locale":"RU","query":"Связь` + "\u2028" + `","size":50}`,
		`POST https://beta.api.paymentsgateway.averspay.kg/v2/services application/json {"from":0,"size":50}`,
	}, got)
}

// What is signed is what is sent: the text names the host and the headers of the
// request itself.
func TestTheTextThatIsSigned(t *testing.T) {
	t.Parallel()
	var text string
	signer := signerFunc(func(_ context.Context, message []byte) ([]byte, error) {
		text = string(message)
		return []byte("s"), nil
	})
	var stamp string
	c, err := finik.NewClient("https://Example.com:8443/prefix", finik.Credentials{APIKey: testKey, Signer: signer},
		over(func(r *http.Request) (*http.Response, error) {
			stamp = r.Header.Get("X-Api-Timestamp")
			assert.Equal(t, "cw==", r.Header.Get("Signature"))
			return newResponse(200, paid(testID)), nil
		}))
	require.NoError(t, err)
	_, err = c.CreatePayment(t.Context(), transfer(testID))
	require.NoError(t, err)
	assert.Equal(t, "post\n/prefix/v2/payment\nhost:example.com:8443&x-api-key:"+testKey+"&x-api-timestamp:"+stamp+"\n"+
		`{"accountId":"account-1","fields":{"amount":"100.00","phone":"+996000000001"},"service":{"id":"finik"},"transactionId":"e731a7e2-c553-4295-867e-1023359bee28","userId":"user-1"}`, text)
	_, err = c.GetPayment(t.Context(), "7_x")
	require.NoError(t, err)
	assert.Equal(t, "get\n/prefix/v2/payments/7_x\nhost:example.com:8443&x-api-key:"+testKey+"&x-api-timestamp:"+stamp+"\n", text)
}

func TestArgumentsAreRefusedBeforeAnyIO(t *testing.T) {
	t.Parallel()
	c := unsigned(t, finik.BetaURL, over(func(*http.Request) (*http.Response, error) {
		t.Error("sent")
		return nil, errors.New("sent")
	}))
	good := transfer(testID)
	with := func(change func(*finik.CreatePaymentRequest)) func() error {
		r := good
		change(&r)
		return func() error { _, err := c.CreatePayment(t.Context(), r); return err }
	}
	get := func(id string) func() error {
		return func() error { _, err := c.GetPayment(t.Context(), id); return err }
	}
	list := func(p finik.ListServicesParams) func() error {
		return func() error { _, err := c.ListServices(t.Context(), p); return err }
	}
	header := func(name, value string) func() error {
		return func() error { _, err := c.GetPayment(t.Context(), "1", finik.WithHeader(name, value)); return err }
	}
	for name, tt := range map[string]struct {
		call func() error
		text string
	}{
		"no account":        {with(func(r *finik.CreatePaymentRequest) { r.AccountID = "" }), "AccountID"},
		"account of blanks": {with(func(r *finik.CreatePaymentRequest) { r.AccountID = " " }), "AccountID"},
		"no service":        {with(func(r *finik.CreatePaymentRequest) { r.ServiceID = "" }), "ServiceID"},
		"bad service":       {with(func(r *finik.CreatePaymentRequest) { r.ServiceID = "\xff" }), "ServiceID"},
		"no user":           {with(func(r *finik.CreatePaymentRequest) { r.UserID = "" }), "UserID"},
		"control":           {with(func(r *finik.CreatePaymentRequest) { r.UserID = "a\x00b" }), "UserID"},
		"no transaction":    {with(func(r *finik.CreatePaymentRequest) { r.TransactionID = "" }), "TransactionID"},
		"long transaction":  {with(func(r *finik.CreatePaymentRequest) { r.TransactionID = fmt.Sprintf("%065d", 1) }), "TransactionID"},
		"blank transaction": {with(func(r *finik.CreatePaymentRequest) { r.TransactionID = "a b" }), "TransactionID"},
		"transaction я":     {with(func(r *finik.CreatePaymentRequest) { r.TransactionID = "я" }), "TransactionID"},
		"no fields":         {with(func(r *finik.CreatePaymentRequest) { r.Fields = nil }), "Fields"},
		"float":             {with(func(r *finik.CreatePaymentRequest) { r.Fields = finik.Fields{"amount": 1.5} }), `Fields["amount"]`},
		"recipient":         {func() error { _, err := c.CheckRecipient(t.Context(), finik.CheckRecipientRequest{}); return err }, "ServiceID"},
		"payment":           {get(""), "id"},
		"payment dots":      {get(".."), "id"},
		"payment percent":   {get("a%41"), "id"},
		"payment slash":     {get("a/b"), "id"},
		"payment query":     {get("a?b"), "id"},
		"payment line":      {get("a\nb"), "id"},
		"payment long":      {get(fmt.Sprintf("%0300d", 1)), "id"},
		"from":              {list(finik.ListServicesParams{From: -1}), "From"},
		"size":              {list(finik.ListServicesParams{Size: 51}), "Size"},
		"negative size":     {list(finik.ListServicesParams{Size: -1}), "Size"},
		"status":            {list(finik.ListServicesParams{Status: []finik.ServiceStatus{""}}), "Status"},
		"query":             {list(finik.ListServicesParams{Query: "\xff"}), "Query"},
		"locale":            {list(finik.ListServicesParams{Locale: "\x01"}), "Locale"},
		"parent":            {list(finik.ListServicesParams{ParentID: "\x01"}), "ParentID"},
		"wait": {func() error {
			_, err := c.WaitPayment(t.Context(), "1", finik.WaitParams{First: -1, MinInterval: 2, MaxInterval: 1})
			return err
		}, "WaitParams"},
		"payout": {func() error {
			_, err := c.RunPayout(t.Context(), good, finik.PayoutParams{PaymentID: "%", Wait: finik.WaitParams{First: -1}})
			return err
		}, "id"},
		"capture":      {func() error { _, err := c.GetPayment(t.Context(), "1", finik.CaptureResponse(nil)); return err }, "CaptureResponse"},
		"signature":    {header("signature", "x"), "Signature"},
		"api key":      {header("x-api-key", "x"), "X-Api-Key"},
		"timestamp":    {header("X-API-Timestamp", "1"), "X-Api-Timestamp"},
		"any api":      {header("x-api-anything", "1"), "X-Api-Anything"},
		"content type": {header("Content-Type", "text/plain"), "Content-Type"},
	} {
		err := tt.call()
		require.ErrorIs(t, err, finik.ErrInvalidRequest, name)
		assert.NotErrorIs(t, err, finik.ErrOutcomeUnknown, name)
		assert.ErrorContains(t, err, tt.text, name)
	}
	for _, err := range c.AllServices(t.Context(), finik.ListServicesParams{Size: 1}) {
		require.ErrorIs(t, err, finik.ErrInvalidRequest)
	}
}

func TestOptionsReachTheWire(t *testing.T) {
	t.Parallel()
	var seen finik.Attempt
	middle := 0
	c := unsigned(t, finik.BetaURL,
		finik.WithObserver(func(_ context.Context, a finik.Attempt) { seen = a }),
		finik.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return wire(func(r *http.Request) (*http.Response, error) {
				middle++
				assert.Empty(t, r.Header.Get("X-Api-Key"), "middleware sees no secret")
				assert.Empty(t, r.Header.Get("Signature"))
				return next.RoundTrip(r)
			})
		}),
		over(func(r *http.Request) (*http.Response, error) {
			assert.Equal(t, "1", r.Header.Get("X-Request-Id"))
			return newResponse(200, paid(testID)), nil
		}))
	var captured finik.Response
	_, err := c.GetPayment(t.Context(), "7_x", finik.WithHeader("X-Request-Id", "1"), finik.CaptureResponse(&captured))
	require.NoError(t, err)
	assert.Equal(t, 1, middle)
	assert.Equal(t, "GetPayment", seen.Operation)
	assert.Equal(t, 200, captured.StatusCode)
	assert.JSONEq(t, paid(testID), string(captured.Body))
}

func TestNothingPrintsASecret(t *testing.T) {
	t.Parallel()
	secret := "master-00000000000000000000000000005ec7"
	phone := "+996000000001"
	cred := finik.Credentials{APIKey: secret, Signer: stub}
	c, err := finik.NewClient(finik.BetaURL, cred)
	require.NoError(t, err)
	request := transfer(testID)
	var payment finik.Payment
	require.NoError(t, payment.UnmarshalJSON([]byte(`{"id":"1","fields":{"phone":"`+phone+`"},"recipient":{"id":"`+phone+`"},"errorMessage":"`+phone+`"}`)))
	var recipient finik.Recipient
	require.NoError(t, recipient.UnmarshalJSON([]byte(`{"statusCode":200,"name":"Test Payer","phone":"`+phone+`"}`)))
	_, refused := inMemoryAnswer(t, 400, []byte(`{"statusCode":400,"errorMessage":"`+phone+`"}`)).CreatePayment(t.Context(), request)
	_, unreadable := inMemoryAnswer(t, 200, []byte(`{"id":"`+phone+`",`)).CreatePayment(t.Context(), request)
	invalid := finik.ValidateFields(finik.Service{}, finik.Fields{"phone": 1.5, "x": phone})
	for name, v := range map[string]any{
		"client": c, "client value": *c, "credentials": cred, "credentials pointer": &cred, "request": request, "fields": request.Fields,
		"payment": payment, "payment pointer": &payment, "recipient": recipient, "payment recipient": payment.Recipient,
		"check": finik.CheckRecipientRequest{Fields: request.Fields}, "refused": refused, "unreadable": unreadable, "invalid": invalid,
		"option": finik.WithClockOffset(1), "response": finik.Response{Body: []byte(phone)}, "bad row": finik.BadRow{Raw: []byte(phone)},
		"params": finik.PayoutParams{}, "nested": []any{struct{ C finik.Credentials }{cred}, map[string]finik.Payment{"x": payment}},
	} {
		for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			text := fmt.Sprintf(format, v)
			for _, bad := range []string{secret, phone, fmt.Sprintf("%x", secret), fmt.Sprintf("%x", phone), "Test Payer"} {
				assert.NotContains(t, text, bad, "%s %s", name, format)
			}
		}
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
		if name != "nested" && name != "response" && name != "bad row" {
			assert.NotContains(t, log.String(), secret, name)
			assert.NotContains(t, log.String(), phone, name)
		}
	}
	for _, v := range []any{c, cred, refused, unreadable} {
		text, err := json.Marshal(v)
		require.NoError(t, err)
		assert.NotContains(t, string(text), secret)
		assert.NotContains(t, string(text), phone)
	}
	assert.Equal(t, "finik client of "+finik.BetaURL, fmt.Sprint(c))
	assert.Equal(t, "finik client without base URL", fmt.Sprint(finik.Client{}))
}

// The log has what an Attempt has and nothing else, through all kinds of faults.
func TestTheLogHasNoSecret(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	srv := finiktest.NewServer()
	t.Cleanup(srv.Close)
	c := newClient(t, srv.URL(), finik.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	for _, f := range []finiktest.Fault{
		{Kind: finiktest.FaultResetAfter}, {Kind: finiktest.FaultTruncated}, {Kind: finiktest.FaultHTML, Status: 502}, {Kind: finiktest.FaultGarbage},
	} {
		srv.Inject(f)
		_, err := c.CreatePayment(t.Context(), transfer(finik.NewTransactionID()))
		if err != nil {
			fmt.Fprintf(&log, "%v %+v %#v\n", err, err, err)
		}
	}
	require.Contains(t, log.String(), "CreatePayment")
	requests := srv.Requests()
	require.NotEmpty(t, requests)
	for _, secret := range []string{finiktest.DefaultAPIKey, finiktest.DefaultPhone, requests[0].Header.Get("Signature"), finiktest.DefaultAccountID, "gateway"} {
		assert.NotContains(t, log.String(), secret)
	}
}
