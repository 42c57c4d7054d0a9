package wallettest

import (
	"net/http"

	"github.com/payclients/payclients-go/wallet"
)

// execute answers POST /payments/{id}/pay.
func (s *Server) execute(c caller, id int64, r *http.Request) answer {
	p := s.store.byID[id]
	var body struct {
		Type      string `json:"type"`
		Card      int64  `json:"card"`
		StoreCard bool   `json:"store_card"`
	}
	switch {
	case p == nil || p.owner != c.account:
		return refuse(http.StatusNotFound, "")
	case !readOptionalJSON(r, &body):
		return refuse(http.StatusBadRequest, "")
	case p.status != wallet.StatusCreated && !s.config.unguard:
		return unprocessable(wallet.CodeInvalidPaymentStatus)
	case p.total == nil:
		return unprocessable(wallet.CodeInvalidNextAction)
	}
	if body.Type != "" && wallet.Type(body.Type) != p.kind {
		if p.kind != wallet.TypeOut || wallet.Type(body.Type) != wallet.TypeInOut {
			return unprocessable(wallet.CodeMissingType)
		}
		if code := s.store.fillCard(p, body.Card, body.StoreCard); code != "" {
			return unprocessable(code)
		}
		p.kind = wallet.TypeInOut
	}
	s.store.execute(p)
	return s.shown(p, shortForm)
}

// execute begins the processing. A card that the user has to enter moves the money
// later.
func (s *store) execute(p *payment) {
	if p.status == wallet.StatusCreated || p.status == wallet.StatusProcessing {
		p.status, p.reads = wallet.StatusProcessing, 0
	}
	s.config.clock.Tick()
	s.touch(p)
	switch {
	case p.card != nil && p.card.State == wallet.CardStateActive:
		s.move(p, TransferDebit)
	case p.card != nil:
		p.page, p.card.State = true, wallet.CardStatePending
	case p.owner.balance.Cmp(*p.total) < 0:
		p.reason = wallet.DeclineReasonInsufficientFunds // the service reports it at the end
	default:
		s.move(p, TransferDebit)
	}
}

// progress is what time does to a payment, at each read.
func (s *store) progress(p *payment) {
	if p.status != wallet.StatusProcessing || p.page || s.config.reads < 0 {
		return
	}
	if p.reads++; p.reads > s.config.reads {
		s.complete(p)
	}
}

// complete brings a payment to the end that its service and its wallet allow.
func (s *store) complete(p *payment) {
	switch {
	case p.reason != "":
		s.decline(p, p.reason)
	case p.service != nil && p.service.Declines:
		s.decline(p, p.service.DeclineReason)
	default:
		s.finish(p, wallet.StatusCompleted, "", wallet.EventTypeComplete)
	}
}

// decline ends a payment as declined, and moves its money back.
func (s *store) decline(p *payment, reason wallet.DeclineReason) {
	s.refund(p)
	s.finish(p, wallet.StatusDeclined, reason, wallet.EventTypeDecline)
}

// get answers GET /payments/{id}.
func (s *Server) get(c caller, id int64) answer {
	p := s.store.byID[id]
	if p == nil || p.owner != c.account {
		return refuse(http.StatusNotFound, "")
	}
	s.store.progress(p)
	return s.shown(p, shortForm)
}
