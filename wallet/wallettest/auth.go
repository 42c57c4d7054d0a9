package wallettest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/payclients/payclients-go/internal/fakeapi"
	"github.com/payclients/payclients-go/wallet"
)

// caller is the sender of a request.
type caller struct {
	account *account // nil for an application
	client  string   // of a token
	scopes  []string // nil allows everything
	revoked bool
}

// authenticate returns the sender of a request, or the refusal.
func (s *Server) authenticate(r *http.Request, scope string) (caller, *answer) {
	c, ok := s.caller(r)
	switch {
	case !ok:
		return c, new(refuse(http.StatusUnauthorized, ""))
	case c.account != nil && c.account.Inactive:
		return c, new(refuse(http.StatusUnauthorized, wallet.CodeWalletNotActive))
	case c.account != nil && c.account.Disabled != "":
		return c, new(refuse(http.StatusUnauthorized, wallet.CodeWalletDisabled).with(c.account.Disabled))
	case c.scopes != nil && !slices.Contains(c.scopes, scope):
		return c, new(refuse(http.StatusForbidden, wallet.CodeInsufficientScope).with(scope))
	}
	return c, nil
}

// caller returns the sender by the credentials, and false if these are wrong.
func (s *Server) caller(r *http.Request) (caller, bool) {
	if phone, password, ok := r.BasicAuth(); ok {
		a := s.store.accounts[phone]
		return caller{account: a}, a != nil && a.Password == password && r.Header.Get("X-Authorization-Type") == ""
	}
	kind, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	c, ok := s.store.tokens[token]
	application := r.Header.Get("X-Authorization-Type") == "application"
	return c, ok && strings.EqualFold(kind, "Bearer") && !c.revoked && application == (c.account == nil)
}

// RevokeTokens makes the server refuse with 401 every token that it has issued so
// far. The server accepts tokens that it issues later.
func (s *Server) RevokeTokens() {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for token, c := range s.store.tokens {
		c.revoked = true
		s.store.tokens[token] = c
	}
}

// token answers POST /oauth/token.
func (s *Server) token(r *http.Request) answer {
	if fakeapi.MediaType(r) != "application/x-www-form-urlencoded" {
		return refuse(http.StatusUnsupportedMediaType, "")
	}
	id, secret, ok := r.BasicAuth()
	if want, known := s.config.clients[id]; !ok || !known || secret != want {
		return refuse(http.StatusUnauthorized, "")
	}
	if err := r.ParseForm(); err != nil {
		return refuse(http.StatusBadRequest, "")
	}
	c := caller{client: id}
	if scope := r.PostForm.Get("scope"); scope != "" {
		c.scopes = strings.Fields(scope)
	}
	switch r.PostForm.Get("grant_type") {
	case "password":
		c.account = s.store.accounts[r.PostForm.Get("username")]
		if c.account == nil || c.account.Password != r.PostForm.Get("password") {
			return refuse(http.StatusUnauthorized, "")
		}
	case "client_credentials":
	default:
		return refuse(http.StatusBadRequest, "")
	}
	s.store.issued++
	token := fmt.Sprintf("00000000-0000-4000-8000-%012d", s.store.issued)
	s.store.tokens[token] = c
	return answer{status: http.StatusOK, data: map[string]any{
		"access_token": token, "token_type": "bearer", "expires_in": 3599, "scope": strings.Join(c.scopes, " "),
	}}
}
