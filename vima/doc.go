// Package vima reads payment operations from the Vima/Finmar collector.
//
// A [Client] reads one page with ListOperations, or iterates over all pages
// (pagination):
//
//   - [Client.AllOperations] yields operation after operation,
//   - [Client.OperationPages] yields pages, with the cursors that a sync stores
//     and the rows that did not decode,
//   - [Client.OperationPagesByDay] reads many days with several workers,
//   - [Client.OperationPagesByRange] reads everything from a day on with several
//     workers, and can resume where it was.
//
// # Two streams
//
// Operations come in two orders. By the create cursor each operation comes once,
// when it is new. By the update cursor an operation comes again after each change,
// in its newest version. A reader that keeps a copy follows both streams: new
// operations by NextCreateID, changes by NextUpdateID. It stores each cursor after it
// has processed the page. OperationUpdateID orders the versions of an operation, see
// [CompareCursors].
//
// An iteration yields what comes after its first cursor, and each operation once,
// whether the collector sends the operation at a cursor again or not. This requires
// ids that are unique in their stream.
//
// An operation may become visible after others with higher cursors. A sync
// therefore rereads an overlap before its cursor, see package vimasync.
//
// # Days
//
// The time zone and the limits of the days that the collector selects by Date, From
// and To are unproven: an operation near midnight may be in another day than the UTC
// day, or in none. Methods with several workers therefore read without a date; a
// date only proposes where a worker begins.
//
// # Amounts
//
// One operation holds amounts in two units. The requested amount, deep in
// CreateParams, is in minor units (10000 is 100.00 INR). CompleteAmount and the
// amounts of CardStart and CardFinish are in major units with eight decimals. No
// amount passes through a float. [Operation.Amount] returns the best known amount, in
// major units.
//
// # Status
//
// Decide by [Operation.Outcome] and [Status.Final]. OperationState is the state
// of the collector's own work and says nothing about the payment.
//
// # Errors and retries
//
// Every call of a named method only reads, so the client retries it: after network
// errors, a body cut short, and the statuses 429, 500, 502, 503 and 504, up to 3
// attempts in all, with random waits between 250 ms and 5 s. [WithRetry] changes that.
//
// Bad input is [ErrInvalidRequest], before any I/O. A refusal by the collector is
// [*Error], also a refusal with status 200. An answer that is not a list of operations
// is [*DecodeError], never "no more pages".
//
// # Secrets and personal data
//
// [WithCredentialSource] replaces credentials without a restart. The API key travels
// in the URL. The client adds it below the caller's middleware, for the endpoint's
// host only: loggers, traces, errors and redirects never see the key. Operations
// print ids, status, amount and time only.
//
// # Speed
//
// A program that only reads lists keeps little memory, so Go's garbage collector
// runs often: reading a million operations took 5.5 CPU seconds with GOGC=100,
// the default, and 4.9 with GOGC=200 and with GOGC=400, at a peak heap of 4, 8
// and 16 MB.
//
// # Unverified
//
// No documentation of the live service beyond a short guide is known. Unverified
// are: whether a cursor includes its own operation (the iterations are right either
// way), whether both ends of a period are included, the bodies of errors, and the
// division of minor units by 100 for currencies without two decimals.
//
// [Client.Do] sends requests that this package has no method for, and
// ListOperationsParams.Unchecked adds parameters.
package vima
