package transactions

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

// problem has the members of the known shapes of errors: problem+json, its older
// form with violations, and Spring's own. Each member is decoded alone, so that one
// of an unexpected type hides no other.
type problem struct {
	Status      json.RawMessage `json:"status"`
	Title       json.RawMessage `json:"title"`
	Detail      json.RawMessage `json:"detail"`
	Message     json.RawMessage `json:"message"`
	Error       json.RawMessage `json:"error"`
	FieldErrors json.RawMessage `json:"fieldErrors"`
	Violations  json.RawMessage `json:"violations"`
}

// refusal returns the *Error of an answer that is a refusal, with any body.
func refusal(operation string, a transport.Response) *Error {
	e := &Error{Operation: operation, StatusCode: a.StatusCode, Body: a.Body}
	e.RetryAfter, _ = transport.RetryAfter(a.Header, time.Now())
	var p problem
	if transport.IsObject(a.Body) {
		_ = wire.Decode(a.Body, &p) // a body of another shape adds nothing to the status
	}
	alert := sideHeader(a.Header, "-Error")
	for _, key := range []string{wire.ScalarWords(p.Message), wire.ScalarWords(p.Error), alert} {
		if e.Code == "" && isCode(key) {
			e.Code = key
		}
	}
	for _, text := range []string{wire.ScalarWords(p.Detail), wire.ScalarWords(p.Title), wire.ScalarWords(p.Message), wire.ScalarWords(p.Error), alert} {
		if e.Message == "" && text != e.Code {
			e.Message = text
		}
	}
	e.Params = sideHeader(a.Header, "-Params")
	e.FieldErrors = append(fieldErrors(p.FieldErrors), fieldErrors(p.Violations)...)
	return e
}

// isError reports whether an object that came with status 2xx is an error
// nevertheless.
func (p problem) isError() bool { return p.refused() && p.hasMessage() }

// refused reports whether the object has the status of an error.
func (p problem) refused() bool {
	status := wire.Scalar(p.Status)
	return len(status) == 3 && (status[0] == '4' || status[0] == '5')
}

// failed reports whether the object reports an error beside its list: by a status,
// or by a member "error" that is one. A message alone may also say that nothing was
// found.
func (p problem) failed() bool {
	switch string(p.Error) {
	case "", "null", "false", "0", `""`, "[]", "{}":
		return p.refused()
	}
	return true
}

// hasMessage reports whether the object has a member with a message.
func (p problem) hasMessage() bool {
	return p.Title != nil || p.Error != nil || p.Message != nil || p.Detail != nil
}

// fieldErrors returns the parameters that a list names, nil if it is not a list.
func fieldErrors(list json.RawMessage) []FieldError {
	rows, err := wire.Elements(list)
	if err != nil {
		return nil
	}
	var out []FieldError
	for _, row := range rows {
		var e FieldError
		e.Object, _ = wire.Words(row, "objectName")
		e.Field, _ = wire.Words(row, "field")
		e.Message, _ = wire.Words(row, "message")
		if e != (FieldError{}) {
			out = append(out, e)
		}
	}
	return out
}

// sideHeader returns the value of the header X-<app><suffix>, "" if absent. The
// name of the application is not known.
func sideHeader(header http.Header, suffix string) string {
	for _, name := range slices.Sorted(maps.Keys(header)) {
		if strings.HasPrefix(name, "X-") && strings.HasSuffix(name, suffix) && len(name) > len("X-")+len(suffix) {
			return header.Get(name)
		}
	}
	return ""
}

// isCode reports whether text is surely a key such as error.validation, and not a
// text that may hold anything.
func isCode(text string) bool {
	rest, ok := strings.CutPrefix(text, "error.")
	digits := 0
	for _, r := range rest {
		letter := 'a' <= r|0x20 && r|0x20 <= 'z'
		if digit := '0' <= r && r <= '9'; digit {
			digits++
		} else if !letter && r != '.' && r != '_' && r != '-' {
			return false
		}
	}
	return ok && rest != "" && len(rest) <= 64 && digits <= 4
}
