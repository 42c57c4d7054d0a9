// Package fakeapi is what the fakes of the providers share: a server on
// loopback, a log of what it received, faults, and seeded random data. It knows
// nothing of any provider.
package fakeapi

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
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
	// Operation names the operation of a request, for [Fault.Operation].
	Operation func(r Request) string
	// Pages are the operations whose answers are pages, for [StalledPage].
	Pages []string
	// Refuse answers with an error of the provider's shape, for faults with a
	// status and without a body.
	Refuse func(w http.ResponseWriter, r *http.Request, status int)
	Listen Listen
	// MaxBody is the longest request body that is read; a longer one is logged
	// up to there and answered with 413. The default is 1 MiB.
	MaxBody int64
	// MaxLog is how many requests the log keeps; the oldest go first. The
	// default is 100,000.
	MaxLog int
}

// Listen says where a [Server] listens. The zero value is a free port of
// loopback.
type Listen struct {
	Addr   string // host and port
	Memory bool   // no network: only [Server.Client] reaches the server
}

// Server is an HTTP server, without TLS and with keep-alive. All of its methods
// may be called at the same time.
type Server struct {
	config   Config
	listener net.Listener
	http     *http.Server
	client   *http.Client
	dialed   *http.Transport // of client
	log      requestLog
	faults   faultList
	pages    pages
	// recorders are spare answers: a page is too long to be allocated each time.
	recorders sync.Pool

	closing  chan struct{}
	closed   sync.Once
	inFlight sync.WaitGroup // connections and handlers
}

// NewServer starts a server. It panics where it cannot listen.
func NewServer(config Config) *Server {
	if config.MaxBody == 0 {
		config.MaxBody = defaultMaxBody
	}
	if config.MaxLog == 0 {
		config.MaxLog = defaultMaxLog
	}
	s := &Server{config: config, dialed: &http.Transport{}, closing: make(chan struct{})}
	s.client = &http.Client{Transport: s.dialed}
	s.listener = s.listen(config.Listen)
	s.log.limit = config.MaxLog
	s.pages.last = map[string]*recorder{}
	s.recorders.New = func() any { return newRecorder() }
	s.http = &http.Server{
		Handler:           http.HandlerFunc(s.serve),
		ConnState:         s.track,
		ReadHeaderTimeout: headerReadLimit,
	}
	s.inFlight.Go(func() { _ = s.http.Serve(s.listener) })
	return s
}

func (s *Server) listen(l Listen) net.Listener {
	if l.Memory {
		memory := newMemory()
		s.dialed.DialContext = memory.dial
		return memory
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(context.Background(), "tcp", cmp.Or(l.Addr, "127.0.0.1:0"))
	if err != nil {
		panic(fmt.Sprintf("fakeapi: cannot listen: %v", err))
	}
	return listener
}

// URL is the server's address without a path or a slash at the end. A server
// that listens on all addresses is reached by loopback.
func (s *Server) URL() string {
	if tcp, ok := s.listener.Addr().(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return "http://127.0.0.1:" + strconv.Itoa(tcp.Port)
	}
	return "http://" + s.listener.Addr().String()
}

// Client is a client that reaches the server, in memory too. The server closes
// its connections.
func (s *Server) Client() *http.Client { return s.client }

// Handler is what the server serves, faults and log included, for a server of
// the caller's own.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.answer) }

// Close ends the server, with requests that are under way, and waits until the
// last of its goroutines is done. Further calls do nothing.
func (s *Server) Close() {
	s.closed.Do(func() {
		close(s.closing)
		_ = s.http.Close()
		s.dialed.CloseIdleConnections()
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
	s.answer(w, r)
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
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
		s.handle(w, r, operation)
		return
	}
	if !s.wait(r, fault.Delay) {
		abort(w)
		return
	}
	s.meet(w, r, operation, fault)
}

// handle answers as without a fault, and keeps pages.
func (s *Server) handle(w http.ResponseWriter, r *http.Request, operation string) {
	if !slices.Contains(s.config.Pages, operation) {
		s.config.Handler.ServeHTTP(w, r)
		return
	}
	page, _ := s.recorders.Get().(*recorder)
	defer s.recorders.Put(page)
	page.reset()
	s.config.Handler.ServeHTTP(page, r)
	if page.status == http.StatusOK {
		s.pages.keep(page, operation)
	}
	page.send(w)
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

// Marshal is the JSON of what always marshals.
func Marshal(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("fakeapi: %v", err))
	}
	return text
}

// MediaType is the media type of a request's body, in small letters and without
// parameters.
func MediaType(r *http.Request) string {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}
