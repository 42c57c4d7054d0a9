package wallettest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/wallet"
)

// answer is an answer of the service.
type answer struct {
	status  int
	next    wallet.NextAction
	urgent  *urgent
	page    *pageInfo
	code    string // meta.error
	details any
	data    any // nil leaves data out
}

// urgent is the state of the wallet beside an answer.
type urgent struct {
	account      *account
	unseen, best int
}

// pageInfo is the length of a list.
type pageInfo struct {
	TotalElements int `json:"total_elements"`
}

// titles are the service's error messages for people.
var titles = map[int]string{
	http.StatusUnauthorized:        "Wrong credentials",
	http.StatusUnprocessableEntity: "The request is not valid",
}

// refuse returns a refusal with an HTTP status; code "" leaves meta.error out.
func refuse(status int, code string) answer { return answer{status: status, code: code} }

// unprocessable returns a refusal with status 422.
func unprocessable(code string) answer { return refuse(http.StatusUnprocessableEntity, code) }

// with sets details.
func (a answer) with(details any) answer {
	a.details = details
	return a
}

// shown returns an answer with one payment.
func (s *Server) shown(p *payment, f form) answer {
	a := answer{status: http.StatusOK, urgent: s.urgent(p.owner), data: json.RawMessage(render(p, f))}
	switch {
	case p.status == wallet.StatusCreated && p.total == nil:
		a.next = wallet.NextActionUpdate
	case p.status == wallet.StatusCreated:
		a.next = wallet.NextActionPay
	case p.status == wallet.StatusProcessing:
		a.next = wallet.NextActionGet
	}
	return a
}

// urgent returns the state of an owner's wallet, nil without an owner.
func (s *Server) urgent(owner *account) *urgent {
	if owner == nil {
		return nil
	}
	return &urgent{account: owner, unseen: s.store.unseen(owner)}
}

// render returns the JSON of an answer.
func (a answer) render() []byte {
	meta := map[string]any{"code": a.status}
	if a.next != "" {
		meta["next_action"] = a.next
	}
	if u := a.urgent; u != nil && u.account != nil {
		data := map[string]any{"amount": json.RawMessage(u.account.balance.Trim(0).String())}
		if u.unseen > 0 {
			data["unseen_payments"] = u.unseen
		}
		if u.best > 0 {
			data["unseen_payments_best"] = u.best
		}
		meta["urgent_data"] = data
	}
	if a.page != nil {
		meta["page"] = a.page
	}
	if a.code != "" {
		meta["error"] = a.code
		if title, ok := titles[a.status]; ok {
			meta["error_message"] = title
		}
	}
	if a.details != nil {
		meta["details"] = a.details
	}
	body := map[string]any{"meta": meta}
	if a.data != nil {
		body["data"] = a.data
	}
	return fakeapi.Marshal(body)
}

// form is how the parameters of a payment are printed.
type form bool

const (
	longForm  form = true  // as fields of a form: in answers to creations
	shortForm form = false // as pairs of name and value
)

// jsonPayment is a payment as the service prints it.
type jsonPayment struct {
	ID            int64                `json:"id"`
	ClientID      string               `json:"client_payment_id"`
	Amount        json.RawMessage      `json:"amount"`
	Total         json.RawMessage      `json:"total,omitempty"`
	CreatedAt     string               `json:"created_at"`
	ProcessedAt   string               `json:"processed_at,omitempty"`
	Status        wallet.Status        `json:"status"`
	DeclineReason wallet.DeclineReason `json:"decline_reason,omitempty"`
	Type          wallet.Type          `json:"type"`
	Service       map[string]any       `json:"service,omitempty"`
	Parameters    []map[string]any     `json:"parameters,omitempty"`
	Inbound       *provider            `json:"inbound,omitempty"`
	Outbound      *provider            `json:"outbound,omitempty"`
	Card          map[string]any       `json:"card,omitempty"`
	Wallet        map[string]any       `json:"wallet,omitempty"`
	Destination   map[string]any       `json:"destination,omitempty"`
	Message       string               `json:"message,omitempty"`
	RemoteCheck   string               `json:"remote_check,omitempty"`
	Unseen        bool                 `json:"unseen,omitempty"`
}

// provider is a company that transfers money.
type provider struct {
	ID   int    `json:"id"`
	Code string `json:"code"`
	Name string `json:"name"`
}

// render returns the JSON of a payment.
func render(p *payment, f form) []byte {
	out := jsonPayment{
		ID: p.id, ClientID: p.clientID, Amount: amount(p.amount, 0), CreatedAt: stamp(p.created), ProcessedAt: stamp(p.processed),
		Status: p.status, DeclineReason: p.shownReason(), Type: p.kind, Message: p.message, Unseen: p.unseen,
	}
	if p.total != nil {
		out.Total = amount(*p.total, map[form]int{longForm: 2, shortForm: 0}[f])
	}
	if p.service != nil {
		out.Service = map[string]any{"id": p.service.ID, "name": p.service.Name}
		out.Outbound = &provider{35, "tpr_out", "Outbound provider"}
		out.Parameters = p.parameters(f)
		if p.status == wallet.StatusCompleted {
			out.RemoteCheck = fmt.Sprint(p.processed.UnixMilli())
		}
	}
	if p.card != nil {
		out.Inbound = &provider{62, "ipsp_in", "Inbound provider"}
		out.Card = p.cardFields()
	}
	if p.to != nil {
		out.Destination = map[string]any{"phone": p.to.Phone}
	}
	if p.owner != nil {
		out.Wallet = map[string]any{"phone": p.owner.Phone}
	}
	return fakeapi.Marshal(out)
}

// shownReason returns the reason of a decline, "" before the end of the processing.
func (p *payment) shownReason() wallet.DeclineReason {
	if p.status != wallet.StatusDeclined {
		return ""
	}
	return p.reason
}

// parameters returns the parameters in a form.
func (p *payment) parameters(f form) []map[string]any {
	out := []map[string]any{}
	for _, field := range p.service.Parameters {
		value := p.values[field.ID]
		if f == shortForm {
			out = append(out, map[string]any{"code": field.ID, "name": field.Title, "value": value})
			continue
		}
		suggested := field.SuggestedValues
		if suggested == nil {
			suggested = []string{}
		}
		out = append(out, map[string]any{
			"id": field.ID, "is_disabled": is(field.IsDisabled), "is_hidden": is(field.IsHidden), "is_required": is(field.IsRequired),
			"min_length": field.MinLength, "max_length": field.MaxLength, "range_start": 0, "range_end": 0, "patterns": []string{},
			"pattern": orNull(field.Pattern), "pattern_desc": orNull(field.PatternDesc), "type": orNull(field.Type), "title": field.Title,
			"default_value": nil, "suggested_values": suggested, "items": nil, "localized_fields": []string{"title", "pattern_desc"},
			"value": value,
		})
	}
	return out
}

// is reports whether a flag of a form is set.
func is(flag *bool) bool { return flag != nil && *flag }

// cardFields returns the payment's card.
func (p *payment) cardFields() map[string]any {
	out := map[string]any{"state": p.card.State}
	if p.card.ID != 0 {
		out["id"] = p.card.ID
	}
	if p.card.Title != "" {
		out["title"], out["type"] = p.card.Title, p.card.Type
	}
	if p.page {
		url := fmt.Sprintf("https://pay.example.com/frontend/endpoint?payment_type=S&amount=%s&currency=RUB&cf=%d&hash=%040d",
			p.price().Pad(2), p.id, p.id)
		out["payment_page_url"] = json.RawMessage(`"` + strings.ReplaceAll(url, "/", `\/`) + `"`)
	}
	return out
}

// orNull returns text, or nil for "".
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// amount returns an amount as a JSON number with at least decimals decimals.
func amount(d decimal.Decimal, decimals int) json.RawMessage {
	return json.RawMessage(d.Trim(decimals).Pad(decimals).String())
}

// stamp returns a time as the service prints it, "" for the zero time.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02T15:04:05.000Z")
}
