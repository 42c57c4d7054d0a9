package main

import (
	"time"

	"github.com/payclients/payclients-go/examples/apps/internal/environ"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// source is where transactions come from.
type source struct {
	url     string
	tokens  transactions.TokenSource
	options []transactions.Option
	day     func(*time.Location) time.Time // its noon, unless one is given
	what    string                         // for the heading
	hint    string                         // for the end
	close   func()
}

const hint = `
This was offline. To add up yesterday's transactions of a real service:

  make apps
  TRANSACTIONS_URL=https://… TRANSACTIONS_USERNAME=… TRANSACTIONS_PASSWORD=… bin/transactions-report
`

// newSource is the service that env names, or the fake where it names none.
func newSource(env func(string) string) (*source, error) {
	base, tokens, err := environ.Transactions(env)
	switch {
	case err != nil:
		return nil, err
	case base == "":
		return offline()
	}
	return &source{url: base, tokens: tokens, day: yesterday, what: environ.Has(base), close: func() {}}, nil
}

func yesterday(zone *time.Location) time.Time {
	year, month, day := time.Now().In(zone).Date()
	return noon(year, month, day-1, zone)
}

// offline is a fake service on loopback with a day of transactions. A few
// requests fail, in ways that the client gets over by itself.
func offline() (*source, error) {
	plan := transactionstest.Plan{Transactions: 2400, Seed: 1, From: time.Date(2026, time.January, 15, 0, 0, 0, 0, time.UTC)}
	srv := transactionstest.NewServer(transactionstest.WithTokenUses(4))
	srv.Seed(transactionstest.Generate(plan)...)
	nth := func(n int) func(transactionstest.Request) bool {
		return func(transactionstest.Request) bool { n--; return n == 0 }
	}
	srv.Inject(
		transactionstest.Fault{Operation: "ListTransactions", Status: 503, Match: nth(1)},
		transactionstest.Fault{Operation: "ListTransactions", Status: 429, RetryAfter: "0", Match: nth(2)},
		transactionstest.Fault{Operation: "ListTransactions", Kind: transactionstest.FaultTruncated, Match: nth(3)},
	)
	tokens, err := transactions.PasswordTokens(srv.URL(), transactionstest.DefaultUsername, transactionstest.DefaultPassword)
	if err != nil {
		srv.Close()
		return nil, err
	}
	return &source{
		url: srv.URL(), tokens: tokens,
		// Loopback needs none of the patience that a real service deserves.
		options: []transactions.Option{transactions.WithRetry(transactions.RetryPolicy{MinWait: 20 * time.Millisecond, MaxWait: 200 * time.Millisecond})},
		day: func(zone *time.Location) time.Time {
			return noon(2026, time.January, 15, zone)
		},
		what: "made up and served by transactionstest on this machine",
		hint: hint, close: srv.Close,
	}, nil
}
