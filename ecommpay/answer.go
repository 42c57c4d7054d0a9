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

// decodeAnswer returns the decoder for answers to the named operation. The
// decoder verifies the signature of the bytes first, then looks for a refusal,
// then calls decode. It returns *Error for a refusal, *SignatureError for a wrong
// signature, *signerError when the signer failed and *DecodeError for everything
// that decode or the shape check refuses. It sends nothing.
func decodeAnswer[T any](c *Client, operation string, decode func(body []byte) (T, error)) decoder[T] {
	return func(ctx context.Context, a transport.Response, used any) (T, error) {
		var none T
		if err := c.verified(ctx, operation, a, used); err != nil {
			return none, err
		}
		if err := outcome(operation, a); err != nil {
			return none, err
		}
		if err := transport.CheckStatus(a, wanted); err != nil {
			return none, undecoded(operation, a, err)
		}
		data, err := decode(a.Body)
		if err != nil {
			return none, undecoded(operation, a, err)
		}
		return data, nil
	}
}

// verified checks the signature of an answer with used, the key that signed the
// request. If a middleware lost this key, verified uses the current one. It
// returns nil for
//   - a good signature
//   - any status other than 2xx, because refusals are not signed
//   - any JSON object with VerifyOff, and an unsigned one with VerifyIfPresent
//
// Otherwise it returns
//   - *DecodeError for a body that is not a JSON object
//   - *signerError if the signer or the credential source failed
//   - *Error for an unsigned refusal with status 2xx
//   - *SignatureError for any other answer
func (c *Client) verified(ctx context.Context, operation string, a transport.Response, used any) error {
	if a.StatusCode/100 != 2 {
		return nil
	}
	if err := transport.CheckBody(a, wanted, "{"); err != nil {
		return undecoded(operation, a, err)
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
		// A refusal inside a 2xx is not signed either. It cannot pass for data.
		if err := outcome(operation, a); err != nil {
			return err
		}
	}
	bad.Operation, bad.StatusCode = operation, a.StatusCode
	return bad
}

// signerError reports that the caller's signer or credential source failed while
// an answer was verified. Its text holds nothing of the cause, which may print a
// secret; errors.Is and errors.As reach the cause.
type signerError struct {
	operation string
	err       error
}

func (e *signerError) Error() string { return "ecommpay: " + e.operation + ": the signer failed" }
func (e *signerError) Unwrap() error { return e.err }

func undecoded(operation string, a transport.Response, err error) error {
	return &DecodeError{Operation: operation, StatusCode: a.StatusCode, Body: a.Body, Err: err}
}

// refusal holds the members of a refusal's body. A member that is missing is "".
type refusal struct {
	Name    string `json:"name"`
	Message string `json:"message"`
	Code    string `json:"code"`
	Status  string `json:"status"`
}

// outcome returns nil if an answer is a success and *Error if it is a refusal. A
// success has status 2xx, no member "message", and a member "status" that is 2xx,
// missing or not a number. A "status" of 4xx or 5xx replaces the HTTP status in
// the error, because refusals may come with HTTP 200. A "status" never turns a
// refusal into a success: the documentation's own sample has a wrong one.
func outcome(operation string, a transport.Response) error {
	var found refusal
	success := a.StatusCode/100 == 2
	if transport.IsObject(a.Body) {
		// Of a body with another shape only the HTTP status counts.
		if wire.Decode(a.Body, &found) != nil {
			found = refusal{}
		}
	}
	inside, err := strconv.Atoi(found.Status)
	if success && (err != nil || inside/100 == 2) && found.Message == "" {
		return nil
	}
	e := &Error{Operation: operation, StatusCode: a.StatusCode, Message: cmp.Or(found.Message, found.Name), Body: a.Body}
	if success && 400 <= inside && inside < 600 {
		e.StatusCode = inside
	}
	e.RetryAfter, _ = transport.RetryAfter(a.Header, time.Now())
	if code(found.Code) && found.Code != "0" {
		e.Code = found.Code
	}
	return e
}

// readable returns nil if body decodes as a JSON object within the limits of
// package wire, else the decoding error.
func readable(body []byte) error {
	var members map[string]json.RawMessage
	return wire.Decode(body, &members)
}

// code reports whether text is 1 to 8 digits, so that an error may print it: such
// a text holds no personal data.
func code(text string) bool {
	return text != "" && len(text) <= 8 && strings.Trim(text, "0123456789") == ""
}

// prepareDo returns what makes a request of Do impossible to sign, nil if nothing
// does. It replaces a nil body with {}.
func prepareDo(r *transport.Request) []string {
	var found problems.List
	found.If(r.Method == http.MethodGet, "method: must not be GET, which has no body to sign")
	found.If(r.URL.RawQuery != "", "path: must not have a query, which is not signed")
	if r.Body == nil {
		r.Body = []byte("{}")
	}
	var members map[string]json.RawMessage
	if !transport.IsObject(r.Body) || wire.Decode(r.Body, &members) != nil {
		return append(found, "in: must be a JSON object without repeated names")
	}
	return append(found, memberProblems("in", members, "token", "signature")...)
}

// outcomeOfDo returns nil for a success, and otherwise the same errors as
// decodeAnswer: the signature is verified first, then the body is searched for a
// refusal.
func (c *Client) outcomeOfDo(ctx context.Context, operation string, a transport.Response, used any) error {
	if err := c.verified(ctx, operation, a, used); err != nil {
		return err
	}
	return outcome(operation, a)
}
