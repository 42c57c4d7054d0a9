package ecommpaytest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/internal/fakeapi"
)

// BasePath is in front of the path of every endpoint, as with the live service.
const BasePath = "/v1"

// Server is a Data API on loopback. All of its methods may be called at the same
// time.
type Server struct {
	config config
	store  *store
	server *fakeapi.Server

	mu          sync.Mutex
	credentials ecommpay.Credentials
	last        map[string][]byte // by path: the answer before, for FaultStalledPage
	throttled   time.Time         // when the last request with a long interval was let in
}

// NewServer starts a server without data. Close it when done with it. It panics
// where the machine has no loopback.
func NewServer(opts ...Option) *Server {
	c := newConfig(opts)
	s := &Server{config: c, store: newStore(c), credentials: c.credentials, last: map[string][]byte{}}
	s.server = fakeapi.NewServer(fakeapi.Config{
		Handler:   http.HandlerFunc(s.handle),
		Operation: func(r fakeapi.Request) string { return strings.TrimPrefix(r.Path, BasePath) },
	})
	return s
}

// URL is the base URL, for ecommpay.NewClient: plain http on loopback.
func (s *Server) URL() string { return s.server.URL() + BasePath }

// Close ends the server, with requests that are under way.
func (s *Server) Close() { s.server.Close() }

// SetCredentials replaces the credentials: those before are refused from now on.
func (s *Server) SetCredentials(c ecommpay.Credentials) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.credentials = c
}

// Inject adds faults. They are tried in the order in which they were added, and
// a request meets at most one of them. Requests that are refused (a wrong token,
// a member that is not allowed) meet faults too: a gateway does not know.
func (s *Server) Inject(faults ...Fault) {
	for _, f := range faults {
		s.server.Inject(s.fault(f))
	}
}

// ClearFaults removes all faults.
func (s *Server) ClearFaults() { s.server.ClearFaults() }

// Requests are the requests received so far, in order of arrival, those that met
// a fault included: the newest 100,000. The caller owns the answer.
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

// endpoints are the requests that there are, by path.
func (s *Server) endpoints() map[string]func(body) ([]byte, error) {
	return map[string]func(body) ([]byte, error){
		"/balance/get":                    s.balances,
		"/operations/get":                 s.operations,
		"/operations/get-by-payment":      s.byPayment,
		"/chargeback/list":                s.chargebacks,
		"/chargeback/get":                 s.chargeback,
		"/fraud/list":                     s.fraud,
		"/financial-reporting/operations": s.financial,
		"/currency-rates/get":             s.rates,
	}
}

func (s *Server) handle(w http.ResponseWriter, r *http.Request) {
	answer, err := s.answer(r)
	if err != nil {
		refuse(w, err)
		return
	}
	fakeapi.WriteJSON(w, http.StatusOK, answer)
}

// stall answers with the answer before, as if the offset had not moved.
func (s *Server) stall(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	s.mu.Lock()
	before := s.last[r.URL.EscapedPath()]
	s.mu.Unlock()
	if before == nil {
		s.handle(w, r)
		return
	}
	fakeapi.WriteJSON(w, http.StatusOK, before)
}

// answer is the signed answer to a request.
func (s *Server) answer(r *http.Request) ([]byte, error) {
	path, ok := strings.CutPrefix(r.URL.EscapedPath(), BasePath)
	endpoint := s.endpoints()[path]
	switch {
	case !ok || endpoint == nil:
		return nil, refusal{http.StatusNotFound, "no such path"}
	case r.Method != http.MethodPost:
		return nil, refusal{http.StatusMethodNotAllowed, "only POST is allowed"}
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, refusal{http.StatusBadRequest, "the body cannot be read"}
	}
	request, credentials, err := s.accept(text)
	if err != nil {
		return nil, err
	}
	if s.config.noRights && (strings.HasPrefix(path, "/chargeback/") || strings.HasPrefix(path, "/fraud/")) {
		return nil, refusal{http.StatusForbidden, "the account has no rights to this section"}
	}
	if !s.throttle(r, request) {
		return nil, refusal{http.StatusInternalServerError, "the client has left"}
	}
	plain, err := endpoint(request)
	if err != nil {
		return nil, err
	}
	answer := plain
	if !s.config.unsigned {
		answer = s.sign(credentials.Secret, plain)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last[r.URL.EscapedPath()] = answer
	return answer, nil
}

// accept checks token and signature.
func (s *Server) accept(text []byte) (body, ecommpay.Credentials, error) {
	s.mu.Lock()
	credentials := s.credentials
	s.mu.Unlock()
	var request body
	if !json.Valid(text) || json.Unmarshal(text, &request) != nil || request == nil {
		return nil, credentials, refusal{http.StatusBadRequest, "the body is no JSON object"}
	}
	token, err := request.text("token")
	if err != nil || token != credentials.Token || ecommpay.Verify(credentials.Secret, text) != nil {
		return nil, credentials, refusal{http.StatusUnauthorized, "wrong token or signature"}
	}
	delete(request, "token")
	delete(request, "signature")
	return request, credentials, nil
}

// throttle lets requests with a long interval in one by one, with a pause between
// them. It reports false for a client that leaves.
func (s *Server) throttle(r *http.Request, request body) bool {
	from, to, err := request.interval("interval")
	if err != nil || to.Sub(from) <= 180*24*time.Hour {
		return true
	}
	s.mu.Lock()
	now := time.Now()
	at := now
	if next := s.throttled.Add(s.config.pause); next.After(at) {
		at = next
	}
	s.throttled = at
	s.mu.Unlock()
	timer := time.NewTimer(at.Sub(now))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// refusal is an error answer in the documented shape.
type refusal struct {
	status  int
	message string
}

func (r refusal) Error() string { return r.message }

func refuse(w http.ResponseWriter, err error) {
	r, ok := err.(refusal) //nolint:errorlint // made here, never wrapped
	if !ok {
		r = refusal{http.StatusBadRequest, err.Error()}
	}
	name := http.StatusText(r.status)
	if r.status == http.StatusUnauthorized {
		name = "Authorization Required"
	}
	text, err := json.Marshal(map[string]any{"name": name, "message": r.message, "code": 0, "status": r.status})
	if err != nil {
		panic(err) // strings always marshal
	}
	fakeapi.WriteJSON(w, r.status, text)
}

// list joins rows, which are JSON already, under a name.
func list(name string, rows [][]byte) []byte {
	out := append([]byte(`{"`+name+`":[`), bytes.Join(rows, []byte{','})...)
	return append(out, "]}"...)
}
