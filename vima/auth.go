package vima

import (
	"net/http"
	"net/url"
	"strings"
)

// Authenticator adds credentials to a request. It is asked on every attempt, so
// that credentials may rotate, and given a private copy of the request that only
// the wire sees: loggers, traces, errors and redirects never do. An error ends
// the call without a retry. An implementation must be safe for concurrent use.
type Authenticator interface {
	Authenticate(r *http.Request) error
}

// APIKey authenticates by the query parameter apikey. Printing it shows no key.
func APIKey(key string) Authenticator {
	c := credential{apply: func(r *http.Request) {
		parameter := "apikey=" + url.QueryEscape(key)
		if r.URL.RawQuery != "" {
			parameter = "&" + parameter
		}
		r.URL.RawQuery += parameter
	}}
	if key == "" {
		c.faults = append(c.faults, "APIKey: must not be empty")
	}
	if strings.TrimSpace(key) != key {
		c.faults = append(c.faults, "APIKey: must not begin or end with whitespace")
	}
	return c
}

// BasicAuth authenticates by HTTP basic authentication, as seen with the
// sandbox. Printing it shows neither name nor password.
func BasicAuth(username, password string) Authenticator {
	c := credential{apply: func(r *http.Request) { r.SetBasicAuth(username, password) }}
	if username == "" || password == "" {
		c.faults = append(c.faults, "BasicAuth: username and password must not be empty")
	}
	if strings.Contains(username, ":") {
		c.faults = append(c.faults, "BasicAuth: username must not contain a colon")
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
