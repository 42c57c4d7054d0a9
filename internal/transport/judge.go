package transport

import (
	"context"
	"errors"
	"net/http"
)

// The classes of answers that do not end well.
const (
	ClassStatus      = "status"      // a status line other than 2xx
	ClassRefused     = "refused"     // a refusal inside a 2xx
	ClassUndecodable = "undecodable" // a 2xx that is not what was asked for
	ClassSignature   = "signature"   // a 2xx whose signature is wrong or missing
)

// Verdict says what an answer is.
type Verdict struct {
	Status int    // that the answer has in truth; 0 is the status line's
	Class  string // "" is an answer that ends well; the status line's goes first
	Open   bool   // a write may have been carried out all the same
	Err    error  // why there is no result
	Result any    // what was read
}

// judge completes what the judge says of an answer.
func (c *call) judge(ctx context.Context, r Response, used any) Verdict {
	v := Verdict{Open: open(r.StatusCode)}
	if c.request.Judge != nil {
		v = c.request.Judge(ctx, r, used)
	}
	if v.Status == 0 {
		v.Status = r.StatusCode
	}
	if r.StatusCode/100 != 2 {
		v.Class = ClassStatus
	}
	return v
}

// open is the usual rule of what leaves open whether a write was carried out.
func open(status int) bool {
	return status < 200 || status/100 == 3 || status == http.StatusRequestTimeout || status >= 500
}

// Unchecked is the verdict on an answer that a callback could not check. err is
// the callback's, as the call returns it.
func Unchecked(ctx context.Context, err error) Verdict {
	class := "credentials"
	if ended := ctx.Err(); ended != nil && errors.Is(err, ended) {
		class = classOf(ended)
	}
	return Verdict{Class: class, Open: true, Err: err}
}

// Judged is an answer with what a judge read in it.
type Judged[T any] struct {
	Answer

	Result  T
	Earlier []T // what it read in the answers to earlier attempts
}

// Do is [Client.Do] with a judge that returns what it read.
func Do[T any](ctx context.Context, c *Client, req Request, judge func(ctx context.Context, r Response, used any) (T, Verdict)) (Judged[T], error) {
	req.Judge = func(ctx context.Context, r Response, used any) Verdict {
		result, v := judge(ctx, r, used)
		v.Result = result
		return v
	}
	answer, err := c.Do(ctx, req)
	out := Judged[T]{Answer: answer}
	out.Result, _ = answer.Verdict.Result.(T)
	for _, v := range answer.Earlier {
		result, _ := v.Result.(T)
		out.Earlier = append(out.Earlier, result)
	}
	return out, err
}
