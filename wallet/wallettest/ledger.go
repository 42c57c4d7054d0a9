package wallettest

import (
	"fmt"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/wallet"
)

// TransferKind is why money moved.
type TransferKind string

// The kinds of transfers.
const (
	TransferDebit  TransferKind = "debit"  // an execution, or a card was entered: from payer to recipient
	TransferRefund TransferKind = "refund" // a decline after a debit: back to the payer
	TransferUndo   TransferKind = "undo"   // [Server.Undo]: back to the payer
	TransferRedo   TransferKind = "redo"   // [Server.Redo]: from payer to recipient again
)

// Transfer is one movement of money, see [Server.Ledger].
type Transfer struct {
	PaymentID       int64
	ClientPaymentID string
	Kind            TransferKind
	From, To        string          // "wallet PHONE", "service ID", "card ID", or "card" for a card without an id
	Amount          decimal.Decimal // in roubles, above 0, the fee included
}

// decoded returns a payment as a client reads it.
func (p *payment) decoded() wallet.Payment {
	var out wallet.Payment
	if err := out.UnmarshalJSON(render(p, longForm)); err != nil {
		panic(fmt.Sprintf("wallettest: payment %d: %v", p.id, err))
	}
	return out
}

// forth reports whether the transfer goes to the recipient, and not back.
func (t Transfer) forth() bool { return t.Kind == TransferDebit || t.Kind == TransferRedo }

// move moves the money of a payment, to the recipient or back.
func (s *store) move(p *payment, k TransferKind) {
	t := Transfer{PaymentID: p.id, ClientPaymentID: p.clientID, Kind: k, Amount: p.price()}
	from, to := p.from(), p.goal()
	if !t.forth() {
		from, to = to, from
	}
	t.From, t.To = from.name, to.name
	for _, side := range []struct {
		*account
		sign decimal.Decimal
	}{{from.account, decimal.NegOne}, {to.account, decimal.One}} {
		if side.account != nil {
			side.balance, _ = side.balance.AddMul(t.Amount, side.sign) // far from the bounds of decimals
		}
	}
	s.ledger = append(s.ledger, t)
}

// refund moves back what the executions of a payment have moved.
func (s *store) refund(p *payment) {
	standing := 0
	for _, t := range s.ledger {
		if t.PaymentID == p.id {
			if t.forth() {
				standing++
			} else {
				standing--
			}
		}
	}
	for range standing {
		s.move(p, TransferRefund)
	}
}

// side is one side of a transfer.
type side struct {
	name    string
	account *account // nil outside of the wallets
}

// price returns the total, or the amount without one.
func (p *payment) price() decimal.Decimal {
	if p.total == nil {
		return p.amount
	}
	return *p.total
}

// from returns the payer's side.
func (p *payment) from() side {
	switch {
	case p.card != nil && p.card.ID != 0:
		return side{name: fmt.Sprintf("card %d", p.card.ID)}
	case p.card != nil:
		return side{name: "card"}
	}
	return walletSide(p.owner)
}

// goal returns the recipient's side.
func (p *payment) goal() side {
	switch {
	case p.service != nil:
		return side{name: fmt.Sprintf("service %d", p.service.ID)}
	case p.to != nil:
		return walletSide(p.to)
	}
	return walletSide(p.owner)
}

// walletSide returns the side of a wallet.
func walletSide(a *account) side { return side{"wallet " + a.Phone, a} }
