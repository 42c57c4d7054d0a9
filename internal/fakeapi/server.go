// Package fakeapi is what the fakes of the providers share: a server on
// loopback, a log of what it received, faults, and seeded random data. It knows
// nothing of any provider.
package fakeapi

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

const (
	defaultMaxBody  = 1 << 20
	defaultMaxLog   = 100_000
	headerReadLimit = 30 * time.Second
)

// Config says what a [Server] does.
type Config struct {
	// Handler answers the requests that no fault takes. The body it reads is in
	// memory already.
	Handler http.Handler
	// Operation names the operation of a request, for [Fault.Operation]. It may
	// be nil.
	Operation func(r Request) string
	// MaxBody is the longest request body that is read; a longer one is logged
	// up to there and answered with 413. The default is 1 MiB.
	MaxBody int64
	// MaxLog is how many requests the log keeps; the oldest go first. The
	// default is 100,000.
	MaxLog int
}

// Server is an HTTP server on loopback, without TLS and with keep-alive. All of
// its methods may be called at the same time.
type Server struct {
	config   Config
	listener net.Listener
	http     *http.Server
	log      requestLog
	faults   faultList

	closing  chan struct{}
	closed   sync.Once
	inFlight sync.WaitGroup // connections and handlers
}

// NewServer starts a server. It panics where the machine has no loopback, as
// net/http/httptest does.
func NewServer(config Config) *Server {
	if config.MaxBody == 0 {
		config.MaxBody = defaultMaxBody
	}
	if config.MaxLog == 0 {
		config.MaxLog = defaultMaxLog
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		panic(fmt.Sprintf("fakeapi: no port on loopback: %v", err))
	}
	s := &Server{config: config, listener: listener, closing: make(chan struct{})}
	s.log.limit = config.MaxLog
	s.http = &http.Server{
		Handler:           http.HandlerFunc(s.serve),
		ConnState:         s.track,
		ReadHeaderTimeout: headerReadLimit,
	}
	s.inFlight.Go(func() { _ = s.http.Serve(listener) })
	return s
}

// URL is the server's address without a path or a slash at the end.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Close ends the server, with requests that are under way, and waits until the
// last of its goroutines is done. Further calls do nothing.
func (s *Server) Close() {
	s.closed.Do(func() {
		close(s.closing)
		_ = s.http.Close()
	})
	s.inFlight.Wait()
}

// Inject adds faults. They are tried in the order in which they were added, and
// a request meets at most one of them.
func (s *Server) Inject(faults ...Fault) { s.faults.add(faults) }

// ClearFaults removes all faults, also those that would go on for ever.
func (s *Server) ClearFaults() { s.faults.clear() }

// Requests are the requests received so far, in order of arrival, those that
// met a fault included. The caller owns the answer.
func (s *Server) Requests() []Request { return s.log.all() }

// ResetRequests empties the log.
func (s *Server) ResetRequests() { s.log.reset() }

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.inFlight.Add(1) // its connection is counted, so Close cannot be past waiting
	defer s.inFlight.Done()

	body, whole := readBody(r, s.config.MaxBody)
	received := newRequest(r, body)
	s.log.add(received)
	if !whole {
		w.Header().Set("Connection", "close")
		WriteJSON(w, http.StatusRequestEntityTooLarge, []byte(`{"error":"request body too large"}`))
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))

	operation := ""
	if s.config.Operation != nil {
		operation = s.config.Operation(received)
	}
	fault, ok := s.faults.pick(received, operation)
	if !ok {
		s.config.Handler.ServeHTTP(w, r)
		return
	}
	if !s.wait(r, fault.Delay) {
		abort(w, reset)
		return
	}
	fault.serve(w, r, s.config.Handler)
}

// wait lets a delay pass. It reports false once the server closes. A client
// that leaves ends the delay, and what follows still happens: no server knows
// in time that nobody is there any more.
func (s *Server) wait(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	case <-s.closing:
		return false
	}
	return true
}

func (s *Server) track(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.inFlight.Add(1)
	case http.StateClosed, http.StateHijacked:
		s.inFlight.Done()
	case http.StateActive, http.StateIdle:
	}
}

// WriteJSON answers with a JSON text and its length.
func WriteJSON(w http.ResponseWriter, status int, body []byte) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// readBody reports false for a body longer than limit.
func readBody(r *http.Request, limit int64) ([]byte, bool) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, true
	}
	// A body that breaks off is a client that has left: it gets no answer anyway.
	body, _ := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if int64(len(body)) > limit {
		return body[:limit], false
	}
	return body, true
}
