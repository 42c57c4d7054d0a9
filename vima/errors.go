package vima

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/payclients/payclients-go/internal/redact"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

// The sentinels of this package, for errors.Is.
var (
	// ErrInvalidRequest is bad input, found before any I/O. The text names the
	// field and the rule.
	ErrInvalidRequest = errors.New("vima: invalid request")
	// ErrUnauthorized is status 401: the credentials are missing or wrong.
	ErrUnauthorized = errors.New("vima: unauthorized")
	// ErrForbidden is status 403.
	ErrForbidden = errors.New("vima: forbidden")
	// ErrNotFound is status 404; here most likely a wrong endpoint.
	ErrNotFound = errors.New("vima: not found")
	// ErrRateLimited is status 429. Error.RetryAfter says how long to wait.
	ErrRateLimited = errors.New("vima: rate limited")
	// ErrPaginationStalled ends a walk that cannot go on: the collector gave the
	// page before once more, or a page that does not lead further. What was
	// delivered stands; begin again at the last page's cursor.
	ErrPaginationStalled = errors.New("vima: pagination stalled")
	// ErrResponseTooLarge is an answer above the limit of WithMaxResponseBytes.
	ErrResponseTooLarge = errors.New("vima: response too large")
)

// Error is a refusal by the collector: a status other than 2xx, or 200 with an
// error inside. Its text is operation and status, and the code where that is a
// short number; Code, Message and Body are the collector's own words and may hold
// personal data.
//
//	var e *vima.Error
//	if errors.As(err, &e) { … e.StatusCode … }
type Error struct {
	Operation  string        // for example "ListOperations"
	StatusCode int           // of HTTP
	Code       string        `json:"-" xml:"-" yaml:"-"` // the member "code" of the body, if any; no list of codes is known
	Message    string        `json:"-" xml:"-" yaml:"-"` // the member "error", "message" or "detail", if any
	RetryAfter time.Duration // from the header of that name; 0 if absent
	Body       []byte        `json:"-" xml:"-" yaml:"-"` // at most 64 KiB
}

// Error prints operation, status and a short numeric code.
func (e *Error) Error() string {
	if e == nil {
		return "vima: no error"
	}
	text := redact.Where("vima", e.Operation, e.StatusCode)
	if code(e.Code) {
		text += ", code " + e.Code
	}
	return text
}

// outcome says what an answer means: nil where it holds the rows that were asked
// for, or claims to. An object with an error inside is a refusal whatever its
// status: read as an empty page it would end a sync for good.
func outcome(operation string, a transport.Answer) error {
	var body struct {
		Code       string          `json:"code"`
		Error      json.RawMessage `json:"error"`
		Message    json.RawMessage `json:"message"`
		Detail     json.RawMessage `json:"detail"`
		Operations json.RawMessage `json:"operations"`
	}
	if transport.IsObject(a.Body) {
		_ = wire.Decode(a.Body, &body) // a body of another shape says nothing more than its status
	}
	said := body.Error != nil || body.Operations == nil && (body.Message != nil || body.Detail != nil)
	if a.StatusCode/100 == 2 && !said {
		return nil
	}
	e := &Error{Operation: operation, StatusCode: a.StatusCode, Body: a.Body}
	e.RetryAfter, _ = transport.RetryAfter(a.Header, time.Now())
	e.Code = body.Code
	for _, text := range []json.RawMessage{body.Error, body.Message, body.Detail} {
		if e.Message == "" && json.Unmarshal(text, &e.Message) != nil {
			e.Message = ""
		}
	}
	return e
}

// code reports whether text is surely a code: an answer may echo a key.
func code(text string) bool {
	return text != "" && len(text) <= 4 && strings.Trim(text, "0123456789") == ""
}
