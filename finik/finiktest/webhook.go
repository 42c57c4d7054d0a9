package finiktest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/fakeapi"
)

const (
	sendTimeout     = 30 * time.Second
	defaultAttempts = 5
)

// Event is a webhook that the service has to send.
type Event struct {
	PaymentID     string
	TransactionID string
	Status        finik.Status
	Body          []byte // as it is sent
	Sent          int    // how often it was
	Acknowledged  bool   // by a status of 2xx
}

// DeliverParams says how webhooks are sent. The zero value sends each that is
// not acknowledged yet once, in order, and again up to 5 times in all until it
// is.
type DeliverParams struct {
	Attempts   int           // rounds; 0 is 5
	Interval   time.Duration // between rounds
	Duplicates int           // of a hundred events, acknowledged ones included, that a round delivers once more
	Shuffle    bool          // events come in any order
	Seed       uint64        // fixes duplicates and order
	// PublicURL is the address that is signed where it is another one than that
	// of the delivery, as behind a proxy.
	PublicURL string
}

// Events are the webhooks of all ends of payments so far, in order.
func (s *Server) Events() []Event {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	out := make([]Event, len(s.store.events))
	for i, e := range s.store.events {
		out[i] = *e
		out[i].Body = bytes.Clone(e.Body)
	}
	return out
}

// ResetEvents makes all webhooks as if they had never been sent.
func (s *Server) ResetEvents() {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, e := range s.store.events {
		e.Sent, e.Acknowledged = 0, false
	}
}

// Deliver posts webhooks to a URL, each signed anew for each delivery, until
// every one is acknowledged or the rounds are over. It gives the number of those
// that are not acknowledged. The error is that of ctx or of the URL; a receiver
// that is out of reach is none.
func (s *Server) Deliver(ctx context.Context, target string, p DeliverParams) (left int, err error) {
	connections := &http.Transport{} // of its own: others keep theirs
	defer connections.CloseIdleConnections()
	client := &http.Client{Transport: connections, Timeout: sendTimeout}
	random := fakeapi.NewRand(p.Seed, 2)
	if p.Attempts == 0 {
		p.Attempts = defaultAttempts
	}
	for round := range p.Attempts {
		queue := s.queue(random, p)
		if len(queue) == 0 {
			break
		}
		if round > 0 {
			select {
			case <-ctx.Done():
			case <-time.After(p.Interval):
			}
		}
		for _, e := range queue {
			if err := s.post(ctx, client, target, e, p); err != nil {
				return s.unacknowledged(), err
			}
		}
	}
	return s.unacknowledged(), nil
}

// NewWebhookRequest is a request as the service sends it, signed for its target
// and with the present time, for tests of a handler.
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

// post makes one delivery.
func (s *Server) post(ctx context.Context, client *http.Client, target string, e *Event, p DeliverParams) error {
	public := target
	if p.PublicURL != "" {
		public = p.PublicURL
	}
	request, err := s.webhook(ctx, target, public, e.Body)
	if err != nil {
		return err
	}
	response, err := client.Do(request) //nolint:forbidigo // here it is the provider that calls
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	e.Sent++
	if err != nil {
		return nil // the receiver's fault: the event stays and comes again
	}
	_ = response.Body.Close()
	e.Acknowledged = e.Acknowledged || response.StatusCode/100 == 2
	return nil
}

// queue is what the next round delivers.
func (s *Server) queue(random *rand.Rand, p DeliverParams) []*Event {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	var queue []*Event
	for _, e := range s.store.events {
		if !e.Acknowledged {
			queue = append(queue, e)
		}
	}
	if len(queue) == 0 {
		return nil
	}
	for _, e := range s.store.events {
		if random.IntN(100) < p.Duplicates {
			queue = append(queue, e)
		}
	}
	if p.Shuffle {
		random.Shuffle(len(queue), func(i, j int) { queue[i], queue[j] = queue[j], queue[i] })
	}
	return queue
}

func (s *Server) unacknowledged() (n int) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, e := range s.store.events {
		if !e.Acknowledged {
			n++
		}
	}
	return n
}

// event is the notice of an end, in the order and the numbers of Node.
func (s *store) event(p *payment) *Event {
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
	return &Event{PaymentID: p.id, TransactionID: p.transactionID, Status: p.status, Body: []byte(out.String())}
}
