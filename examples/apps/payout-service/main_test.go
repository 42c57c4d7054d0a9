package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
	"github.com/payclients/payclients-go/finik/finiktest"
)

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestDemo(t *testing.T) {
	t.Parallel()
	var out, trouble bytes.Buffer
	code := program().Run(t.Context(), &cli.Call{Args: []string{"-kills", "2", "-processes", "2"}, Env: func(string) string { return "" }, Out: &out, Err: &trouble}, run)
	require.Equal(t, 0, code, trouble.String())
	assert.Contains(t, out.String(), "60 payouts were posted, each twice; 2 kills by SIGKILL; processes at a time: 2;")
	assert.Contains(t, out.String(), "journal   60 paid, 0 failed, 0 unknown\norders    60 paid\nledger    60 debits: 0 payouts were paid twice, 0 are not what the journal says\n")
}

func TestEndpoint(t *testing.T) {
	t.Parallel()
	s, err := open(t.Context(), config{db: filepath.Join(t.TempDir(), "payouts.db"), book: "test-service", account: finiktest.DefaultAccountID, user: finiktest.DefaultUserID})
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.db.Close() })
	s.log, s.hook = cli.Log(t.Output()), finik.Webhook{PublicURL: demoHook}
	handler := s.handler()
	ask := func(method, path, body string, status int) string {
		t.Helper()
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body)))
		assert.Equal(t, status, w.Code, "%s %s: %s", method, path, w.Body)
		return w.Body.String()
	}
	const one = `{"reference":"order-1","service":"finik","fields":{"phone":"+996000000001","amount":"150.00"}}`
	assert.Contains(t, ask(http.MethodPost, "/payouts", one, http.StatusCreated), `"state":"queued"`)
	ask(http.MethodPost, "/payouts", one, http.StatusOK)
	assert.Contains(t, ask(http.MethodPost, "/payouts", strings.Replace(one, "150", "151", 1), http.StatusConflict), "order-1")
	ask(http.MethodPost, "/payouts", `{"reference":"order-2","service":"finik","fields":{"phone":"+996000000001"}}`, http.StatusBadRequest)
	ask(http.MethodPost, "/payouts", `[]`, http.StatusBadRequest)
	assert.Contains(t, ask(http.MethodGet, "/payouts/order-1", "", http.StatusOK), `"Event":"add"`)
	ask(http.MethodGet, "/payouts/order-3", "", http.StatusNotFound)
	ask(http.MethodPost, "/payouts/order-1/settle", `{"as":"paid","paymentId":"1","by":"clerk","reason":"asked"}`, http.StatusConflict)
	ask(http.MethodPost, "/accounts/account-1/pause", `{"by":"clerk","reason":"a fault"}`, http.StatusOK)
	assert.Contains(t, ask(http.MethodGet, "/metrics", "", http.StatusOK), `payouts_account_open{account="account-1"} 0`)
	ask(http.MethodPost, "/accounts/account-1/resume", `{"by":"clerk","reason":"it is over"}`, http.StatusOK)
	assert.Contains(t, ask(http.MethodGet, "/metrics", "", http.StatusOK), `payouts_open{state="queued"} 1`)
	ask(http.MethodGet, "/healthz", "", http.StatusOK)
	assert.JSONEq(t, `[]`, ask(http.MethodGet, "/unsettled", "", http.StatusOK))
	ask(http.MethodPost, "/webhooks/finik", `{}`, http.StatusUnauthorized)
	var state string
	require.NoError(t, s.db.QueryRowContext(t.Context(), `SELECT state FROM orders WHERE reference = 'order-1'`).Scan(&state))
	assert.Equal(t, "open", state)
	_, err = s.journal.Cancel(t.Context(), "order-1", finikjournal.Act{By: "clerk", Reason: "not wanted"})
	require.NoError(t, err)
	require.NoError(t, s.db.QueryRowContext(t.Context(), `SELECT state FROM orders WHERE reference = 'order-1'`).Scan(&state))
	assert.Equal(t, "canceled", state)
}
