// Package finik makes payments through the Finik Payments Gateway, and verifies
// its webhook events.
//
// [Client.RunPayout] makes a payout from start to end: it checks the recipient,
// makes the payment and waits until it is final. [Client.CheckRecipient],
// [Client.CreatePayment], [Client.GetPayment] and [Client.WaitPayment] are its
// steps, and [Client.AllServices] lists what can be paid for:
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
// A lost request and a lost answer look the same to a client. The service makes
// one payment for a TransactionID, the idempotency key, so CreatePayment may be
// repeated with the same one: in the same call, the next day or in another
// process. The id must outlive the process: store it before the first call. An
// empty one is refused, never invented.
//
// The service answers a repeat of an existing payment with 409, [ErrDuplicate],
// which also matches [ErrOutcomeUnknown]: the payment may have succeeded. The
// tables at [Client.CreatePayment] and [Client.RunPayout] list every kind of
// answer, what is known after it and what to do. No call finds a payment by its
// TransactionID. If an answer names the payment (Error.PaymentID; Unverified),
// GetPayment reads its state, and RunPayout does so by itself; otherwise the
// webhook event or the provider says how it ended.
//
// A readable refusal that the provider's table lists (400, 401, 402, 403, 404)
// proves that no payment was made, but only in the first call for a
// TransactionID: see PayoutParams.Resume. It proves nothing if its body has a
// payment that is neither failed nor canceled.
//
// # Statuses
//
// An answer with HTTP status 200 may have another statusCode in its body. The
// status counts that leaves the outcome less certain: an unknown outcome before a
// refusal, a refusal before a success. An answer to GetPayment that is a payment
// is a success with any statusCode, which is then the reason why the payment
// failed. The same is true of CreatePayment if the payment has failed or was
// canceled; a payment with another status must not have the code of a failure.
//
// Only StatusSucceeded means paid. [Payment.Final] reports whether a payment will
// not change any more; a failed payment is final, and a result without an error.
//
// # Signatures
//
// Every request is signed by RSA with SHA-256 over method, path, host, key,
// timestamp and body ([Message]). The body is made canonical once
// ([CanonicalJSON]): the bytes that are signed are the bytes that are sent. Each
// attempt has its own timestamp and signature, made after the rate limit and the
// wait before a retry; if its connection takes more than 5 seconds, it is stamped
// and signed again. The service accepts a timestamp for 10 seconds. Your own
// RoundTripper must report trace events (net/http/httptrace), or a slow
// connection is not detected. A signer that takes more than 5 seconds ends the
// call.
//
// [WithClockOffset] corrects this machine's clock, and [WithServerClock] learns
// the service's after a 401. [WithCredentialSource] replaces credentials without a
// restart.
//
// # Amounts
//
// Amounts are exact decimals in Fields, under a name that the service chooses. A
// decimal.Decimal is sent as a string, 150.00 as "150.00"; a float is refused.
// [ValidateFields] checks amounts against the service's limits before money
// moves. Requests and answers name no currency; som is assumed.
//
// # Errors and retries
//
// Every call may be retried, CreatePayment because of its TransactionID. The
// client tries up to 3 times in all: after network errors, a body cut short, and
// the statuses 429, 500, 502, 503 and 504, with random waits between 250 ms and 5
// s; [WithRetry] changes that.
//
// Bad input is [ErrInvalidRequest], before any I/O. A refusal by the service is
// [*Error]. An answer that cannot be read is [*DecodeError]. Error.Reason names the
// refusals that the provider documents, and [Error.Retriable] reports which of them
// may be repeated with the same TransactionID.
//
// # Webhooks
//
// [Webhook] verifies webhook events against the address that is registered with
// the service. Events come at least once and in any order: drop those that you
// have, see [Event.Key].
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
// At [BetaURL] no money moves, and statuses and errors are random: code that is
// tried there must handle every one of them.
//
// # Unverified
//
// This package's tests have never seen an answer of the live service. Unverified
// are everything marked so in a comment, the body of a 409, how a recipient is
// refused, whether rate limits exist, how far a timestamp may be in the future,
// and whether webhook events of payouts are signed with the published keys.
//
// [Client.Do] makes calls that this package has no method for, and the fields
// named Unchecked add members to requests.
package finik
