package finiktest_test

import (
	"context"
	"crypto/rsa"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

func TestRefusals(t *testing.T) {
	t.Parallel()
	srv := finiktest.NewServer()
	t.Cleanup(srv.Close)
	srv.AddUser(finiktest.User{ID: "off", Disabled: true})
	srv.AddUser(finiktest.User{ID: "other"})
	srv.AddAccount(finiktest.Account{ID: "poor", UserIDs: []string{finiktest.DefaultUserID}, Balance: decimal.MustNew(9999, 2)})
	swap := func(from, to string) string {
		out := strings.Replace(payment, from, to, 1)
		require.NotEqual(t, payment, out, from)
		return out
	}
	for name, tt := range map[string]struct {
		body   string
		status int
	}{
		"empty":           {"", 400},
		"no object":       {"[]", 400},
		"no transaction":  {swap(`"t"`, `""`), 400},
		"no account":      {swap(`"account-1"`, `""`), 400},
		"no user":         {swap(`"user-1"`, `""`), 400},
		"unknown user":    {swap(`"user-1"`, `"nobody"`), 404},
		"disabled user":   {swap(`"user-1"`, `"off"`), 400},
		"user of others":  {swap(`"user-1"`, `"other"`), 403},
		"unknown account": {swap(`"account-1"`, `"none"`), 403},
		"unknown service": {swap(`"finik"`, `"none"`), 400},
		"closed service":  {swap(`"finik"`, `"service-5"`), 502},
		"no amount":       {swap(`"amount":"100.00",`, ``), 400},
		"zero":            {swap(`"100.00"`, `"0"`), 400},
		"negative":        {swap(`"100.00"`, `"-1"`), 400},
		"too much":        {swap(`"100.00"`, `"100001"`), 400},
		"words":           {swap(`"100.00"`, `"much"`), 400},
		"unknown phone":   {swap(`+996000000001`, `+996000000009`), 404},
		"no phone":        {swap(`"+996000000001"`, `""`), 400},
		"poor":            {swap(`"account-1"`, `"poor"`), 402},
	} {
		status, answer := send(t, srv, raw{method: "POST", path: "/v2/payment", body: tt.body, text: strings.Replace(tt.body, "[]", "{}", 1)})
		assert.Equal(t, tt.status, status, "%s: %v", name, answer)
		assert.NotEmpty(t, answer["errorMessage"], name)
	}
	assert.Empty(t, srv.Ledger())
	for _, r := range []raw{{method: "GET", path: "/v2/payment"}, {method: "POST", path: "/v2/nothing", body: "{}"}, {method: "GET", path: "/services"}} {
		status, _ := send(t, srv, r)
		assert.Equal(t, 404, status, r.path)
	}
	status, _ := send(t, srv, raw{method: "GET", path: "/v2/payments/none"})
	assert.Equal(t, 400, status)
}

func newClient(t *testing.T, srv *finiktest.Server) *finik.Client {
	t.Helper()
	c, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials(), finik.WithRetry(finik.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	return c
}

func request(id string) finik.CreatePaymentRequest {
	return finik.CreatePaymentRequest{
		AccountID: finiktest.DefaultAccountID, UserID: finiktest.DefaultUserID, ServiceID: finiktest.ServiceMobile, TransactionID: id,
		Fields: finik.Fields{"phone": finiktest.DefaultPhone, "amount": decimal.MustNew(1050, 2), "code": finiktest.ServiceMobileCode},
	}
}

// A name in other letters is another name, and ignored.
func TestNamesAreWhatTheyAreSpelled(t *testing.T) {
	t.Parallel()
	srv := finiktest.NewServer(finiktest.WithAnySignature())
	t.Cleanup(srv.Close)
	for name, tt := range map[string]struct {
		path, body string
		status     int
	}{
		"account":     {"/v2/payment", strings.Replace(payment, "accountId", "AccountID", 1), 400},
		"fields":      {"/v2/payment", strings.Replace(payment, "fields", "Fields", 1), 400},
		"service":     {"/v2/payment", strings.Replace(payment, `{"id"`, `{"Id"`, 1), 400},
		"transaction": {"/v2/payment", strings.Replace(payment, "transactionId", "transactionID", 1), 400},
		"user":        {"/v2/payment", strings.Replace(payment, "userId", "userid", 1), 400},
		"recipient":   {"/v2/recipient", `{"fields":{"phone":"+996000000001"},"SERVICE":"finik"}`, 400},
		"both":        {"/v2/payment", strings.Replace(payment, `"userId"`, `"userid":"x","accountid":"x","userId"`, 1), 200},
	} {
		status, answer := send(t, srv, raw{method: "POST", path: tt.path, body: tt.body})
		assert.Equal(t, tt.status, status, "%s: %v", name, answer)
	}
	require.Len(t, srv.Payments(), 1)
	_, answer := send(t, srv, raw{method: "POST", path: "/v2/services", body: `{"FROM":2,"Size":1,"size":3,"filter":{"ParentID":"none"}}`})
	services, _ := answer["services"].([]any)
	require.Len(t, services, 3)
	assert.Equal(t, finiktest.ServiceFinik, services[0].(map[string]any)["id"])
}

func TestDuplicates(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		opts   []finiktest.Option
		named  bool
		debits int
	}{
		"guarded":   {nil, false, 1},
		"named":     {[]finiktest.Option{finiktest.WithNamedDuplicates()}, true, 1},
		"unguarded": {[]finiktest.Option{finiktest.WithUnguardedIDs()}, false, 2},
	} {
		srv := finiktest.NewServer(tt.opts...)
		t.Cleanup(srv.Close)
		c := newClient(t, srv)
		first, err := c.CreatePayment(t.Context(), request("1"))
		require.NoError(t, err)
		_, err = c.CreatePayment(t.Context(), request("1"))
		assert.Equal(t, tt.debits, srv.Debits("1"), name)
		if tt.debits > 1 {
			require.NoError(t, err, "paid twice, and the ledger shows it")
			continue
		}
		var e *finik.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, 409, e.StatusCode)
		assert.Equal(t, tt.named, e.PaymentID == first.ID, name)
	}
}

func TestTheEndsOfPayments(t *testing.T) {
	t.Parallel()
	srv := finiktest.NewServer(finiktest.WithManualProcessing())
	t.Cleanup(srv.Close)
	c := newClient(t, srv)
	for id, tt := range map[string]struct {
		end    func(string)
		status finik.Status
		code   int
		paid   int
	}{
		"settled":  {srv.Settle, finik.StatusSucceeded, 200, 1},
		"failed":   {func(id string) { srv.Fail(id, 402) }, finik.StatusFailed, 402, 0},
		"canceled": {srv.Cancel, finik.StatusCanceled, 200, 0},
		"pending":  {func(string) {}, finik.StatusProcessing, 201, 1},
	} {
		p, err := c.CreatePayment(t.Context(), request(id))
		require.NoError(t, err)
		tt.end(p.ID)
		for range 3 {
			p, err = c.GetPayment(t.Context(), p.ID)
			require.NoError(t, err)
		}
		assert.Equal(t, tt.status, p.Status, id)
		assert.Equal(t, tt.code, p.StatusCode, id)
		assert.Equal(t, tt.paid, srv.Paid(id), id)
		srv.Settle(p.ID) // an end is an end
		held, ok := srv.Payment(id)
		require.True(t, ok)
		assert.Equal(t, tt.status.Final(), held.Status == tt.status, id)
	}
	assert.Len(t, srv.Events(), 4)
	assert.Equal(t, "99979.00", srv.Balance(finiktest.DefaultAccountID).String())
	assert.Len(t, srv.Payments(), 4)
	assert.Panics(t, func() { srv.Settle("none") })
	_, ok := srv.Payment("none")
	assert.False(t, ok)
}

func TestPaymentsTakeTheirTime(t *testing.T) {
	t.Parallel()
	var later atomic.Int64
	srv := finiktest.NewServer(finiktest.WithProcessingTime(time.Minute), finiktest.WithClock(func() time.Time { return time.Now().Add(time.Duration(later.Load())) }))
	t.Cleanup(srv.Close)
	c, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials(), finik.WithServerClock())
	require.NoError(t, err)
	p, err := c.CreatePayment(t.Context(), request("1"))
	require.NoError(t, err)
	for range 5 {
		p, err = c.GetPayment(t.Context(), p.ID)
		require.NoError(t, err)
		assert.False(t, p.Final())
	}
	later.Store(int64(61 * time.Second))
	p, err = c.GetPayment(t.Context(), p.ID)
	require.NoError(t, err)
	assert.Equal(t, finik.StatusSucceeded, p.Status)
}

// The beta is the same for the same seed, and has everything in it.
func TestRandomOutcomes(t *testing.T) {
	t.Parallel()
	outcomes := func(seed uint64) (all []string) {
		srv := finiktest.NewServer(finiktest.WithRandomOutcomes(seed), finiktest.WithProcessingReads(0))
		defer srv.Close()
		c := newClient(t, srv)
		for i := range 60 {
			p, err := c.CreatePayment(t.Context(), request(fmt.Sprint(i)))
			if err == nil {
				p, err = c.GetPayment(t.Context(), p.ID)
			}
			if err != nil {
				all = append(all, err.Error())
				continue
			}
			all = append(all, string(p.Status))
		}
		return all
	}
	first := outcomes(1)
	assert.Equal(t, first, outcomes(1))
	assert.NotEqual(t, first, outcomes(2))
	for _, want := range []string{"SUCCEEDED", "FAILED", "CANCELED"} {
		assert.Contains(t, first, want)
	}
	assert.Contains(t, strings.Join(first, ","), "status 50")
}

func TestDeliver(t *testing.T) {
	t.Parallel()
	srv := finiktest.NewServer(finiktest.WithProcessingReads(0))
	t.Cleanup(srv.Close)
	c := newClient(t, srv)
	for i := range 20 {
		p, err := c.CreatePayment(t.Context(), request(fmt.Sprint(i)))
		require.NoError(t, err)
		_, err = c.GetPayment(t.Context(), p.ID)
		require.NoError(t, err)
	}
	for name, tt := range map[string]struct {
		params finiktest.DeliverParams
		down   int // deliveries that fail at first
		left   int
		check  func(got []string)
	}{
		"in order": {finiktest.DeliverParams{}, 0, 0, func(got []string) {
			assert.Len(t, got, 20)
			assert.Equal(t, []string{"0", "1", "2"}, got[:3])
		}},
		"repeated":   {finiktest.DeliverParams{Attempts: 3}, 25, 0, func(got []string) { assert.Len(t, got, 20) }},
		"given up":   {finiktest.DeliverParams{Attempts: 2}, 30, 10, func(got []string) { assert.Len(t, got, 10) }},
		"duplicates": {finiktest.DeliverParams{Duplicates: 100, Seed: 1}, 0, 0, func(got []string) { assert.Len(t, got, 40) }},
		"shuffled": {finiktest.DeliverParams{Shuffle: true, Seed: 1}, 0, 0, func(got []string) {
			assert.Len(t, got, 20)
			assert.NotEqual(t, []string{"0", "1", "2"}, got[:3])
		}},
	} {
		srv.ResetEvents()
		var got []string
		down := tt.down
		webhook := finik.Webhook{PublicURL: "https://public.example.com/finik?a=b", Keys: []*rsa.PublicKey{finiktest.PublicKey()}}
		verify := webhook.Handler(func(_ context.Context, e *finik.Event) error { got = append(got, e.TransactionID); return nil })
		receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if down--; down >= 0 {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			verify.ServeHTTP(w, r)
		}))
		tt.params.PublicURL = webhook.PublicURL
		left, err := srv.DeliverWebhooks(t.Context(), receiver.URL+"/finik?a=b", tt.params)
		receiver.Close()
		require.NoError(t, err, name)
		assert.Equal(t, tt.left, left, name)
		tt.check(got)
	}
	srv.ResetEvents()
	left, err := srv.DeliverWebhooks(t.Context(), "http://127.0.0.1:1/", finiktest.DeliverParams{Attempts: 1})
	require.NoError(t, err, "a receiver that is out of reach")
	assert.Equal(t, 20, left)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = srv.DeliverWebhooks(ctx, "http://127.0.0.1:1/", finiktest.DeliverParams{})
	require.ErrorIs(t, err, context.Canceled)
	_, err = srv.DeliverWebhooks(t.Context(), "http://\x00", finiktest.DeliverParams{})
	require.Error(t, err)
}

func TestSeedIsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	srv := finiktest.NewServer()
	t.Cleanup(srv.Close)
	accounts := srv.Seed(1, 3)
	again := finiktest.NewServer()
	t.Cleanup(again.Close)
	assert.Equal(t, accounts, again.Seed(1, 3))
	assert.Equal(t, accounts[2].Balance, srv.Balance("seed-3"))
	assert.True(t, srv.Balance("none").IsZero())
	assert.Len(t, srv.Services(), 60)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	srv := finiktest.NewServer(finiktest.WithAnySignature())
	t.Cleanup(srv.Close)
	c := newClient(t, srv)
	for kind, debits := range map[finiktest.FaultKind]int{
		finiktest.FaultResetBefore: 0, finiktest.FaultResetAfter: 1, finiktest.FaultTruncated: 1, finiktest.FaultBrokenGzip: 1,
		finiktest.FaultHTML: 0, finiktest.FaultGarbage: 0, finiktest.FaultEmpty: 0,
	} {
		srv.Inject(finiktest.Fault{Kind: kind, Operation: "CreatePayment"})
		id := fmt.Sprint("fault-", kind)
		_, err := c.CreatePayment(t.Context(), request(id))
		require.ErrorIs(t, err, finik.ErrOutcomeUnknown, id)
		assert.Equal(t, debits, srv.Debits(id), id)
	}
	srv.Inject(finiktest.Fault{Status: 503, RetryAfter: "7", Times: -1})
	_, err := c.GetPayment(t.Context(), "1")
	var e *finik.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 7*time.Second, e.RetryAfter)
	srv.ClearFaults()
	assert.NotEmpty(t, srv.Requests())
	srv.ResetRequests()
	assert.Empty(t, srv.Requests())
	assert.Panics(t, func() { srv.Inject(finiktest.Fault{Kind: 99}) })
}
