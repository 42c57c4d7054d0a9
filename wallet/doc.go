// Package wallet makes payments from a wallet.best (mserver) wallet: to services,
// to other wallets, and from cards.
//
// A payment has two phases. [Client.CreatePayment] creates it and calculates the
// price, and moves no money. [Client.PayOnce] executes it. [Client.RunPayment] does
// both, asks for consent to the price in between, and waits for the end:
//
//	request := wallet.NewOut(wallet.NewClientPaymentID(), 834, amount, parameters) // store it
//	result, err := client.RunPayment(ctx, request, func(r wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
//		return wallet.ExecutePaymentRequest{}, askTheUser(r.Payment.Total)
//	})
//
// # No payment twice
//
// If an answer is lost, nobody knows whether the request arrived. Each call therefore
// says whether it may be retried:
//
//   - CreatePayment is retried. ClientPaymentID is its idempotency key: the service
//     creates one payment for it. The key must outlive the process, so store it before
//     the first call. An empty key is refused, never invented.
//   - ExecutePayment has no idempotency key and is sent once. PayOnce reads the payment
//     first, executes it only if it is created, and reads it again if the answer is
//     lost.
//   - ResetUnseen and ResetUnseenBest change marks by a GET, ReportBestTransfer may log
//     twice and SendBill may send twice: all are sent once.
//   - ListPayments and ListBestTransfers mark what they return as seen. They are sent
//     once too, unless the caller does not need the marks: see [AllowRepeat].
//   - GetPayment, WaitPayment and token requests only read and are retried.
//
// "Sent once" means: retried only on proof that nothing left this machine.
//
// For a single request that changes something ([Client.PayOnce] and
// [Client.RunPayment] have tables of their own):
//
//	What came back                     What is known                What to do
//	a result                           the request took effect      decide by Payment.Status
//	*Error, without ErrOutcomeUnknown  it took no effect            see Error.Code
//	ErrOutcomeUnknown                  it may have taken effect     CreatePayment, PayOnce or
//	                                                                RunPayment again, never
//	                                                                ExecutePayment
//	any other error                    it took no effect            the same call again
//
// Only a readable refusal that the provider's table names (400, 401, 403, 404, 405,
// 415 and 422) proves that a call took no effect. Calls that read, and lists, never
// match [ErrOutcomeUnknown].
//
// PayOnce and RunPayment may be called again at any time, by one process at a time:
// the service promises nothing for two executions at once.
//
// # Amounts
//
// Amounts are in roubles, not in minor units: exact decimals with at most two digits
// after the point. No amount passes through a float. [Payment.Total] is what the payer
// pays, fee included. It is nil while the next action is NextActionUpdate: the payment
// has no price yet. How to send the missing parameters is not documented, so this
// package cannot do it.
//
// # Status
//
// Only StatusCompleted means paid. [Status.Final] reports whether a status is final; a
// decline is final and not an error. A completed payment may still be undone, which
// only a webhook event reports.
//
// # Webhooks
//
// [Webhook] checks the webhook events of the service. Their token is always the same
// and proves nothing about the content, so read the payment by GetPayment before
// acting on an event.
//
// # Errors and retries
//
// Calls that may be retried are attempted up to 3 times in all: after network errors,
// a body cut short, and the statuses 429, 500, 502, 503 and 504, with random waits
// between 250 ms and 5 s. [WithRetry] changes that.
//
// Bad input is [ErrInvalidRequest], before any I/O. A refusal by the service is
// [*Error], also a refusal with status 200. Error.Code is most often one of the Code
// constants, and belongs to a group such as [ErrInsufficientFunds]. An answer that
// cannot be read is [*DecodeError].
//
// # Secrets and personal data
//
// The client adds credentials below the caller's middleware, for the base URL's host
// only: loggers, traces, errors and redirects never see them. Payments print ids, type,
// status, amount and time only: no phone, no message, no card, and never the address of
// a card page. OAuth and Webhook show no secret in JSON, XML or YAML either, and
// encoding/gob refuses them.
//
// # FIPS 140-3
//
// Everything works under GODEBUG=fips140=only. Enforcement is off in one place: for the
// SHA-1 in the token of a webhook event, which is the service's own scheme and which
// FIPS 140-3 does not approve.
//
// # Not built
//
// Services, groups of services, cards, limits, invoices and the list of error texts
// have no methods here. [Client.Do] sends such requests.
//
// # Unverified
//
// The service may be gone: nobody has seen an answer of a live service, and this
// package follows documentation only. Also Unverified are: what comments mark so, what
// the service does with a repeated ClientPaymentID and other fields, whether a repeated
// CreatePayment returns the present state, where a webhook event has its token, and
// whether webhook events are sent again.
package wallet
