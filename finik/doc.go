// Package finik makes payments through the Finik Payments Gateway, and verifies
// its webhooks.
//
// [Client.RunPayout] takes a payout from the request to its end: it checks the
// recipient, makes the payment and waits. [Client.CheckRecipient],
// [Client.CreatePayment], [Client.GetPayment] and [Client.WaitPayment] are its
// steps, and [Client.AllServices] lists what can be paid:
//
//	request := finik.CreatePaymentRequest{
//		AccountID: account, UserID: user, ServiceID: service,
//		TransactionID: finik.NewTransactionID(), // store it
//		Fields:        finik.Fields{"phone": phone, "amount": amount},
//	}
//	payment, err := client.RunPayout(ctx, request, finik.PayoutParams{})
//
// # No payment twice
//
// Nobody can tell a request that was lost from one whose answer was. The service
// makes one payment for a TransactionID, so CreatePayment is repeated with the
// same one, in the same call, the next day or in another process. The id has to
// outlive the process: store it before the first call. An empty one is refused,
// never invented.
//
// A repeat of a payment that exists is answered with 409, [ErrDuplicate]. That is
// no failure: the payment may have succeeded. So it is [ErrOutcomeUnknown] too,
// as is whatever else leaves open what happened: no answer, one that cannot be
// read, and every status but 2xx and the refusals below, for example 3xx, 408, 429
// and 5xx. There is no call to find a payment by its TransactionID. Where such an
// answer names the payment (Error.PaymentID; Unverified) GetPayment tells how it
// ended, and RunPayout asks by itself; else the webhook does, or the provider.
//
// Only a readable refusal that the provider's table names (400, 401, 402, 403,
// 404) is a no, only without a payment in its body that has not failed, and only
// in the first call for a TransactionID: see PayoutParams.Resume.
//
// # Statuses
//
// A statusCode may stand in the body of an answer with HTTP status 200. The worse
// of the two decides: what leaves open whether a payment was made is worse than a
// refusal, and that worse than a success. An answer to GetPayment that is a
// payment is one, whatever its statusCode: it says why the payment failed. An
// answer to CreatePayment that is one is so too where the payment has failed or
// was canceled; with any other status it must not have the code of a failure.
//
// Paid is StatusSucceeded and nothing else. [Payment.Final] tells an end; a
// failed payment is an end and no error.
//
// # Signatures
//
// Every request is signed by RSA with SHA-256 over method, path, host, key,
// timestamp and body ([Message]). The body is made canonical once ([CanonicalJSON]):
// the bytes that are signed are the bytes that are sent. Each attempt has its own
// timestamp and signature, made after the rate limit and the back-off; when its
// connection comes more than 5 seconds later, it is stamped and signed again
// there. The service takes a timestamp for 10 seconds. For a RoundTripper of the
// caller's that has no trace events (net/http/httptrace) the promise ends at its
// door. A signer that takes more than 5 seconds ends the call.
//
// [WithClockOffset] corrects this machine's clock, and [WithServerClock] learns
// the service's after a 401. [WithCredentialSource] replaces credentials without a
// restart.
//
// # Amounts
//
// Amounts are exact decimals and stand in Fields under a name of the service's
// choice. A decimal.Decimal is sent as text, 150.00 as "150.00"; a float is
// refused. [ValidateFields] checks them against the service's limits before money
// moves. No currency is on the wire; som is assumed.
//
// # Errors and retries
//
// Every call may be repeated, CreatePayment by its TransactionID, and is tried up
// to 3 times in all: after network errors, a body cut short, and the statuses
// 429, 500, 502, 503 and 504, with random waits between 250 ms and 5 s;
// [WithRetry] changes that. Retry-After is obeyed up to the longest wait; a longer
// one ends the call at once and is in Error.RetryAfter, as is one that the
// context's deadline would not outlast. Redirects are never followed: a 3xx is an
// error.
//
// Bad input is [ErrInvalidRequest], before any I/O. A refusal by the service is
// [*Error]. An answer that cannot be read is [*DecodeError]. Error.Reason names the
// refusals that the provider documents, and [Error.Retriable] reports which of them
// may be repeated with the same TransactionID.
//
// [Error.Class] says in one word what went wrong. Every error of a call that sent a
// request has a class, in the words that observers and logs use.
//
// The error of a call that the end of its context cuts off matches
// [context.Canceled] or [context.DeadlineExceeded]. It neither wraps nor prints
// the cause of the context, which may be another call's error: [context.Cause]
// returns that. Other errors of callbacks stay reachable by errors.Is.
//
// # Webhooks
//
// [Webhook] verifies a callback over the address under which the service knows
// it. Callbacks come at least once and in any order: drop those that are known.
//
// # Secrets and personal data
//
// The key and the signature are added below the caller's middleware and for the
// base URL's host only, so that loggers, traces, errors and redirects never see
// them. Credentials show no key in JSON, XML or YAML either, and encoding/gob
// refuses them. Payments print ids, status, amount and time only.
//
// # Beta
//
// At [BetaURL] no money moves, and statuses and errors come at random: code that
// is tried there has to take every one of them.
//
// # Unverified
//
// No answer of the live service has been seen by this package's tests. Unverified
// are whatever the comments say so of, the body of a 409, how a recipient is
// refused, whether rate limits exist, how far a timestamp may be in the future,
// and whether payouts sign their webhooks by the published keys.
//
// [Client.Do] makes calls that this package has no method for, and the members
// Unchecked of requests add to them.
//
// # A program
//
// This program runs as it stands, against the fake:
//
//	package main
//
//	import (
//		"context"
//		"errors"
//		"fmt"
//		"log"
//		"time"
//
//		"github.com/govalues/decimal"
//
//		"github.com/payclients/payclients-go/finik"
//		"github.com/payclients/payclients-go/finik/finiktest"
//	)
//
//	func main() {
//		srv := finiktest.NewServer() // a service in this process; finik.ProductionURL is the real one
//		defer srv.Close()
//
//		client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials()) // RSASigner has a key of your own
//		if err != nil {
//			log.Fatal(err)
//		}
//		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
//		defer cancel()
//		request := finik.CreatePaymentRequest{
//			AccountID: finiktest.DefaultAccountID, UserID: finiktest.DefaultUserID, ServiceID: finiktest.ServiceFinik,
//			TransactionID: finik.NewTransactionID(), // store it before the first call: it is the idempotency key
//			Fields:        finik.Fields{"phone": "+996000000001", "amount": decimal.MustParse("150.00")},
//		}
//		payment, err := client.RunPayout(ctx, request, finik.PayoutParams{})
//		if errors.Is(err, finik.ErrOutcomeUnknown) {
//			log.Fatal(err) // call it again with the same request and PayoutParams.Resume
//		} else if err != nil {
//			log.Fatal(err) // nothing was paid
//		}
//		fmt.Println(payment.Status)
//		// Output: SUCCEEDED
//	}
package finik
