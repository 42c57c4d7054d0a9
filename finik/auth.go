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

	// maxAge of a timestamp that may leave; the service takes it for 10 s.
	maxAge = 5 * time.Second
	// maxOffset bounds what a clock may be wrong by.
	maxOffset = 366 * 24 * time.Hour
	// learnable is the least error of a clock that a 401 is put down to: a Date
	// header has whole seconds.
	learnable = 2 * time.Second
)

// Credentials are what a client proves itself with. Printing and encoding them
// shows neither key nor signer, and encoding/gob refuses them.
type Credentials struct {
	APIKey string // from the provider; secret
	Signer Signer // for example that of [RSASigner]
}

func (c Credentials) faults() []string {
	var faults []string
	switch {
	case c.APIKey == "":
		faults = append(faults, "Credentials.APIKey: must not be empty")
	case strings.TrimSpace(c.APIKey) != c.APIKey || !transport.HeaderText(c.APIKey):
		faults = append(faults, "Credentials.APIKey: must be printable ASCII without blanks around it")
	}
	if c.Signer == nil {
		faults = append(faults, "Credentials.Signer: must not be nil")
	}
	return faults
}

// same reports whether two credentials are surely the same. Two signers of one RSA
// key are: a source may read the key each time. Not all other types of signers have
// an equality.
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

// stamper puts key, timestamp and signature on each attempt, just before it
// leaves.
type stamper struct {
	keys   *transport.Rotation[Credentials]
	learns bool         // the clock from refusals
	offset atomic.Int64 // of the service's clock to this one
}

func newStamper(c Credentials, o options) *stamper {
	ask := transport.Fixed(c)
	if o.source != nil {
		ask = askSource(o.source, Credentials.faults)
	}
	s := &stamper{keys: transport.NewRotation(ask, Credentials.same), learns: o.serverClock}
	s.offset.Store(int64(o.offset))
	return s
}

// stamped is the note of an attempt: what it was signed by, and the offset of its
// timestamp. Another call may learn a better one before its answer comes.
type stamped struct {
	key    transport.Used[Credentials]
	offset time.Duration
}

// String shows no key.
func (stamped) String() string { return "finik stamp" }

// Authorize stamps and signs an attempt, on a private copy below the caller's
// middleware.
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

// Connected signs an attempt again that had to wait for its connection, or whose
// timestamp is in the future since the clock went back.
func (s *stamper) Connected(r *http.Request, body []byte, used any) (any, error) {
	at, err := strconv.ParseInt(r.Header.Get(timestampHeader), 10, 64)
	if err == nil && fresh(s.now(), at) {
		return used, nil
	}
	note, _ := used.(stamped)
	return s.sign(r, body, note.key)
}

// Renew returns the same credentials where the refusal may be about the clock, and
// sets that, and else those of the source.
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
	errSlowSigner  = errors.New("finik: signing took longer than 5 s, after which the timestamp must not leave")
	errUnsteady    = errors.New("finik: the clock was set while requests were signed")
	errNoSignature = errors.New("finik: the signer gave no signature")
)

// sign stamps and signs until a timestamp is fresh that was just signed: a clock
// may be set, or learned, meanwhile.
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

// learned reports whether a 401 may be about the clock, and sets it then. used is
// the offset that the attempt was stamped with.
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

// textOf is what is signed of a request, as it is going to be sent.
func textOf(r *http.Request, body []byte) ([]byte, error) {
	m := Message{
		Method: r.Method, Host: cmp.Or(r.Host, r.URL.Host), Path: cmp.Or(r.URL.EscapedPath(), "/"),
		Header: r.Header, Body: body,
	}
	if r.URL.RawQuery != "" { // of the caller's middleware
		m.Query = r.URL.Query()
	}
	return m.Text()
}

// now is the service's time, in milliseconds.
func (s *stamper) now() int64 {
	return time.Now().Add(time.Duration(s.offset.Load())).UnixMilli()
}

// fresh reports whether a timestamp may leave.
func fresh(now, at int64) bool { return at <= now && now-at <= maxAge.Milliseconds() }

// ownHeaders returns the headers that this package sets: name among them where
// it is signed.
func ownHeaders(name string) []string {
	if isAPIHeader(name) {
		return []string{signatureHeader, name}
	}
	return []string{signatureHeader}
}

// isAPIHeader reports whether a header is signed.
func isAPIHeader(name string) bool {
	return strings.HasPrefix(strings.ToLower(name), "x-api-")
}
