// Package fakeapi is what the fakes of the providers share: a server on loopback,
// a log of requests, injected faults, webhook deliveries and seeded random data.
// It does not know any provider.
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
	// defaultMaxBody is the default of Config.MaxBody, in bytes.
	defaultMaxBody = 1 << 20
	// defaultMaxLog is the default of Config.MaxLog, in requests.
	defaultMaxLog = 100_000
	// headerReadLimit is how long the server waits for the headers of a request.
	headerReadLimit = 30 * time.Second
)

// Config configures a [Server].
type Config struct {
	// Handler answers each request that no fault answers; the comments of [Kind]
	// and [Fault.Process] say when Handler also runs with a fault. It must not be
	// nil. The request's body is in memory already.
	Handler http.Handler
	// Operation returns the name of a request's operation, for [Fault.Operation],
	// or "" for a request without one. Nil means that no request has an operation.
	Operation func(r Request) string
	// Pages names the operations whose answers are pages, for [StalledPage].
	Pages []string
	// Refuse writes an error answer in the provider's shape, for a fault with a
	// Status of 400 or more and without a Body. Its argument status is the Status
	// of the fault. With a nil Refuse the answer has no body.
	Refuse func(w http.ResponseWriter, r *http.Request, status int)
	Listen Listen // where the server listens; zero: a free port on loopback
	// MaxBody is the length in bytes of the longest request body that is accepted.
	// A longer body is cut to MaxBody in the log, and the request is answered with
	// 413. 0 is 1 MiB. MaxBody must not be negative.
	MaxBody int64
	// MaxLog is the most requests that the log keeps. When the log is full, the
	// oldest quarter is dropped. 0 is 100,000. MaxLog must not be negative.
	MaxLog int
}

// Listen says where a [Server] listens. The zero value is a free port on
// loopback.
type Listen struct {
	Addr   string // host and port; "" is a free port on loopback
	Memory bool   // no network: only [Server.Client] reaches the server; Addr is ignored
}

// Server is an HTTP server without TLS, with keep-alive. [NewServer] makes one. All
// methods are safe for concurrent use.
type Server struct {
	config   Config
	listener net.Listener
	http     *http.Server
	client   *http.Client
	dialed   *http.Transport // transport of client
	log      requestLog
	faults   faultList
	pages    pages
	// recorders are spare buffers for answers: a page is too long to allocate
	// each time.
	recorders sync.Pool

	closing  chan struct{}
	closed   sync.Once
	inFlight sync.WaitGroup // connections and handlers
}

// NewServer starts a server and returns it. Call Close when done. It panics if it
// cannot listen at config.Listen. config.Handler must not be nil: NewServer does
// not check it, and requests would end without an answer.
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
	s.pages.kept = map[string]*recorder{}
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

// URL returns the server's address, such as http://127.0.0.1:8080, without a path
// and without a slash at the end. For a server that listens on all addresses it
// returns the loopback address. Only Client reaches the address of a server in
// memory.
func (s *Server) URL() string {
	if tcp, ok := s.listener.Addr().(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		return "http://127.0.0.1:" + strconv.Itoa(tcp.Port)
	}
	return "http://" + s.listener.Addr().String()
}

// Client returns an HTTP client that reaches the server, also a server in memory.
// It is the same client each time. It has no timeout. Server.Close closes the
// client's idle connections; later requests fail.
func (s *Server) Client() *http.Client { return s.client }

// Handler returns a handler for use in another HTTP server. The handler answers as
// the server does, with the same faults and the same log. The handler works after
// Server.Close too, with one exception: a Fault with a Delay then resets the
// connection. Server.Close waits for the server's own requests only, and does not
// wait for requests that another HTTP server passes to the handler.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.answer) }

// Close stops the server. It closes all connections, so requests still running get
// no answer, and waits until all goroutines of the server have ended,
// Config.Handler too. Further calls close nothing and wait too.
func (s *Server) Close() {
	s.closed.Do(func() {
		close(s.closing)
		_ = s.http.Close()
		s.dialed.CloseIdleConnections()
	})
	s.inFlight.Wait()
}

// Inject adds faults after the faults that were added before. For each request the
// server tries the faults in this order, and only the first fault that matches
// applies. A fault is removed after it has applied to as many requests as
// Fault.Times says. Without arguments Inject does nothing.
func (s *Server) Inject(faults ...Fault) { s.faults.add(faults) }

// ClearFaults removes all faults. The requests that follow are answered without
// faults.
func (s *Server) ClearFaults() { s.faults.clear() }

// Requests returns copies of the requests received so far, in the order of arrival.
// Requests that met a fault are included. The caller owns the copies. At most
// Config.MaxLog requests are kept: when the log is full, the oldest quarter is
// dropped. Requests returns nil if there are none.
func (s *Server) Requests() []Request { return s.log.all() }

// ResetRequests removes all requests from the log that Requests returns. It does
// not change the faults.
func (s *Server) ResetRequests() { s.log.reset() }

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.inFlight.Add(1) // its connection is counted, so Close is still waiting
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

// handle lets Config.Handler answer the request r. If operation is in Config.Pages
// and the status is 200, handle also stores a copy of the answer for StalledPage.
// The copy replaces the copy stored earlier for this operation. operation is "" if
// the request has none.
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

// wait waits for d, and reports whether the server is still to answer r:
//
//   - d is 0 or less: wait returns true at once, even if the server is closed.
//   - d has passed: wait returns true.
//   - The client of r disconnects: wait returns true at once, because a real server
//     also runs a request whose client has gone.
//   - The server closes or is closed already: wait returns false at once.
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

// WriteJSON writes an answer with the status and with body, and sets Content-Type
// to application/json and Content-Length. body must be JSON; WriteJSON does not
// check this. It ignores an error of w.
func WriteJSON(w http.ResponseWriter, status int, body []byte) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// readBody reads the body of r. It returns the body and true, or its first limit
// bytes and false if the body is longer than limit bytes. limit must not be
// negative. If the client stops sending in the middle, readBody returns the bytes
// received and true. It returns nil and true if r has no body.
func readBody(r *http.Request, limit int64) ([]byte, bool) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, true
	}
	// If the body breaks off, the client has gone and gets no answer anyway.
	body, _ := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if int64(len(body)) > limit {
		return body[:limit], false
	}
	return body, true
}

// Marshal returns v as JSON. It panics if v cannot be encoded.
func Marshal(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("fakeapi: %v", err))
	}
	return text
}

// MediaType returns the media type from the Content-Type of r: the part before the
// first ";", in lower case and without spaces around it, such as
// "application/json". It does not check the form. It returns "" if r has no
// Content-Type.
func MediaType(r *http.Request) string {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}
