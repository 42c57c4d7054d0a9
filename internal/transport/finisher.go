package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"time"

	"golang.org/x/time/rate"

	"github.com/payclients/payclients-go/internal/cause"
)

// finisher turns one attempt into a complete answer or an error. go-retryablehttp
// stops at the headers, and would never repeat a call whose body was cut short.
type finisher struct {
	config  *Config
	limiter *rate.Limiter
	next    http.RoundTripper
}

func newFinisher(config *Config, wire http.RoundTripper) *finisher {
	next := http.RoundTripper(authorizing{config, wire})
	for i := len(config.Middleware) - 1; i >= 0; i-- { // the first one is outermost
		next = config.Middleware[i](next)
	}
	f := &finisher{config: config, next: next}
	if config.RatePerSecond > 0 {
		f.limiter = rate.NewLimiter(rate.Limit(config.RatePerSecond), config.Burst)
	}
	return f
}

// RoundTrip makes one attempt and records it in the call of the request's context.
// It returns the attempt's error, or an answer that has the attempt's status and
// an empty body. If the wait for the rate limit would outlast the deadline of a
// repeated attempt, it makes none and returns the result of the attempt before.
func (f *finisher) RoundTrip(r *http.Request) (*http.Response, error) {
	c := callOf(r.Context())
	if c.number == 0 {
		c.ended = time.Now()
	}
	err := f.admit(r.Context())
	started := time.Now()
	wait := started.Sub(c.ended)
	if c.number > 0 && errors.Is(err, context.DeadlineExceeded) {
		c.over = true // keeps the result of the newest attempt
		return c.outcome(r)
	}
	c.observe(false)
	c.number++
	c.supersede()
	if err != nil {
		c.last.err = err
	} else {
		f.attempt(c, r)
	}
	c.last.err = cause.Hide(c.ctx, c.last.err) //nolint:contextcheck // the call's, which is meant
	if c.ended = c.last.ended; c.ended.IsZero() {
		c.ended = time.Now()
	}
	c.last.wait, c.last.duration = wait, c.ended.Sub(started)
	return c.outcome(r)
}

// admit waits for the rate limit. It returns nil when the attempt may begin. It
// returns the context's error if ctx has ended, and errRateLimit with
// context.DeadlineExceeded at once if the wait would outlast the deadline. Nothing
// has been sent then.
func (f *finisher) admit(ctx context.Context) error {
	if f.limiter != nil {
		if err := f.limiter.Wait(ctx); err != nil && ctx.Err() == nil {
			return fmt.Errorf("%w: %w", errRateLimit, context.DeadlineExceeded)
		}
	}
	return ctx.Err()
}

// attempt sends r and records the result in c.last. If the answer refuses the
// credentials, by its status or by the judge's verdict, attempt asks the
// Authorizer's Renew for better ones. If there are any, it sends the request once
// more. It does not send a write of the kind Once again if the refusal leaves open
// whether the write was carried out.
func (f *finisher) attempt(c *call, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), f.config.Timeout)
	defer cancel()
	c.last = f.send(ctx, c, r, nil)
	refused := c.last.err == nil && c.last.verdict.Status == http.StatusUnauthorized && c.last.used != nil
	if !refused || c.last.verdict.Open && c.request.Kind == Once {
		return
	}
	with, better := f.config.Authorizer.Renew(ctx, c.last.response, c.last.used)
	if !better || f.admit(ctx) != nil {
		return
	}
	c.recordDoubt()
	c.supersede()
	again := r.Clone(ctx)
	if c.request.Body != nil {
		SetBody(again, c.request.Body)
	}
	c.last = f.send(ctx, c, again, with)
}

// send sends r once and returns the result, with the judge's verdict. with is what
// the authorizer's Renew returned, or nil.
func (f *finisher) send(ctx context.Context, c *call, r *http.Request, with any) attempt {
	d := departure{once: !c.request.Kind.Repeatable(), with: with}
	resp, err := f.next.RoundTrip(r.Clone(context.WithValue(ctx, departureKey{}, &d)))
	if resp != nil && resp.Body == nil {
		resp.Body = http.NoBody
	}
	if err != nil {
		if resp != nil {
			_ = resp.Body.Close()
		}
		return attempt{err: err, sent: !d.nothingLeft()}
	}
	if resp == nil {
		return attempt{err: errNoResponse, sent: true}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := f.read(resp)
	if err != nil {
		return attempt{err: err, sent: true}
	}
	a := attempt{sent: true, used: d.noted(), ended: time.Now()}
	a.response = Response{StatusCode: resp.StatusCode, Header: resp.Header, Body: body}
	a.verdict = c.judge(ctx, a.response, a.used)
	return a
}

// read returns the whole body of resp. An answer with a status below 200 has none.
// If the status is not 2xx, the body is cut at 64 KiB and a fault of the body is
// ignored, because the status must not be lost. Otherwise the error is
// ErrTooLarge, errTruncated or an encodingError.
func (f *finisher) read(resp *http.Response) ([]byte, error) {
	if resp.StatusCode < http.StatusOK {
		return nil, nil // the body of a 101 is the bare connection, without a deadline
	}
	limit := min(f.config.MaxResponseBytes, math.MaxInt64-1) // leaves room for one more byte
	refusal := resp.StatusCode/100 != 2
	if refusal {
		limit = min(limit, maxErrorBytes)
	}
	unreadable := decompress(resp)
	body, err := readUpTo(resp.Body, resp.ContentLength, limit+1)
	switch {
	case refusal:
		return body[:min(int64(len(body)), limit)], nil
	case unreadable != "" && len(body) > 0:
		return nil, &encodingError{unreadable}
	case int64(len(body)) > limit:
		return nil, ErrTooLarge
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errTruncated, err)
	}
	return body, nil
}

// readUpTo reads r to its end, or until it has limit bytes. claimed is the
// declared length, which saves steps; -1 means unknown. It returns r's error with
// the bytes that it read; the end of r is not an error. Doubling the buffer to the
// end would hold several times the limit, so the last step goes to limit at once.
func readUpTo(r io.Reader, claimed, limit int64) ([]byte, error) {
	size := int64(bytes.MinRead)
	if claimed >= 0 && claimed <= DefaultMaxResponseBytes {
		size = claimed + 1 // one byte more for the read that finds the end
	}
	body := make([]byte, 0, min(size, limit))
	for {
		n, err := r.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		switch {
		case err == io.EOF: // an error that wraps io.EOF is a failure
			return body, nil
		case err != nil || int64(len(body)) == limit:
			return body, err
		case len(body) < cap(body):
			continue
		}
		size := 2 * int64(cap(body))
		if size > limit/2 {
			size = limit
		}
		body = append(make([]byte, 0, size), body...)
	}
}

// outcome returns the result of the newest attempt for the layers above: the
// attempt's error, or an answer to r without a body.
func (c *call) outcome(r *http.Request) (*http.Response, error) {
	if c.last.err != nil {
		return nil, c.last.err
	}
	return shell(r, c.last.response), nil
}

// shell returns answer for the layers above, which only look at its status. r is
// the request, and the body is empty. The header has no Location, because
// http.Client fails on one that it cannot parse.
func shell(r *http.Request, answer Response) *http.Response {
	header := answer.Header
	if header.Get("Location") != "" {
		header = header.Clone()
		header.Del("Location")
	}
	return &http.Response{StatusCode: answer.StatusCode, Header: header, Body: http.NoBody, Request: r}
}

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

// judge returns the complete verdict on the answer r. used is the authorizer's
// note, or nil. The verdict is the result of the request's Judge; without a Judge
// the status line decides. A zero Status is replaced by the status of r.
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

// leavesOpen reports whether, by the usual rule, an answer with this status leaves
// open whether a write was carried out: true below 200, for 3xx, for 408 and from
// 500 on.
func leavesOpen(status int) bool {
	return status < 200 || status/100 == 3 || status == http.StatusRequestTimeout || status >= 500
}

// Unchecked returns the verdict on an answer that a caller's function could not
// check. err is the error of that function as the call returns it. The verdict is
// open. Its class is the class of ctx's error if err is from the end of ctx, and
// otherwise "credentials".
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

// Do calls [Client.Do] with judge, which also returns what it decoded. The result
// holds what judge decoded in the last answer and in the earlier ones. Do ignores
// req.Judge. It returns the error of Client.Do, an *Error; Result is then the zero
// value.
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
