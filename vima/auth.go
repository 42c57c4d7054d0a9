package vima

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/payclients/payclients-go/internal/transport"
)

// Credentials are what a [CredentialSource] gives: an APIKey, or a Username and a
// Password for HTTP basic authentication. Printing and encoding them shows none of
// it, and encoding/gob refuses them; decoding JSON leaves them empty.
type Credentials struct {
	APIKey   string `json:"-"` // secret
	Username string `json:"-"`
	Password string `json:"-"` // secret
}

// String shows neither key nor name nor password.
func (c Credentials) String() string { return "vima credentials" }

// credential returns what authenticates by c.
func (c Credentials) credential() credential {
	if c.APIKey == "" {
		return basicAuth("Credentials", c.Username, c.Password)
	}
	key := apiKey("Credentials", c.APIKey)
	if c.Username != "" || c.Password != "" {
		key.faults = append(key.faults, "Credentials: must not have an APIKey and a Username or a Password")
	}
	return key
}

// APIKey authenticates by the query parameter apikey. Printing it shows no key.
func APIKey(key string) Authenticator { return apiKey("APIKey", key) }

func apiKey(name, key string) credential {
	c := credential{apply: func(r *http.Request) {
		parameter := "apikey=" + url.QueryEscape(key)
		if r.URL.RawQuery != "" {
			parameter = "&" + parameter
		}
		r.URL.RawQuery += parameter
	}}
	if key == "" {
		c.faults = append(c.faults, name+": must not be empty")
	}
	if strings.TrimSpace(key) != key {
		c.faults = append(c.faults, name+": must not begin or end with whitespace")
	}
	return c
}

// BasicAuth authenticates by HTTP basic authentication, as seen with the
// sandbox. Printing it shows neither name nor password.
func BasicAuth(username, password string) Authenticator {
	return basicAuth("BasicAuth", username, password)
}

func basicAuth(name, username, password string) credential {
	c := credential{apply: func(r *http.Request) { r.SetBasicAuth(username, password) }}
	if username == "" || password == "" {
		c.faults = append(c.faults, name+": username and password must not be empty")
	}
	if strings.Contains(username, ":") {
		c.faults = append(c.faults, name+": username must not contain a colon")
	}
	return c
}

// credential keeps its secret in a closure, where no verb of fmt reaches it.
type credential struct {
	apply  func(*http.Request)
	faults []string
}

func (c credential) Authenticate(r *http.Request) error {
	if len(c.faults) > 0 {
		return invalid(c.faults...)
	}
	c.apply(r)
	return nil
}

// newAuthorizer puts the credentials of auth, or of a source, on attempts.
func newAuthorizer(auth Authenticator, source CredentialSource) transport.Authorizer {
	if source == nil {
		return transport.AuthorizerFunc(func(r *http.Request, _ []byte) error { return auth.Authenticate(r) })
	}
	ask := askSource(source, func(c Credentials) []string { return c.credential().faults })
	same := func(a, b Credentials) bool { return a == b }
	return transport.NewRotation(ask, same).Authorizer(func(r *http.Request, _ []byte, c Credentials) error {
		return c.credential().Authenticate(r)
	})
}
