package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// receiver is the server's part for wallet.best, before a fake whose payments end
// when the test says so.
type receiver struct {
	srv    *wallettest.Server
	client *wallet.Client
	url    string
	log    *bytes.Buffer
}

var walletHook = wallet.Webhook{AppID: wallettest.DefaultAppID, AppSecret: wallettest.DefaultAppSecret}

func newReceiver(t *testing.T, front http.HandlerFunc) *receiver {
	t.Helper()
	srv := wallettest.NewServer(wallettest.WithManualProcessing())
	t.Cleanup(srv.Close)
	before := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if front != nil {
			front(w, r)
		}
		srv.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(before.Close)
	client, err := wallet.NewClient(before.URL+"/v1", wallet.BasicAuth(wallettest.DefaultPhone, wallettest.DefaultPassword))
	require.NoError(t, err)
	r := &receiver{srv: srv, client: client, log: new(bytes.Buffer)}
	hook := walletHook
	hook.Refused = refused(wallet.ErrUnauthorized, "forged")
	hooks := httptest.NewServer((&console{to: r.log}).logged(hook.Handler(newShop(client).notice)))
	t.Cleanup(hooks.Close)
	r.url = hooks.URL + "/wallet"
	return r
}

// pay makes a payment that is under way.
func (r *receiver) pay(t *testing.T) int64 {
	t.Helper()
	created, err := r.client.CreatePayment(t.Context(), wallet.NewOut(wallet.NewClientPaymentID(), wallettest.ServiceMobile, decimal.Hundred, map[string]string{"phoneNumber": "0000000001"}))
	require.NoError(t, err)
	_, err = r.client.PayOnce(t.Context(), created.Payment.ID, wallet.ExecutePaymentRequest{})
	require.NoError(t, err)
	return created.Payment.ID
}

func event(id int64, second int, kind, from, to string) string {
	return fmt.Sprintf(`{"created_at":"2026-01-15T12:00:%02d.000Z","from":%q,"payment":{"id":%d,"amount":100,"status":%q,"type":"out"},"to":%q,"type":%q}`, second, from, id, to, to, kind)
}

// send posts an event and returns the status of the answer.
func (r *receiver) send(t *testing.T, body string) int {
	t.Helper()
	request, err := r.srv.NewWebhookRequest(t.Context(), r.url, []byte(body))
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode
}

// An event that comes before the service shows what it reports is not lost.
func TestAnEventThatOvertakesTheState(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, nil)
	id := r.pay(t)
	complete := event(id, 1, "complete", "processing", "completed")
	assert.Equal(t, 500, r.send(t, complete))
	assert.Equal(t, 500, r.send(t, complete), "as long as the service shows processing")
	r.srv.Complete(id)
	assert.Equal(t, 200, r.send(t, complete))
	assert.Equal(t, 200, r.send(t, complete))

	undo, redo := event(id, 2, "undo", "completed", "declined"), event(id, 3, "redo", "declined", "completed")
	assert.Equal(t, 500, r.send(t, undo), "the service shows what was before")
	r.srv.Undo(id)
	assert.Equal(t, 200, r.send(t, undo))
	assert.Equal(t, 500, r.send(t, redo))
	r.srv.Redo(id)
	assert.Equal(t, 200, r.send(t, redo))

	other := r.pay(t)
	r.srv.Complete(other)
	r.srv.Undo(other)
	r.srv.Redo(other)
	assert.Equal(t, 200, r.send(t, event(other, 6, "redo", "declined", "completed")))
	assert.Equal(t, 200, r.send(t, event(other, 5, "undo", "completed", "declined")), "late: a later one has been acted upon")
	assert.Equal(t, strings.NewReplacer("of A", fmt.Sprintf("of %d", id), "of B", fmt.Sprintf("of %d", other)).Replace(`POST /wallet 500  complete  of A  still processing, to be sent again
POST /wallet 500  complete  of A  still processing, to be sent again
POST /wallet 200  complete  of A  now completed  103.00 RUB
POST /wallet 200  complete  of A  seen before
POST /wallet 500  undo      of A  still completed, to be sent again
POST /wallet 200  undo      of A  now declined   103.00 RUB
POST /wallet 500  redo      of A  still declined, to be sent again
POST /wallet 200  redo      of A  now completed  103.00 RUB
POST /wallet 200  redo      of B  now completed  103.00 RUB
POST /wallet 200  undo      of B  now completed  103.00 RUB
`), r.log.String())
}

// Events do not wait for one another while the service is slow: all of their
// reads are under way at once.
func TestEventsDoNotWaitForOneAnother(t *testing.T) {
	t.Parallel()
	const events = 6
	reading := make(chan struct{}, events)
	answer := make(chan struct{})
	var id int64
	r := newReceiver(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			reading <- struct{}{}
			<-answer
		}
	})
	created, err := r.client.CreatePayment(t.Context(), wallet.NewOut(wallet.NewClientPaymentID(), wallettest.ServiceMobile, decimal.Hundred, map[string]string{"phoneNumber": "0000000001"}))
	require.NoError(t, err)
	id = created.Payment.ID
	_, err = r.client.ExecutePayment(t.Context(), id, wallet.ExecutePaymentRequest{})
	require.NoError(t, err)
	r.srv.Complete(id)

	var sent sync.WaitGroup
	statuses := make([]int, events)
	for i := range events {
		sent.Go(func() { statuses[i] = r.send(t, event(id, i, "complete", "processing", "completed")) })
	}
	for range events {
		select {
		case <-reading:
		case <-time.After(30 * time.Second):
			t.Error("a read waits for another one")
			close(answer)
			sent.Wait()
			return
		}
	}
	close(answer)
	sent.Wait()
	assert.Equal(t, []int{200, 200, 200, 200, 200, 200}, statuses)
}

// Of reads that overlap the one that began last counts, in whatever order they end.
func TestAnOlderReadDoesNotReplaceANewerOne(t *testing.T) {
	t.Parallel()
	s := newShop(nil)
	one := &wallet.Event{Type: "complete", From: "processing", To: "completed", CreatedAt: time.Unix(1, 0), Payment: wallet.Payment{ID: 7}}
	two := &wallet.Event{Type: "undo", From: "completed", To: "declined", CreatedAt: time.Unix(2, 0), Payment: wallet.Payment{ID: 7}}
	first, _ := s.begin(one)
	second, _ := s.begin(two)
	_, err := s.act(two, &wallet.Payment{ID: 7, Status: "declined"}, second)
	require.NoError(t, err)
	_, err = s.act(one, &wallet.Payment{ID: 7, Status: "completed"}, first)
	require.NoError(t, err)
	assert.Equal(t, "7 is declined\n", s.sum())
	_, seen := s.begin(one)
	assert.True(t, seen)
	text, err := s.act(one, &wallet.Payment{ID: 7, Status: "completed"}, 9)
	require.NoError(t, err)
	assert.Equal(t, "  seen before", text, "two deliveries at once act once")
}

// What is refused is called by its name, and a word of a stranger makes no line.
func TestTheLogSaysWhatWasRefused(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, nil)
	id := r.pay(t)
	r.srv.Complete(id)
	assert.Equal(t, 200, r.send(t, event(id, 1, "x\nPOST /wallet 200  complete", "processing", "completed")))
	assert.Equal(t, 400, r.send(t, ""))
	assert.Equal(t, 400, r.send(t, "[]"))
	assert.Equal(t, 413, r.send(t, strings.Repeat(" ", 1<<20+1)))
	for _, method := range []string{http.MethodGet, http.MethodPut} {
		t.Run(method, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), method, r.url, http.NoBody)
			require.NoError(t, err)
			require.NoError(t, post(request))
		})
	}
	request, err := wallettest.Run(t, wallettest.WithWebhook(wallet.Webhook{AppID: wallettest.DefaultAppID, AppSecret: "guessed"})).NewWebhookRequest(t.Context(), r.url, []byte("{}"))
	require.NoError(t, err)
	require.NoError(t, post(request))
	assert.Equal(t, fmt.Sprintf(`POST /wallet 200  "x\nPOST /wallet 200  complete"  of %d  now completed  103.00 RUB
POST /wallet 400  wallet: bad webhook: wallet: Webhook: the body is empty; something in front of the handler may have read it before, such as middleware or a framework
POST /wallet 400  wallet: bad webhook: wallet: Webhook: id is missing or not positive
POST /wallet 413  too long
GET /wallet 405  wrong method
PUT /wallet 405  wrong method
POST /wallet 401  forged
`, id), r.log.String())

	var line string
	ctx := context.WithValue(t.Context(), lineKey{}, &line)
	p := newPayouts(func(string) bool { return true })
	require.NoError(t, p.notice(ctx, &finik.Event{ID: "1", TransactionID: "a\nb", Status: "\x1b[31mSUCCEEDED"}))
	assert.Equal(t, `"\x1b[31mSUCCEEDED"  of "a\nb"  not at its end`, line)
}
