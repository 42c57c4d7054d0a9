package finik

import (
	"cmp"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
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
	case strings.TrimSpace(c.APIKey) != c.APIKey || !isPrintable(c.APIKey):
		faults = append(faults, "Credentials.APIKey: must be printable ASCII without blanks around it")
	}
	if c.Signer == nil {
		faults = append(faults, "Credentials.Signer: must not be nil")
	}
	return faults
}

// stamper puts key, timestamp and signature on each attempt, just before it
// leaves.
type stamper struct {
	key    func() string // a closure, where no verb of fmt reaches it
	signer Signer
	offset atomic.Int64 // of the service's clock to this one
}

func newStamper(c Credentials, offset time.Duration) *stamper {
	s := &stamper{key: func() string { return c.APIKey }, signer: c.Signer}
	s.offset.Store(int64(offset))
	return s
}

// stamped is where an attempt leaves the offset that it was stamped with:
// another call may learn a better one before its answer comes.
type stamped struct{ offset atomic.Int64 }

type stampedKey struct{}

var (
	errSlowSigner  = errors.New("finik: signing took longer than 5 s, after which the timestamp must not leave")
	errUnsteady    = errors.New("finik: the clock was set while requests were signed")
	errNoSignature = errors.New("finik: the signer gave no signature")
)

// sign stamps and signs an attempt, on a private copy below the caller's
// middleware, until a timestamp is fresh that was just signed: a clock may be
// set, or learned, meanwhile.
func (s *stamper) sign(r *http.Request, body []byte) error {
	began := time.Now()
	for range 3 {
		at := s.stamp(r)
		text, err := textOf(r, body)
		if err != nil {
			return err
		}
		signature, err := s.signer.Sign(r.Context(), text)
		switch {
		case err != nil:
			return err
		case len(signature) == 0:
			return errNoSignature
		case time.Since(began) > maxAge:
			return errSlowSigner
		}
		if fresh(s.now(), at) {
			r.Header.Set(signatureHeader, base64.StdEncoding.EncodeToString(signature))
			return nil
		}
	}
	return errUnsteady
}

// connected signs an attempt again that had to wait for its connection, or
// whose timestamp is in the future since the clock went back.
func (s *stamper) connected(r *http.Request, body []byte) error {
	at, err := strconv.ParseInt(r.Header.Get(timestampHeader), 10, 64)
	if err == nil && fresh(s.now(), at) {
		return nil
	}
	return s.sign(r, body)
}

// rejected reports whether a 401 may be about the clock, and sets it then.
func (s *stamper) rejected(answer *http.Response) bool {
	date, err := http.ParseTime(answer.Header.Get("Date"))
	if err != nil {
		return false
	}
	used := time.Duration(s.offset.Load())
	if answer.Request != nil {
		if at, ok := answer.Request.Context().Value(stampedKey{}).(*stamped); ok {
			used = time.Duration(at.offset.Load())
		}
	}
	offset := time.Until(date.Add(time.Second / 2)) // a Date is cut to seconds
	if (offset-used).Abs() < learnable || offset.Abs() > maxOffset {
		return false
	}
	s.offset.Store(int64(offset))
	return true
}

// stamp sets what the signature covers, and gives the timestamp.
func (s *stamper) stamp(r *http.Request) int64 {
	offset := s.offset.Load()
	if used, ok := r.Context().Value(stampedKey{}).(*stamped); ok {
		used.offset.Store(offset)
	}
	at := time.Now().Add(time.Duration(offset)).UnixMilli()
	r.Header.Set(keyHeader, s.key())
	r.Header.Set(timestampHeader, strconv.FormatInt(at, 10))
	return at
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

func isPrintable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
