package vimatest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"

	"github.com/payclients/payclients-go/internal/fakeapi"
)

// Path is the path of the endpoint that the server answers, as in the live service.
const Path = "/collector1/api/v1/operation"

// listOperations is the only operation of the server, for [Fault.Operation].
const listOperations = "ListOperations"

// operation returns the name of a request's operation, "" for other paths.
func (*Server) operation(r fakeapi.Request) string {
	if r.Path != Path {
		return ""
	}
	return listOperations
}

// Rows returns the newest version of each operation as JSON, as the server serves
// it, in the order of the create ids. Hidden versions are included, see
// [WithLateRows]. Without operations Rows returns an empty slice. The caller must
// not change the bytes.
func (s *Server) Rows() []json.RawMessage {
	rows := s.store.rows()
	out := make([]json.RawMessage, len(rows))
	for i, row := range rows {
		out[i] = row
	}
	return out
}

// handle answers a request that no fault took.
func (s *Server) handle(w http.ResponseWriter, r *http.Request) {
	if q, ok := s.accept(w, r); ok {
		s.answer(w, s.store.list(q))
	}
}

// accept returns the query of a request. It returns false after it has answered
// with a refusal.
func (s *Server) accept(w http.ResponseWriter, r *http.Request) (query, bool) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	switch {
	case r.URL.EscapedPath() != Path:
		return refuse(w, http.StatusNotFound, "no such path")
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		return refuse(w, http.StatusMethodNotAllowed, "only GET is allowed")
	case !s.authorized(r, values):
		return refuse(w, http.StatusUnauthorized, "exactly one valid credential is needed")
	case err != nil:
		return refuse(w, http.StatusBadRequest, "the query is malformed")
	}
	q, err := parseQuery(values, s.config)
	if err != nil {
		return refuse(w, http.StatusBadRequest, err.Error())
	}
	return q, true
}

// authorized reports whether the request has exactly one credential and it is
// valid: what the live service does with two is unknown.
func (s *Server) authorized(r *http.Request, query url.Values) bool {
	keys, headers := query["apikey"], r.Header.Values("Authorization")
	if len(keys)+len(headers) != 1 {
		return false
	}
	if len(keys) == 1 {
		return s.config.apiKey != "" && keys[0] == s.config.apiKey
	}
	username, password, ok := r.BasicAuth()
	return ok && s.config.basic && username == s.config.username && password == s.config.password
}

// answer sends rows, which are JSON, as an array.
func (s *Server) answer(w http.ResponseWriter, rows [][]byte) {
	w.Header().Set("Content-Type", "application/json")
	write := func(part string) { _, _ = io.WriteString(w, part) }
	if s.config.envelope {
		write(`{"operations":`)
	}
	write("[")
	for i, row := range rows {
		if i > 0 {
			write(",")
		}
		_, _ = w.Write(row)
	}
	write("]")
	if s.config.envelope {
		write("}")
	}
}

// refuse answers with an error, and returns false for accept.
func refuse(w http.ResponseWriter, status int, message string) (query, bool) {
	fakeapi.WriteJSON(w, status, fakeapi.Marshal(map[string]string{"error": http.StatusText(status), "message": message}))
	return query{}, false
}

// refuseFault answers a request that met a fault with a status and no body.
func (*Server) refuseFault(w http.ResponseWriter, _ *http.Request, status int) {
	refuse(w, status, "the request is refused by a fault")
}
