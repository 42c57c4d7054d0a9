// Transactions-oauth2 reads transactions with tokens of golang.org/x/oauth2, of any of
// its flows: adapter makes a transactions.TokenSource of them.
//
//	go -C examples/transactions-oauth2 run .
//
// needs no account and no network: the fake of package transactions takes a token twice.
package main

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// adapter is a transactions.TokenSource. Sources of golang.org/x/oauth2 cannot be told
// that the service refused their token: open then makes another one. It gets nil at
// first, and later a token with only the refresh token of the one refused, if there is
// one. Calls that wait share a token, or an error, as long as their contexts allow.
type adapter struct {
	open  func(refresh *oauth2.Token) oauth2.TokenSource
	turn  chan struct{} // a lock that a context can give up on; of capacity 1
	token func() (*oauth2.Token, error)
	valid func(rejected string) (string, bool) // the last token while it is valid

	failures atomic.Int64
	failure  error // the last one
}

func (a *adapter) Token(ctx context.Context, rejected string) (string, error) {
	failures := a.failures.Load()
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if a.failures.Load() != failures {
		return "", a.failure // asked for in vain while this one waited
	}
	if a.token == nil {
		a.valid, a.token = never, a.open(nil).Token
	}
	token, err := a.token()
	if err == nil && token.AccessToken == rejected {
		a.valid, a.token = never, a.open(&oauth2.Token{RefreshToken: token.RefreshToken}).Token
		token, err = a.token()
	}
	if err != nil {
		if last, ok := a.valid(rejected); ok { // sources ask for the next token before the last one ends
			return last, nil
		}
		a.failures.Add(1)
		a.failure = err
		return "", err
	}
	a.valid = func(rejected string) (string, bool) {
		return token.AccessToken, token.AccessToken != rejected && time.Now().Before(token.Expiry)
	}
	return token.AccessToken, nil
}

func never(string) (string, bool) { return "", false }

func main() { program().Main(run) }

func program() *cli.Program {
	return &cli.Program{
		Name: "transactions-oauth2", Invalid: []error{transactions.ErrInvalidRequest},
		About:     "Counts the transactions of a service whose tokens golang.org/x/oauth2 gets.\nWithout TRANSACTIONS_URL it runs offline.",
		Variables: "TRANSACTIONS_URL      base URL without /api\nOAUTH2_TOKEN_URL      of the authorization server\nOAUTH2_CLIENT_ID      of this client, for the flow of client credentials\nOAUTH2_CLIENT_SECRET  of this client",
		Real:      "TRANSACTIONS_URL=https://… OAUTH2_TOKEN_URL=https://… OAUTH2_CLIENT_ID=… OAUTH2_CLIENT_SECRET=… \\\ngo -C examples/transactions-oauth2 run .",
	}
}

func run(ctx context.Context, call *cli.Call) error {
	p, url, hint := program(), call.Env("TRANSACTIONS_URL"), ""
	if err := p.Parse(p.Flags(), call); err != nil {
		return err
	}
	config := clientcredentials.Config{TokenURL: call.Env("OAUTH2_TOKEN_URL"), ClientID: call.Env("OAUTH2_CLIENT_ID"), ClientSecret: call.Env("OAUTH2_CLIENT_SECRET")}
	patient := context.WithValue(ctx, oauth2.HTTPClient, &http.Client{Timeout: 30 * time.Second})
	tokens := &adapter{turn: make(chan struct{}, 1), open: func(*oauth2.Token) oauth2.TokenSource { return config.TokenSource(patient) }}
	switch {
	case (url == "") != (config.TokenURL == ""), (url == "") != (config.ClientID == ""), (url == "") != (config.ClientSecret == ""):
		return fmt.Errorf("%w: TRANSACTIONS_URL, OAUTH2_TOKEN_URL, OAUTH2_CLIENT_ID and OAUTH2_CLIENT_SECRET go together", cli.ErrUsage)
	case url == "":
		srv := transactionstest.NewServer(transactionstest.WithTokenUses(2))
		defer srv.Close()
		srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 2400, Seed: 1})...)
		login, _ := transactions.PasswordTokens(srv.URL(), transactionstest.DefaultUsername, transactionstest.DefaultPassword)
		last := ""
		tokens.open = func(*oauth2.Token) oauth2.TokenSource { // stands for an authorization server
			last, _ = login.Token(ctx, last)
			return oauth2.StaticTokenSource(&oauth2.Token{AccessToken: last})
		}
		url, hint = srv.URL(), p.Offline()
	}
	count := 0
	client, err := transactions.NewClient(url, tokens)
	if err != nil {
		return err
	}
	for _, err := range client.WalkTransactions(ctx, transactions.Filter{}) {
		if err != nil {
			return fmt.Errorf("after %d transactions: %w", count, err)
		}
		count++
	}
	_, err = fmt.Fprintf(call.Out, "%d transactions\n%s", count, hint)
	return err
}
