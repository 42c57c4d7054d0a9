package finiktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/internal/wire"
)

// createBody is the body of a payment. Other members are ignored.
type createBody struct {
	AccountID string      `json:"accountId"`
	Fields    fieldValues `json:"fields"`
	Service   struct {
		ID string `json:"id"`
	} `json:"service"`
	TransactionID string `json:"transactionId"`
	UserID        string `json:"userId"`
}

// fieldValues are fields whose numbers keep their digits.
type fieldValues map[string]any

// UnmarshalJSON decodes an object.
func (f *fieldValues) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	return d.Decode((*map[string]any)(f))
}

// create answers POST /v2/payment.
func (s *store) create(body []byte) answer {
	var b createBody
	if refused := readJSON(body, &b); refused != nil {
		return *refused
	}
	service, account := s.service(b.Service.ID), s.accounts[b.AccountID]
	amount, refused := s.check(b, service, account)
	if refused != nil {
		return *refused
	}
	poor := account.balance.Cmp(amount) < 0
	if poor && s.config.early {
		return refuse(http.StatusPaymentRequired, "Insufficient funds.")
	}
	if old := s.find(b.TransactionID); old != nil && !s.config.unguarded {
		a := refuse(http.StatusConflict, "Transaction with the same ID already exists.")
		if s.config.named {
			a.id = old.id
		}
		return a
	}
	if poor {
		return refuse(http.StatusPaymentRequired, "Insufficient funds.")
	}
	if s.config.random && fakeapi.Chance(s.random, 0.3) {
		return refuse(fakeapi.Pick(s.random, 400, 402, 403, 500, 502, 503), "An unexpected error has occurred.")
	}
	p := &payment{
		id: s.newID(), transactionID: b.TransactionID, status: finik.StatusPending, code: http.StatusCreated,
		account: account, userID: b.UserID, service: service, fields: b.Fields, amount: amount, requested: s.config.clock.Now(),
	}
	s.payments = append(s.payments, p)
	s.move(p, TransferDebit)
	if !service.Sync {
		s.pending = append(s.pending, p)
	} else {
		s.end(p, p.requested, finik.StatusSucceeded, http.StatusOK, "")
	}
	return answer{status: p.code, data: p.created()}
}

// check returns the amount of a payment, or the refusal from the documented
// table, except for lack of funds and duplicates.
func (s *store) check(b createBody, service *Service, account *account) (decimal.Decimal, *answer) {
	var none decimal.Decimal
	bad := func(status int, text string) (decimal.Decimal, *answer) { return none, new(refuse(status, text)) }
	user, known := s.users[b.UserID]
	switch {
	case b.TransactionID == "":
		return bad(http.StatusBadRequest, "Transaction ID is required.")
	case b.AccountID == "":
		return bad(http.StatusBadRequest, "Account ID is required.")
	case b.UserID == "":
		return bad(http.StatusBadRequest, "User ID is required.")
	case service == nil:
		return bad(http.StatusBadRequest, "Invalid service ID is provided.")
	case service.Status != finik.ServiceStatusEnabled:
		return bad(http.StatusBadGateway, fmt.Sprintf("Service %q is temporarily unavailable.", service.NameEN))
	case !known:
		return bad(http.StatusNotFound, "User does not exist.")
	case user.Disabled:
		return bad(http.StatusBadRequest, "User is disabled.")
	case account == nil || !slices.Contains(account.UserIDs, b.UserID):
		return bad(http.StatusForbidden, "User has no permissions to access this account.")
	}
	if refused := service.checkFields(b.Fields); refused != nil {
		return none, refused
	}
	amount, err := wire.Decimal(fmt.Sprint(b.Fields[service.amountField()]))
	if err != nil || !amount.IsPos() ||
		service.MinAmount != nil && amount.Cmp(*service.MinAmount) < 0 ||
		service.MaxAmount != nil && amount.Cmp(*service.MaxAmount) > 0 {
		return bad(http.StatusBadRequest, "An invalid amount is provided. Amount must be greater than 0.")
	}
	if _, refused := s.knows(service, b.Fields); refused != nil {
		return none, refused
	}
	return amount, nil
}

func (v *Service) checkFields(fields map[string]any) *answer {
	for _, f := range v.RequiredFields {
		value, ok := fields[f.FieldID]
		if !ok || hidden(f) && f.Value != "" && value != f.Value {
			return new(refuse(http.StatusBadRequest, "Fields must be an object and include all required fields."))
		}
	}
	return nil
}

// recipient answers POST /v2/recipient.
func (s *store) recipient(body []byte) answer {
	var b struct {
		Fields  fieldValues `json:"fields"`
		Service string      `json:"service"`
	}
	if refused := readJSON(body, &b); refused != nil {
		return *refused
	}
	service := s.service(b.Service)
	if service == nil {
		return refuse(http.StatusBadRequest, "Invalid service ID is provided.")
	}
	name, refused := s.knows(service, b.Fields)
	if refused != nil {
		return *refused
	}
	data := map[string]any{}
	if name != "" {
		data["name"] = name
	}
	if service.ID == ServiceFinik {
		data["phone"] = b.Fields["phone"]
	}
	return answer{status: http.StatusOK, data: data}
}

// knows returns the name of a recipient, "" if it has none, or a refusal. How the
// live service refuses a recipient is unknown.
func (s *store) knows(service *Service, fields map[string]any) (name string, refused *answer) {
	key := service.recipientField()
	value, ok := fields[key].(string)
	if !ok || value == "" {
		return "", new(refuse(http.StatusBadRequest, "Fields must be an object and include all required fields."))
	}
	r, known := s.recipients[service.ID+" "+value]
	switch {
	case r.Blocked:
		return "", new(refuse(http.StatusForbidden, "The recipient is blocked."))
	case !known && service.Strict:
		return "", new(refuse(http.StatusNotFound, "The recipient does not exist."))
	}
	return r.Name, nil
}

// get answers GET /v2/payments/{paymentId}.
func (s *store) get(id string) answer {
	p := s.byID(id)
	if p == nil {
		return refuse(http.StatusBadRequest, "An invalid payment ID is provided.")
	}
	s.settle(p)
	data := p.created()
	data["amount"] = json.RawMessage(p.amount.String())
	data["clientId"] = "client-1"
	data["recipient"] = map[string]any{"id": p.fields[p.service.recipientField()], "status": "ENABLED"}
	data["transactionType"] = "CREDIT"
	if p.message != "" {
		data["errorMessage"] = p.message
	}
	return answer{status: http.StatusOK, data: data, code: p.code}
}

// created returns the members that the answer to CreatePayment has.
func (p *payment) created() map[string]any {
	data := map[string]any{
		"accountId": p.account.ID, "fields": p.fields, "id": p.id, "requestDate": millis(p.requested),
		"service": map[string]any{"id": p.service.ID}, "status": p.status,
		"transactionId": p.transactionID, "userId": p.userID,
	}
	if !p.ended.IsZero() {
		data["transactionDate"] = millis(p.ended)
	}
	return data
}

// decoded returns the payment as a client decodes it.
func (p *payment) decoded() finik.Payment {
	data := p.created()
	data["amount"] = json.RawMessage(p.amount.String())
	data["statusCode"] = p.code
	var out finik.Payment
	if err := out.UnmarshalJSON(fakeapi.Marshal(data)); err != nil {
		panic(fmt.Sprintf("finiktest: payment %s: %v", p.id, err))
	}
	return out
}

// readJSON decodes a body and returns nil, or a refusal. Names are
// case-sensitive, as on Node.
func readJSON(body []byte, into any) *answer {
	if len(body) == 0 {
		return new(refuse(http.StatusBadRequest, "A payload must be provided."))
	}
	if wire.Decode(body, into) != nil {
		return new(refuse(http.StatusBadRequest, "An unrecognizable payload is provided."))
	}
	return nil
}
