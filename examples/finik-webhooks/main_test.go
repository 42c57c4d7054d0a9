package main

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/examples/internal/clitest"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
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
	for _, want := range []string{
		"msg=acted transaction=00000000-0000-4000-8000-000000000001 status=SUCCEEDED",
		"msg=acted transaction=00000000-0000-4000-8000-000000000002 status=SUCCEEDED",
		`msg="seen before"`, "msg=refused error=", "go run ./examples/finik-webhooks -listen",
	} {
		assert.Contains(t, stdout, want)
	}
	assert.NotContains(t, stdout, finiktest.DefaultPhone)
}

func TestTheFirstEndOfAPayoutCounts(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := &payouts{log: cli.Log(&out), ended: map[string]finik.Status{}}
	for _, step := range []struct{ transaction, status, want string }{
		{"a", "pending", `level=INFO msg="not final" transaction=a status=pending`},
		{"a", "REVERSED", `level=INFO msg="not final" transaction=a status=REVERSED`},
		{"a", "failed", "level=INFO msg=acted transaction=a status=failed"},
		{"a", "FAILED", `level=INFO msg="seen before" transaction=a status=FAILED`},
		{"a", "SUCCEEDED", `level=ERROR msg="a person has to look" transaction=a status=SUCCEEDED before=failed`},
		{"a", "PENDING", `level=INFO msg="not final" transaction=a status=PENDING`},
		{"b\nlevel=INFO", "SUCCEEDED", `level=INFO msg=acted transaction="b\nlevel=INFO" status=SUCCEEDED`},
	} {
		out.Reset()
		require.NoError(t, p.receive(t.Context(), &finik.Event{ID: "1", TransactionID: step.transaction, Status: finik.Status(step.status)}))
		assert.Equal(t, step.want+"\n", out.String())
	}
	assert.Equal(t, finik.Status("failed"), p.ended["a"])
}

// An event of now is taken, and one that is forged or of yesterday is refused.
func TestForgedAndStaleEventsAreRefused(t *testing.T) {
	t.Parallel()
	const public, body = "https://shop.example.com/finik", `{"id":"1","transactionId":"a","status":"SUCCEEDED"}`
	p := &payouts{log: cli.Log(io.Discard), ended: map[string]finik.Status{}}
	hooks := httptest.NewServer(finik.Webhook{PublicURL: public, Keys: []*rsa.PublicKey{finiktest.PublicKey()}}.Handler(p.receive))
	defer hooks.Close()
	for _, c := range []struct {
		days, status int
		sent         string
	}{
		{-1, http.StatusUnauthorized, body},
		{0, http.StatusUnauthorized, strings.Replace(body, "SUCCEEDED", "FAILED", 1)},
		{0, http.StatusOK, body},
	} {
		srv := finiktest.NewServer(finiktest.WithClock(func() time.Time { return time.Now().AddDate(0, 0, c.days) }))
		request, err := srv.NewWebhookRequest(t.Context(), public, []byte(body))
		require.NoError(t, err)
		request.URL, err = url.Parse(hooks.URL) // as a proxy does
		require.NoError(t, err)
		request.Host, request.GetBody, request.ContentLength = "", nil, int64(len(c.sent))
		request.Body = io.NopCloser(strings.NewReader(c.sent))
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.Equal(t, c.status, response.StatusCode)
		assert.Equal(t, c.status == http.StatusOK, len(p.ended) == 1)
		srv.Close()
	}
}

func TestAWrongEnvironmentIsReportedAtOnce(t *testing.T) {
	t.Parallel()
	for want, env := range map[string][]string{
		"FINIK_WEBHOOK_URL must be":         {"FINIK_WEBHOOK_KEY", "beta"},
		"FINIK_WEBHOOK_URL must be the":     {"FINIK_WEBHOOK_URL", "shop.example.com"},
		"FINIK_WEBHOOK_KEY: finik: invalid": {"FINIK_WEBHOOK_URL", "https://shop.example.com/finik", "FINIK_WEBHOOK_KEY", "master-00000000000000000000000000000000"},
	} {
		code, stdout, stderr := tried().Start(t, env)
		assert.Equal(t, 2, code, want)
		assert.Contains(t, stderr, want)
		assert.Empty(t, stdout)
	}
	code, _, stderr := tried().Start(t, []string{"FINIK_WEBHOOK_URL", "https://shop.example.com/finik"}, "-listen", "nowhere")
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, "listening on nowhere")
}

// With a service it serves until it is ended, with the key that the variable has.
func TestItServesUntilItIsEnded(t *testing.T) {
	t.Parallel()
	der, err := x509.MarshalPKIXPublicKey(finiktest.PublicKey())
	require.NoError(t, err)
	for _, key := range []string{"", "beta", base64.StdEncoding.EncodeToString(der)} {
		ctx, cancel := context.WithCancel(t.Context())
		read, write := io.Pipe()
		ended := make(chan error, 1)
		env := clitest.Env("FINIK_WEBHOOK_URL", "https://shop.example.com/finik", "FINIK_WEBHOOK_KEY", key)
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
}
