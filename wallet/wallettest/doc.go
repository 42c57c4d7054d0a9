// Package wallettest is a wallet.best (mserver) service for tests: a server in
// this process that keeps wallets, services, cards and payments in memory and answers
// like the live service, as far as that is known, errors and oddities included.
//
//	srv := wallettest.NewServer()
//	defer srv.Close()
//	client, err := wallet.NewClient(srv.URL(), wallettest.DefaultCredentials())
//
// # Money
//
// Money moves when a payment is executed, or when its card is entered, and goes
// back when it is declined. [Server.Ledger] has every movement; for a payment
// that must not be paid twice, [Server.Debits] is at most 1. With
// [WithUnguardedPay] the server executes whatever it is asked to, so that a
// client which repeats executions blindly is found out.
//
// # Time
//
// A payment that was executed is processing, and comes to its end by being read:
// [WithProcessingReads]. One whose card the user has to enter waits for
// [Server.EnterCard] or [Server.RefuseCard]. [Server.Complete], [Server.Decline],
// [Server.Undo] and [Server.Redo] do the rest. The server's clock starts on
// 15 January 2026 at noon UTC and moves by a second with each change, and by
// [Server.Advance]; see [WithClock]. [InMemory] is for tests inside
// testing/synctest.
//
// # What is known, and what is not
//
// Codes, states, envelopes and shapes follow the documentation. Unknown, and
// chosen here: a repeated creation with other fields answers with the payment
// that there is, in its present state unless [WithReplayedCreate] is set; a
// malformed client_payment_id is refused as a missing one; an unknown type as a
// missing one; a payment gets its mark as unseen when it comes to its end; lists
// have what changed last in front; an undone payment is declined; pages have no
// bound but [WithPageLimit]. Refusals of POST /payments/bill are this package's own.
//
// # Webhooks
//
// Every end of a payment, and every undo and redo, adds to [Server.Events].
// [Server.SendWebhook] posts them, signed, in any order; [Server.DeliverWebhooks]
// repeats them until they are acknowledged; [Server.NewWebhookRequest] signs a body
// for a test of a handler.
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
//		"testing"
//
//		"github.com/govalues/decimal"
//
//		"github.com/payclients/payclients-go/wallet"
//		"github.com/payclients/payclients-go/wallet/wallettest"
//	)
//
//	func TestALostAnswerPaysOnce(t *testing.T) {
//		srv := wallettest.Run(t) // closed at the end of the test
//		srv.Inject(wallettest.Fault{Operation: "ExecutePayment", Kind: wallettest.FaultResetAfter})
//		client, err := wallet.NewClient(srv.URL(), wallettest.DefaultCredentials())
//		if err != nil {
//			t.Fatal(err)
//		}
//		request := wallet.NewP2P(wallet.NewClientPaymentID(), wallettest.OtherPhone, decimal.MustParse("5"))
//		_, err = client.RunPayment(t.Context(), request, func(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
//			return wallet.ExecutePaymentRequest{}, nil
//		})
//		if n := srv.Debits(request.ClientPaymentID); err != nil || n != 1 {
//			t.Errorf("%v, debited %d times", err, n)
//		}
//	}
package wallettest
