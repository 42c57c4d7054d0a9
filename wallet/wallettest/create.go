package wallettest

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"regexp"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/payclients/payclients-go/internal/wire"
	"github.com/payclients/payclients-go/wallet"
)

// maxMessage is the highest number of characters of a message.
const maxMessage = 1024

// createBody is the body of a creation. Unknown members are ignored, so a misspelt
// amount is too.
type createBody struct {
	Type            string            `json:"type"`
	ClientPaymentID string            `json:"client_payment_id"`
	Amount          json.RawMessage   `json:"amount"`
	Service         int               `json:"service"`
	Parameters      map[string]string `json:"parameters"`
	Destination     string            `json:"destination"`
	Message         string            `json:"message"`
	Card            int64             `json:"card"`
	StoreCard       bool              `json:"store_card"`
}

// create answers POST /payments.
func (s *Server) create(c caller, r *http.Request) answer {
	var body createBody
	if !readJSON(r, &body) {
		return refuse(http.StatusBadRequest, "")
	}
	if id, err := uuid.Parse(body.ClientPaymentID); err != nil || id.String() != body.ClientPaymentID {
		return unprocessable(wallet.CodeMissingClientPaymentID)
	}
	key := c.phone() + " " + body.ClientPaymentID
	if p := s.store.byClient[key]; p != nil {
		return s.again(p)
	}
	p := &payment{clientID: body.ClientPaymentID, owner: c.account, kind: wallet.Type(body.Type), status: wallet.StatusCreated}
	if code := s.store.fill(p, body); code != "" {
		return unprocessable(code)
	}
	if c.account == nil && p.kind != wallet.TypeInOut {
		return refuse(http.StatusForbidden, wallet.CodeInsufficientScope)
	}
	p.id = firstID + int64(len(s.store.payments))
	p.created = s.config.clock.Tick()
	s.store.payments = append(s.store.payments, p)
	s.store.byClient[key], s.store.byID[p.id] = p, p
	s.store.touch(p)
	return s.shown(p, longForm)
}

// again answers a repeated creation. What the live service does with other fields
// is unknown; the server ignores them.
func (s *Server) again(p *payment) answer {
	if !s.config.replay {
		return s.shown(p, longForm)
	}
	first := *p
	first.status, first.reason, first.processed, first.page = wallet.StatusCreated, "", time.Time{}, false
	return s.shown(&first, longForm)
}

// fill takes what the type of payment needs, or returns the code of what is wrong.
func (s *store) fill(p *payment, body createBody) (code string) {
	var err error
	p.amount, err = wire.Decimal(string(body.Amount))
	toService := p.kind == wallet.TypeOut || p.kind == wallet.TypeInOut
	switch {
	case p.kind == "" || !toService && p.kind != wallet.TypeP2P && p.kind != wallet.TypeIn:
		return wallet.CodeMissingType
	case body.Amount == nil || string(body.Amount) == "null":
		return wallet.CodeMissingAmount
	case err != nil || !p.amount.IsPos() || p.amount.MinScale() > 2:
		return wallet.CodeInvalidAmount
	}
	switch {
	case toService:
		code = s.fillService(p, body)
	case p.kind == wallet.TypeP2P:
		code = s.fillTransfer(p, body)
	default:
		p.total = new(p.amount)
	}
	if code == "" && (p.kind == wallet.TypeIn || p.kind == wallet.TypeInOut) {
		code = s.fillCard(p, body.Card, body.StoreCard)
	}
	return code
}

// fillService is fill for payments to a service.
func (s *store) fillService(p *payment, body createBody) (code string) {
	p.service = s.services[body.Service]
	switch {
	case body.Service == 0:
		return wallet.CodeMissingService
	case p.service == nil:
		return wallet.CodeServiceNotFound
	case body.Parameters == nil:
		return wallet.CodeMissingParameters
	case p.amount.Cmp(p.service.Min) < 0 || p.amount.Cmp(p.service.Max) > 0:
		return wallet.CodeInvalidAmount
	}
	p.values = maps.Clone(body.Parameters)
	for _, f := range p.service.Parameters {
		value := rewritten(f, p.values[f.ID])
		if value == "" && is(f.IsRequired) || value != "" && f.Pattern != "" && !matches(f.Pattern, value) {
			return wallet.CodeInvalidPaymentParameters
		}
		p.values[f.ID] = value
	}
	if !p.service.NeedsUpdate {
		p.total = new(p.service.total(p.amount))
	}
	return ""
}

// fillTransfer is fill for payments to another wallet.
func (s *store) fillTransfer(p *payment, body createBody) (code string) {
	p.to, p.message = s.accounts[body.Destination], body.Message
	switch {
	case body.Destination == "":
		return wallet.CodeMissingDestination
	case p.to == nil:
		return wallet.CodeDestinationNotFound
	case p.to == p.owner:
		return wallet.CodeInvalidDestination
	case utf8.RuneCountInString(body.Message) > maxMessage:
		return wallet.CodeMessageTooLong
	case p.owner == nil || p.owner.balance.Cmp(p.amount) < 0:
		return wallet.CodeInsufficientFunds
	}
	p.total = new(p.amount)
	return ""
}

// fillCard sets the payment's card: the stored one, or one that the user has to
// enter.
func (s *store) fillCard(p *payment, id int64, keep bool) (code string) {
	if id == 0 {
		p.card, p.storeCard = &card{Card: Card{State: wallet.CardStateCreated}}, keep
		if keep {
			p.card.ID, p.card.owner = s.nextCard, p.phone()
			s.nextCard++
			s.cards = append(s.cards, p.card)
		}
		return ""
	}
	for _, c := range s.cards {
		if c.ID == id && c.owner == p.phone() {
			if p.card = c; c.State != wallet.CardStateActive {
				return wallet.CodeCardNotActive
			}
			return ""
		}
	}
	return wallet.CodeCardNotFound
}

// phone returns the phone of the payer's wallet, "" without one.
func (p *payment) phone() string { return caller{account: p.owner}.phone() }

// phone returns the phone of the sender's wallet, "" for an application.
func (c caller) phone() string {
	if c.account == nil {
		return ""
	}
	return c.account.Phone
}

// rewritten returns a value as the service keeps it: ten digits become a Russian
// phone number.
func rewritten(f wallet.Parameter, value string) string {
	if f.Type == "phone" && matches("^[0-9]{10}$", value) {
		return "+7" + value
	}
	return value
}

// matches reports whether a value matches a pattern; an invalid pattern matches
// nothing.
func matches(pattern, value string) bool {
	ok, err := regexp.MatchString(pattern, value)
	return ok && err == nil
}

// readJSON decodes the body of a request, and returns false if it is not JSON.
func readJSON(r *http.Request, into any) bool {
	data, err := io.ReadAll(r.Body)
	return err == nil && json.Unmarshal(data, into) == nil
}

// readOptionalJSON is readJSON, except that it also returns true for an empty body.
func readOptionalJSON(r *http.Request, into any) bool {
	data, err := io.ReadAll(r.Body)
	return err == nil && (len(data) == 0 || json.Unmarshal(data, into) == nil)
}
