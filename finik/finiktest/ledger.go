package finiktest

import (
	"slices"

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

// Ledger returns every movement of money so far, in order.
func (s *Server) Ledger() []Transfer {
	s.lock()
	defer s.store.mu.Unlock()
	return slices.Clone(s.store.ledger)
}

// Debits returns how often money was taken for a transaction id. Refunds do not
// count. More than 1 is once too often.
func (s *Server) Debits(transactionID string) int {
	return s.count(transactionID, TransferDebit)
}

// Paid returns how often a transaction id stands paid: debits less refunds.
func (s *Server) Paid(transactionID string) int {
	return s.count(transactionID, TransferDebit) - s.count(transactionID, TransferRefund)
}

// Balance is what an account has; 0 for one that does not exist.
func (s *Server) Balance(accountID string) decimal.Decimal {
	s.lock()
	defer s.store.mu.Unlock()
	if a := s.store.accounts[accountID]; a != nil {
		return a.balance
	}
	return decimal.Decimal{}
}

// Payment is the newest payment with a transaction id, as a client would read it
// now; it is no read, and lets no time pass.
func (s *Server) Payment(transactionID string) (finik.Payment, bool) {
	s.lock()
	defer s.store.mu.Unlock()
	if p := s.store.find(transactionID); p != nil {
		return s.store.decoded(p), true
	}
	return finik.Payment{}, false
}

// Payments are all payments, in the order in which they were made.
func (s *Server) Payments() []finik.Payment {
	s.lock()
	defer s.store.mu.Unlock()
	out := make([]finik.Payment, len(s.store.payments))
	for i, p := range s.store.payments {
		out[i] = s.store.decoded(p)
	}
	return out
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

func (s *Server) count(transactionID string, kind TransferKind) (n int) {
	s.lock()
	defer s.store.mu.Unlock()
	for _, t := range s.store.ledger {
		if t.TransactionID == transactionID && t.Kind == kind {
			n++
		}
	}
	return n
}

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
