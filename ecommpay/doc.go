// Package ecommpay reads balances, operations, chargebacks and fraud reports from
// the ecommpay Data API, signs each request and verifies each answer.
//
// A [Client] has these calls, each with a walk where the answer comes in pages:
//
//   - [Client.Balances]: what is available for payouts,
//   - [Client.AllOperations], [Client.OperationPages]: the operations of an
//     interval, and [Client.OperationPagesByInterval] for many by several workers,
//   - [Client.OperationsByPayment]: those of one payment,
//   - [Client.AllChargebacks], [Client.ChargebackPages], [Client.GetChargeback],
//   - [Client.AllFraudOperations], [Client.FraudOperationPages],
//   - [Client.FinancialOperations] and [Client.CurrencyRates], whose shapes no
//     document has: their rows are raw.
//
// # Signatures
//
// Token and signature are added to the body below the caller's middleware, on
// each attempt anew. The signature of an answer is verified on its bytes before
// anything of them is decoded; [WithResponseVerification] says which answers must
// have one. [Sign], [Verify] and [Canonical] do the same for anything else. A
// signature proves origin and integrity. It does not tie an answer to its request:
// nothing in an answer says which page or interval it is of.
//
// [WithCredentialSource] replaces credentials without a restart, and [WithSigner]
// keeps the secret in an HSM or a KMS.
//
// # Walks
//
// The service pages by offset and selects operations by the time of their last
// update, so rows move while they are walked over. Walks overlap their pages and
// prove that nothing is lost between two of them, see [Client.OperationPages].
// Walk intervals that are over; the service gives an operation again, with a new
// time, each time that it changes.
//
// # Amounts
//
// Operations and balances have minor units, in int64 named Minor; [Major] turns
// them into decimals by the digits of their currency, and [Minor] back. Chargebacks
// and fraud have decimals in major units, but for two amounts of a chargeback. No
// amount passes through a float.
//
// # Errors and retries
//
// Every call only reads, although each is a POST. It is repeated after network
// errors, a body cut short, and the statuses 429, 500, 502, 503 and 504, up to 3
// attempts in all, with random waits between 250 ms and 5 s; [WithRetry] changes
// that. An attempt may take 6 minutes, since answers can take five; see
// [WithTimeout]. Retry-After is obeyed up to the longest wait; a longer one ends
// the call at once and is in Error.RetryAfter, as is one that the context's
// deadline would not outlast. Redirects are never followed: a 3xx is an error.
//
// Bad input is [ErrInvalidRequest], before any I/O; that includes a semicolon in
// any text, which would make a signature ambiguous. A refusal by the service is
// [*Error]. Status 401 means wrong credentials or a project out of the token's
// reach. An answer with a wrong or missing signature is [*SignatureError], one
// that cannot be read [*DecodeError], never "no more pages".
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
// The secret is never sent. Credentials, clients and options show neither token
// nor secret, through fmt, log/slog, JSON, XML or YAML; encoding/gob refuses them.
// Rows print ids, status, amount and time only; encoders write them in full.
//
// # FIPS 140-3
//
// Under GODEBUG=fips140=only everything works. Enforcement is lifted in one
// place: for the HMAC of a secret below 14 bytes, which FIPS 140-3 does not
// approve of. A longer secret, or [WithSigner], needs no exception.
//
// # Unverified
//
// This package was written from documents and libraries of the provider, without
// an account. Unverified are: the order of more than ten rows in the text to sign
// (all known ones are tried), the order of rows and the stability of offsets (the
// walks need neither), the inclusive ends of intervals, the spelling of types and
// statuses of several words, the zone of times of chargebacks and fraud, and
// whatever its own comment says.
//
// [Client.Do] makes calls that this package has no method for, and the members
// Unchecked of parameters add to requests.
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
//		"github.com/payclients/payclients-go/ecommpay"
//		"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
//	)
//
//	func main() {
//		srv := ecommpaytest.NewServer() // a Data API in this process; ecommpay.ProductionURL is the real one
//		defer srv.Close()
//		srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: 250, Seed: 1})...)
//
//		client, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials())
//		if err != nil {
//			log.Fatal(err)
//		}
//		day := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
//		interval := ecommpay.ListOperationsParams{From: day, To: day.Add(24*time.Hour - time.Second)}
//		paid := 0
//		for operation, err := range client.AllOperations(context.Background(), interval) {
//			if err != nil {
//				log.Fatal(err)
//			}
//			if operation.OperationType == ecommpay.TypeSale && operation.OperationStatus == ecommpay.StatusSuccess {
//				paid++
//			}
//		}
//		fmt.Println(paid, "sales")
//		// Output: 171 sales
//	}
package ecommpay
