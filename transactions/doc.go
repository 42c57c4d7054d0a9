// Package transactions reads transactions from a service with a list API in the
// style of JHipster's criteria.
//
// A [Client] has one call, ListTransactions, and walks over it:
//
//   - [Client.WalkTransactions] goes by id and neither loses nor doubles a row
//     while others arrive: for reconciliation,
//   - [Client.WalkUpdated] goes by last modification and gives each new version:
//     for a sync,
//   - [Client.TransactionPagesByDay] walks many days by several workers: for a
//     backfill,
//   - [Client.AllTransactions] goes by numbered pages in any order: for people.
//
// The first two and the last have siblings that yield pages, with the rows that
// did not decode and with what a sync stores.
//
// # Filters
//
// The service ignores conditions that it does not know, and some combinations of
// those that it knows. [Filter] therefore has one typed field for each documented
// name and refuses what would be dropped, and every row is held against the
// filter that it was asked with: one outside ends the call with
// [ErrFilterIgnored] and is not delivered. A row that only the service's reading of
// % and _ as a pattern has brought is dropped, so that a page may be short or empty
// before the end. [ParseFilter] reads the same language
// from a query, for a service that offers it to users of its own.
//
// # Which walk
//
// Numbered pages shift while rows are added or removed: a row may be missed. The
// walks by key ask for what comes after the last key instead. A transaction may
// become visible after others with higher ids or later modifications, when it was
// committed late; a walk by key cannot see that. A sync therefore begins a little
// before its last key: WalkUpdated does so by itself, see [Overlap].
//
// # Amounts
//
// Amounts are integers in minor units, each of its side's own currency. How many
// digits minor units have is settled between the agent and the service, and
// nothing in an answer says it for sure. With 2 digits, decimal.New(*t.RequestAmount, 2)
// of github.com/govalues/decimal returns 12345 minor units as 123.45. No amount
// passes through a float.
//
// # Tokens
//
// Each attempt carries a bearer token of a [TokenSource]: [StaticToken],
// [PasswordTokens], or an adapter to the caller's own. A token that is answered
// with 401, in the status line or inside a 200, is renewed once, by one call for all
// that wait for it. Tokens are added below the caller's middleware and for the base URL's host only; links in
// answers are not followed.
//
// # Errors and retries
//
// Every call only reads. It is repeated after network errors, a body cut short,
// and the statuses 429, 500, 502, 503 and 504, up to 3 attempts in all, with
// random waits between 250 ms and 5 s; [WithRetry] changes that. Retry-After is
// obeyed up to the longest wait; a longer one ends the call at once and is in
// Error.RetryAfter, as is one that the context's deadline would not outlast.
// Redirects are never followed: a 3xx is an error.
//
// Bad input is [ErrInvalidRequest], before any I/O. A refusal by the service is
// [*Error], also where it comes with status 200. An answer that holds no list of
// transactions, such as an empty body, null or status 204, is [*DecodeError],
// never "no more pages".
//
// [Error.Class] says in one word what went wrong. Every error of a call that sent a
// request has a class, in the words that observers and logs use.
//
// The error of a call that the end of its context cuts off matches
// [context.Canceled] or [context.DeadlineExceeded]. It neither wraps nor prints
// the cause of the context, which may be another call's error: [context.Cause]
// returns that. Other errors of callbacks stay reachable by errors.Is.
//
// # Secrets and personal data
//
// Transactions, pages, filters and errors print ids, status, amount and time
// only, with any verb and through log/slog. Accounts are phones, logins, and
// numbers of cards, and names are those of people: what takes them out of a
// struct is the caller's to mask.
//
// # Unverified
//
// No documentation of the live service beyond the list of its fields is known.
// Unverified are: that it pages, sorts and counts as a stock JHipster service
// does, the call that gives tokens, the lists of statuses and kinds, the digits
// and units of amounts, and the bodies of errors. The walks by key do not need
// paging: a service that gives all rows at once is walked too.
//
// [Client.Do] makes calls that this package has no method for, and
// Filter.Unchecked adds conditions.
//
// # A program
//
// This program runs as it stands, against the fake:
//
//	package main
//
//	import (
//		"context"
//		"fmt"
//		"log"
//		"time"
//
//		"github.com/payclients/payclients-go/transactions"
//		"github.com/payclients/payclients-go/transactions/transactionstest"
//	)
//
//	func main() {
//		srv := transactionstest.NewServer() // a service in this process; the real one has a base URL of its own
//		defer srv.Close()
//		srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 250, Seed: 1})...)
//
//		tokens, err := transactions.PasswordTokens(srv.URL(), transactionstest.DefaultUsername, transactionstest.DefaultPassword)
//		if err != nil {
//			log.Fatal(err)
//		}
//		client, err := transactions.NewClient(srv.URL(), tokens)
//		if err != nil {
//			log.Fatal(err)
//		}
//		paid := 0
//		for _, err := range client.WalkTransactions(context.Background(), transactions.Filter{
//			Status: transactions.Exact[transactions.Status]{Equals: new(transactions.StatusSuccess)},
//			Date:   transactions.Day(time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)),
//		}) {
//			if err != nil {
//				log.Fatal(err)
//			}
//			paid++
//		}
//		fmt.Println(paid, "paid transactions")
//		// Output: 187 paid transactions
//	}
package transactions
