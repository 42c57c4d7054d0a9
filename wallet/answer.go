package wallet

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

// result is what an answer holds.
type result[T any] struct {
	data T
	meta Meta
}

// dataDecoder decodes the member data of an answer; nil means that it is absent.
type dataDecoder[T any] = func(data json.RawMessage) (T, error)

// decodeAnswer returns the decoder of the answers to q. It returns *Error for a
// refusal and *DecodeError for any other answer that is not what q asks for.
func decodeAnswer[T any](q request, decode dataDecoder[T]) decoder[result[T]] {
	return func(_ context.Context, a transport.Response, _ any) (result[T], error) {
		meta, data, err := outcome(q, a)
		if err != nil {
			return result[T]{}, err
		}
		if q.list != "" {
			if err = transport.CheckShape(a, q.wanted(), "{"); err == nil {
				err = transport.CheckValue(data, "an array of "+q.list+" in data", "[")
			}
			if err != nil {
				return result[T]{}, undecoded(q, a, err)
			}
		}
		out := result[T]{meta: meta}
		if out.data, err = decode(data); err != nil {
			return result[T]{}, undecoded(q, a, err)
		}
		return out, nil
	}
}

// errNoData is the error of an answer without data.
var errNoData = errors.New("expected data, got an object without it")

// decodeData decodes data as a payment. It returns an error if data is absent or is
// not a payment.
func decodeData(data json.RawMessage) (*Payment, error) {
	if data == nil {
		return nil, errNoData
	}
	out := new(Payment)
	if err := out.UnmarshalJSON(data); err != nil {
		return nil, err
	}
	return out, nil
}

// nothing is the data of a call whose answer is meta alone.
type nothing struct{}

// decodeNothing ignores data and never fails.
func decodeNothing(json.RawMessage) (nothing, error) { return nothing{}, nil }

// rows are the rows of a list.
type rows[T any] struct {
	good []*T
	bad  []BadRow
}

// decodeRows decodes the rows of a list one by one. Rows that do not decode are in
// bad; the only error is data that is not an array.
func decodeRows[T any, P interface {
	*T
	check() error
}](data json.RawMessage) (rows[T], error) {
	good, bad, err := wire.RowsOfPHP(data, func(row *T) error { return P(row).check() })
	return rows[T]{good, badRows(bad)}, err
}

// outcome returns meta and data of a success. Any other answer is an error: *Error
// for a refusal, also for one inside meta with status 2xx, and *DecodeError for an
// answer that cannot be read. For a call that changes something, the error matches
// ErrOutcomeUnknown unless the answer is a readable refusal whose status the
// provider's table names.
func outcome(q request, a transport.Response) (Meta, json.RawMessage, error) {
	var body struct {
		Meta json.RawMessage `json:"meta"`
		Data json.RawMessage `json:"data"`
	}
	var meta Meta
	err := wire.Decode(a.Body, &body)
	if err == nil && body.Meta == nil {
		err = errNoMeta
	}
	if err == nil {
		err = wire.DecodePHP(body.Meta, &meta)
	}
	text, failed := wire.Words(body.Meta, "error")
	inside := innerStatus(body.Meta)
	if a.StatusCode/100 == 2 && !failed && (inside == 0 || inside/100 == 2) {
		if err != nil {
			return meta, nil, undecoded(q, a, cmp.Or(transport.CheckShape(a, q.wanted(), "{"), err))
		}
		return meta, body.Data, nil
	}
	e := &Error{Operation: q.operation, StatusCode: a.StatusCode, Body: a.Body}
	if a.StatusCode/100 == 2 && inside != 0 {
		e.StatusCode = inside
	}
	e.RetryAfter, _ = transport.RetryAfter(a.Header, time.Now())
	if isCode(text) {
		e.Code = text
	}
	e.Message, _ = wire.Words(body.Meta, "error_message")
	var details struct {
		Details json.RawMessage `json:"details"`
	}
	_ = wire.DecodePHP(body.Meta, &details) // details that do not decode stay in Body
	e.Details = details.Details
	definite := err == nil && refuses(e.StatusCode) && (inside == 0 || refuses(inside))
	e.unknown = q.kind.Writes() && !definite
	return meta, nil, e
}

// errNoMeta is the error of an answer without meta.
var errNoMeta = errors.New("expected an object with meta, got one without it")

// innerStatus returns the copy of the HTTP status in meta, 0 if absent. The
// documentation calls it status, all its samples call it code.
func innerStatus(meta json.RawMessage) int {
	for _, name := range []string{"code", "status"} {
		if text, ok := wire.Field(meta, name); ok {
			if status, err := strconv.Atoi(text); err == nil {
				return status
			}
		}
	}
	return 0
}

// refuses reports whether the provider's table names a status as a refusal.
func refuses(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound,
		http.StatusMethodNotAllowed, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
		return true
	}
	return false
}

// isCode reports whether text is short and plain enough to be printed in an error.
// Codes are words: a number, which may be a phone, is not a code.
func isCode(text string) bool {
	letters := false
	for _, r := range text {
		letter := r >= 'a' && r <= 'z'
		letters = letters || letter
		if !letter && (r < '0' || r > '9') && r != '_' {
			return false
		}
	}
	return letters && len(text) <= 64
}

// outcomeOfDo returns *Error, or *DecodeError, if the answer is a refusal or its
// meta cannot be read, else nil. The answer need not have meta.
func outcomeOfDo(operation string, a transport.Response) error {
	if _, there := wire.Member(a.Body, "meta"); !there && a.StatusCode/100 == 2 {
		return nil
	}
	_, _, err := outcome(request{operation: operation, kind: transport.Once}, a)
	return err
}
