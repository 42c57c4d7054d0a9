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

// EventType is what happened to a payment. Values that this package does not
// know are kept as they came.
type EventType string

// The types of events.
const (
	EventTypeComplete EventType = "complete" // the payment is paid
	EventTypeDecline  EventType = "decline"  // the payment is declined
	EventTypeUndo     EventType = "undo"     // a paid payment is taken back
	EventTypeRedo     EventType = "redo"     // an undone payment is paid after all
)

// Event is a notice that a payment has changed. Printing it shows type, ids and
// statuses only.
type Event struct {
	CreatedAt time.Time `json:"created_at"` // in UTC
	// Payment is the payment as the notice has it. Anybody who has seen one notice
	// can make up others: read the payment by GetPayment before acting on it.
	Payment Payment   `json:"payment" wire:"id"`
	From    Status    `json:"from"`
	To      Status    `json:"to"`
	Type    EventType `json:"type" wire:"id"`

	// Unread names the members whose values do not fit their fields, as JSON pointers
	// (RFC 6901) in the order of the answer, for example "/payment/service". Such a
	// field is nil or zero, and Raw has its value. An array with an element of another
	// kind is nil as a whole. Unread is nil where everything fits. Only Type and the
	// ids of Payment have to fit: read the payment by GetPayment for its status and
	// amounts.
	Unread []string `json:"-" wire:"event"`

	// Raw is the event as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

// Key is the same for repeated deliveries of one event and differs between
// events: payment, type and time, the latter as it was printed in Raw, else from
// CreatedAt.
func (e *Event) Key() string {
	at, ok := wire.Field(e.Raw, "created_at")
	switch {
	case ok:
	case slices.Contains(e.Unread, "/created_at"): // of another kind, and told by its bytes
		value, _ := wire.Member(e.Raw, "created_at")
		at = string(value)
	default:
		at = e.CreatedAt.Format(time.RFC3339Nano)
	}
	return fmt.Sprintf("%d %s %s", e.Payment.ID, e.Type, at)
}

var errNoType = errors.New("type is missing")

func (e *Event) check() error {
	if e.Payment.ID <= 0 {
		return errNoID
	}
	if e.Type == "" {
		return errNoType
	}
	return nil
}

// Webhook receives the notices of one application. Printing it shows no secret.
//
// A notice carries app_id and access_token, the hexadecimal SHA-1 of app_id and
// secret, in the query or in headers of these names. The token is the same for
// every notice: it protects neither the content nor against repeats. Therefore
// read the payment by [Client.GetPayment] before acting on a notice, and drop
// those whose [Event.Key] is known. Order and repeats of deliveries are
// Unverified. Some proxies, nginx among them, drop headers with an underscore
// unless told otherwise, and log queries: keep the latter out of logs.
type Webhook struct {
	AppID     string
	AppSecret string // an empty one matches nothing

	// Refused, where it is set, is called by Handler with each request that Parse
	// refuses and with the error, before the answer is sent: for a log, since the
	// answer says no more than its status. It may be called by several goroutines
	// at a time. Parse does not call it.
	Refused func(r *http.Request, err error)
}

// Parse checks the token of r and reads the event from its body, at most 1 MiB.
// Until the token has been checked the body is not read. How long that may take
// is a matter of the server, or of [Webhook.Handler].
//
// Its errors match ErrBadWebhook: a method other than POST; a wrong token, which
// matches ErrUnauthorized too; a body that is too long (*http.MaxBytesError) or
// that is not an event (*DecodeError). An empty body is *DecodeError as well, and
// its text says that something may have read the body before: middleware that
// reads r.Body has to put it back.
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

// Handler serves notices: each that Parse accepts is given to fn. It answers
// 200 without a body when fn returns nil, and 500 when fn fails, so that the
// service sends the notice again if it ever does so; 405 for a method other than
// POST, 401 for a wrong token, 413 for a body above 1 MiB, 408 for one that takes
// longer than 10 seconds, and 400 for one that is empty or not an event. No answer
// says more than its status: [Webhook.Refused] gets the reason.
//
// fn gets the context of the request and may be called by several goroutines at
// a time. It should return within seconds: how long the service waits is
// unknown. Handler panics if fn is nil.
func (w Webhook) Handler(fn func(context.Context, *Event) error) http.Handler {
	return webhook.Serve("wallet", w.Parse, fn, w.Refused, webhook.Status{Err: ErrUnauthorized, Code: http.StatusUnauthorized})
}

var errMethod = fmt.Errorf("%w: %w", ErrBadWebhook, webhook.ErrMethod)

// knows reports whether r carries the application's id and token, both compared
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
	fips140.WithoutEnforcement(func() { // which knows no SHA-1
		want = sha1.Sum([]byte(w.AppID + w.AppSecret)) //nolint:gosec // the provider's own scheme
	})
	got, err := hex.DecodeString(either("access_token"))
	app := subtle.ConstantTimeCompare([]byte(either("app_id")), []byte(w.AppID))
	token := subtle.ConstantTimeCompare(got, want[:])
	return err == nil && app&token == 1
}
