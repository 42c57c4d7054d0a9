package finik

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/payclients/payclients-go/internal/transport"
)

// result is what an answer says: its envelope (status, message, ids), and its
// data unless the answer is an error.
type result[T any] struct {
	envelope envelope
	data     *T
}

var errCode = errors.New("statusCode is not an HTTP status")

// decodeAnswer returns the decoder for answers to q. The decoder returns *Error
// for a refusal, *DecodeError for an answer without the expected data, and
// ErrOtherPayment with ErrOutcomeUnknown for a payment with another transaction
// id than q sent.
func decodeAnswer[T any](q request, decode func(body []byte) (*T, error)) decoder[result[T]] {
	return func(_ context.Context, a transport.Response, _ any) (result[T], error) {
		s := readEnvelope(a)
		if err := outcome(q, a, s); err != nil {
			return result[T]{envelope: s}, err
		}
		if q.want != "" {
			if err := transport.CheckShape(a, q.want, "{"); err != nil {
				return result[T]{envelope: s}, undecoded(q, a, err)
			}
		}
		data, err := decode(a.Body)
		if err != nil {
			return result[T]{envelope: s}, undecoded(q, a, err)
		}
		if q.transactionID != "" && s.transaction != q.transactionID {
			return result[T]{envelope: s}, fmt.Errorf("%w: %s: the transaction id is not the one that was sent, %w", ErrOtherPayment, q.operation, ErrOutcomeUnknown)
		}
		return result[T]{s, data}, nil
	}
}

// outcome returns nil for a success, *Error for a refusal, and *DecodeError for a
// 2xx whose statusCode is not a status.
func outcome(q request, a transport.Response, s envelope) error {
	status := s.effectiveStatus(q)
	switch {
	case status/100 == 2:
		return nil
	case status == 0:
		return undecoded(q, a, errCode)
	}
	e := &Error{Operation: q.operation, StatusCode: status, Message: s.message, Reason: reasonOf(status, s.message), Body: a.Body}
	e.RetryAfter, _ = transport.RetryAfter(a.Header, time.Now())
	if s.code != 0 {
		e.Code = strconv.Itoa(s.code)
	}
	// An id without a transaction id may belong to a gateway's request, except in
	// the answer to a duplicate.
	if s.transaction == q.transactionID || status == http.StatusConflict && !s.other(q) {
		e.PaymentID = s.id
	}
	e.unknown = q.kind.Writes() && !s.definite(q, status)
	return e
}

// effectiveStatus returns the HTTP status or the status in the body, whichever
// leaves the outcome less certain. For a payment that was read, and for a new one
// that failed or has an unreadable code, the HTTP status counts, because the code
// describes the payment. It returns 0 for any other 2xx whose statusCode is not a
// status.
func (s envelope) effectiveStatus(q request) int {
	success, payment, makes := s.http/100 == 2, s.payment != "", q.transactionID != ""
	switch {
	case success && payment && q.reads: // the code describes the payment
		return s.http
	case success && payment && makes && s.payment.unpaid(): // the code is the reason of the failure
		return s.http
	case success && payment && makes && !s.readable: // the code is unreadable; the payment itself counts
		return s.http
	case success && !s.readable:
		return 0
	}
	return lessCertain(s.http, s.code)
}

// definite reports whether a refusal proves that no payment was made.
func (s envelope) definite(q request, status int) bool {
	switch {
	case !s.readable:
	case !refuses(status): // not a refusal in the provider's table
	case s.code != 0 && !refuses(s.code): // the body contradicts the status
	case s.code == 0 && s.message == "": // perhaps from a proxy or gateway in front of the service
	case s.payment != "" && !s.payment.unpaid(): // the body holds a payment that has not failed
	case s.other(q): // the body is about another payment
	default:
		return true
	}
	return false
}

// lessCertain returns the status that leaves the outcome less certain; of two with the
// same certainty, the higher. 0 means no status.
func lessCertain(a, b int) int {
	if a == 0 || b != 0 && (rank(b) > rank(a) || rank(b) == rank(a) && b > a) {
		return b
	}
	return a
}

// The ranks of statuses, from a certain to an uncertain outcome.
const (
	done    = iota
	refused // a refusal; definite if the body agrees
	inDoubt // a payment may have been made
)

func rank(status int) int {
	switch {
	case status/100 == 2:
		return done
	case status/100 != 4, status == http.StatusRequestTimeout, status == http.StatusConflict:
		return inDoubt
	}
	return refused
}

// refuses reports whether the provider's table lists status as a refusal.
func refuses(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusNotFound:
		return true
	}
	return false
}

// prepareDo makes the body and query of a request canonical, as they are signed,
// and returns what makes that impossible, nil if nothing does.
func prepareDo(r *transport.Request) []string {
	var err error
	if len(r.Body) > 0 {
		if r.Body, err = CanonicalJSON(r.Body); err != nil {
			return []string{"in: " + rule(err)}
		}
	}
	m := Message{Method: r.Method, Host: r.URL.Host, Path: "/" + strings.TrimPrefix(r.URL.EscapedPath(), "/")}
	if r.URL.RawQuery != "" {
		m.Query, _ = url.ParseQuery(r.URL.RawQuery) // which came from one
	}
	if _, err := m.Text(); err != nil {
		return []string{rule(err)}
	}
	r.URL.RawQuery, _ = EncodeQuery(m.Query) // Text has refused what this refuses
	return nil
}

// rule returns the text of an ErrInvalidRequest without its prefix.
func rule(err error) string { return strings.TrimPrefix(err.Error(), ErrInvalidRequest.Error()+": ") }

// outcomeOfDo returns *Error if an answer is a refusal, else nil. If the answer
// is a payment, its statusCode describes the payment.
func outcomeOfDo(operation string, a transport.Response) error {
	return outcome(request{operation: operation, kind: transport.Once, reads: true}, a, readEnvelope(a))
}
