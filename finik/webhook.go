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

// Webhook receives the callbacks of the service. Printing it shows the host of
// PublicURL only.
//
// A callback is signed by the service's key over method, path, host, the x-api
// headers, the query and the body. It comes at least once, is repeated for up to
// 24 hours until it is answered by a 2xx, and may come late or out of order: drop
// those whose [Event.Key] is done with, and act on final statuses only.
type Webhook struct {
	// PublicURL is the address that is registered with the service, for example
	// https://shop.example.com/webhooks/finik. Its host and path are what the
	// signature is over, whatever a proxy makes of them. So is its query for a
	// request that has none.
	PublicURL string
	// Keys are those that callbacks may be signed with: more than one while keys
	// change. Nil keys, and such below 2048 bits, match nothing.
	Keys []*rsa.PublicKey
	// Tolerance is how far x-api-timestamp may be from this machine's clock,
	// either way: 0 is 5 minutes, and a negative one switches the check off.
	// Whether the service stamps a repeated callback anew is Unverified: if it
	// does not, repeats that are older than this are refused.
	Tolerance time.Duration

	// Refused, where it is set, is called by Handler with each request that Parse
	// refuses and with the error, before the answer is sent: for a log, since the
	// answer says no more than its status. It may be called by several goroutines
	// at a time. Parse does not call it.
	Refused func(r *http.Request, err error)
}

// Parse checks the signature of r and reads the event from its body, at most
// 1 MiB. The body is not read before the timestamp is found to be fresh, and not
// decoded before the signature is found to be right; only its tokens are looked
// at, for the signature is over them. How long reading may take is a matter of
// the server, or of [Webhook.Handler].
//
// Its errors match ErrBadWebhook: a method other than POST; a missing, wrong or
// repeated signature or timestamp, and ids and amounts that the signature covers
// rounded only, which match ErrUnauthorized too; a body that
// is too long (*http.MaxBytesError) or that is not an event (*DecodeError); and
// ErrInvalidRequest for a PublicURL that is not one. An empty body is *DecodeError
// and not ErrUnauthorized, and its text says that something may have read the
// body before: middleware that reads r.Body has to put it back.
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
	if len(m.Body) == 0 { // no event, whatever the signature
		return nil, fmt.Errorf("%w: %w", ErrBadWebhook, &DecodeError{Operation: "Webhook", Err: webhook.ErrEmpty})
	}
	text, err := m.ReceivedText()
	if err != nil {
		var fault *scan.Error
		if errors.As(err, &fault) {
			err = &DecodeError{Operation: "Webhook", Body: m.Body, Err: fault}
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
	// The signature is over numbers as JavaScript prints them, which leaves room
	// for other ids: 7.0 for 7, and all that round to one double.
	signed := new(Event)
	if err := signed.UnmarshalJSON(text[bytes.LastIndexByte(text, '\n')+1:]); err != nil || !event.agrees(signed) {
		return nil, unauthorized("the signature is over another id or amount")
	}
	return event, nil
}

// Handler serves callbacks: each that Parse accepts is given to fn. It answers
// 200 without a body when fn returns nil, and 500 when fn fails, so that the
// service sends the callback again; 405 for a method other than POST, 401 for a
// wrong signature or timestamp, 413 for a body above 1 MiB, 408 for one that takes
// longer than 10 seconds, 400 for one that is empty or not an event, and 500 where
// PublicURL is not a URL. No answer says more than its status: [Webhook.Refused]
// gets the reason.
//
// fn gets the context of the request and may be called by several goroutines at
// a time. It should return within seconds: how long the service waits is
// unknown. Handler panics if fn is nil.
func (w Webhook) Handler(fn func(context.Context, *Event) error) http.Handler {
	return webhook.Serve("finik", w.Parse, fn, w.Refused,
		webhook.Status{Err: errPublicURL, Code: http.StatusInternalServerError},
		webhook.Status{Err: ErrUnauthorized, Code: http.StatusUnauthorized})
}

// String names the webhook by the host of its URL.
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

// message is r without its body, as the sender saw it.
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

// signature gives the signature in h, provided that the timestamp is fresh.
func (w Webhook) signature(h http.Header) ([]byte, error) {
	encoded, ok := only(h, "signature")
	if !ok {
		return nil, unauthorized("there is not one signature")
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
		return nil, unauthorized("there is not one timestamp")
	}
	if time.Since(time.UnixMilli(int64(millis))).Abs() > tolerance {
		return nil, unauthorized("the timestamp is too far from now")
	}
	return signature, nil
}

// only is the value of a header that comes once.
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
		if keyFault(key) == "" && rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) == nil {
			return true
		}
	}
	return false
}
