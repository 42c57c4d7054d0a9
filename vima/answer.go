package vima

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

// wanted describes, in errors, the answer that ListOperations expects.
const wanted = "an array of operations"

// errNoOperations is the error of an object that is neither a refusal nor has a
// member "operations".
var errNoOperations = errors.New("expected " + wanted + ", got an object without operations")

// envelope is an answer that is an object: a refusal, or the rows in a member
// "operations", as another public client accepts.
type envelope struct {
	Operations json.RawMessage `json:"operations"`

	Code    string          `json:"code"`
	Error   json.RawMessage `json:"error"`
	Message json.RawMessage `json:"message"`
	Detail  json.RawMessage `json:"detail"`
}

// decodeAnswer decodes the answer to a request with p. It returns *Error for a
// refusal and *DecodeError for an answer that is not a list of operations. Rows
// that do not decode are in Bad of the page and are not an error.
func decodeAnswer(p ListOperationsParams, a transport.Response) (*OperationPage, error) {
	rows, err := rowsOf(a)
	if err != nil {
		return nil, err
	}
	operations, bad, err := wire.RowsOf(rows, (*Operation).check)
	if err != nil {
		return nil, undecoded(a, err)
	}
	page := &OperationPage{Date: p.Date, Operations: operations, Bad: badRows(bad)}
	page.NextCreateID = page.highest(createID, p.AfterCreateID)
	page.NextUpdateID = page.highest(updateID, p.AfterUpdateID)
	return page, nil
}

// rowsOf returns the JSON array of operations: the whole body, or the member
// "operations" of an object. It returns *Error for a refusal, also for an object
// with an error inside a 2xx: read as an empty page, that answer would end a sync
// for good. Any other answer is *DecodeError.
func rowsOf(a transport.Response) ([]byte, error) {
	var e envelope
	var undecodable error
	inside := transport.IsObject(a.Body)
	if inside {
		undecodable = wire.Decode(a.Body, &e)
	}
	if a.StatusCode/100 != 2 || undecodable == nil && e.refuses() {
		return nil, e.refusal(a)
	}
	err := transport.CheckShape(a, wanted, "[{")
	switch {
	case err == nil && !inside:
		return a.Body, nil
	case err == nil && undecodable != nil:
		err = undecodable
	case err == nil && e.Operations == nil:
		err = errNoOperations
	case err == nil:
		err = transport.CheckValue(e.Operations, wanted, "[")
	}
	if err != nil {
		return nil, undecoded(a, err)
	}
	return e.Operations, nil
}

// undecoded returns the *DecodeError of an answer to ListOperations; err says what
// is wrong.
func undecoded(a transport.Response, err error) error {
	return &DecodeError{Operation: listOperations, StatusCode: a.StatusCode, Body: a.Body, Err: err}
}

// refuses reports whether the object is an error, with any HTTP status.
func (e *envelope) refuses() bool {
	return e.Error != nil || e.Operations == nil && (e.Message != nil || e.Detail != nil)
}

// refusal returns the *Error of an answer. Where the HTTP status is 2xx and Code is
// a number from 400 to 599, that number becomes StatusCode.
func (e *envelope) refusal(a transport.Response) error {
	out := &Error{Operation: listOperations, StatusCode: a.StatusCode, Code: e.Code, Body: a.Body}
	if status, err := strconv.Atoi(e.Code); a.StatusCode/100 == 2 && err == nil && 400 <= status && status < 600 {
		out.StatusCode = status
	}
	out.RetryAfter, _ = transport.RetryAfter(a.Header, time.Now())
	for _, text := range []json.RawMessage{e.Error, e.Message, e.Detail} {
		if out.Message == "" && json.Unmarshal(text, &out.Message) != nil {
			out.Message = ""
		}
	}
	return out
}

// isCode reports whether text is surely a code, one to four digits. Any other text
// may repeat a key, so errors do not print it.
func isCode(text string) bool {
	return text != "" && len(text) <= 4 && strings.Trim(text, "0123456789") == ""
}

// outcomeOfDo returns *Error if the answer, of any shape, is a refusal, else nil.
func outcomeOfDo(operation string, a transport.Response) error {
	var e envelope
	if transport.IsObject(a.Body) {
		_ = wire.Decode(a.Body, &e) // other JSON kinds do not report an error of the collector
	}
	code, _ := strconv.Atoi(e.Code)
	if a.StatusCode/100 == 2 && !says(e.Error) && (code < 400 || code > 599) {
		return nil
	}
	refused := e.refusal(a)
	if own, ok := refused.(*Error); ok { //nolint:errorlint // made here, never wrapped
		own.Operation = operation
	}
	return refused
}

// says reports whether the member "error" of an answer reports an error: it is
// neither absent nor null, false, zero or empty.
func says(member json.RawMessage) bool {
	switch string(member) {
	case "", "null", "false", "0", `""`, "[]", "{}":
		return false
	}
	return true
}
