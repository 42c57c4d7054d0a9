package finik

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/payclients/payclients-go/internal/scan"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/webhook"
)

const defaultTolerance = 5 * time.Minute

// Webhook verifies and serves the service's webhook requests. It is safe for
// concurrent use while nobody changes its fields. Printing a Webhook shows the
// host of PublicURL only.
//
// The service signs a webhook request with its key over method, path, host, the
// x-api headers, the query and the body. It delivers each event at least once,
// repeats it for up to 24 hours until the answer is a 2xx, and may deliver late
// or out of order: drop events whose [Event.Key] you have finished, and act on
// final statuses only.
type Webhook struct {
	// PublicURL is the address registered with the service, for example
	// https://shop.example.com/webhooks/finik. The signature is checked against
	// the host and path of PublicURL and not of the request, because a proxy
	// may have changed them. It is checked against the query of the request,
	// or, if the request has no query, against the query of PublicURL. With ""
	// or a malformed URL every request is refused.
	PublicURL string
	// Keys are the public keys that may have signed; give two while the service
	// changes its key. A nil key, and one below 2048 bits, matches nothing. Without
	// keys every request is refused.
	Keys []*rsa.PublicKey
	// Tolerance is how far x-api-timestamp may be from this machine's clock,
	// either way. 0 means 5 minutes; a negative value switches the check off.
	// Whether the service stamps a repeated request with a new time is
	// Unverified: if it does not, repeats older than Tolerance are refused.
	Tolerance time.Duration

	// Handler calls Refused with each request that Parse refuses and the error,
	// before the answer is sent. Use Refused for a log, because the answer has no
	// more than a status. Refused must be safe for concurrent use. A Parse that
	// you call yourself does not call Refused. A nil Refused is not called.
	Refused func(r *http.Request, err error)
}

// Parse verifies the signature of r and returns the event in its body, which
// may have at most 1 MiB. It checks the timestamp before it reads the body, and
// the signature before it decodes the body. It sets no deadline for reading;
// the server does, or [Webhook.Handler].
//
// Every error matches ErrBadWebhook, with a nil event. Most errors match a
// second one:
//
//   - ErrUnauthorized: the header signature is missing, is in r twice, is not
//     Base64, or was made by none of w.Keys. A Webhook without Keys returns this
//     error for every signature.
//   - ErrUnauthorized too: the header x-api-timestamp is missing, is in r twice,
//     is not a time in milliseconds, or is further from now than w.Tolerance. A
//     negative w.Tolerance switches this check off.
//   - ErrUnauthorized too: an id or amount whose digits JavaScript changes when
//     it prints numbers, because the signature covers the changed digits.
//   - *http.MaxBytesError: the body is above 1 MiB.
//   - *DecodeError: the body is empty or not an event. A body is also empty if
//     middleware has read it before; the middleware must then put the body
//     back.
//   - ErrInvalidRequest: w.PublicURL is "" or is not an absolute http or https
//     URL.
//   - ErrInvalidRequest too: a query or x-api header of r that
//     [Message.ReceivedText] refuses.
//   - The error of reading, such as a lost connection or a deadline.
//   - No second error: a method other than POST, or a query that cannot be
//     parsed.
//
// Parse does not remember requests: it accepts the same signed request again
// while the timestamp is within w.Tolerance. Drop repeats by [Event.Key].
func (w Webhook) Parse(r *http.Request) (*Event, error) {
	if r.Method != http.MethodPost {
		return nil, errMethod
	}
	m, err := w.message(r)
	if err != nil {
		return nil, err
	}
	signature, err := w.signature(r.Header)
	if err != nil {
		return nil, err
	}
	if m.Body, err = webhook.Read(r); err != nil {
		return nil, fmt.Errorf("%w: the body cannot be read: %w", ErrBadWebhook, err)
	}
	if len(m.Body) == 0 { // not an event, even with a good signature
		return nil, fmt.Errorf("%w: %w", ErrBadWebhook, &DecodeError{Operation: "Webhook", Err: webhook.ErrEmpty})
	}
	text, err := m.ReceivedText()
	if err != nil {
		var unreadable *scan.Error
		if errors.As(err, &unreadable) {
			err = &DecodeError{Operation: "Webhook", Body: m.Body, Err: unreadable}
		}
		return nil, fmt.Errorf("%w: %w%s", ErrBadWebhook, err, webhook.Missing(r, m.Body))
	}
	if !w.verifies(text, signature) {
		return nil, unauthorized("the signature is wrong" + webhook.Missing(r, m.Body))
	}
	event := new(Event)
	if err := event.UnmarshalJSON(m.Body); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadWebhook, &DecodeError{Operation: "Webhook", Body: m.Body, Err: err})
	}
	// The signature covers numbers as JavaScript prints them, so other ids have
	// the same signature: 7.0 for 7, and all that round to one double.
	signed := new(Event)
	if err := signed.UnmarshalJSON(text[bytes.LastIndexByte(text, '\n')+1:]); err != nil || !event.agrees(signed) {
		return nil, unauthorized("the signature is over another id or amount")
	}
	return event, nil
}

// Handler returns a handler for webhook requests. The handler calls fn with
// each event that [Webhook.Parse] accepts. It answers without a body, with one
// of these statuses:
//
//	200   fn returned nil
//	500   fn returned an error, so that the service sends the event again
//	500   PublicURL is "" or not an absolute http or https URL
//	400   the body is empty or not an event, or Parse refused the request for another reason
//	401   Parse returned ErrUnauthorized: signature or timestamp is missing or wrong
//	405   the method is not POST
//	408   the body took longer than 10 seconds
//	413   the body is above 1 MiB
//
// If Parse refuses a request, the handler calls [Webhook.Refused] with the
// error before it answers. The handler reports an error of fn to nobody: log
// such an error in fn. The handler recovers no panic.
//
// If the service sends an event twice, fn is called twice: see [Event.Key]. fn
// gets the context of the request. fn must be safe for concurrent use. fn
// should return within seconds, because how long the service waits is unknown.
// Handler itself panics if fn is nil.
func (w Webhook) Handler(fn func(context.Context, *Event) error) http.Handler {
	return webhook.Serve("finik", w.Parse, fn, w.Refused,
		webhook.Status{Err: errPublicURL, Code: http.StatusInternalServerError},
		webhook.Status{Err: ErrUnauthorized, Code: http.StatusUnauthorized})
}

// String returns "finik webhook of " and the host of PublicURL, or "finik
// webhook" if PublicURL is not a URL.
func (w Webhook) String() string {
	if u, err := url.Parse(w.PublicURL); err == nil {
		return "finik webhook of " + u.Host
	}
	return "finik webhook"
}

var (
	errMethod    = fmt.Errorf("%w: %w", ErrBadWebhook, webhook.ErrMethod)
	errPublicURL = fmt.Errorf("%w: %w: Webhook.PublicURL: must be an absolute http or https URL without user and fragment, its host in ASCII (punycode)", ErrBadWebhook, ErrInvalidRequest)
)

func unauthorized(why string) error {
	return fmt.Errorf("%w: %w: %s", ErrBadWebhook, ErrUnauthorized, why)
}

// message returns r without its body, as the sender signed it. It returns
// errPublicURL for a PublicURL that is not one, and ErrBadWebhook for a query
// that cannot be parsed.
func (w Webhook) message(r *http.Request) (Message, error) {
	u, err := url.Parse(w.PublicURL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.Fragment != "" || !transport.HeaderText(u.Host) {
		return Message{}, errPublicURL
	}
	host, path, query := strings.ToLower(u.Host), u.EscapedPath(), u.RawQuery
	if port := u.Port(); port == "443" && u.Scheme == "https" || port == "80" && u.Scheme == "http" || port == "" {
		host = strings.TrimSuffix(host, ":"+port) // which senders leave out
	}
	if path == "" {
		path = "/"
	}
	if r.URL.RawQuery != "" {
		query = r.URL.RawQuery
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return Message{}, fmt.Errorf("%w: the query cannot be read", ErrBadWebhook)
	}
	return Message{Method: r.Method, Host: host, Path: path, Query: values, Header: r.Header}, nil
}

// signature returns the signature in h. It returns ErrUnauthorized if the
// signature or the timestamp is not acceptable.
func (w Webhook) signature(h http.Header) ([]byte, error) {
	encoded, ok := only(h, "signature")
	if !ok {
		return nil, unauthorized("there must be exactly one signature header")
	}
	signature, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil || len(encoded) == 0 || len(encoded) != base64.StdEncoding.EncodedLen(len(signature)) {
		return nil, unauthorized("the signature is not Base64")
	}
	tolerance := w.Tolerance
	if tolerance < 0 {
		return signature, nil
	}
	if tolerance == 0 {
		tolerance = defaultTolerance
	}
	const longest = 15 // digits, far beyond any date
	text, ok := only(h, "x-api-timestamp")
	millis, err := strconv.ParseUint(text, 10, 63)
	if !ok || err != nil || len(text) > longest {
		return nil, unauthorized("there must be exactly one timestamp header, in milliseconds")
	}
	if time.Since(time.UnixMilli(int64(millis))).Abs() > tolerance {
		return nil, unauthorized("the timestamp is too far from now")
	}
	return signature, nil
}

// only returns the value of a header, and false unless it occurs exactly once.
func only(h http.Header, name string) (value string, ok bool) {
	for spelled, values := range h {
		if !strings.EqualFold(spelled, name) || len(values) == 0 {
			continue
		}
		if ok || len(values) > 1 {
			return "", false
		}
		value, ok = values[0], true
	}
	return value, ok
}

// verifies reports whether one of the keys made the signature.
func (w Webhook) verifies(text, signature []byte) bool {
	digest := sha256.Sum256(text)
	for _, key := range w.Keys {
		if keyProblem(key) == "" && rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) == nil {
			return true
		}
	}
	return false
}
