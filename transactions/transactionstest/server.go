package transactionstest

import (
	"net/http"
	"net/url"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/transactions"
)

// The paths that the server answers; any other path is refused with status 404, and
// any other method with status 405.
const (
	Path      = "/api/transactions"       // GET: the list
	CountPath = "/api/transactions/count" // GET: the number of transactions that meet the filter
	TokenPath = "/api/authenticate"       // POST: a token for a username and a password
)

// operation returns the name of a request's operation, "" for other paths.
func (*Server) operation(r fakeapi.Request) string { return operation(r.Path) }

// Rows returns the newest version of each transaction that the server holds, in the
// order of their ids. Hidden transactions are included, see [WithLateRows]. Without
// transactions Rows returns an empty slice. The caller must not change the
// transactions.
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

// operation returns the name of a path's operation, "" for other paths.
func operation(path string) string {
	return map[string]string{Path: "ListTransactions", CountPath: "CountTransactions", TokenPath: "Token"}[path]
}

// handle answers a request that no fault took.
func (s *Server) handle(w http.ResponseWriter, r *http.Request) { s.answer(r).send(w) }

// refuseFault answers a request that met a fault with a status and no body.
func (s *Server) refuseFault(w http.ResponseWriter, r *http.Request, status int) {
	s.refuse(r, status, "The request is refused by a fault.").send(w)
}

// answer returns the answer to a request.
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
	// A servlet container keeps what decodes and drops the rest of a query.
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
