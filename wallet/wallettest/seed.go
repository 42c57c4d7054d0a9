package wallettest

import (
	"fmt"
	"strconv"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/wallet"
)

// Wallet is a wallet to add, see [Server.AddWallet].
type Wallet struct {
	Phone    string          // in international form; the server does not check it
	Password string          // "" means DefaultPassword
	Balance  decimal.Decimal // at the start, in roubles

	Inactive bool   // true: the server refuses its owner with 401 and wallet_not_active
	Disabled string // unless "": the server refuses its owner with 401, wallet_disabled and this reason
}

// Service is a service to add, see [Server.AddService].
type Service struct {
	ID       int             // above 0; no payment can name a service 0
	Name     string          // may be ""
	Min, Max decimal.Decimal // limits of the amount, in roubles; a Max of 0 means 1,000,000
	Fee      decimal.Decimal // added to the amount, in roubles
	// FeePercent is added too: 2 means 2 percent of the amount, rounded up to a
	// hundredth of a rouble.
	FeePercent decimal.Decimal
	// Parameters are what a payment may send. The server checks IsRequired and
	// Pattern. If Type is "phone", it puts +7 before a value of ten digits.
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
	ID    int64            // above 0: in a request, 0 means none
	State wallet.CardState // "" means active
	Title string           // masked number
	Type  string           // for example "MasterCard"
}

// AddWallet adds a wallet. If a wallet has the same phone already, w replaces it,
// with its balance; GetPayment and lists no longer find the payments of the
// replaced wallet.
func (s *Server) AddWallet(w Wallet) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.addWallet(w)
}

// AddService adds a service. If a service has the same ID already, v replaces it;
// payments that were created before keep the old service until [Server.Price].
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
// phone. A second transfer with the same number is added too. If no wallet has this
// phone, no client sees the transfer. The server ignores SMSToSender, IsResident,
// Unseen, Unread and Raw of t.
//
// t.Number must be a whole number in digits that do not begin with 0, for example
// "77". For any other Number AddBestTransfer panics.
func (s *Server) AddBestTransfer(phone string, t wallet.BestTransfer) {
	if n, err := strconv.ParseUint(t.Number, 10, 64); err != nil || strconv.FormatUint(n, 10) != t.Number {
		panic(fmt.Sprintf("wallettest: AddBestTransfer: Number must be digits that do not begin with 0, and not %q", t.Number))
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.best = append(s.store.best, &bestTransfer{owner: phone, BestTransfer: t, unseen: true})
}

// Price sets the price (Total) of a payment to a service: the amount and the
// present fee of the service. Then the payment can be executed, as if the missing
// parameters had been sent. Price replaces an earlier price. It panics if no
// payment has this id, or if the payment is not to a service.
func (s *Server) Price(id int64) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	p := s.store.find(id)
	p.service = s.store.services[p.service.ID]
	p.total = new(p.service.total(p.amount))
}

// Complete ends a processing payment and adds a webhook event. The first line that
// fits decides how the payment ends:
//
//	the wallet had too little money at the execution   declined
//	the service has Declines                           declined
//	any other payment                                  completed
//
// For a declined payment, money that has moved moves back. For a completed payment
// Complete moves no money, also if the payment still waits for a card. Complete
// panics if no payment has this id, or if the payment is not processing.
func (s *Server) Complete(id int64) {
	s.end(id, func(p *payment) { s.store.complete(p) })
}

// Decline ends a processing payment as declined and moves the money back, if any has
// moved. This adds a webhook event. reason may be "". Decline panics if no payment has
// this id, or if the payment is not processing.
func (s *Server) Decline(id int64, reason wallet.DeclineReason) {
	s.end(id, func(p *payment) { s.store.decline(p, reason) })
}

// EnterCard acts as a user who enters a card on the page of a payment. The money
// moves, and the payment is completed. If the service of the payment has Declines,
// the money moves back, and the payment is declined. EnterCard adds a webhook event
// to [Server.Events] in both cases.
//
// The card's state becomes used, or active if the request asked to store the card.
// title is the masked number, kind for example "MasterCard"; both may be "".
// EnterCard panics if no payment has this id, or if the payment does not wait for a
// card.
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

// RefuseCard acts as a bank that refuses the card of a processing payment. The
// payment is declined with reason, which may be "". Money that has moved moves
// back, and a webhook event is added to [Server.Events]. The state of the card becomes failed; a
// payment without a card is declined too. RefuseCard panics if no payment has this
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

// Undo reverses a completed payment: the money moves back, the payment is declined, and
// a webhook event of type undo is added to [Server.Events]. Which status the live service sets is unknown.
// Undo panics if no payment has this id, or if the payment is not completed.
func (s *Server) Undo(id int64) {
	s.turn(id, wallet.StatusCompleted, wallet.StatusDeclined, TransferUndo, wallet.EventTypeUndo)
}

// Redo changes a declined payment to completed: the money moves from the payer to
// the recipient, and a webhook event of type redo is added to [Server.Events]. Redo does not check
// that [Server.Undo] came before. It panics if no payment has this id, or if the
// payment is not declined.
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
