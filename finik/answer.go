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

// result is what was read in an answer: what it says, and its data unless it is
// an error.
type result[T any] struct {
	said said
	data *T
}

var errCode = errors.New("statusCode is no status")

// decodeAnswer returns the decoder of the answers to q.
func decodeAnswer[T any](q request, decode func(body []byte) (*T, error)) decoder[result[T]] {
	return func(_ context.Context, a transport.Response, _ any) (result[T], error) {
		s := listen(a)
		if err := outcome(q, a, s); err != nil {
			return result[T]{said: s}, err
		}
		if q.want != "" {
			if err := transport.ShapeFault(a, q.want, "{"); err != nil {
				return result[T]{said: s}, undecoded(q, a, err)
			}
		}
		data, err := decode(a.Body)
		if err != nil {
			return result[T]{said: s}, undecoded(q, a, err)
		}
		if q.transactionID != "" && s.transaction != q.transactionID {
			return result[T]{said: s}, fmt.Errorf("%w: %s: the transaction id is not the one that was sent, %w", ErrOtherPayment, q.operation, ErrOutcomeUnknown)
		}
		return result[T]{s, data}, nil
	}
}

// outcome says whether an answer ends well.
func outcome(q request, a transport.Response, s said) error {
	status := s.status(q)
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
	// An id alone may be that of a gateway's request, unless it is of a duplicate.
	if s.transaction == q.transactionID || status == http.StatusConflict && !s.other(q) {
		e.PaymentID = s.id
	}
	e.unknown = q.kind.Writes() && !s.definite(q, status)
	return e
}

// status is the one that an answer has in truth: that of HTTP or that in the body,
// whichever leaves more open. A success whose code cannot be read has 0.
func (s said) status(q request) int {
	success, payment, makes := s.http/100 == 2, s.payment != "", q.transactionID != ""
	switch {
	case success && payment && q.reads: // the code is about the payment
		return s.http
	case success && payment && makes && s.payment.unpaid(): // the code is why it failed
		return s.http
	case success && payment && makes && !s.readable: // the code says nothing
		return s.http
	case success && !s.readable:
		return 0
	}
	return worse(s.http, s.code)
}

// definite reports whether a refusal says that no payment was made.
func (s said) definite(q request, status int) bool {
	switch {
	case !s.readable:
	case !refuses(status): // the provider's table does not name it
	case s.code != 0 && !refuses(s.code): // the body contradicts the status
	case s.code == 0 && s.message == "": // some gateway's, maybe
	case s.payment != "" && !s.payment.unpaid(): // there is a payment
	case s.other(q): // it is about something else
	default:
		return true
	}
	return false
}

// worse takes 0 for none.
func worse(a, b int) int {
	if a == 0 || b != 0 && (rank(b) > rank(a) || rank(b) == rank(a) && b > a) {
		return b
	}
	return a
}

// The ranks of statuses, by what they leave open.
const (
	done    = iota
	refused // maybe in a way that a readable body makes a definite no
	inDoubt // nobody knows whether a payment was made
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

// refuses reports whether the provider's table names a status as a refusal.
func refuses(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusNotFound:
		return true
	}
	return false
}

// prepareDo brings a request into the form that is signed.
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

// rule is what an error of invalid says.
func rule(err error) string { return strings.TrimPrefix(err.Error(), ErrInvalidRequest.Error()+": ") }

// outcomeOfDo returns the refusal in an answer, if it is one. Where the answer is a
// payment, its code is about that.
func outcomeOfDo(operation string, a transport.Response) error {
	return outcome(request{operation: operation, kind: transport.Once, reads: true}, a, listen(a))
}
