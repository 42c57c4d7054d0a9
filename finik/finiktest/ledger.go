package finiktest

import (
	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
)

// TransferKind is why money moved.
type TransferKind string

// The kinds of movements.
const (
	TransferDebit  TransferKind = "debit"  // from the account, for a payment
	TransferRefund TransferKind = "refund" // back, of one that failed or was canceled
)

// Transfer is one movement of money.
type Transfer struct {
	PaymentID     string
	TransactionID string
	AccountID     string
	Kind          TransferKind
	Amount        decimal.Decimal
}

// Settle brings a payment to its good end. One that is at its end stays as it
// is. It panics where there is no such payment.
func (s *Server) Settle(paymentID string) { s.end(paymentID, finik.StatusSucceeded, 200, "") }

// Fail brings a payment to its end as failed, with a statusCode that says why,
// and gives the money back.
func (s *Server) Fail(paymentID string, code int) {
	s.end(paymentID, finik.StatusFailed, code, "Service provider is unavailable.")
}

// Cancel brings a payment to its end as canceled, and gives the money back.
func (s *Server) Cancel(paymentID string) { s.end(paymentID, finik.StatusCanceled, 200, "") }

func (s *Server) end(paymentID string, status finik.Status, code int, message string) {
	s.lock()
	defer s.store.mu.Unlock()
	s.store.end(s.store.must(paymentID), s.Now(), status, code, message)
}

// forth tells a debit from a refund.
func (t Transfer) forth() bool { return t.Kind == TransferDebit }

// move takes the money of a payment from its account, or gives it back.
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
