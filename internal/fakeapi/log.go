package fakeapi

import (
	"bytes"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Request is a request as the server received it, with all secrets.
type Request struct {
	Method   string
	Host     string // with the port
	Path     string // as sent, with escapes
	RawQuery string // as sent, without the question mark
	Header   http.Header
	Body     []byte    // up to Config.MaxBody
	Time     time.Time // when the body had been received, by this machine's clock
}

func newRequest(r *http.Request, body []byte) Request {
	return Request{
		Method: r.Method, Host: r.Host, Path: r.URL.EscapedPath(), RawQuery: r.URL.RawQuery,
		Header: r.Header, Body: body, Time: time.Now(),
	}
}

// requestLog keeps the newest requests, at most limit. When it is full, it drops
// the oldest quarter.
type requestLog struct {
	mu       sync.Mutex
	requests []Request
	limit    int
}

func (l *requestLog) add(r Request) {
	r.Header = r.Header.Clone() // a handler may change its own
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.requests) >= l.limit {
		// Deletes a quarter at once, so that a full log is not moved for every
		// request.
		l.requests = slices.Delete(l.requests, 0, max(1, l.limit/4))
	}
	l.requests = append(l.requests, r)
}

func (l *requestLog) all() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := slices.Clone(l.requests)
	for i := range out {
		out[i].Header = out[i].Header.Clone()
		out[i].Body = bytes.Clone(out[i].Body)
	}
	return out
}

func (l *requestLog) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests = nil
}
