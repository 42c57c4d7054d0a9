package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/examples/internal/clitest"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

func tried() *clitest.Program {
	return &clitest.Program{Program: program(), Run: run, Flags: []string{"-listen"}, Served: true}
}

func TestTheCommandLine(t *testing.T) {
	t.Parallel()
	tried().Check(t)
	tried().FullDisk(t)
}

func TestOffline(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := tried().Start(t, nil)
	assert.Zero(t, code, stderr)
	for _, want := range []string{"msg=acted type=complete", "msg=acted type=undo", "now=declined", `msg="seen before"`, "msg=refused", "go run ./examples/wallet-webhooks -listen"} {
		assert.Contains(t, stdout, want)
	}
	assert.NotContains(t, stdout, "access_token")
}

// receiver is a shop before a fake whose payments end when the test says so.
type receiver struct {
	srv    *wallettest.Server
	client *wallet.Client
	url    string
	log    *bytes.Buffer
}

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
	s := &shop{log: cli.Log(r.log), client: client, seen: map[string]bool{}, newest: map[int64]time.Time{}}
	hook := wallet.Webhook{AppID: wallettest.DefaultAppID, AppSecret: wallettest.DefaultAppSecret}
	hooks := httptest.NewServer(hook.Handler(s.receive))
	t.Cleanup(hooks.Close)
	r.url = hooks.URL
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
	assert.Equal(t, 5, strings.Count(r.log.String(), "msg=acted"), r.log)
	assert.Equal(t, 4, strings.Count(r.log.String(), "to be sent again"), r.log)
}

// An event that is forged with a right token changes nothing, also one from the future.
func TestAForgedEventChangesNothing(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, nil)
	id := r.pay(t)
	r.srv.Complete(id)
	r.srv.Undo(id)
	future := strings.Replace(event(id, 1, "complete", "processing", "completed"), "2026-01-15", "2126-01-15", 1)
	assert.Equal(t, 200, r.send(t, future))
	assert.Contains(t, r.log.String(), "now=declined", "what the service says")
	r.srv.Redo(id)
	undo := event(id, 9, "undo", "completed", "declined")
	assert.Equal(t, 500, r.send(t, undo), "no event of the future makes others late")
}

// Events do not wait for one another while the service is slow.
func TestEventsDoNotWaitForOneAnother(t *testing.T) {
	t.Parallel()
	const events = 6
	reading, answer := make(chan struct{}, events), make(chan struct{})
	var held atomic.Bool
	r := newReceiver(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && held.Load() {
			reading <- struct{}{}
			<-answer
		}
	})
	id := r.pay(t)
	r.srv.Complete(id)
	held.Store(true)
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
		}
	}
	close(answer)
	sent.Wait()
	assert.Equal(t, []int{200, 200, 200, 200, 200, 200}, statuses)
}

func TestAWrongEnvironmentIsReportedAtOnce(t *testing.T) {
	t.Parallel()
	app := []string{"WALLET_APP_ID", "a", "WALLET_APP_SECRET", "s", "WALLET_PHONE", "+996000000001", "WALLET_PASSWORD", "p"}
	with := func(more ...string) []string { return append(app[:len(app):len(app)], more...) }
	for want, env := range map[string][]string{
		"WALLET_APP_SECRET go together":   {"WALLET_APP_SECRET", "s"},
		"WALLET_APP_ID and WALLET_APP_SE": {"WALLET_URL", wallet.SandboxURL},
		"scheme must be https":            with("WALLET_URL", "ftp://a"),
		"BasicAuth: phone must be a plus": with("WALLET_URL", wallet.SandboxURL, "WALLET_PHONE", "1"),
	} {
		code, _, stderr := tried().Start(t, env)
		assert.Equal(t, 2, code, want)
		assert.Contains(t, stderr, want)
	}
	code, _, stderr := tried().Start(t, with("WALLET_URL", wallet.SandboxURL), "-listen", "nowhere")
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, "listening on nowhere")
}

func TestItServesUntilItIsEnded(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	ended := make(chan error, 1)
	env := clitest.Env("WALLET_URL", wallet.SandboxURL, "WALLET_APP_ID", "a", "WALLET_APP_SECRET", "s", "WALLET_PHONE", "+996000000001", "WALLET_PASSWORD", "p")
	go func() { ended <- run(ctx, &cli.Call{Args: []string{"-listen", "127.0.0.1:0"}, Env: env, Out: write}) }()
	line := make([]byte, 100)
	n, err := read.Read(line)
	require.NoError(t, err)
	assert.Contains(t, string(line[:n]), "msg=listening")
	cancel()
	n, err = read.Read(line)
	require.NoError(t, err)
	assert.Contains(t, string(line[:n]), "stopping")
	require.NoError(t, <-ended)
}
