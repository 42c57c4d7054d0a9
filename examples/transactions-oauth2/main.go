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
// The environment leads to real servers; tokens then are those of the client
// credentials flow:
//
//	TRANSACTIONS_URL      base URL without /api
//	OAUTH2_TOKEN_URL      of the authorization server
//	OAUTH2_CLIENT_ID      and
//	OAUTH2_CLIENT_SECRET  of this client
//
// It ends with code 1 if a call fails, 2 if the environment is wrong, and 130
// after Ctrl-C or SIGTERM.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/payclients/payclients-go/transactions"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Getenv, os.Stdout)
	stop()
	if err != nil {
		// An error of the token call may quote an answer: it is not printed.
		fmt.Fprintln(os.Stderr, "transactions-oauth2:", err)
		os.Exit(exitCode(err))
	}
}

// tokens are those of the client credentials flow.
func tokens(ctx context.Context, config clientcredentials.Config) transactions.TokenSource {
	ctx = context.WithValue(ctx, oauth2.HTTPClient, &http.Client{Timeout: 30 * time.Second})
	return fromOAuth2(func(*oauth2.Token) oauth2.TokenSource { return config.TokenSource(ctx) })
}

// run counts the transactions of the service that env names.
func run(ctx context.Context, env func(string) string, out io.Writer) error {
	src, err := newSource(env)
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
	_, err = fmt.Fprintf(out, "%d transactions came, %d of them paid%s\n", count, paid, src.issued())
	return err
}

func exitCode(err error) int {
	switch {
	case errors.Is(err, context.Canceled):
		return 130
	case errors.Is(err, errUsage), errors.Is(err, transactions.ErrInvalidRequest):
		return 2
	}
	return 1
}
