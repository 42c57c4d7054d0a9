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

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/fakeapi"
)

// Event is a webhook event that the service has to send.
type Event struct {
	PaymentID     string
	TransactionID string
	Status        finik.Status
	Body          []byte // as it is sent
	Sent          int    // how often it was
	Acknowledged  bool   // by a status of 2xx
}

// NewWebhookRequest returns a request as the service sends it, signed for target
// and stamped with the server's time, for tests of a handler. body is usually an
// [Event]'s, but need not be valid.
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

// event adds the event of an end, in the order and the numbers of Node.
func (s *store) event(p *payment) {
	type party struct {
		Account   map[string]string `json:"account"`
		ID        string            `json:"id"`
		FirstName string            `json:"firstName"`
		LastName  string            `json:"lastName"`
	}
	type named struct {
		ID     string `json:"id"`
		NameRU string `json:"name_ru"`
		NameEN string `json:"name_en"`
	}
	body := fakeapi.Marshal(struct {
		UserID          string          `json:"userId"`
		AccountID       string          `json:"accountId"`
		Fields          map[string]any  `json:"fields"`
		Service         named           `json:"service"`
		TransactionID   string          `json:"transactionId"`
		Sender          party           `json:"sender"`
		Amount          json.RawMessage `json:"amount"`
		Fee             int             `json:"fee"`
		Net             json.RawMessage `json:"net"`
		ID              string          `json:"id"`
		RequestDate     int64           `json:"requestDate"`
		TransactionDate int64           `json:"transactionDate"`
		ReceiptNumber   string          `json:"receiptNumber"`
		Status          finik.Status    `json:"status"`
		StatusCode      int             `json:"statusCode"`
	}{
		p.userID, p.account.ID, p.fields,
		named{p.service.ID, p.service.NameRU, p.service.NameEN},
		p.transactionID,
		party{map[string]string{"id": p.account.ID, "name": "Main"}, p.userID, "Test", "Payer"},
		json.RawMessage(p.amount.String()), 0, json.RawMessage(p.amount.String()), p.id, millis(p.requested), millis(p.ended),
		strings.SplitN(p.id, "_", 2)[0], p.status, p.code,
	})
	tree, err := parseTree(body)
	if err != nil {
		panic(fmt.Sprintf("finiktest: event of payment %s: %v", p.id, err))
	}
	var out strings.Builder
	stringify(&out, tree)
	s.outbox.Add(Event{PaymentID: p.id, TransactionID: p.transactionID, Status: p.status}, []byte(out.String()))
}
