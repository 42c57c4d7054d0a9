package transport

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
)

// proxyError reports that a proxy refused the connection or could not be used.
// Nothing of the request reached the provider.
type proxyError struct {
	status int    // of the proxy's answer to CONNECT; 0 means none
	reason string // for the text, used if status is 0
	err    error  // what Unwrap returns; nil if there is only a status
}

// Error returns a text with the status, or with the reason if the status is 0. It
// holds nothing that the proxy wrote.
func (e *proxyError) Error() string {
	if e.status == 0 {
		return "proxy: " + e.reason
	}
	return strings.TrimSpace(fmt.Sprintf("proxy refused the connection: status %d %s", e.status, http.StatusText(e.status)))
}

func (e *proxyError) Unwrap() error { return e.err }

// isTransient reports whether a later attempt may succeed. It returns true for the
// statuses 408, 429, 500, 502, 503 and 504, and false for every other status, also
// for 0. For example 407 (wrong credentials for the proxy) returns false: repeated
// attempts may lock an account.
func (e *proxyError) isTransient() bool {
	switch e.status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// proxyRefusal returns an error that is or wraps a *proxyError if err means that a
// proxy refused the connection. err is the error of a net/http transport that never
// had a connection. The first of these cases that applies decides:
//   - err already is or wraps a *proxyError. proxyRefusal returns err unchanged.
//   - err is or wraps an error of SOCKS5. If its text has the word authentication,
//     the result is a *proxyError with the status 0, which wraps err. Otherwise
//     proxyRefusal returns err unchanged.
//   - The whole text of err is the phrase (http.StatusText) of a status from 300 to
//     599, in upper or lower case: net/http returns only the phrase for a refused
//     CONNECT. The result is a *proxyError with this status, and does not wrap err.
//   - The text of err begins with the phrase of 407, in upper or lower case. The
//     result is a *proxyError with the status 407, and does not wrap err.
//
// For any other err, also nil, proxyRefusal returns err unchanged.
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
