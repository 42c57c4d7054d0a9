package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"golang.org/x/oauth2/clientcredentials"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// source is where transactions and tokens come from.
type source struct {
	url    string
	config clientcredentials.Config
	first  func()        // after the first transaction
	issued func() string // for the end
	hint   string        // for the end
	close  func()
}

const hint = `
This was offline. For real servers:

  TRANSACTIONS_URL=https://… OAUTH2_TOKEN_URL=https://… OAUTH2_CLIENT_ID=… OAUTH2_CLIENT_SECRET=… \
  go -C examples/transactions-oauth2 run .
`

// newSource is what env names, or the fakes where it names nothing.
func newSource(env func(string) string) (*source, error) {
	s := &source{
		url:    env("TRANSACTIONS_URL"),
		config: clientcredentials.Config{TokenURL: env("OAUTH2_TOKEN_URL"), ClientID: env("OAUTH2_CLIENT_ID"), ClientSecret: env("OAUTH2_CLIENT_SECRET")},
		first:  func() {}, issued: func() string { return "" }, close: func() {},
	}
	set := 0
	for _, text := range []string{s.url, s.config.TokenURL, s.config.ClientID, s.config.ClientSecret} {
		if text != "" {
			set++
		}
	}
	switch set {
	case 0:
		return offline(), nil
	case 4:
		return s, nil
	}
	return nil, fmt.Errorf("%w: set all of TRANSACTIONS_URL, OAUTH2_TOKEN_URL, OAUTH2_CLIENT_ID and OAUTH2_CLIENT_SECRET, or none", cli.ErrUsage)
}

// offline is a fake service and an authorization server in front of it, both on
// loopback. Tokens expire after the first page.
func offline() *source {
	srv := transactionstest.NewServer()
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 2400, Seed: 1})...)
	login, err := transactions.PasswordTokens(srv.URL(), transactionstest.DefaultUsername, transactionstest.DefaultPassword)
	if err != nil {
		panic(err) // the arguments are right
	}
	last := ""
	authorization := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, secret, _ := r.BasicAuth()
		if id != "client" || secret != "secret" || r.FormValue("grant_type") != "client_credentials" {
			http.Error(w, `{"error":"invalid_client"}`, http.StatusUnauthorized)
			return
		}
		token, err := login.Token(r.Context(), last)
		if err != nil {
			http.Error(w, `{"error":"server_error"}`, http.StatusBadGateway)
			return
		}
		last = token
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"access_token": token, "token_type": "bearer", "expires_in": 3600})
	}))
	return &source{
		url:    srv.URL(),
		config: clientcredentials.Config{TokenURL: authorization.URL, ClientID: "client", ClientSecret: "secret"},
		first:  srv.ExpireTokens,
		issued: func() string { return fmt.Sprintf("; the authorization server gave %d tokens", srv.TokensIssued()) },
		hint:   hint,
		close:  func() { authorization.Close(); srv.Close() },
	}
}
