package transactionstest

import (
	"net/http"
	"net/url"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/transactions"
)

// The paths that the server answers at.
const (
	Path      = "/api/transactions"
	CountPath = "/api/transactions/count"
	TokenPath = "/api/authenticate"
)

func (*Server) operation(r fakeapi.Request) string { return operation(r.Path) }

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

func (s *Server) handle(w http.ResponseWriter, r *http.Request) { s.answer(r).send(w) }

// refuseFault is the refusal of a fault that has a status alone.
func (s *Server) refuseFault(w http.ResponseWriter, r *http.Request, status int) {
	s.refuse(r, status, "The request is refused by a fault.").send(w)
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
