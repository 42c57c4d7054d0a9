// Package finiktest is a Finik payments gateway for tests: a server in this
// process that keeps accounts, recipients, services and payments in memory and answers
// like the live service, as far as that is known, errors and oddities included.
//
//	srv := finiktest.NewServer()
//	defer srv.Close()
//	client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials())
//
// # Signatures
//
// Every request is verified as the service's own implementation on Node would:
// its body is parsed and printed again, by code that is not package finik's, and
// the signature has to be that of the outcome. A timestamp is taken for 10
// seconds, either way; [WithClock] sets the clock.
//
// # Money
//
// A payment debits its account when it is made, and gives the money back when it
// fails or is canceled. [Server.Ledger] has every movement; of a payment that
// must not be paid twice [Server.Debits] is at most 1. With [WithUnguardedIDs]
// the server pays whatever it is asked to, so that a client which trusts in
// transaction ids alone can be tried out without them.
//
// # Time
//
// ServiceFinik pays at once. Payments of the other services are pending, then
// processing, and come to their end by being read: [WithProcessingReads],
// [WithManualProcessing], and [Server.Settle], [Server.Fail] and [Server.Cancel]; or
// by time alone: [WithProcessingTime]. The server's clock is the machine's; see
// [WithClock] and [Server.Advance]. [InMemory] is for tests inside
// testing/synctest.
//
// # What is known, and what is not
//
// Paths, fields, statuses and the table of errors follow the documentation.
// Unknown, and chosen here: a duplicate is looked for before the balance, unless
// [WithFundsFirst] is set, and the 409 names it only with [WithNamedDuplicates];
// a recipient that does not exist is 404, a blocked one 403; a disabled service
// is 502; pages of more than 50 are cut to 50; timestamps of the future are taken
// for 10 seconds too; a failed payment is read with HTTP status 200 and its
// reason as statusCode.
//
// # Webhooks
//
// Every end of a payment adds to [Server.Events]. [Server.SendWebhook] posts them,
// signed, in any order; [Server.DeliverWebhooks] repeats them until they are
// acknowledged; [Server.NewWebhookRequest] signs a body for a test of a handler.
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
//		"github.com/govalues/decimal"
//
//		"github.com/payclients/payclients-go/finik"
//		"github.com/payclients/payclients-go/finik/finiktest"
//	)
//
//	func TestALostAnswerPaysOnce(t *testing.T) {
//		srv := finiktest.Run(t) // closed at the end of the test
//		srv.Inject(finiktest.Fault{Operation: "CreatePayment", Kind: finiktest.FaultResetAfter})
//		client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials())
//		if err != nil {
//			t.Fatal(err)
//		}
//		request := finik.CreatePaymentRequest{
//			AccountID: finiktest.DefaultAccountID, UserID: finiktest.DefaultUserID, ServiceID: finiktest.ServiceFinik,
//			TransactionID: finik.NewTransactionID(),
//			Fields:        finik.Fields{"phone": finiktest.DefaultPhone, "amount": decimal.MustParse("5")},
//		}
//		_, err = client.RunPayout(t.Context(), request, finik.PayoutParams{}) // its repeat meets the payment: 409
//		if n := srv.Debits(request.TransactionID); !errors.Is(err, finik.ErrOutcomeUnknown) || n != 1 {
//			t.Errorf("%v, debited %d times", err, n)
//		}
//	}
package finiktest
