package transport

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
)

// proxyError is a connection that a proxy refused, so that nothing of the request
// reached the provider.
type proxyError struct {
	status int    // of the answer to CONNECT; 0 is none
	reason string // where there is no status
	err    error
}

// Error prints the status and no text of the proxy's.
func (e *proxyError) Error() string {
	if e.status == 0 {
		return "proxy: " + e.reason
	}
	return strings.TrimSpace(fmt.Sprintf("proxy refused the connection: status %d %s", e.status, http.StatusText(e.status)))
}

func (e *proxyError) Unwrap() error { return e.err }

// passing reports whether the refusal may end by itself. Wrong credentials do
// not, and trying them again may lock an account.
func (e *proxyError) passing() bool {
	switch e.status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// proxyRefusal returns err, or the *proxyError that it is. err is what a
// transport of net/http returns that never had a connection: after a refused
// CONNECT the reason phrase of the status line and nothing else, and of SOCKS5 a
// text about the authentication. Other phrases than those of RFC 9110 stay as
// they are.
func proxyRefusal(err error) error {
	var (
		known *proxyError
		op    *net.OpError
	)
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case errors.As(err, &op) && strings.HasPrefix(op.Op, "socks "):
		if op.Err != nil && strings.Contains(op.Err.Error(), "authentication") {
			return &proxyError{reason: "authentication failed", err: err}
		}
		return err
	}
	phrase := err.Error()
	for status := http.StatusMultipleChoices; status < 600; status++ {
		if text := http.StatusText(status); text != "" && strings.EqualFold(phrase, text) {
			return &proxyError{status: status}
		}
	}
	if required := http.StatusText(http.StatusProxyAuthRequired); len(phrase) > len(required) && strings.EqualFold(phrase[:len(required)], required) {
		return &proxyError{status: http.StatusProxyAuthRequired} // some proxies add why
	}
	return err
}
