package wallettest

import (
	"bytes"
	"context"
	"crypto/sha1" //nolint:gosec // the provider's own scheme
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/wallet"
)

const sendTimeout = 30 * time.Second

// Event is a webhook that the service has to send.
type Event struct {
	PaymentID int64
	Type      wallet.EventType
	Body      []byte // as it is sent
}

// Events are the webhooks of all changes so far, in order. The service sends
// none by itself: [Server.Send] does, in any order and as often as a test likes.
func (s *Server) Events() []Event {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	return slices.Clone(s.store.events)
}

// Send posts events to a URL, signed and one after the other, and gives the
// statuses of the answers. It stops at the first that gets no answer.
func (s *Server) Send(ctx context.Context, url string, events ...Event) ([]int, error) {
	connections := &http.Transport{} // of its own: others keep theirs
	defer connections.CloseIdleConnections()
	client := &http.Client{Transport: connections, Timeout: sendTimeout}
	var statuses []int
	for _, e := range events {
		request, err := NewWebhookRequest(ctx, url, s.config.webhook, e.Body)
		if err != nil {
			return statuses, err
		}
		if s.config.inHeader {
			inHeaders(request)
		}
		response, err := client.Do(request) //nolint:forbidigo // here it is the provider that calls
		if err != nil {
			return statuses, fmt.Errorf("wallettest: event %s of payment %d: %w", e.Type, e.PaymentID, err)
		}
		_ = response.Body.Close()
		statuses = append(statuses, response.StatusCode)
	}
	return statuses, nil
}

// NewWebhookRequest is a request as the service sends it, with the token of w in
// its query, for tests of a handler.
func NewWebhookRequest(ctx context.Context, target string, w wallet.Webhook, body []byte) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("wallettest: %w", err)
	}
	token := sha1.Sum([]byte(w.AppID + w.AppSecret)) //nolint:gosec // the provider's own scheme
	query := request.URL.Query()
	query.Set("app_id", w.AppID)
	query.Set("access_token", hex.EncodeToString(token[:]))
	request.URL.RawQuery = query.Encode()
	request.Header.Set("Content-Type", "application/json")
	return request, nil
}

// inHeaders moves the token of a request from the query to headers.
func inHeaders(r *http.Request) {
	query := r.URL.Query()
	for _, name := range []string{"app_id", "access_token"} {
		r.Header.Set(name, query.Get(name))
		query.Del(name)
	}
	r.URL.RawQuery = query.Encode()
}

// event is the notice of a change that has just been made.
func (s *store) event(p *payment, from wallet.Status, what wallet.EventType) Event {
	notice := *p
	notice.unseen = false
	return Event{PaymentID: p.id, Type: what, Body: fakeapi.Marshal(map[string]any{
		"created_at": stamp(p.processed), "payment": json.RawMessage(render(&notice, shortForm)),
		"from": from, "to": p.status, "type": what,
	})}
}
