package vima

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/payclients/payclients-go/internal/transport"
)

// Credentials are what a [CredentialSource] returns: either an APIKey, or a
// Username and a Password for HTTP basic authentication. A call refuses any other
// combination with ErrInvalidRequest.
//
// Printing and encoding Credentials shows none of the fields; encoding/gob fails,
// and decoding JSON leaves all fields empty.
type Credentials struct {
	APIKey   string `json:"-"` // secret
	Username string `json:"-"`
	Password string `json:"-"` // secret
}

// String returns "vima credentials", for every value of c. It shows no key, name or
// password.
func (c Credentials) String() string { return "vima credentials" }

// credential returns the authenticator for c. Its problems say what is wrong with
// c.
func (c Credentials) credential() credential {
	if c.APIKey == "" {
		return basicAuth("Credentials", c.Username, c.Password)
	}
	key := apiKey("Credentials", c.APIKey)
	if c.Username != "" || c.Password != "" {
		key.problems = append(key.problems, "Credentials: must not have an APIKey and a Username or a Password")
	}
	return key
}

// APIKey returns an Authenticator that adds the query parameter apikey to each
// request. If key is empty, or begins or ends with whitespace, NewClient returns
// ErrInvalidRequest. Printing the Authenticator does not show the key.
func APIKey(key string) Authenticator { return apiKey("APIKey", key) }

// apiKey is APIKey; name is the field that errors name.
func apiKey(name, key string) credential {
	c := credential{apply: func(r *http.Request) {
		parameter := "apikey=" + url.QueryEscape(key)
		if r.URL.RawQuery != "" {
			parameter = "&" + parameter
		}
		r.URL.RawQuery += parameter
	}}
	if key == "" {
		c.problems = append(c.problems, name+": must not be empty")
	}
	if strings.TrimSpace(key) != key {
		c.problems = append(c.problems, name+": must not begin or end with whitespace")
	}
	return c
}

// BasicAuth returns an Authenticator for HTTP basic authentication, as seen with
// the sandbox. If username or password is empty, or username has a colon, NewClient
// returns ErrInvalidRequest. Printing the Authenticator shows neither username nor
// password.
func BasicAuth(username, password string) Authenticator {
	return basicAuth("BasicAuth", username, password)
}

// basicAuth is BasicAuth; name is the field that errors name.
func basicAuth(name, username, password string) credential {
	c := credential{apply: func(r *http.Request) { r.SetBasicAuth(username, password) }}
	if username == "" || password == "" {
		c.problems = append(c.problems, name+": username and password must not be empty")
	}
	if strings.Contains(username, ":") {
		c.problems = append(c.problems, name+": username must not contain a colon")
	}
	return c
}

// credential is an Authenticator of this package. It keeps its secret in a closure,
// where no verb of fmt reaches it.
type credential struct {
	apply    func(*http.Request)
	problems []string
}

// Authenticate adds the credentials to r, or returns ErrInvalidRequest if they are
// invalid.
func (c credential) Authenticate(r *http.Request) error {
	if len(c.problems) > 0 {
		return invalid(c.problems...)
	}
	c.apply(r)
	return nil
}

// newAuthorizer returns what adds credentials to each attempt: from auth, or from
// source unless source is nil.
func newAuthorizer(auth Authenticator, source CredentialSource) transport.Authorizer {
	if source == nil {
		return transport.AuthorizerFunc(func(r *http.Request, _ []byte) error { return auth.Authenticate(r) })
	}
	ask := askSource(source, func(c Credentials) []string { return c.credential().problems })
	same := func(a, b Credentials) bool { return a == b }
	return transport.NewRotation(ask, same).Authorizer(func(r *http.Request, _ []byte, c Credentials) error {
		return c.credential().Authenticate(r)
	})
}
