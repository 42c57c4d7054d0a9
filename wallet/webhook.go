package wallet

import (
	"context"
	"crypto/fips140"
	"crypto/sha1" //nolint:gosec // the provider's own scheme
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/payclients/payclients-go/internal/webhook"
	"github.com/payclients/payclients-go/internal/wire"
)

// EventType is what happened to a payment. Values that this package does not know
// are kept as received.
type EventType string

// The types of events.
const (
	EventTypeComplete EventType = "complete" // the payment is paid
	EventTypeDecline  EventType = "decline"  // the payment is declined
	EventTypeUndo     EventType = "undo"     // a completed payment is reversed; its status after it is Unverified
	EventTypeRedo     EventType = "redo"     // an undone payment is paid after all
)

// Event is a webhook event: a payment has changed. Printing it shows type, ids and
// statuses only.
type Event struct {
	CreatedAt time.Time `json:"created_at"` // in UTC; zero if missing or in an unknown layout
	// Payment is the payment as the webhook event has it. Anybody who has seen one
	// webhook event can forge others: read the payment by GetPayment before acting
	// on it.
	Payment Payment   `json:"payment" wire:"id"`
	From    Status    `json:"from"`           // before the change; may be ""
	To      Status    `json:"to"`             // after the change; may be ""
	Type    EventType `json:"type" wire:"id"` // never "" in an event of Parse

	// Unread names the members whose values do not fit their fields, as JSON
	// pointers (RFC 6901) in the order of the answer, for example
	// "/payment/service". Such a field is nil or zero, and Raw has its value. An
	// array with an element of another kind is nil as a whole. Unread is nil where
	// everything fits. Only Type and the ids of Payment must fit: read the payment
	// by GetPayment for its status and amounts.
	Unread []string `json:"-" wire:"event"`

	// Raw is the event as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

// Key returns a string that is the same for repeated deliveries of one webhook
// event and differs between events. It consists of Payment.ID, Type and the time of
// the event. The time is the text of created_at in Raw, or CreatedAt if Raw has
// none. Store the key to act on each event once.
func (e *Event) Key() string {
	at, ok := wire.Field(e.Raw, "created_at")
	switch {
	case ok:
	case slices.Contains(e.Unread, "/created_at"): // of another kind: its bytes identify it
		value, _ := wire.Member(e.Raw, "created_at")
		at = string(value)
	default:
		at = e.CreatedAt.Format(time.RFC3339Nano)
	}
	return fmt.Sprintf("%d %s %s", e.Payment.ID, e.Type, at)
}

// errNoType is the error of a webhook event without a type.
var errNoType = errors.New("type is missing")

// check returns an error for a body that is not a webhook event.
func (e *Event) check() error {
	if e.Payment.ID <= 0 {
		return errNoID
	}
	if e.Type == "" {
		return errNoType
	}
	return nil
}

// Webhook receives the webhook events of one application. Printing it does not show
// the secret.
//
// A webhook event carries app_id and access_token, the hexadecimal SHA-1 of app_id
// and secret, in the query or in headers of these names. The token is the same for
// every event: it protects neither against forged contents nor against repeats.
// Therefore read the payment by [Client.GetPayment] before acting on an event, and
// drop events whose [Event.Key] you have processed. Order and repeats of deliveries
// are Unverified. Some proxies, such as nginx, drop headers with an underscore by
// default, and log queries, which hold the token: switch that off.
type Webhook struct {
	AppID     string
	AppSecret string // required: with "" or an empty AppID every request is refused

	// Refused, unless nil, is called by Handler with each request that Parse
	// refuses and with the error, before the answer is sent: for a log, since the
	// answer is a status alone. Several goroutines may call it at the same time.
	// Parse does not call it.
	Refused func(r *http.Request, err error)
}

// Parse checks the token of r and decodes the webhook event in the body of r. It
// compares app_id and access_token with AppID and AppSecret of w. Each of the two
// comes from the query, or from the header of this name if the query lacks it. If
// AppID or AppSecret is "", every token is wrong.
//
// Parse reads the body only if the token is right. The body may have at most 1 MiB.
// Parse sets no deadline for the body: the server does, or [Webhook.Handler].
//
// The event is nil with every error, and every error matches ErrBadWebhook. The
// errors are
//
//   - a method other than POST
//   - a wrong token, which also matches ErrUnauthorized
//   - a body that is too long (*http.MaxBytesError) or cannot be read
//   - a body that is not a webhook event, or is empty (*DecodeError)
//
// If the body is empty, the text of the error says that something may have read the
// body before: middleware that reads r.Body must put it back.
func (w Webhook) Parse(r *http.Request) (*Event, error) {
	if r.Method != http.MethodPost {
		return nil, errMethod
	}
	if !w.knows(r) {
		return nil, fmt.Errorf("%w: %w", ErrBadWebhook, ErrUnauthorized)
	}
	body, err := webhook.Read(r)
	if err != nil {
		return nil, fmt.Errorf("%w: the body cannot be read: %w", ErrBadWebhook, err)
	}
	event := new(Event)
	err = webhook.ErrEmpty
	if len(body) > 0 {
		err = event.UnmarshalJSON(body)
	}
	if err != nil {
		err = &DecodeError{Operation: "Webhook", Body: body, Err: err}
		return nil, fmt.Errorf("%w: %w%s", ErrBadWebhook, err, webhook.Missing(r, body))
	}
	return event, nil
}

// Handler returns an HTTP handler of webhook requests. It calls fn with each event
// that Parse accepts, and answers without a body:
//
//	200  fn returned nil
//	500  fn returned an error; the service may then send the event again
//	405  the method is not POST
//	401  the token is wrong
//	413  the body is above 1 MiB
//	408  the body takes longer than 10 seconds
//	400  the body is empty, cannot be read, or is not a webhook event
//
// With 405, 401, 413, 408 and 400 Handler has called [Webhook.Refused] with the
// error of Parse, and has not called fn. An error of fn is not reported anywhere.
// fn gets the context of the request. Several goroutines may call fn at the same
// time. fn should return within seconds: how long the service waits is unknown.
// Handler panics if fn is nil.
func (w Webhook) Handler(fn func(context.Context, *Event) error) http.Handler {
	return webhook.Serve("wallet", w.Parse, fn, w.Refused, webhook.Status{Err: ErrUnauthorized, Code: http.StatusUnauthorized})
}

// errMethod is the error of a method other than POST.
var errMethod = fmt.Errorf("%w: %w", ErrBadWebhook, webhook.ErrMethod)

// knows reports whether r carries the application's id and token. It compares both
// in constant time. Of repeated values the first one counts.
func (w Webhook) knows(r *http.Request) bool {
	if w.AppID == "" || w.AppSecret == "" {
		return false
	}
	query := r.URL.Query()
	either := func(name string) string {
		if query.Has(name) {
			return query.Get(name)
		}
		return r.Header.Get(name)
	}
	var want [sha1.Size]byte
	fips140.WithoutEnforcement(func() { // it refuses SHA-1
		want = sha1.Sum([]byte(w.AppID + w.AppSecret)) //nolint:gosec // the provider's own scheme
	})
	got, err := hex.DecodeString(either("access_token"))
	app := subtle.ConstantTimeCompare([]byte(either("app_id")), []byte(w.AppID))
	token := subtle.ConstantTimeCompare(got, want[:])
	return err == nil && app&token == 1
}
