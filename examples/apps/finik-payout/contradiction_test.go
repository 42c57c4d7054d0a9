package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik/finiktest"
)

func TestASuccessThatIsToldLaterCounts(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	srv.Inject(finiktest.Fault{Operation: "CreatePayment", Status: 400, Body: `{"statusCode":400,"errorMessage":"x"}`, Process: true})
	on := &memory{}
	p := quickPayer(t, srv, on, 1)
	require.NoError(t, p.run(t.Context()))
	e := p.entries[0]
	require.Equal(t, stateFailed, e.state())
	transaction := e.record().Transaction
	send := callbacks(t, srv, p)
	assert.Equal(t, 200, send(event(transaction, "FAILED")))
	assert.Empty(t, p.contradicted, "that says the same")

	assert.Equal(t, 200, send(event(transaction, "SUCCEEDED")))
	assert.Equal(t, statePaid, e.state())
	assert.True(t, on.holds(`"state":"paid"`), "it is on the disk before the answer")
	for _, status := range []string{"SUCCEEDED", "FAILED", "CANCELED"} {
		assert.Equal(t, 200, send(event(transaction, status)))
		assert.Equal(t, statePaid, e.state())
	}
	r := newReport(p.entries)
	r.contradicted(p.contradicted)
	_, list, _ := strings.Cut(r.text(), "\nCONTRADICTED: ")
	assert.Equal(t, 1, strings.Count(list, transaction), "once")
}

func TestASuccessThatCannotBeStoredComesAgain(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	on := &memory{}
	p := quickPayer(t, srv, on, 1)
	e := p.entries[0]
	require.NoError(t, p.begin(e))
	r := e.record()
	r.State = stateFailed
	require.NoError(t, p.advance(e, r, ""))
	on.broken = errors.New("no space left")
	assert.Equal(t, 500, callbacks(t, srv, p)(event(r.Transaction, "SUCCEEDED")))
	assert.Equal(t, stateFailed, e.state())
}

// Rows that have ended and left the file are still those of the journal.
func TestCallbacksFindRowsThatAreGone(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	on := &memory{}
	p := quickPayer(t, srv, on, 1)
	p.entries = nil
	p.enter(nil, map[string]record{
		"a": {Reference: "a", State: stateFailed, Transaction: "t-1"},
		"b": {Reference: "b", State: statePaid, Transaction: "t-2"},
	})
	assert.Empty(t, p.entries, "they are not reported")
	send := callbacks(t, srv, p)
	assert.Equal(t, 200, send(event("t-1", "SUCCEEDED")))
	assert.Equal(t, 200, send(event("t-2", "FAILED")))
	assert.True(t, on.holds(`"reference":"a","state":"paid"`))
	assert.False(t, on.holds(`"reference":"b"`))
	assert.Zero(t, p.strangers)
	r := newReport(p.entries)
	r.contradicted(p.contradicted)
	assert.Regexp(t, `(?m)^- +a +- +t-1 +paid\n- +b +- +t-2 +paid$`, r.text())
}

// The whole program, which listens on although a row is refused that was paid.
func TestContradictionsAreReported(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	about := func(n int) func(finiktest.Request) bool {
		return func(r finiktest.Request) bool { return strings.Contains(string(r.Body), phone(n)) }
	}
	srv.Inject(
		finiktest.Fault{Operation: "CreatePayment", Status: 400, Body: `{"statusCode":400,"errorMessage":"x"}`, Process: true, Match: about(0)},
		finiktest.Fault{Operation: "CreatePayment", Kind: finiktest.FaultResetAfter, Match: about(1)},
	)
	env, path, address := environment(t, srv), file(t, 2), freeAddress(t)
	finished := make(chan result, 1)
	go func() {
		finished <- startWith(context.Background(), env, quick("-workers", "1", "-listen", address, "-public-url", publicURL, "-listen-for", "20s", path)...)
	}()
	require.Eventually(t, func() bool { return strings.Contains(text(path+".journal"), `"code":409`) }, 10*time.Second, time.Millisecond)
	for _, payment := range srv.Payments() {
		srv.Settle(payment.ID)
	}
	_, err := srv.DeliverWebhooks(t.Context(), "http://"+address, finiktest.DeliverParams{PublicURL: publicURL})
	require.NoError(t, err)
	got := <-finished
	assert.Zero(t, got.code, got.stdout+got.stderr)
	assert.Contains(t, got.stdout, "paid        2")
	assert.Contains(t, got.stderr, "1 that contradict")
	var refused string
	for _, payment := range srv.Payments() {
		if recipient, _ := payment.Field("phone"); recipient == phone(0) {
			refused = payment.TransactionID
		}
	}
	assert.Regexp(t, `\nCONTRADICTED: .*\n.*\n2 +row-0 +10.00 +`+refused+" +paid\n$", got.stdout)
}

func TestAPaymentsIDIsReportedThoughItCannotBeStored(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	p := quickPayer(t, srv, breaking{&memory{}, `"state":"begun"`, errors.New("no space left")}, 1)
	require.ErrorIs(t, p.run(t.Context()), errStopped)
	report := newReport(p.entries).text()
	assert.Contains(t, report, srv.Payments()[0].ID)
	assert.Contains(t, report, "made, and its end is not known yet")
}

// A service that falls silent is no reason not to hear its callbacks.
func TestItListensAfterTheSilenceToo(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	env, path, address := environment(t, srv), file(t, silence), freeAddress(t)
	srv.Inject(finiktest.Fault{Operation: "CreatePayment", Kind: finiktest.FaultResetAfter, Times: -1})
	finished := make(chan result, 1)
	go func() {
		finished <- startWith(context.Background(), env, quick("-pause", "1ms", "-workers", "1", "-listen", address, "-public-url", publicURL, "-listen-for", "20s", path)...)
	}()
	require.Eventually(t, func() bool { return strings.Count(text(path+".journal"), `"state":"unknown"`) == silence }, 20*time.Second, time.Millisecond)
	for _, payment := range srv.Payments() {
		srv.Settle(payment.ID)
	}
	_, err := srv.DeliverWebhooks(t.Context(), "http://"+address, finiktest.DeliverParams{PublicURL: publicURL})
	require.NoError(t, err)
	got := <-finished
	assert.Contains(t, got.stderr, errSilence.Error())
	assert.Contains(t, got.stdout, "paid        5")
}
