package transactionstest_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions/transactionstest"
)

func login(t *testing.T, srv *transactionstest.Server) string {
	t.Helper()
	answer := send(t, srv, "POST", transactionstest.TokenPath, "", `{"username":"operator","password":"password","rememberMe":false}`)
	require.Equal(t, http.StatusOK, answer.Code, answer.Body)
	var body struct {
		Token string `json:"id_token"`
	}
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &body))
	require.NotEmpty(t, body.Token)
	return body.Token
}

func status(t *testing.T, srv *transactionstest.Server, token string) int {
	t.Helper()
	return send(t, srv, "GET", transactionstest.Path, token, "").Code
}

func TestTokens(t *testing.T) {
	t.Parallel()
	srv := start(t, transactionstest.WithTokenUses(2))
	token := login(t, srv)
	assert.Equal(t, []int{200, 200, 401}, []int{status(t, srv, token), status(t, srv, token), status(t, srv, token)})
	token = login(t, srv)
	srv.ExpireTokens()
	assert.Equal(t, 401, status(t, srv, token))
	assert.Equal(t, 401, status(t, srv, ""))
	assert.Equal(t, 401, status(t, srv, "x"))
	assert.Equal(t, 200, status(t, srv, transactionstest.DefaultToken))
	assert.Equal(t, 2, srv.TokensIssued())
	for body, want := range map[string]int{
		`{"username":"operator","password":"x"}`: 401, `{"username":"operator"}`: 400, `{`: 400,
	} {
		answer := send(t, srv, "POST", transactionstest.TokenPath, "", body)
		assert.Equal(t, want, answer.Code)
		assert.Equal(t, "application/problem+json", answer.Header().Get("Content-Type"))
	}
}

func TestTokensExpire(t *testing.T) {
	t.Parallel()
	srv := start(t, transactionstest.WithTokenLifetime(time.Minute), transactionstest.WithUser("operator", "password"))
	synctest.Test(t, func(t *testing.T) {
		token := login(t, srv)
		time.Sleep(59 * time.Second)
		assert.Equal(t, 200, status(t, srv, token))
		time.Sleep(time.Second)
		assert.Equal(t, 401, status(t, srv, token))
	})
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	var problem struct {
		Type, Title, Message, Path string
		Status                     int
		FieldErrors                []struct{ ObjectName, Field, Message string }
	}
	srv := start(t)
	answer := get(t, srv, "id.equals=x&requestCcy.in=860,99999999999&date.lessThan=2026-01-15&senderSuccess.specified=maybe&status.equals=a%20b&gatewayAmount.equals=1,5&distinct=x")
	require.Equal(t, http.StatusBadRequest, answer.Code)
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &problem))
	assert.Equal(t, "error.validation", problem.Message)
	assert.Equal(t, transactionstest.Path, problem.Path)
	var fields []string
	for _, e := range problem.FieldErrors {
		fields = append(fields, e.Field)
	}
	assert.Equal(t, []string{"date.lessThan", "distinct", "gatewayAmount.equals", "id.equals", "requestCcy.in", "senderSuccess.specified", "status.equals"}, fields)

	answer = send(t, srv, "GET", transactionstest.Path, "x", "")
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &problem))
	assert.Equal(t, 401, problem.Status)
	assert.Equal(t, "error.http.401", problem.Message)

	empty := start(t, transactionstest.WithEmptyRefusals(), transactionstest.WithoutRights())
	for token, want := range map[string]int{"x": 401, transactionstest.DefaultToken: 403} {
		answer = send(t, empty, "GET", transactionstest.Path, token, "")
		assert.Equal(t, want, answer.Code)
		assert.Empty(t, answer.Body.String())
		assert.Contains(t, answer.Header().Get("WWW-Authenticate"), "Bearer error=")
	}
	assert.Equal(t, 404, send(t, srv, "GET", "/api/transaction", transactionstest.DefaultToken, "").Code)
	answer = send(t, srv, "POST", transactionstest.Path, transactionstest.DefaultToken, "")
	assert.Equal(t, 405, answer.Code)
	assert.Equal(t, "GET", answer.Header().Get("Allow"))
	assert.Equal(t, 405, send(t, srv, "GET", transactionstest.TokenPath, "", "").Code)
}
