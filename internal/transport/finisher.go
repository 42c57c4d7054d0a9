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

// finisher turns one attempt into a complete answer or an error: go-retryablehttp
// stops at the headers, and would never repeat a body that was cut short.
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

// RoundTrip makes the attempt and records it in the call of its context.
func (f *finisher) RoundTrip(r *http.Request) (*http.Response, error) {
	c := callOf(r.Context())
	if c.number == 0 {
		c.ended = time.Now()
	}
	err := f.admit(r.Context())
	started := time.Now()
	wait := started.Sub(c.ended)
	if c.number > 0 && errors.Is(err, context.DeadlineExceeded) {
		c.over = true // and what the newest attempt brought is not lost
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

// admit waits for the rate limit. Nothing has been sent when it fails.
func (f *finisher) admit(ctx context.Context) error {
	if f.limiter != nil {
		if err := f.limiter.Wait(ctx); err != nil && ctx.Err() == nil {
			return fmt.Errorf("%w: %w", errRateLimit, context.DeadlineExceeded)
		}
	}
	return ctx.Err()
}

// attempt sends the request, and once more where its credentials were refused and
// there are better ones: in the status line or, as the judge finds, in the body.
// A refusal that leaves open whether a write was carried out is no reason to send
// it again, if the provider does not know a repeat.
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

// send makes one sending of an attempt.
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

// read takes the whole body. That of a refusal is cut at 64 KiB and may be
// broken: its status must not be lost.
func (f *finisher) read(resp *http.Response) ([]byte, error) {
	if resp.StatusCode < http.StatusOK {
		return nil, nil // of a 101 it is the bare connection, which knows no deadline
	}
	limit := min(f.config.MaxResponseBytes, math.MaxInt64-1) // so that one more byte tells
	refusal := resp.StatusCode/100 != 2
	if refusal {
		limit = min(limit, maxErrorBytes)
	}
	unreadable := decode(resp)
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

// readUpTo reads r to its end, or up to limit bytes. A buffer that doubles holds
// several times the limit when it is about to be reached; this one takes the
// last step in one go. A length that is claimed saves the steps.
func readUpTo(r io.Reader, claimed, limit int64) ([]byte, error) {
	size := int64(bytes.MinRead)
	if claimed >= 0 && claimed <= DefaultMaxResponseBytes {
		size = claimed + 1 // for the read that finds the end
	}
	body := make([]byte, 0, min(size, limit))
	for {
		n, err := r.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		switch {
		case err == io.EOF: // one that wraps it is a failure
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

// outcome is what the layers above get of the newest attempt.
func (c *call) outcome(r *http.Request) (*http.Response, error) {
	if c.last.err != nil {
		return nil, c.last.err
	}
	return shell(r, c.last.response), nil
}

// shell is an answer for the layers above, which only look at its status. It
// has no Location: http.Client fails on one that it cannot parse.
func shell(r *http.Request, answer Response) *http.Response {
	header := answer.Header
	if header.Get("Location") != "" {
		header = header.Clone()
		header.Del("Location")
	}
	return &http.Response{StatusCode: answer.StatusCode, Header: header, Body: http.NoBody, Request: r}
}

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
