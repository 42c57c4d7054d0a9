// Package vima reads payment operations from the Vima/Finmar collector.
//
// A [Client] has one call, ListOperations, and walks over it:
//
//   - [Client.AllOperations] yields operation after operation,
//   - [Client.OperationPages] yields pages, with the cursors that a sync stores
//     and the rows that did not decode,
//   - [Client.OperationPagesByDay] walks many days by several workers,
//   - [Client.OperationPagesByRange] walks all from a day on by several workers, and
//     can be taken up where it was.
//
// # Two streams
//
// Operations come in two orders. By the create cursor each operation comes once,
// when it is new. By the update cursor it comes again after each change, in its
// newest version. A reader that stores what it saw follows both: new operations
// by NextCreateID, changes by NextUpdateID, each stored once its page has been
// processed. Versions of an operation are told apart by OperationUpdateID; see
// [CompareCursors].
//
// A walk delivers what comes after the cursor that it begins at, and each
// operation once, whether the collector gives the operation at a cursor again or
// not. That takes ids to be unique in their stream.
//
// An operation may become visible after others with higher cursors. A sync
// therefore re-reads an overlap before its cursor from time to time.
//
// # Days
//
// The zone and the ends of the days that the collector selects by Date, From and To
// are unproven: operations at a border may be in another day than the UTC day, or in
// none. Walks by several workers therefore read without a date, which only proposes
// where a worker begins.
//
// # Amounts
//
// One operation holds amounts in two units: the requested amount, deep in
// CreateParams, in minor units (10000 is 100.00 INR), and CompleteAmount and the
// amounts of CardStart and CardFinish in major units with eight decimals. No
// amount passes through a float. [Operation.Amount] chooses the best known one.
//
// # Status
//
// Decide by [Operation.Outcome] and [Status.Final]. OperationState is the state
// of the collector's own work and says nothing about the payment.
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
// Bad input is [ErrInvalidRequest], before any I/O. A refusal by the collector is
// [*Error], also where it comes with status 200. An answer that is not a list of
// operations is [*DecodeError], never "no more pages".
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
// [WithCredentialSource] replaces credentials without a restart.
// The API key travels in the URL. It is added below the caller's middleware and
// for the endpoint's host only, so that loggers, traces, errors and redirects
// never see it. Operations print ids, status, amount and time only.
//
// # Speed
//
// A program that only reads lists keeps little memory, so Go's garbage collector
// runs often: reading a million operations took 10.8 CPU seconds with GOGC=100,
// the default, 9.3 with GOGC=200 and 8.7 with GOGC=400, at a peak heap of 4, 8
// and 16 MB.
//
// # Unverified
//
// No documentation of the live service beyond a short guide is known. Unverified
// are: the reading of the cursors (the walks are right for both), whether the
// ends of a period are inclusive, the bodies of errors, and the division of
// minor units by 100 for currencies without two decimals.
//
// [Client.Do] makes calls that this package has no method for, and
// ListOperationsParams.Unchecked adds parameters.
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
//
//		"github.com/payclients/payclients-go/vima"
//		"github.com/payclients/payclients-go/vima/vimatest"
//	)
//
//	func main() {
//		srv := vimatest.NewServer() // a collector in this process; vima.ProductionURL is the real one
//		defer srv.Close()
//		srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 250, Seed: 1})...)
//
//		client, err := vima.NewClient(srv.URL(), vima.APIKey(vimatest.DefaultAPIKey))
//		if err != nil {
//			log.Fatal(err)
//		}
//		paid := 0
//		for operation, err := range client.AllOperations(context.Background(), vima.ListOperationsParams{Project: vima.ProjectMonetix}) {
//			if err != nil {
//				log.Fatal(err)
//			}
//			if operation.Outcome() == vima.StatusSuccess {
//				paid++
//			}
//		}
//		fmt.Println(paid, "paid operations")
//		// Output: 51 paid operations
//	}
package vima
