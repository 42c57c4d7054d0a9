// Package transactions reads transactions from a service with a list API in the
// style of JHipster's criteria.
//
// A [Client] reads one page with ListTransactions, or iterates over all pages
// (pagination):
//
//   - [Client.WalkTransactions] goes by id and neither misses nor repeats a row
//     while others arrive: for reconciliation,
//   - [Client.WalkUpdated] goes by last modification and yields each new version:
//     for a sync,
//   - [Client.TransactionPagesByDay] reads many days with several workers: for a
//     backfill,
//   - [Client.AllTransactions] goes by numbered pages in any order: for people.
//
// WalkTransactionPages, WalkUpdatedPages and TransactionPages yield pages instead,
// with the rows that did not decode and with the key that a sync stores.
//
// # Filters
//
// The service ignores conditions that it does not know, and some combinations of
// known conditions. [Filter] therefore has one typed field for each documented name
// and refuses what the service would ignore. The client also compares every row with
// the filter: one row outside of the filter ends the call with [ErrFilterIgnored], and
// the answer's rows are not returned. The service reads % and _ as a pattern; the
// client drops the rows that only the pattern selects, so a page may be short or empty
// before the end. [ParseFilter] parses the same filter language from a query, for a
// service that offers the language to its own users.
//
// # Which iteration
//
// Numbered pages shift while rows are added or removed: a row may be missed.
// WalkTransactions and WalkUpdated use keyset pagination instead: each request asks
// for what comes after the last key. A transaction that was committed late becomes
// visible after others with higher ids or later modifications; an iteration by key
// that has passed does not see it. A sync therefore begins a little before its last key:
// WalkUpdated does so by itself, see [Overlap].
//
// # Amounts
//
// Amounts are integers in minor units, each in the currency of its side. The agent and
// the service agree on how many digits minor units have, and no answer proves the
// number. With 2 digits, decimal.New(*t.RequestAmount, 2) of
// github.com/govalues/decimal returns 12345 minor units as 123.45. No amount passes
// through a float.
//
// # Tokens
//
// Each attempt carries a bearer token of a [TokenSource]: [StaticToken],
// [PasswordTokens], or the caller's own. If the service refuses a token with 401, in
// the status line or inside a 200, the client renews the token once, with one request
// for all calls that wait, and sends the attempt once more. The client adds tokens
// below the caller's middleware and for the base URL's host only. Links in answers are
// not followed.
//
// # Errors and retries
//
// Every call of a named method only reads, so the client retries it: after network
// errors, a body cut short, and the statuses 429, 500, 502, 503 and 504, up to 3
// attempts in all, with random waits between 250 ms and 5 s. [WithRetry] changes that.
//
// Bad input is [ErrInvalidRequest], before any I/O. A refusal by the service is
// [*Error], also a refusal with status 200. An answer without a list of transactions,
// such as an empty body, null or status 204, is [*DecodeError], never "no more pages".
//
// # Secrets and personal data
//
// Transactions, pages, filters and errors print ids, status, amount and time only, with
// any verb and through log/slog. Accounts may be phones, logins and card numbers, and
// names may be people's names: code that reads these fields must mask them itself.
//
// # Unverified
//
// No documentation of the live service beyond the list of its fields is known.
// Unverified are: that it pages, sorts and counts as a standard JHipster service does,
// the request for tokens, the lists of statuses and kinds, the digits and units of
// amounts, and the bodies of errors. The iterations by key do not depend on page
// numbers: a service that sends all rows at once works too.
//
// [Client.Do] sends requests that this package has no method for, and
// Filter.Unchecked adds conditions.
package transactions
