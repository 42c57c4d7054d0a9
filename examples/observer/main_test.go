package main

import (
	"context"
	"os"
	"testing"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/examples/internal/clitest"
)

func TestTheCommandLine(t *testing.T) {
	t.Parallel()
	p := &clitest.Program{Program: program(), Run: run}
	p.Check(t)
}

func Example() {
	_ = run(context.Background(), &cli.Call{Out: os.Stdout})
	// Output:
	// vima ListOperations: attempt 1, status 200, class "refused"
	//   vima: ListOperations: status 401 (unauthorized): look after the credentials
	// ecommpay Balances: attempt 1, status 200, class "signature"
	//   ecommpay: Balances: status 200 (signature): bad signature: it does not match: see who is answering
	// wallet GetPayment: attempt 1, status 429, class "status"
	//   wallet: GetPayment: status 429 (rate_limited): come back later
	// finik GetPayment: attempt 1, status 400, class "status"
	//   finik: GetPayment: status 400: read the refusal
	// transactions ListTransactions: attempt 1, status 200, class "undecodable"
	//   transactions: ListTransactions: status 200 (undecodable): see who is answering
	//
	// This was offline. For the real service:
	//
	//   This program has none: give the five NewClient the URLs and credentials of your own.
}
