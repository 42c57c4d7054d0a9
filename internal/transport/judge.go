package transport

import (
	"context"
	"errors"
	"net/http"
)

// The classes of answers that are not a success.
const (
	ClassStatus      = "status"      // a status line other than 2xx
	ClassRefused     = "refused"     // a refusal inside a 2xx
	ClassUndecodable = "undecodable" // a 2xx that is not what was asked for
	ClassSignature   = "signature"   // a 2xx whose signature is wrong or missing
)

// Verdict is what a judge says about an answer.
type Verdict struct {
	Status int    // the effective status; 0 means the status line's
	Class  string // "" for a success; "status" for every status line other than 2xx
	Open   bool   // a write may have been carried out anyway
	Err    error  // the reason why no result exists; nil for a success
	Result any    // what the judge decoded
}

// judge returns the complete verdict on an answer: Judge's, or by the status line
// without one.
func (c *call) judge(ctx context.Context, r Response, used any) Verdict {
	v := Verdict{Open: leavesOpen(r.StatusCode)}
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

// leavesOpen reports whether a status leaves open whether a write was carried
// out, by the usual rule.
func leavesOpen(status int) bool {
	return status < 200 || status/100 == 3 || status == http.StatusRequestTimeout || status >= 500
}

// Unchecked returns the verdict on an answer that a caller's function could not
// check. err is the error of that function as the call returns it.
func Unchecked(ctx context.Context, err error) Verdict {
	class := "credentials"
	if ended := ctx.Err(); ended != nil && errors.Is(err, ended) {
		class = classOf(ended)
	}
	return Verdict{Class: class, Open: true, Err: err}
}

// Judged is an answer with what a judge decoded.
type Judged[T any] struct {
	Answer

	Result  T
	Earlier []T // what it decoded in the answers to earlier attempts, in order
}

// Do is [Client.Do] with a judge that also returns what it decoded.
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
