// Transactions-oauth2 reads transactions with tokens of golang.org/x/oauth2. Its
// adapter.go is what a program of one's own takes: it makes a
// transactions.TokenSource of any flow of that package.
//
//	cd examples/transactions-oauth2
//	go run .
//
// needs no account and no network. It starts transactionstest, the fake service,
// and an authorization server in front of it, and lets all tokens expire in the
// middle of a walk:
//
//	2400 transactions came, 1818 of them paid; the authorization server gave 2 tokens
//
// The environment leads to real servers; tokens then are of the client credentials
// flow. -h lists variables and exit codes.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/transactions"
)

func main() { program().Main(run) }

// program is what -h prints, and what becomes of errors.
func program() *cli.Program {
	return &cli.Program{
		Name: "transactions-oauth2", Invalid: []error{transactions.ErrInvalidRequest},
		About: "Counts the transactions of a service whose tokens golang.org/x/oauth2 gets.\nWithout any of its variables it runs offline.",
		Variables: `
TRANSACTIONS_URL      base URL without /api
OAUTH2_TOKEN_URL      of the authorization server
OAUTH2_CLIENT_ID      of this client
OAUTH2_CLIENT_SECRET  of this client`,
		Files: "None is read or written.",
		Codes: `
0    all transactions were counted
1    a call failed
2    wrong flags or environment
130  interrupted by SIGINT or SIGTERM`,
		Real: `
TRANSACTIONS_URL=https://… OAUTH2_TOKEN_URL=https://… OAUTH2_CLIENT_ID=… OAUTH2_CLIENT_SECRET=… \
go -C examples/transactions-oauth2 run .`,
		Advise: func(err error) string {
			switch {
			case errors.Is(err, context.Canceled):
				return "Interrupted: nothing is printed for a part."
			case cli.Unreachable(err):
				return "A server could not be reached: check the network, a proxy, TRANSACTIONS_URL and OAUTH2_TOKEN_URL."
			}
			return ""
		},
	}
}

// tokens are those of the client credentials flow.
func tokens(ctx context.Context, config clientcredentials.Config) transactions.TokenSource {
	ctx = context.WithValue(ctx, oauth2.HTTPClient, &http.Client{Timeout: 30 * time.Second})
	return fromOAuth2(func(*oauth2.Token) oauth2.TokenSource { return config.TokenSource(ctx) })
}

// run counts the transactions of the service that the environment names.
func run(ctx context.Context, call *cli.Call) error {
	p := program()
	if err := p.Parse(p.Flags(), call); err != nil {
		return err
	}
	src, err := newSource(call.Env)
	if err != nil {
		return err
	}
	defer src.close()
	client, err := transactions.NewClient(src.url, tokens(ctx, src.config))
	if err != nil {
		return err
	}
	count, paid := 0, 0
	for t, err := range client.WalkTransactions(ctx, transactions.Filter{}, transactions.PageSize(1000)) {
		if err != nil {
			return fmt.Errorf("after %d transactions: %w", count, err)
		}
		if count++; t.Status == transactions.StatusSuccess {
			paid++
		}
		if count == 1 {
			src.first()
		}
	}
	_, err = fmt.Fprintf(call.Out, "%d transactions came, %d of them paid%s\n%s", count, paid, src.issued(), src.hint)
	return err
}
