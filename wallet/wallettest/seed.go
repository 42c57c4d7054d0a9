package wallettest

import (
	"fmt"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/wallet"
)

// Wallet is a wallet of the service.
type Wallet struct {
	Phone    string          // in international form
	Password string          // "" is DefaultPassword
	Balance  decimal.Decimal // at the start, in roubles

	Inactive bool   // its owner is answered wallet_not_active
	Disabled string // the reason why its owner is answered wallet_disabled; "" is none
}

// Service is something that can be paid.
type Service struct {
	ID       int
	Name     string
	Min, Max decimal.Decimal // of the amount, in roubles; a Max of 0 is a million
	Fee      decimal.Decimal // added to the amount, in roubles
	// FeePercent of the amount is added too, rounded up to a hundredth of a
	// rouble.
	FeePercent decimal.Decimal
	// Parameters are the form. One of Type "phone" gets ten digits rewritten to a
	// number of Russia.
	Parameters []wallet.Parameter
	// NeedsUpdate lets payments begin without a price, until [Server.Price].
	NeedsUpdate bool
	// Declines makes payments end declined, with DeclineReason, which may be "".
	Declines      bool
	DeclineReason wallet.DeclineReason
}

// Card is a stored card.
type Card struct {
	ID    int64
	State wallet.CardState // "" is active
	Title string           // masked number
	Type  string           // for example "MasterCard"
}

// AddWallet adds a wallet or replaces one.
func (s *Server) AddWallet(w Wallet) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.addWallet(w)
}

// AddService adds a service or replaces one.
func (s *Server) AddService(v Service) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.addService(v)
}

// AddCard stores a card for the owner of a wallet, whose phone it panics without.
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

// AddBestTransfer adds a transfer to the list of a wallet. Number, amounts,
// currencies, time and persons are served; Raw is not.
func (s *Server) AddBestTransfer(phone string, t wallet.BestTransfer) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.best = append(s.store.best, &bestTransfer{owner: phone, BestTransfer: t, unseen: true})
}

// Price prices a payment to a service, as if the parameters that it waits for had
// been sent, or as the service's present fee is. It panics if there is no such
// payment.
func (s *Server) Price(id int64) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	p := s.store.find(id)
	p.service = s.store.services[p.service.ID]
	p.total = new(p.service.total(p.amount))
}

// Complete brings a payment that is processing to its good end. It panics if
// there is no such payment.
func (s *Server) Complete(id int64) {
	s.end(id, func(p *payment) { s.store.complete(p) })
}

// Decline declines a payment that is processing and gives the money back. The
// reason may be "". It panics if there is no such payment.
func (s *Server) Decline(id int64, reason wallet.DeclineReason) {
	s.end(id, func(p *payment) { s.store.decline(p, reason) })
}

// EnterCard is the user who enters a card on the page of a payment: the payment
// is completed and its card used, or active where it is to be stored.
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

// RefuseCard is the bank that refuses the card of a payment: the payment is
// declined and its card failed.
func (s *Server) RefuseCard(id int64, reason wallet.DeclineReason) {
	s.end(id, func(p *payment) {
		p.page = false
		if p.card != nil {
			p.card.State = wallet.CardStateFailed
		}
		s.store.decline(p, reason)
	})
}

// Undo takes a completed payment back: it is declined then, which is a choice of
// this package. It panics if the payment is not completed.
func (s *Server) Undo(id int64) {
	s.turn(id, wallet.StatusCompleted, wallet.StatusDeclined, TransferUndo, wallet.EventTypeUndo)
}

// Redo completes an undone payment after all. It panics if the payment is not
// declined.
func (s *Server) Redo(id int64) {
	s.turn(id, wallet.StatusDeclined, wallet.StatusCompleted, TransferRedo, wallet.EventTypeRedo)
}

func (s *Server) end(id int64, how func(*payment)) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	p := s.store.find(id)
	if p.status != wallet.StatusProcessing {
		panic(fmt.Sprintf("wallettest: payment %d is %s and not processing", id, p.status))
	}
	how(p)
}

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

// total is the price of an amount.
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
