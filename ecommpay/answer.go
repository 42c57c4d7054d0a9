package ecommpay

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/payclients/payclients-go/internal/cause"
	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

const wanted = "a JSON object"

// decodeAnswer returns the decoder of the answers to an operation. The bytes of an
// answer are verified before anything of them is decoded.
func decodeAnswer[T any](c *Client, operation string, decode func(body []byte) (T, error)) decoder[T] {
	return func(ctx context.Context, a transport.Response, used any) (T, error) {
		var none T
		if err := c.verified(ctx, operation, a, used); err != nil {
			return none, err
		}
		if err := outcome(operation, a); err != nil {
			return none, err
		}
		if err := transport.StatusFault(a, wanted); err != nil {
			return none, undecoded(operation, a, err)
		}
		data, err := decode(a.Body)
		if err != nil {
			return none, undecoded(operation, a, err)
		}
		return data, nil
	}
}

// verified checks the signature of an answer by what signed the request. Refusals
// have none.
func (c *Client) verified(ctx context.Context, operation string, a transport.Response, used any) error {
	if a.StatusCode/100 != 2 {
		return nil
	}
	if fault := transport.BodyFault(a, wanted, "{"); fault != nil {
		return undecoded(operation, a, fault)
	}
	if c.verify == VerifyOff {
		return nil
	}
	signed, ok := used.(transport.Used[key])
	if !ok { // a middleware has lost the context
		var err error
		if signed, err = c.keys.Current(ctx); err != nil {
			return &signerError{operation, cause.Hide(ctx, err)}
		}
	}
	bad, err := verifyAnswer(ctx, signed.Credentials.signer, c.verify, a.Body)
	switch {
	case err != nil:
		return &signerError{operation, cause.Hide(ctx, err)}
	case bad == nil:
		return nil
	}
	if unreadable := readable(a.Body); unreadable != nil {
		return undecoded(operation, a, unreadable)
	}
	if _, signed := wire.Words(a.Body, "signature"); !signed {
		// Refusals are not signed, whatever their status, and hold nothing that
		// could deceive.
		if err := outcome(operation, a); err != nil {
			return err
		}
	}
	bad.Operation, bad.StatusCode = operation, a.StatusCode
	return bad
}

// signerError is a failure of the caller's signer, or source of credentials, to
// verify an answer. Its cause is reachable but not printed: nobody knows what it
// says.
type signerError struct {
	operation string
	err       error
}

func (e *signerError) Error() string { return "ecommpay: " + e.operation + ": the signer failed" }
func (e *signerError) Unwrap() error { return e.err }

func undecoded(operation string, a transport.Response, err error) error {
	return &DecodeError{Operation: operation, StatusCode: a.StatusCode, Body: a.Body, Err: err}
}

// refusal is what the body of a refusal says.
type refusal struct {
	Name    string `json:"name"`
	Message string `json:"message"`
	Code    string `json:"code"`
	Status  string `json:"status"`
}

// outcome says what an answer means: nil where it holds what was asked for, or
// claims to. The member status is believed only where it says that a 2xx is a
// refusal: the documentation's own sample has a wrong one.
func outcome(operation string, a transport.Response) error {
	var said refusal
	success := a.StatusCode/100 == 2
	if transport.IsObject(a.Body) {
		// A body of another shape says nothing more than its status.
		if wire.Decode(a.Body, &said) != nil {
			said = refusal{}
		}
	}
	inside, err := strconv.Atoi(said.Status)
	if success && (err != nil || inside/100 == 2) && said.Message == "" {
		return nil
	}
	e := &Error{Operation: operation, StatusCode: a.StatusCode, Message: cmp.Or(said.Message, said.Name), Body: a.Body}
	if success && 400 <= inside && inside < 600 {
		e.StatusCode = inside
	}
	e.RetryAfter, _ = transport.RetryAfter(a.Header, time.Now())
	if code(said.Code) && said.Code != "0" {
		e.Code = said.Code
	}
	return e
}

// readable reports whether a body is a JSON object. Numbers, names and depth are
// as with every answer.
func readable(body []byte) error {
	var members map[string]json.RawMessage
	return wire.Decode(body, &members)
}

// code reports whether text is a short number, and may be printed in an error.
func code(text string) bool {
	return text != "" && len(text) <= 8 && strings.Trim(text, "0123456789") == ""
}

// prepareDo says what cannot be signed.
func prepareDo(r *transport.Request) []string {
	var faults problems.List
	faults.If(r.Method == http.MethodGet, "method: must not be GET, which has no body to sign")
	faults.If(r.URL.RawQuery != "", "path: must not have a query, which is not signed")
	if r.Body == nil {
		r.Body = []byte("{}")
	}
	var members map[string]json.RawMessage
	if !transport.IsObject(r.Body) || wire.Decode(r.Body, &members) != nil {
		return append(faults, "in: must be a JSON object without repeated names")
	}
	return append(faults, memberFaults("in", members, "token", "signature")...)
}

// outcomeOfDo verifies an answer as decodeAnswer does, and returns the refusal in
// it, if it is one.
func (c *Client) outcomeOfDo(ctx context.Context, operation string, a transport.Response, used any) error {
	if err := c.verified(ctx, operation, a, used); err != nil {
		return err
	}
	return outcome(operation, a)
}
