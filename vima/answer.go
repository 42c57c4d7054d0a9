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

const wanted = "an array of operations"

var errNoOperations = errors.New("expected " + wanted + ", got an object without operations")

// envelope is an object around the rows, which one public client tolerates, or an
// error.
type envelope struct {
	Operations json.RawMessage `json:"operations"`

	Code    string          `json:"code"`
	Error   json.RawMessage `json:"error"`
	Message json.RawMessage `json:"message"`
	Detail  json.RawMessage `json:"detail"`
}

// decodeAnswer decodes the answer to p.
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

// rowsOf finds the array of operations: the whole body, or the member of an
// envelope. An object with an error inside is a refusal whatever its status: read
// as an empty page it would end a sync for good.
func rowsOf(a transport.Response) ([]byte, error) {
	var e envelope
	var unread error
	inside := transport.IsObject(a.Body)
	if inside {
		unread = wire.Decode(a.Body, &e)
	}
	if a.StatusCode/100 != 2 || unread == nil && e.refuses() {
		return nil, e.refusal(a)
	}
	fault := transport.ShapeFault(a, wanted, "[{")
	switch {
	case fault == nil && !inside:
		return a.Body, nil
	case fault == nil && unread != nil:
		fault = unread
	case fault == nil && e.Operations == nil:
		fault = errNoOperations
	case fault == nil:
		fault = transport.ValueFault(e.Operations, wanted, "[")
	}
	if fault != nil {
		return nil, undecoded(a, fault)
	}
	return e.Operations, nil
}

func undecoded(a transport.Response, err error) error {
	return &DecodeError{Operation: listOperations, StatusCode: a.StatusCode, Body: a.Body, Err: err}
}

// refuses reports whether an object is an error, whatever its status line.
func (e *envelope) refuses() bool {
	return e.Error != nil || e.Operations == nil && (e.Message != nil || e.Detail != nil)
}

// refusal reads an answer that is a refusal, whatever its body holds. A code that
// is the status of one counts where the status line has a success.
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

// code reports whether text is surely a code: an answer may echo a key.
func code(text string) bool {
	return text != "" && len(text) <= 4 && strings.Trim(text, "0123456789") == ""
}

// outcomeOfDo returns the refusal in an answer of any shape, if it is one.
func outcomeOfDo(operation string, a transport.Response) error {
	var e envelope
	if transport.IsObject(a.Body) {
		_ = wire.Decode(a.Body, &e) // members of other kinds are no error of the collector's
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

// says reports whether the member error of an answer is one.
func says(member json.RawMessage) bool {
	switch string(member) {
	case "", "null", "false", "0", `""`, "[]", "{}":
		return false
	}
	return true
}
