package wallettest

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/payclients/payclients-go/internal/fakeapi"
)

// The paths that the server answers.
const (
	basePath  = "/v1"
	tokenPath = "/oauth/token" //nolint:gosec // a path
)

// operation returns the name of a request's operation, "" for other requests.
func (*Server) operation(r fakeapi.Request) string { return route(r.Method, r.Path).operation }

// TokenURL returns the URL of the server's token request, for TokenURL of
// wallet.OAuth.
func (s *Server) TokenURL() string { return s.server.URL() + tokenPath }

// target is what a request asks for.
type target struct {
	operation string // the client's method; "" for other requests
	method    string // the HTTP method of the operation
	id        int64  // of a payment
	scope     string // that a token needs; "" is none
}

// route returns the target of a path. For a known path with another method, the
// operation is "".
func route(method, path string) target {
	rest, ok := strings.CutPrefix(path, basePath+"/payments")
	var t target
	switch {
	case path == tokenPath:
		t = target{operation: "Token", method: http.MethodPost}
	case !ok:
	case rest == "" && method == http.MethodGet:
		t = target{operation: "ListPayments", method: http.MethodGet, scope: "payments.read"}
	case rest == "":
		t = target{operation: "CreatePayment", method: http.MethodPost, scope: "payments.modify"}
	case rest == "/reset_unseen":
		t = target{operation: "ResetUnseen", method: http.MethodGet, scope: "payments.read"}
	case rest == "/bill":
		t = target{operation: "SendBill", method: http.MethodPost, scope: "payments.read"}
	case rest == "/best":
		t = target{operation: "ListBestTransfers", method: http.MethodGet, scope: "payments.read"}
	case rest == "/best/reset_unseen":
		t = target{operation: "ResetUnseenBest", method: http.MethodGet, scope: "payments.read"}
	case rest == "/best/p2p":
		t = target{operation: "ReportBestTransfer", method: http.MethodPost}
	default:
		t = routePayment(rest)
	}
	if t.method != method {
		t.operation = ""
	}
	return t
}

// routePayment is route for paths with a payment's id.
func routePayment(rest string) target {
	number, pay := strings.CutSuffix(strings.TrimPrefix(rest, "/"), "/pay")
	id, err := strconv.ParseInt(number, 10, 64)
	switch {
	case err != nil || strconv.FormatInt(id, 10) != number:
		return target{}
	case pay:
		return target{operation: "ExecutePayment", method: http.MethodPost, id: id, scope: "payments.modify"}
	}
	return target{operation: "GetPayment", method: http.MethodGet, id: id, scope: "payments.read"}
}

// lock locks the store.
func (s *Server) lock() { s.store.mu.Lock() }

// handle answers a request that no fault took.
func (s *Server) handle(w http.ResponseWriter, r *http.Request) {
	t := route(r.Method, r.URL.EscapedPath())
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	a := s.answer(r, t)
	if a.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", t.method)
	}
	fakeapi.WriteJSON(w, a.status, a.render())
}

// answer returns the answer to a request. It checks the request in the documented
// order.
func (s *Server) answer(r *http.Request, t target) answer {
	switch {
	case t.method == "":
		return refuse(http.StatusNotFound, "")
	case t.operation == "":
		return refuse(http.StatusMethodNotAllowed, "")
	case t.operation == "Token":
		return s.token(r)
	case r.Method == http.MethodPost && fakeapi.MediaType(r) != "application/json":
		return refuse(http.StatusUnsupportedMediaType, "")
	}
	if t.operation == "ReportBestTransfer" { // no credentials are documented for it
		return s.store.report(r)
	}
	c, refused := s.authenticate(r, t.scope)
	if refused != nil {
		return *refused
	}
	switch t.operation {
	case "CreatePayment":
		return s.create(c, r)
	case "ExecutePayment":
		return s.execute(c, t.id, r)
	case "GetPayment":
		return s.get(c, t.id)
	case "ListPayments":
		return s.list(c, r)
	case "ResetUnseen":
		return s.resetUnseen(c)
	case "SendBill":
		return s.bill(c, r)
	case "ListBestTransfers":
		return s.store.listBest(c)
	}
	return s.store.resetBest(c)
}

// refuseFault answers a request that met a fault with a status and no body.
func (*Server) refuseFault(w http.ResponseWriter, _ *http.Request, status int) {
	fakeapi.WriteJSON(w, status, refuse(status, "").render())
}
