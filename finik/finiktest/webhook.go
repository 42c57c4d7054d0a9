package finiktest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/internal/wire"
)

// Event is a webhook event about a payment that became final, see
// [Server.Events].
type Event struct {
	PaymentID     string       // the service's id, Payment.ID
	TransactionID string       // of the payment, as the client chose it
	Status        finik.Status // succeeded, failed or canceled
	Body          []byte       // the bytes that are sent
	Sent          int          // how many times the event was sent
	Acknowledged  bool         // a receiver has answered it with a 2xx
}

// NewWebhookRequest returns a POST as the service sends it, signed for the URL
// target and stamped with the server's time, for tests of a handler. It sends
// nothing. body is usually the Body of an [Event], but may be any JSON, or empty.
// NewWebhookRequest returns nil and an error for a nil ctx, for a target that is
// not a URL or has broken escapes, and for a body that is not JSON, which the
// service could not sign either.
func (s *Server) NewWebhookRequest(ctx context.Context, target string, body []byte) (*http.Request, error) {
	return s.webhook(ctx, target, target, body)
}

func (s *Server) webhook(ctx context.Context, target, public string, body []byte) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("finiktest: %w", err)
	}
	address, err := url.Parse(public)
	if err != nil {
		return nil, fmt.Errorf("finiktest: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Api-Timestamp", strconv.FormatInt(s.config.clock.Now().UnixMilli(), 10))
	text, err := nodeText(request.Method, address.Host, address.EscapedPath(), address.RawQuery, request.Header, body)
	if err != nil {
		return nil, fmt.Errorf("finiktest: %w", err)
	}
	request.Header.Set("Signature", sign(serviceKey(), text))
	return request, nil
}

// event adds the event of a final payment. It has the members of the events that
// integrators have published, in their order and with numbers as Node prints
// them; they have no transactionDate.
func (s *store) event(p *payment) {
	type reference struct {
		ID string `json:"id"`
	}
	type party struct {
		ID        string            `json:"id"`
		Account   map[string]string `json:"account"`
		FirstName string            `json:"firstName"`
		LastName  string            `json:"lastName"`
	}
	type described struct {
		ID             string                `json:"id"`
		Limit          reference             `json:"limit"`
		Logo           finik.Logo            `json:"logo"`
		MaxAmount      *decimal.Decimal      `json:"maxAmount,omitzero"`
		MinAmount      *decimal.Decimal      `json:"minAmount,omitzero"`
		NameEN         string                `json:"name_en"`
		NameKY         string                `json:"name_ky"`
		NameRU         string                `json:"name_ru"`
		RequiredFields []finik.RequiredField `json:"requiredFields"`
	}
	v := p.service
	body, err := wire.Encode(struct {
		AccountID     string          `json:"accountId"`
		Fields        json.RawMessage `json:"fields"`
		Service       described       `json:"service"`
		TransactionID string          `json:"transactionId"`
		UserID        string          `json:"userId"`
		Bills         []string        `json:"bills"`
		Sender        party           `json:"sender"`
		UserRole      string          `json:"userRole"`
		Amount        decimal.Decimal `json:"amount"`
		Fee           int             `json:"fee"`
		Net           decimal.Decimal `json:"net"`
		ID            string          `json:"id"`
		RequestDate   int64           `json:"requestDate"`
		ReceiptNumber string          `json:"receiptNumber"`
		Status        finik.Status    `json:"status"`
		StatusCode    int             `json:"statusCode"`
	}{
		p.account.ID, fakeapi.Marshal(p.fields),
		described{v.ID, reference{"limit-1"}, v.Logo, v.MaxAmount, v.MinAmount, v.NameEN, v.NameKY, v.NameRU, v.RequiredFields},
		p.transactionID, p.userID,
		[]string{},
		party{p.userID, map[string]string{"id": p.account.ID, "name": "Main"}, "Test", "Payer"},
		"USER", p.amount, 0, p.amount, p.id, millis(p.requested), strings.SplitN(p.id, "_", 2)[0], p.status, p.code,
	})
	if err != nil {
		panic(fmt.Sprintf("finiktest: event of payment %s: %v", p.id, err))
	}
	tree, err := parseTree(body)
	if err != nil {
		panic(fmt.Sprintf("finiktest: event of payment %s: %v", p.id, err))
	}
	var out strings.Builder
	stringify(&out, tree)
	s.outbox.Add(Event{PaymentID: p.id, TransactionID: p.transactionID, Status: p.status}, []byte(out.String()))
}
