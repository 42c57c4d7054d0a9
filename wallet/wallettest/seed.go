package wallettest

import (
	"fmt"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/wallet"
)

// Wallet is a wallet to add, see [Server.AddWallet].
type Wallet struct {
	Phone    string          // in international form
	Password string          // "" is DefaultPassword
	Balance  decimal.Decimal // at the start, in roubles

	Inactive bool   // the server refuses its owner with wallet_not_active
	Disabled string // a reason: the server refuses its owner with wallet_disabled; "" does not
}

// Service is a service to add, see [Server.AddService].
type Service struct {
	ID       int
	Name     string
	Min, Max decimal.Decimal // limits of the amount, in roubles; a Max of 0 is a million
	Fee      decimal.Decimal // added to the amount, in roubles
	// FeePercent of the amount is added too, rounded up to a hundredth of a rouble.
	FeePercent decimal.Decimal
	// Parameters are the form. A value of Type "phone" with ten digits becomes a
	// Russian number.
	Parameters []wallet.Parameter
	// NeedsUpdate makes payments begin without a price, until [Server.Price].
	NeedsUpdate bool
	// Declines makes every executed payment end declined, with DeclineReason, which
	// may be "".
	Declines      bool
	DeclineReason wallet.DeclineReason
}

// Card is a stored card to add, see [Server.AddCard].
type Card struct {
	ID    int64
	State wallet.CardState // "" means active
	Title string           // masked number
	Type  string           // for example "MasterCard"
}

// AddWallet adds a wallet. A wallet with the same phone is replaced, its balance
// included.
func (s *Server) AddWallet(w Wallet) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.addWallet(w)
}

// AddService adds a service. A service with the same ID is replaced.
func (s *Server) AddService(v Service) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.addService(v)
}

// AddCard adds a stored card to the wallet with this phone. A State of "" means
// active. A second card with the same ID is added and does not replace the first.
// AddCard panics if no wallet has this phone.
func (s *Server) AddCard(phone string, c Card) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	if s.store.accounts[phone] == nil {
		panic("wallettest: AddCard: there is no such wallet")
	}
	if c.State == "" {
		c.State = wallet.CardStateActive
	}
	s.store.cards = append(s.store.cards, &card{Card: c, owner: phone})
	s.store.nextCard = max(s.store.nextCard, c.ID+1)
}

// AddBestTransfer adds an unseen transfer to the list of the wallet with this
// phone. The server serves number, amounts, currencies, time and persons, but not
// Raw. A second transfer with the same number is added too. Nobody sees a transfer
// of an unknown phone.
func (s *Server) AddBestTransfer(phone string, t wallet.BestTransfer) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.best = append(s.store.best, &bestTransfer{owner: phone, BestTransfer: t, unseen: true})
}

// Price calculates the price of a payment to a service, with the service's present
// fee, as if the missing parameters had been sent. It panics if no payment has this
// id.
func (s *Server) Price(id int64) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	p := s.store.find(id)
	p.service = s.store.services[p.service.ID]
	p.total = new(p.service.total(p.amount))
}

// Complete ends a processing payment: completed, or declined if its service or its
// wallet does not allow it. It panics if no payment has this id, or if the payment
// is not processing.
func (s *Server) Complete(id int64) {
	s.end(id, func(p *payment) { s.store.complete(p) })
}

// Decline declines a processing payment and moves the money back. reason may be "".
// It panics if no payment has this id, or if the payment is not processing.
func (s *Server) Decline(id int64, reason wallet.DeclineReason) {
	s.end(id, func(p *payment) { s.store.decline(p, reason) })
}

// EnterCard acts as a user who enters a card on the page of a payment: the money
// moves, the payment is completed, and the card is used, or active if it is to be
// stored. title is the masked number, kind for example "MasterCard". EnterCard
// panics if no payment has this id, or if the payment does not wait for a card.
func (s *Server) EnterCard(id int64, title, kind string) {
	s.end(id, func(p *payment) {
		if !p.page {
			panic(fmt.Sprintf("wallettest: EnterCard: payment %d has no card page", id))
		}
		p.page, p.card.Title, p.card.Type = false, title, kind
		p.card.State = wallet.CardStateUsed
		if p.storeCard {
			p.card.State = wallet.CardStateActive
		}
		s.store.move(p, TransferDebit)
		s.store.complete(p)
	})
}

// RefuseCard acts as a bank that refuses the card of a payment: the payment is
// declined and its card failed. reason may be "". It panics if no payment has this
// id, or if the payment is not processing.
func (s *Server) RefuseCard(id int64, reason wallet.DeclineReason) {
	s.end(id, func(p *payment) {
		p.page = false
		if p.card != nil {
			p.card.State = wallet.CardStateFailed
		}
		s.store.decline(p, reason)
	})
}

// Undo reverses a completed payment: the money moves back and the payment is
// declined, which is a choice of this package. It panics if no payment has this id,
// or if the payment is not completed.
func (s *Server) Undo(id int64) {
	s.turn(id, wallet.StatusCompleted, wallet.StatusDeclined, TransferUndo, wallet.EventTypeUndo)
}

// Redo completes a declined payment after all: the money moves again. Use it after
// [Server.Undo], which Redo does not check. It panics if no payment has this id,
// or if the payment is not declined.
func (s *Server) Redo(id int64) {
	s.turn(id, wallet.StatusDeclined, wallet.StatusCompleted, TransferRedo, wallet.EventTypeRedo)
}

// end ends a processing payment.
func (s *Server) end(id int64, how func(*payment)) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	p := s.store.find(id)
	if p.status != wallet.StatusProcessing {
		panic(fmt.Sprintf("wallettest: payment %d is %s and not processing", id, p.status))
	}
	how(p)
}

// turn reverses a payment's end.
func (s *Server) turn(id int64, from, to wallet.Status, k TransferKind, what wallet.EventType) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	p := s.store.find(id)
	if p.status != from {
		panic(fmt.Sprintf("wallettest: payment %d is %s and not %s", id, p.status, from))
	}
	s.store.move(p, k)
	s.store.finish(p, to, "", what)
}

// total returns the price of an amount.
func (v *Service) total(amount decimal.Decimal) decimal.Decimal {
	percent, err := amount.Mul(v.FeePercent)
	if err == nil {
		percent, err = percent.Quo(decimal.Hundred)
	}
	total := amount
	for _, part := range []decimal.Decimal{v.Fee, percent.Ceil(2)} {
		if err == nil {
			total, err = total.Add(part)
		}
	}
	if err != nil {
		panic(fmt.Sprintf("wallettest: the fee of service %d: %v", v.ID, err))
	}
	return total
}
