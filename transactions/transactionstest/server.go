package transactionstest

import (
	"net/http"
	"net/url"
	"sync"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/transactions"
)

// The paths that the server answers at.
const (
	Path      = "/api/transactions"
	CountPath = "/api/transactions/count"
	TokenPath = "/api/authenticate"
)

// Server is a transactions service on loopback. All of its methods may be called
// at the same time.
type Server struct {
	config config
	store  *store
	tokens tokens
	server *fakeapi.Server

	mu   sync.Mutex
	last *answer // of the list request before
}

// NewServer starts a server without transactions. Close it when done with it. It
// panics where the machine has no loopback.
func NewServer(opts ...Option) *Server {
	c := newConfig(opts)
	s := &Server{config: c, store: newStore(c)}
	s.tokens.issued = map[string]*grant{}
	s.server = fakeapi.NewServer(fakeapi.Config{
		Handler:   s.Handler(),
		Operation: func(r fakeapi.Request) string { return operation(r.Path) },
	})
	return s
}

// URL is the base URL for transactions.NewClient: plain http on loopback.
func (s *Server) URL() string { return s.server.URL() }

// Handler is the service without the server: it can be called in memory, meets
// no faults and logs no requests.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.handle) }

// Close ends the server, with requests that are under way.
func (s *Server) Close() { s.server.Close() }

// Inject adds faults. They are tried in the order in which they were added, and
// a request meets at most one of them. Requests that are refused (a token that has
// expired, a value that does not convert) meet faults too: a gateway does not
// know.
func (s *Server) Inject(faults ...Fault) {
	for _, f := range faults {
		s.server.Inject(s.fault(f))
	}
}

// ClearFaults removes all faults.
func (s *Server) ClearFaults() { s.server.ClearFaults() }

// Requests are the requests received so far, in order of arrival, those that
// met a fault included: the newest 100,000. The caller owns the answer.
func (s *Server) Requests() []Request {
	received := s.server.Requests()
	out := make([]Request, len(received))
	for i, r := range received {
		out[i] = Request(r)
	}
	return out
}

// ResetRequests empties the log of requests.
func (s *Server) ResetRequests() { s.server.ResetRequests() }

// Rows are the transactions that the server holds, late ones included, by id. They
// must not be changed.
func (s *Server) Rows() []*transactions.Transaction {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.byID.settle()
	out := make([]*transactions.Transaction, len(s.store.byID.rows))
	for i, r := range s.store.byID.rows {
		out[i] = r.fields
	}
	return out
}

func operation(path string) string {
	return map[string]string{Path: "ListTransactions", CountPath: "CountTransactions", TokenPath: "Token"}[path]
}

func (s *Server) handle(w http.ResponseWriter, r *http.Request) {
	a := s.answer(r)
	if operation(r.URL.EscapedPath()) == "ListTransactions" && a.status == http.StatusOK {
		s.mu.Lock()
		s.last = a
		s.mu.Unlock()
	}
	a.send(w)
}

// stall answers with the page before, where it would answer with a page.
func (s *Server) stall(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	a := s.answer(r)
	s.mu.Lock()
	last := s.last
	s.mu.Unlock()
	if last != nil && a.status == http.StatusOK && operation(r.URL.EscapedPath()) == "ListTransactions" {
		a = last
	}
	a.send(w)
}

func (s *Server) answer(r *http.Request) *answer {
	method := http.MethodGet
	if operation(r.URL.EscapedPath()) == "Token" {
		method = http.MethodPost
	}
	switch {
	case operation(r.URL.EscapedPath()) == "":
		return springError(http.StatusNotFound, r)
	case r.Method != method:
		return springError(http.StatusMethodNotAllowed, r).with("Allow", method)
	case method == http.MethodPost:
		return s.token(r)
	}
	if refused := s.authorize(r); refused != nil {
		return refused
	}
	// A container gives what decodes and drops the rest of a query.
	parameters, _ := url.ParseQuery(r.URL.RawQuery)
	q, refused := s.query(r, parameters)
	if refused != nil {
		return refused
	}
	if r.URL.EscapedPath() == CountPath {
		return newAnswer(http.StatusOK, "application/json", s.store.count(q.criteria))
	}
	if s.config.beforeList != nil {
		s.config.beforeList(s)
	}
	return s.render(r, parameters, q, s.store.list(q))
}
