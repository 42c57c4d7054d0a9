package wallettest

import (
	"bytes"
	"context"
	"crypto/fips140"
	"crypto/sha1" //nolint:gosec // the provider's own scheme
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/wallet"
)

// Event is a webhook event that the service has to send, see [Server.Events].
type Event struct {
	PaymentID    int64
	Type         wallet.EventType
	Body         []byte // the body as sent
	Sent         int    // how often [Server.DeliverWebhooks] has sent it
	Acknowledged bool   // a delivery of [Server.DeliverWebhooks] was answered with a status of 2xx
}

// NewWebhookRequest returns a webhook request as the service sends it, for tests of
// a handler. The request has app_id and access_token of the application of
// [WithWebhook], by default [DefaultAppID] and [DefaultAppSecret].
//
// target is the handler's URL. body is usually an [Event]'s Body, but need not be
// valid; nil is an empty body. If target is not a URL or ctx is nil,
// NewWebhookRequest returns nil and an error. NewWebhookRequest sends nothing and
// does not change Sent or Acknowledged of an Event.
func (s *Server) NewWebhookRequest(ctx context.Context, target string, body []byte) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("wallettest: %w", err)
	}
	hook := s.config.webhook
	var token [sha1.Size]byte
	fips140.WithoutEnforcement(func() { // it refuses SHA-1
		token = sha1.Sum([]byte(hook.AppID + hook.AppSecret)) //nolint:gosec // the provider's own scheme
	})
	query := request.URL.Query()
	query.Set("app_id", hook.AppID)
	query.Set("access_token", hex.EncodeToString(token[:]))
	request.URL.RawQuery = query.Encode()
	request.Header.Set("Content-Type", "application/json")
	if s.config.inHeader {
		inHeaders(request)
	}
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

// event adds the webhook event of a change that has just been made.
func (s *store) event(p *payment, from wallet.Status, what wallet.EventType) {
	shown := *p
	shown.unseen = false
	s.outbox.Add(Event{PaymentID: p.id, Type: what}, fakeapi.Marshal(map[string]any{
		"created_at": stamp(p.processed), "payment": json.RawMessage(render(&shown, shortForm)),
		"from": from, "to": p.status, "type": what,
	}))
}
