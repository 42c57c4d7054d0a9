package ecommpaytest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/internal/fakeapi"
)

// BasePath precedes the path of every endpoint, as with the live service.
const BasePath = "/v1"

// gate guards the credentials of the config, and lets requests in.
type gate struct {
	mu        sync.Mutex
	throttled time.Time // when the last request with a long interval was or will be admitted
}

func (s *Server) operation(r fakeapi.Request) string { return s.endpoint(r.Path).operation }

// SetCredentials replaces the credentials that the server accepts. From then on
// the server refuses requests with other credentials, also with the old ones,
// with status 401. c is not checked: with a Secret of "", every request is
// refused. It is safe for concurrent use.
func (s *Server) SetCredentials(c ecommpay.Credentials) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.config.credentials = c
}

// endpoint describes what a path is for.
type endpoint struct {
	operation string // name of the client's method; "" for an unknown path
	answer    func(body) ([]byte, error)
	rights    bool // the token needs rights to chargebacks and fraud
}

func (s *Server) endpoint(path string) endpoint {
	switch path {
	case BasePath + "/balance/get":
		return endpoint{"Balances", s.balances, false}
	case BasePath + "/operations/get":
		return endpoint{"ListOperations", s.operations, false}
	case BasePath + "/operations/get-by-payment":
		return endpoint{"OperationsByPayment", s.byPayment, false}
	case BasePath + "/chargeback/list":
		return endpoint{"ListChargebacks", s.chargebacks, true}
	case BasePath + "/chargeback/get":
		return endpoint{"GetChargeback", s.chargeback, true}
	case BasePath + "/fraud/list":
		return endpoint{"ListFraudOperations", s.fraud, true}
	case BasePath + "/financial-reporting/operations":
		return endpoint{"FinancialOperations", s.financial, false}
	case BasePath + "/currency-rates/get":
		return endpoint{"CurrencyRates", s.rates, false}
	}
	return endpoint{}
}

func (s *Server) handle(w http.ResponseWriter, r *http.Request) {
	answer, err := s.answer(r)
	if err != nil {
		refuse(w, err)
		return
	}
	fakeapi.WriteJSON(w, http.StatusOK, answer)
}

// answer returns the signed answer to a request. Its error is a refusal, or an
// error that means status 400.
func (s *Server) answer(r *http.Request) ([]byte, error) {
	endpoint := s.endpoint(r.URL.EscapedPath())
	switch {
	case endpoint.operation == "":
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
	if s.config.noRights && endpoint.rights {
		return nil, refusal{http.StatusForbidden, "the account has no rights to this section"}
	}
	if !s.throttle(r, request) {
		return nil, refusal{http.StatusInternalServerError, "the client has left"}
	}
	plain, err := endpoint.answer(request)
	if err != nil || s.config.unsigned {
		return plain, err
	}
	return s.sign(credentials.Secret, plain), nil
}

// accept checks token and signature. It returns the request's members without
// these two, and the credentials to sign the answer with. It returns a refusal
// with status 400 for a body that is not a JSON object, and 401 for a wrong token
// or signature.
func (s *Server) accept(text []byte) (body, ecommpay.Credentials, error) {
	s.mu.Lock()
	credentials := s.config.credentials
	s.mu.Unlock()
	var request body
	if !json.Valid(text) || json.Unmarshal(text, &request) != nil || request == nil {
		return nil, credentials, refusal{http.StatusBadRequest, "the body is not a JSON object"}
	}
	token, err := request.text("token")
	if err != nil || token != credentials.Token || ecommpay.Verify(credentials.Secret, text) != nil {
		return nil, credentials, refusal{http.StatusUnauthorized, "wrong token or signature"}
	}
	delete(request, "token")
	delete(request, "signature")
	return request, credentials, nil
}

// throttle admits requests with a long interval one at a time, with a pause
// between them. It reports false if the client disconnects first.
func (s *Server) throttle(r *http.Request, request body) bool {
	from, to, err := request.interval("interval")
	if now := time.Now(); to.After(now) { // the part that is not over yet holds nothing
		to = now
	}
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
	fakeapi.WriteJSON(w, r.status, fakeapi.Marshal(map[string]any{"name": name, "message": r.message, "code": 0, "status": r.status}))
}

// refuseFault writes the refusal of an injected fault that only has a status.
func (*Server) refuseFault(w http.ResponseWriter, _ *http.Request, status int) {
	refuse(w, refusal{status, "the request is refused by a fault"})
}

// list returns {"name": [rows]}. Each row is JSON already.
func list(name string, rows [][]byte) []byte {
	out := append([]byte(`{"`+name+`":[`), bytes.Join(rows, []byte{','})...)
	return append(out, "]}"...)
}
