package finik

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/payclients/payclients-go/internal/transport"
)

const (
	signatureHeader = "Signature"
	keyHeader       = "X-Api-Key"
	timestampHeader = "X-Api-Timestamp"

	// maxAge is the highest age at which a timestamp may be sent; the service
	// accepts it for 10 s.
	maxAge = 5 * time.Second
	// maxOffset is the highest difference of clocks that is accepted.
	maxOffset = 366 * 24 * time.Hour
	// learnable is the smallest clock difference that may explain a 401. A Date
	// header has whole seconds only.
	learnable = 2 * time.Second
)

// Credentials prove who the client is. [NewClient] returns ErrInvalidRequest if
// one of the two fields is missing. With [WithCredentialSource] both fields
// must be empty, and other Credentials are ErrInvalidRequest. Printing (any
// verb, log/slog) and encoding (JSON, XML, YAML) show neither key nor signer;
// encoding/gob refuses Credentials.
type Credentials struct {
	APIKey string // from the provider; secret; printable ASCII, must not be empty
	Signer Signer // for example from [RSASigner]; must not be nil
}

// problems returns what is wrong with the credentials, nil if nothing is.
func (c Credentials) problems() []string {
	var problems []string
	switch {
	case c.APIKey == "":
		problems = append(problems, "Credentials.APIKey: must not be empty")
	case strings.TrimSpace(c.APIKey) != c.APIKey || !transport.HeaderText(c.APIKey):
		problems = append(problems, "Credentials.APIKey: must be printable ASCII without spaces around it")
	}
	if c.Signer == nil {
		problems = append(problems, "Credentials.Signer: must not be nil")
	}
	return problems
}

// same reports whether two credentials are certainly the same. Two signers with
// one RSA key count as the same, because a source may read the key each time.
// Other signers are compared with == where Go allows it, else they count as
// different.
func (c Credentials) same(o Credentials) bool {
	if c.APIKey != o.APIKey {
		return false
	}
	a, own := c.Signer.(*rsaSigner)
	if b, too := o.Signer.(*rsaSigner); own && too {
		return a.public.Equal(b.public)
	}
	return reflect.ValueOf(c.Signer).Comparable() && reflect.ValueOf(o.Signer).Comparable() && c.Signer == o.Signer
}

// stamper puts key, timestamp and signature on each attempt, just before it is
// sent.
type stamper struct {
	keys   *transport.Rotation[Credentials]
	learns bool         // learns the clock offset from refusals
	offset atomic.Int64 // service's clock minus this machine's
}

func newStamper(c Credentials, o options) *stamper {
	ask := transport.Fixed(c)
	if o.source != nil {
		ask = askSource(o.source, Credentials.problems)
	}
	s := &stamper{keys: transport.NewRotation(ask, Credentials.same), learns: o.serverClock}
	s.offset.Store(int64(o.offset))
	return s
}

// stamped notes what an attempt was signed with and the clock offset of its
// timestamp. Another call may learn a better offset before the answer comes.
type stamped struct {
	key    transport.Used[Credentials]
	offset time.Duration
}

// String returns a fixed text without the key.
func (stamped) String() string { return "finik stamp" }

// Authorize stamps and signs an attempt, on a private copy below the caller's
// middleware. with is nil or the credentials that Renew returned. It returns the
// note of the attempt. After an error nothing is sent.
func (s *stamper) Authorize(r *http.Request, body []byte, with any) (any, error) {
	key, renewed := with.(transport.Used[Credentials])
	if !renewed {
		var err error
		if key, err = s.keys.Current(r.Context()); err != nil {
			return nil, err
		}
	}
	return s.sign(r, body, key)
}

// Connected stamps and signs again if the timestamp is older than maxAge, because
// the connection took long, or lies in the future, because the clock was set
// back. Otherwise it returns used. It returns the errors of sign.
func (s *stamper) Connected(r *http.Request, body []byte, used any) (any, error) {
	at, err := strconv.ParseInt(r.Header.Get(timestampHeader), 10, 64)
	if err == nil && fresh(s.now(), at) {
		return used, nil
	}
	note, _ := used.(stamped)
	return s.sign(r, body, note.key)
}

// Renew returns what to repeat a refused attempt with: the same credentials if
// the refusal may be due to the clock, whose offset it then sets, otherwise other
// credentials from the source. It reports false if it has neither.
func (s *stamper) Renew(ctx context.Context, refusal transport.Response, used any) (any, bool) {
	note, ok := used.(stamped)
	switch {
	case !ok:
		return nil, false
	case s.learns && s.learned(refusal, note.offset):
		return note.key, true
	}
	return s.keys.After(ctx, note.key)
}

var (
	errSlowSigner  = errors.New("finik: signing took longer than 5 s, so the timestamp is too old to be sent")
	errUnsteady    = errors.New("finik: the clock changed while the request was signed")
	errNoSignature = errors.New("finik: the signer returned an empty signature")
)

// sign stamps and signs r. It tries three times until the timestamp is fresh
// after signing, because the clock may be set or learned meanwhile. It returns
// errSlowSigner if signing takes longer than maxAge.
func (s *stamper) sign(r *http.Request, body []byte, key transport.Used[Credentials]) (any, error) {
	began := time.Now()
	for range 3 {
		offset := time.Duration(s.offset.Load())
		at := time.Now().Add(offset).UnixMilli()
		r.Header.Set(keyHeader, key.Credentials.APIKey)
		r.Header.Set(timestampHeader, strconv.FormatInt(at, 10))
		text, err := textOf(r, body)
		if err != nil {
			return nil, err
		}
		signature, err := key.Credentials.Signer.Sign(r.Context(), text)
		switch {
		case err != nil:
			return nil, err
		case len(signature) == 0:
			return nil, errNoSignature
		case time.Since(began) > maxAge:
			return nil, errSlowSigner
		}
		if fresh(s.now(), at) {
			r.Header.Set(signatureHeader, base64.StdEncoding.EncodeToString(signature))
			return stamped{key, offset}, nil
		}
	}
	return nil, errUnsteady
}

// learned reports whether a 401 may be due to the clock, and if so stores the new
// offset. used is the offset that the attempt was stamped with.
func (s *stamper) learned(refusal transport.Response, used time.Duration) bool {
	date, err := http.ParseTime(refusal.Header.Get("Date"))
	if err != nil {
		return false
	}
	offset := time.Until(date.Add(time.Second / 2)) // a Date is cut to seconds
	if (offset-used).Abs() < learnable || offset.Abs() > maxOffset {
		return false
	}
	s.offset.Store(int64(offset))
	return true
}

// textOf returns the text to sign for a request as it will be sent. It returns
// ErrInvalidRequest for a request that cannot be signed.
func textOf(r *http.Request, body []byte) ([]byte, error) {
	m := Message{
		Method: r.Method, Host: cmp.Or(r.Host, r.URL.Host), Path: cmp.Or(r.URL.EscapedPath(), "/"),
		Header: r.Header, Body: body,
	}
	if r.URL.RawQuery != "" { // added by the caller's middleware
		m.Query = r.URL.Query()
	}
	return m.Text()
}

// now returns the service's time in Unix milliseconds.
func (s *stamper) now() int64 {
	return time.Now().Add(time.Duration(s.offset.Load())).UnixMilli()
}

// fresh reports whether a timestamp may be sent at the time now, both in Unix
// milliseconds.
func fresh(now, at int64) bool { return at <= now && now-at <= maxAge.Milliseconds() }

// ownHeaders returns the headers that the caller may not set: the signature, and
// name if it is a signed header.
func ownHeaders(name string) []string {
	if isAPIHeader(name) {
		return []string{signatureHeader, name}
	}
	return []string{signatureHeader}
}

// isAPIHeader reports whether the signature covers a header.
func isAPIHeader(name string) bool {
	return strings.HasPrefix(strings.ToLower(name), "x-api-")
}
