package vimatest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"sync"

	"github.com/payclients/payclients-go/internal/fakeapi"
)

// Path is the path of the endpoint that the server answers at, as the live
// service has it.
const Path = "/collector1/api/v1/operation"

// Server is a collector on loopback. All of its methods may be called at the
// same time.
type Server struct {
	config config
	store  *store
	server *fakeapi.Server
	pages  sync.Pool // of *bytes.Buffer: a page is too long to be made anew each time
}

// NewServer starts a server without operations. Close it when done with it. It
// panics where the machine has no loopback.
func NewServer(opts ...Option) *Server {
	c := newConfig(opts)
	s := &Server{config: c, store: newStore(c)}
	s.pages.New = func() any { return new(bytes.Buffer) }
	s.server = fakeapi.NewServer(fakeapi.Config{Handler: http.HandlerFunc(s.handle)})
	return s
}

// URL is the whole URL of the endpoint, for vima.NewClient: plain http on
// loopback.
func (s *Server) URL() string { return s.server.URL() + Path }

// Close ends the server, with requests that are under way.
func (s *Server) Close() { s.server.Close() }

// Inject adds faults. They are tried in the order in which they were added, and
// a request meets at most one of them. Requests that are refused (a wrong key, a
// parameter that is not allowed) meet faults too: a gateway does not know.
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

// Rows are the operations that the server holds, as it serves them: the newest
// version of each, late ones included, by create id. The bytes must not be
// changed.
func (s *Server) Rows() []json.RawMessage {
	rows := s.store.rows()
	out := make([]json.RawMessage, len(rows))
	for i, row := range rows {
		out[i] = row
	}
	return out
}

func (s *Server) handle(w http.ResponseWriter, r *http.Request) {
	if q, ok := s.accept(w, r); ok {
		s.answer(w, s.store.list(q))
	}
}

// stall answers with the page before.
func (s *Server) stall(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	q, ok := s.accept(w, r)
	if !ok {
		return
	}
	page := s.store.lastPage()
	if page == nil {
		page = s.store.list(q)
	}
	s.answer(w, page)
}

// accept reads a query, or refuses the request and reports false.
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

// authorized wants one credential: what the live service makes of two is
// unknown.
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

// answer joins the rows, which are JSON already.
func (s *Server) answer(w http.ResponseWriter, rows [][]byte) {
	page, _ := s.pages.Get().(*bytes.Buffer)
	defer s.pages.Put(page)
	page.Reset()
	if s.config.envelope {
		page.WriteString(`{"operations":`)
	}
	page.WriteByte('[')
	for i, row := range rows {
		if i > 0 {
			page.WriteByte(',')
		}
		page.Write(row)
	}
	page.WriteByte(']')
	if s.config.envelope {
		page.WriteByte('}')
	}
	fakeapi.WriteJSON(w, http.StatusOK, page.Bytes())
}

func refuse(w http.ResponseWriter, status int, message string) (query, bool) {
	body, err := json.Marshal(map[string]string{"error": http.StatusText(status), "message": message})
	if err != nil {
		panic(err) // strings always marshal
	}
	fakeapi.WriteJSON(w, status, body)
	return query{}, false
}
