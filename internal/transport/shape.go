package transport

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
)

// ShapeFault returns an error if an answer with a status 2xx does not hold all
// that was asked for, as far as its status and the start of its body show. It
// returns nil if the answer may be complete. want says for the error's text what
// was asked for, such as "an array of operations". first lists the bytes that the
// body may begin with, such as "[{".
//
// A list is complete only if the provider sent a list: an answer whose body was
// lost must never be read as "no more rows".
func ShapeFault(r Response, want, first string) error {
	if err := StatusFault(r, want); err != nil {
		return err
	}
	return BodyFault(r, want, first)
}

// StatusFault is the part of ShapeFault that checks the status. It returns an
// error for 202, 204, 205 and 206, and otherwise nil. want is for the error's
// text. Look for a refusal in the body first, because it says more.
func StatusFault(r Response, want string) error {
	switch r.StatusCode {
	case http.StatusAccepted, http.StatusNoContent, http.StatusResetContent, http.StatusPartialContent:
		return fmt.Errorf("expected %s, got a status that comes without the complete answer", want)
	}
	return nil
}

// BodyFault is the part of ShapeFault that checks the body. It returns an error if
// the body is empty or does not begin with one of the bytes in first. want is for
// the error's text.
func BodyFault(r Response, want, first string) error {
	if len(bytes.TrimSpace(r.Body)) == 0 {
		return fmt.Errorf("expected %s, got an empty body", want)
	}
	return ValueFault(r.Body, want, first)
}

// ValueFault returns an error if value, a JSON value inside an answer, does not
// begin with one of the bytes in first. It ignores a byte order mark and
// whitespace in front. want says for the error's text what was asked for.
func ValueFault(value []byte, want, first string) error {
	text := start(value)
	if len(text) > 0 && strings.IndexByte(first, text[0]) >= 0 {
		return nil
	}
	return fmt.Errorf("expected %s, got %s", want, kindOf(text))
}

// IsObject reports whether a body begins like a JSON object, after a byte order
// mark and whitespace.
func IsObject(body []byte) bool { return bytes.HasPrefix(start(body), []byte("{")) }

// start returns text without a byte order mark and whitespace at its start.
func start(text []byte) []byte {
	return bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\ufeff")), " \t\r\n")
}

// kindOf returns words for the kind of a JSON value, which it sees by the first
// byte, for example "an object". It returns "nothing" for an empty text, and other
// words for text that is not JSON.
func kindOf(text []byte) string {
	if len(text) == 0 {
		return "nothing"
	}
	switch c := text[0]; {
	case c == '{':
		return "an object"
	case c == '[':
		return "an array"
	case c == '"':
		return "a string"
	case c == '-' || '0' <= c && c <= '9':
		return "a number"
	case c == 't' || c == 'f':
		return "a boolean or text"
	case bytes.Equal(bytes.TrimRight(text, " \t\r\n"), []byte("null")):
		return "null"
	}
	return "text that is not JSON (a syntax error at its start)"
}
