package transport

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
)

// CheckShape returns an error if r, an answer with a status 2xx, certainly does not
// hold all that was asked for, and nil if r may be complete. It checks the status
// of r as CheckStatus does, and then the start of the body as CheckBody does. want
// says for the error's text what was asked for, such as "an array of operations".
// first lists the bytes that the body may begin with, such as "[{".
//
// The check exists because an answer whose body was lost must never be read as a
// list without rows.
func CheckShape(r Response, want, first string) error {
	if err := CheckStatus(r, want); err != nil {
		return err
	}
	return CheckBody(r, want, first)
}

// CheckStatus checks the status of r only. It returns an error for the statuses
// 202, 204, 205 and 206, which come without the complete answer, and nil for every
// other status, also for other statuses than 2xx. want says for the error's text
// what was asked for. Look for a refusal in the body first, because a refusal says
// more.
func CheckStatus(r Response, want string) error {
	switch r.StatusCode {
	case http.StatusAccepted, http.StatusNoContent, http.StatusResetContent, http.StatusPartialContent:
		return fmt.Errorf("expected %s, got a status that comes without the complete answer", want)
	}
	return nil
}

// CheckBody checks the body of r only. It returns nil if the body, after an
// optional byte order mark and whitespace, begins with one of the bytes in first.
// Otherwise, also for a body that is empty or only whitespace, it returns an error.
// want says for the error's text what was asked for. The error does not quote the
// body.
func CheckBody(r Response, want, first string) error {
	if len(bytes.TrimSpace(r.Body)) == 0 {
		return fmt.Errorf("expected %s, got an empty body", want)
	}
	return CheckValue(r.Body, want, first)
}

// CheckValue returns nil if value, a JSON value inside an answer, begins with
// one of the bytes in first, and otherwise an error. It ignores a byte order
// mark and whitespace in front of the value. An empty value is an error. want
// says for the error's text what was asked for. The error does not quote value.
func CheckValue(value []byte, want, first string) error {
	text := start(value)
	if len(text) > 0 && strings.IndexByte(first, text[0]) >= 0 {
		return nil
	}
	return fmt.Errorf("expected %s, got %s", want, kindOf(text))
}

// IsObject reports whether body begins with "{", after an optional byte order
// mark and whitespace. It does not look at the rest of body. It returns false
// for an empty body.
func IsObject(body []byte) bool { return bytes.HasPrefix(start(body), []byte("{")) }

// start returns text without a byte order mark and, after it, without leading
// spaces, tabs and line ends. The result is a part of text, not a copy.
func start(text []byte) []byte {
	return bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\ufeff")), " \t\r\n")
}

// kindOf returns words for an error's text that name the kind of the JSON value in
// text, such as "an object", "a number" or "null". text must not begin with
// whitespace. kindOf looks at the first byte only, except for null. Special cases:
//   - an empty text: "nothing"
//   - t or f at the start: "a boolean or text"
//   - a start that is not JSON: "text that is not JSON (a syntax error at its
//     start)"
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
