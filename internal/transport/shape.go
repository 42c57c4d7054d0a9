package transport

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
)

// ShapeFault reports why an answer with status 2xx does not hold the whole of
// what was asked for, as far as its status and the beginning of its body show,
// and nil where it may. want names what was asked for, such as "an array of
// operations", and first holds the bytes that the body may begin with.
//
// A list of a provider is complete only where the provider sent a list: an
// answer whose body was lost on the way must never be read as "there are no
// more".
func ShapeFault(r Response, want, first string) error {
	if err := StatusFault(r, want); err != nil {
		return err
	}
	return BodyFault(r, want, first)
}

// StatusFault is the part of ShapeFault that looks at the status. A refusal in
// the body says more, so look for one first.
func StatusFault(r Response, want string) error {
	switch r.StatusCode {
	case http.StatusAccepted, http.StatusNoContent, http.StatusResetContent, http.StatusPartialContent:
		return fmt.Errorf("expected %s, got a status that comes without the complete answer", want)
	}
	return nil
}

// BodyFault is the part of ShapeFault that looks at the body.
func BodyFault(r Response, want, first string) error {
	if len(bytes.TrimSpace(r.Body)) == 0 {
		return fmt.Errorf("expected %s, got an empty body", want)
	}
	return ValueFault(r.Body, want, first)
}

// ValueFault is BodyFault for a JSON value inside an answer.
func ValueFault(value []byte, want, first string) error {
	text := begin(value)
	if len(text) > 0 && strings.IndexByte(first, text[0]) >= 0 {
		return nil
	}
	return fmt.Errorf("expected %s, got %s", want, kindOf(text))
}

// Object reports whether a body begins as a JSON object does.
func Object(body []byte) bool { return bytes.HasPrefix(begin(body), []byte("{")) }

// begin returns a JSON text from its first byte on that is no space.
func begin(text []byte) []byte {
	return bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\ufeff")), " \t\r\n")
}

// kindOf names a JSON value by its first byte.
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
