package transactionstest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/payclients/payclients-go/internal/fakeapi"
)

// tokens are the tokens that the server has issued.
type tokens struct {
	mu     sync.Mutex
	issued map[string]*grant
}

// grant is what an issued token is good for.
type grant struct {
	until time.Time
	left  int // remaining requests; negative: no limit
}

// ExpireTokens makes the server refuse every token that it has issued so far with
// status 401. It does not expire [DefaultToken], nor tokens that are issued later.
func (s *Server) ExpireTokens() {
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	for _, g := range s.tokens.issued {
		g.left = 0
	}
}

// TokensIssued returns how many tokens the server has issued since its start,
// expired ones included. [DefaultToken] does not count.
func (s *Server) TokensIssued() int {
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	return len(s.tokens.issued)
}

// token answers POST /api/authenticate.
func (s *Server) token(r *http.Request) *answer {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(kind), "application/json") {
		return problem(r, http.StatusUnsupportedMediaType, "Content-Type is not supported.")
	}
	var login struct {
		Username   *string `json:"username"`
		Password   *string `json:"password"`
		RememberMe bool    `json:"rememberMe"`
	}
	if json.NewDecoder(r.Body).Decode(&login) != nil {
		return problem(r, http.StatusBadRequest, "Failed to read request")
	}
	var missing []fieldError
	for field, text := range map[string]*string{"username": login.Username, "password": login.Password} {
		if text == nil {
			missing = append(missing, fieldError{ObjectName: "login", Field: field, Message: "must not be null"})
		}
	}
	if len(missing) > 0 {
		return validation(r, missing)
	}
	if *login.Username != s.config.username || *login.Password != s.config.password {
		return s.refuse(r, http.StatusUnauthorized, "Bad credentials")
	}
	token := s.tokens.issue(s.config)
	return newAnswer(http.StatusOK, "application/json", fakeapi.Marshal(map[string]string{"id_token": token})).
		with("Authorization", "Bearer "+token)
}

// issue returns a new JSON Web Token with a made-up signature.
func (t *tokens) issue(c config) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	g := &grant{until: time.Now().Add(c.lifetime), left: -1}
	if c.uses > 0 {
		g.left = c.uses
	}
	part := func(v any) string { return base64.RawURLEncoding.EncodeToString(fakeapi.Marshal(v)) }
	token := part(map[string]string{"alg": "HS512"}) + "." +
		part(map[string]any{"sub": c.username, "exp": g.until.Unix(), "auth": "ROLE_USER"}) + "." +
		fmt.Sprintf("%043d", len(t.issued)+1)
	if t.issued == nil {
		t.issued = map[string]*grant{}
	}
	t.issued[token] = g
	return token
}

// accept reports whether a token is valid, and counts the use.
func (t *tokens) accept(token string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if token == DefaultToken {
		return true
	}
	g := t.issued[token]
	if g == nil || g.left == 0 || !time.Now().Before(g.until) {
		return false
	}
	if g.left > 0 {
		g.left--
	}
	return true
}

// authorize returns the refusal of a request without a valid token, else nil.
func (s *Server) authorize(r *http.Request) *answer {
	given := r.Header.Values("Authorization")
	if len(given) != 1 {
		return s.refuse(r, http.StatusUnauthorized, "Full authentication is required to access this resource")
	}
	kind, token, _ := strings.Cut(given[0], " ")
	switch {
	case !strings.EqualFold(kind, "Bearer") || !s.tokens.accept(token):
		return s.refuse(r, http.StatusUnauthorized, "Jwt expired or not valid")
	case s.config.forbidden:
		return s.refuse(r, http.StatusForbidden, "Access Denied")
	}
	return nil
}

// refuse returns a 401 or 403 in the configured form.
func (s *Server) refuse(r *http.Request, status int, detail string) *answer {
	if !s.config.emptyRefusals {
		return problem(r, status, detail)
	}
	code := "invalid_token"
	if status == http.StatusForbidden {
		code = "insufficient_scope"
	}
	return newAnswer(status, "", nil).with("WWW-Authenticate", fmt.Sprintf("Bearer error=%q", code))
}
