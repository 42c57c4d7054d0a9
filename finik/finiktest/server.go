package finiktest

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/payclients/payclients-go/internal/fakeapi"
)

// window is the default of WithTimestampWindow, which the provider documents.
const window = 10 * time.Second

func (*Server) operation(r fakeapi.Request) string { return route(r.Method, r.Path).operation }

// target is what a request is for.
type target struct {
	operation string // name of the client's method; "" for an unknown path
	id        string // of a payment; "" if the path has none
}

func route(method, path string) target {
	switch {
	case method == http.MethodPost && path == "/v2/recipient":
		return target{operation: "CheckRecipient"}
	case method == http.MethodPost && path == "/v2/payment":
		return target{operation: "CreatePayment"}
	case method == http.MethodPost && path == "/v2/services":
		return target{operation: "ListServices"}
	}
	if id, ok := strings.CutPrefix(path, "/v2/payments/"); ok && method == http.MethodGet {
		if plain, err := decodeURI(id); err == nil {
			return target{operation: "GetPayment", id: plain}
		}
	}
	return target{}
}

// lock locks the store and makes payments final whose processing time has passed.
func (s *Server) lock() {
	s.store.mu.Lock()
	s.store.pass()
}

func (s *Server) handle(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client has left
	}
	s.lock()
	defer s.store.mu.Unlock()
	s.write(w, s.answer(r, body))
}

// refuseFault writes the refusal of an injected fault that only has a status.
func (s *Server) refuseFault(w http.ResponseWriter, _ *http.Request, status int) {
	s.write(w, refuse(status, "The request is refused by a fault."))
}

// answer authenticates a request and returns the service's answer to it.
func (s *Server) answer(r *http.Request, body []byte) answer {
	if refused := s.authenticate(r, body); refused != "" {
		return refuse(http.StatusUnauthorized, refused)
	}
	t := route(r.Method, r.URL.EscapedPath())
	switch t.operation {
	case "CheckRecipient":
		return s.store.recipient(body)
	case "CreatePayment":
		return s.store.create(body)
	case "GetPayment":
		return s.store.get(t.id)
	case "ListServices":
		return s.store.list(body)
	}
	return refuse(http.StatusNotFound, "The requested resource has not been found.")
}

// authenticate returns what is wrong with key, timestamp or signature, "" if
// nothing is.
func (s *Server) authenticate(r *http.Request, body []byte) string {
	key := s.config.clients[r.Header.Get("X-Api-Key")]
	if key == nil {
		return "An invalid client ID is provided."
	}
	stamp := r.Header.Get("X-Api-Timestamp")
	millis, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || len(stamp) < 12 || len(stamp) > 13 { // 12 until 2001, where testing/synctest begins
		return "An invalid timestamp is provided."
	}
	if s.config.clock.Now().Sub(time.UnixMilli(millis)).Abs() > s.config.window {
		return "The timestamp has expired."
	}
	if s.config.unsigned {
		return ""
	}
	text, err := nodeText(r.Method, r.Host, r.URL.EscapedPath(), r.URL.RawQuery, r.Header, body)
	if err != nil || !verified(key, text, r.Header.Get("Signature")) {
		return "Invalid signature."
	}
	return ""
}
