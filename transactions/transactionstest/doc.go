// Package transactionstest is a transactions service for tests: a server in this
// process that holds transactions in memory and answers like a stock JHipster
// service, oddities included.
//
//	srv := transactionstest.NewServer()
//	defer srv.Close()
//	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 250, Seed: 1})...)
//	client, err := transactions.NewClient(srv.URL(), transactionstest.DefaultCredentials())
//
// # The filter language
//
// The server has a parser and an evaluator of its own, which follow the framework
// and share nothing with the client. Unknown fields and operations do nothing. Of
// several operations on one field, those count that the framework looks at first:
// equals, in, notIn, contains, doesNotContain, notEquals, specified of a text; the
// same without the two of texts for booleans and names; equals or else in or else
// all others of numbers and times. NULL meets specified=false and nothing else.
// contains is LIKE without regard to case, with % and _ as wildcards and \ before
// them; equals is byte by byte, and [WithLooseTexts] as some databases have it.
// A list in one parameter is split at its commas and trimmed, one in several is
// taken as it is. Numbers may have blanks, a plus sign or 0x; booleans may be
// on, yes and 1; an instant may be a number of milliseconds; empty values do
// nothing except for texts. A value that does not convert is refused with 400
// and a problem whose text has it. [Understand] tells what the server makes of a
// query.
//
// A value of an enumeration is refused if it cannot be a constant's name; which
// constants the live service has is not documented. distinct does nothing, since
// no tables are joined. An empty list matches nothing: what the live service
// makes of it is undefined.
//
// # Pages
//
// page counts from 0; negative ones and garbage are 0. size is 20, also for
// garbage, and never above 2000: [WithPageLimit]. sort takes all columns, also not
// filtered ones; an unknown one is an error 500. NULL comes last, and first in a
// falling order. Without sort rows come as they were written, a changed row last.
// X-Total-Count and Link are sent, the latter with an address that clients cannot
// reach. [WithShape] has the forms of an answer.
//
// # Time
//
// The server's time stands still and moves by a millisecond with each change:
// [WithClock], [Server.Advance]. Tokens expire by the time of the machine, or when
// [Server.ExpireTokens] is called. The Date header is the machine's too, and
// TransactionPage.NextModified does not go beyond it. [InMemory] is for tests inside
// testing/synctest.
//
// # Rows that come and change
//
// [WithArrivals], [WithUpdates] and [WithBeforeList] make the table move while it
// is read, and [WithLateRows] makes rows appear behind a walk that has passed.
//
// # Faults
//
// [Server.Inject] makes requests fail; see [Fault] and [AllFaults].
//
// # A test
//
// This test passes as it stands:
//
//	package shop_test
//
//	import (
//		"errors"
//		"testing"
//
//		"github.com/payclients/payclients-go/transactions"
//		"github.com/payclients/payclients-go/transactions/transactionstest"
//	)
//
//	func TestAnIgnoredFilterIsAnError(t *testing.T) {
//		srv := transactionstest.Run(t, transactionstest.WithUnknownFields("status")) // closed at the end of the test
//		srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 250, Seed: 1})...)
//		client, err := transactions.NewClient(srv.URL(), transactionstest.DefaultCredentials())
//		if err != nil {
//			t.Fatal(err)
//		}
//		failed := transactions.Filter{Status: transactions.Exact[transactions.Status]{NotEquals: new(transactions.StatusSuccess)}}
//		for _, err := range client.WalkTransactions(t.Context(), failed) {
//			if !errors.Is(err, transactions.ErrFilterIgnored) {
//				t.Errorf("%v, want ErrFilterIgnored", err)
//			}
//			break
//		}
//	}
package transactionstest
