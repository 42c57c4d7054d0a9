// Package wallet makes payments from a wallet.best (mserver) wallet: to services,
// to other wallets, and from cards.
//
// A payment has two phases. [Client.CreatePayment] prepares and prices it, and
// moves no money; [Client.PayOnce] executes it. [Client.RunPayment] does both,
// asks for consent to the price in between, and waits for the end:
//
//	request := wallet.NewOut(wallet.NewClientPaymentID(), 834, amount, parameters) // store it
//	result, err := client.RunPayment(ctx, request, func(r wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
//		return wallet.ExecutePaymentRequest{}, askTheUser(r.Payment.Total)
//	})
//
// # No payment twice
//
// Nobody can tell a request that was lost from one whose answer was. Each call
// therefore says whether it may be repeated:
//
//   - CreatePayment is repeated with the same ClientPaymentID, of which the
//     service makes one payment only. The id has to outlive the process: store it
//     before the first call. An empty one is refused, never invented.
//   - ExecutePayment has no such id and is sent once. PayOnce reads the payment
//     first, executes it only while it is created, and reads it again when the
//     answer is lost.
//   - ResetUnseen and ResetUnseenBest change marks by a GET, ReportBestTransfer
//     may log twice and SendBill may send twice: all are sent once.
//   - ListPayments and ListBestTransfers mark what they return as seen. They are
//     sent once too, unless the caller does not need the marks: see
//     [AllowRepeat].
//   - GetPayment, WaitPayment and requests for tokens only read.
//
// "Sent once" is: repeated only on proof that nothing left this machine.
//
// [ErrOutcomeUnknown] is the error of a call that may have taken place. Only a
// readable refusal that the provider's table names (400, 401, 403, 404, 405, 415
// and 422) is a no. After it repeat CreatePayment, PayOnce or RunPayment, never
// ExecutePayment. Calls that read, and lists, never match it.
//
// PayOnce and RunPayment may be repeated at any time, by one process at a time:
// the service promises nothing for two executions at once.
//
// # Amounts
//
// Amounts are roubles as exact decimals, at most two of them after the point. No
// amount passes through a float. [Payment.Total] is what is paid, fee included;
// it is nil while the next action is NextActionUpdate, and then there is no
// price to show. How the missing parameters are sent is not documented, so this
// package cannot do that.
//
// # Status
//
// Paid is StatusCompleted and nothing else. [Status.Final] tells an end; a
// decline is an end and no error. A completed payment may still be undone, which
// only a webhook tells.
//
// # Webhooks
//
// [Webhook] checks the notices of the service. Their token is always the same
// and says nothing about the content, so read the payment by GetPayment before
// acting on one.
//
// # Errors and retries
//
// What may be repeated is tried up to 3 times in all: after network errors, a
// body cut short, and the statuses 429, 500, 502, 503 and 504, with random waits
// between 250 ms and 5 s; [WithRetry] changes that. Retry-After is obeyed up to
// the longest wait; a longer one ends the call at once and is in
// Error.RetryAfter, as is one that the context's deadline would not outlast.
// Redirects are never followed: a 3xx is an error.
//
// Bad input is [ErrInvalidRequest], before any I/O. A refusal by the service is
// [*Error], also where it comes with status 200; its code is one of the Code
// constants and belongs to a group such as [ErrInsufficientFunds]. An answer that
// cannot be read is [*DecodeError].
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
// Credentials are added below the caller's middleware and for the base URL's
// host only, so that loggers, traces, errors and redirects never see them.
// Payments print ids, type, status, amount and time only: no phone, no message,
// no card, and never the address of a card page. OAuth and Webhook show no secret
// in JSON, XML or YAML either, and encoding/gob refuses them.
//
// # FIPS 140-3
//
// Under GODEBUG=fips140=only everything works. Enforcement is lifted in one
// place: for the SHA-1 in the token of a webhook, which is the service's own
// scheme and which FIPS 140-3 does not approve of.
//
// # Not built
//
// Services, groups of services, cards, limits, invoices and the list of error
// texts have no methods here. [Client.Do] makes such calls.
//
// # Unverified
//
// The service may be gone: no answer of a live one has been seen, and all of
// this rests on documentation. Unverified beyond that are whatever the comments
// say so of, what the service does with a repeated ClientPaymentID and other
// fields, whether a repeated CreatePayment answers with the present state, where
// a webhook carries its token, and whether webhooks are repeated.
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
//		"github.com/govalues/decimal"
//
//		"github.com/payclients/payclients-go/wallet"
//		"github.com/payclients/payclients-go/wallet/wallettest"
//	)
//
//	func main() {
//		srv := wallettest.NewServer() // a service in this process; wallet.ProductionURL is the real one
//		defer srv.Close()
//
//		client, err := wallet.NewClient(srv.URL(), wallet.BasicAuth(wallettest.DefaultPhone, wallettest.DefaultPassword))
//		if err != nil {
//			log.Fatal(err)
//		}
//		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
//		defer cancel()
//		id := wallet.NewClientPaymentID() // store it before the first call: it is the idempotency key
//		request := wallet.NewP2P(id, wallettest.OtherPhone, decimal.MustParse("100"))
//		result, err := client.RunPayment(ctx, request, func(r wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
//			fmt.Println("to pay:", r.Payment.Total)
//			return wallet.ExecutePaymentRequest{}, nil // an error here leaves it unpaid
//		})
//		if err != nil {
//			log.Fatal(err) // call it again with the same request
//		}
//		fmt.Println(result.Payment.Status)
//		// Output:
//		// to pay: 100.00
//		// completed
//	}
package wallet
