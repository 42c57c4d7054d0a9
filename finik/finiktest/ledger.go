package finiktest

import (
	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
)

// TransferKind is the direction of a movement of money.
type TransferKind string

// The kinds of movements.
const (
	TransferDebit  TransferKind = "debit"  // from the account, for a payment
	TransferRefund TransferKind = "refund" // back, for a payment that failed or was canceled
)

// Transfer is one movement of money.
type Transfer struct {
	PaymentID     string          // the service's id, Payment.ID
	TransactionID string          // of the payment, as the client chose it
	AccountID     string          // the account that is debited, or gets the money back
	Kind          TransferKind    // the direction
	Amount        decimal.Decimal // in som; above 0 in either direction
}

// Settle makes a payment succeed and adds its webhook event to [Server.Events].
// It does not send the event. paymentID is the service's id, Payment.ID; Settle
// panics if no payment has it. A payment that is final already does not change
// and has no second event.
func (s *Server) Settle(paymentID string) { s.end(paymentID, finik.StatusSucceeded, 200, "") }

// Fail makes a payment fail, refunds the money to the account, and adds the
// payment's webhook event to [Server.Events]. It does not send the event. code
// becomes the payment's statusCode, for example 503; Fail does not check code.
// paymentID is the service's id, Payment.ID; Fail panics if no payment has it.
// A payment that is final already does not change and has no second event.
func (s *Server) Fail(paymentID string, code int) {
	s.end(paymentID, finik.StatusFailed, code, "Service provider is unavailable.")
}

// Cancel makes a payment canceled, refunds the money to the account, and adds
// the payment's webhook event to [Server.Events]. It does not send the event.
// paymentID is the service's id, Payment.ID; Cancel panics if no payment has
// it. A payment that is final already does not change and has no second event.
func (s *Server) Cancel(paymentID string) { s.end(paymentID, finik.StatusCanceled, 200, "") }

func (s *Server) end(paymentID string, status finik.Status, code int, message string) {
	s.lock()
	defer s.store.mu.Unlock()
	s.store.end(s.store.must(paymentID), s.Now(), status, code, message)
}

// forth reports whether a transfer is a debit.
func (t Transfer) forth() bool { return t.Kind == TransferDebit }

// move takes the money of a payment from its account, or puts it back, and
// records the transfer.
func (s *store) move(p *payment, kind TransferKind) {
	sign := decimal.NegOne
	if kind == TransferRefund {
		sign = decimal.One
	}
	p.account.balance, _ = p.account.balance.AddMul(p.amount, sign) // far from the bounds of decimals
	s.ledger = append(s.ledger, Transfer{
		PaymentID: p.id, TransactionID: p.transactionID, AccountID: p.account.ID, Kind: kind, Amount: p.amount,
	})
}
