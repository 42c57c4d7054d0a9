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

// finisher is the RoundTripper that makes one attempt and reads the whole body of
// its answer. go-retryablehttp reads only the headers, and would never repeat a
// call whose body was cut short. A finisher is safe for concurrent use.
type finisher struct {
	config  *Config
	limiter *rate.Limiter     // nil means no rate limit
	next    http.RoundTripper // the middleware, and below it authorizing and the wire
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

// RoundTrip waits for the rate limit, makes one attempt and records it in the call
// that Do put into r's context. Without a call in the context it panics. When a
// repeated attempt begins, RoundTrip first reports the previous attempt to the
// observer. Do reports the last attempt of the call.
//
// RoundTrip returns the error of the attempt and no answer, or nil and an answer
// with the status of the attempt, its header without Location, and an empty body.
//
// If waiting for the rate limit (f.admit) returns an error, nothing is sent. There are
// two cases:
//   - A repeated attempt cannot begin before the deadline of the call. RoundTrip
//     then makes no attempt and reports nothing. It sets c.over of the call c to true, and
//     returns the result of the previous attempt a second time. The previous
//     attempt stays the last one, which Do reports.
//   - In all other cases the error counts as the result of an attempt: RoundTrip
//     reports the previous attempt, if any, and records and returns the error.
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

// admit blocks until the rate limit allows an attempt, and then returns nil.
// Without a limit it does not block. If ctx has ended, or ends while admit waits,
// admit returns the context's error, with or without a limit. If the wait would
// outlast the deadline of ctx, admit returns at once with an error that matches
// errRateLimit and context.DeadlineExceeded.
func (f *finisher) admit(ctx context.Context) error {
	if f.limiter != nil {
		if err := f.limiter.Wait(ctx); err != nil && ctx.Err() == nil {
			return fmt.Errorf("%w: %w", errRateLimit, context.DeadlineExceeded)
		}
	}
	return ctx.Err()
}

// attempt sends r and stores the result in c.last. If the answer has the effective
// status (Verdict.Status) 401 and the authorizer returned a note, attempt asks
// Authorizer.Renew for new credentials. Exception: it does not ask if c is of the
// kind Once and Verdict.Open is true, because the write may have been carried out.
//
// If Renew returns true, attempt waits for the rate limit and sends the request a
// second time. The result of the second sending, an answer or an error, replaces
// c.last, and the verdict on the first answer goes to c.earlier. Both sendings
// count as one attempt and share one Config.Timeout, which includes the wait.
//
// The request is not sent a second time, and c.last stays the 401
//   - if Renew returns false
//   - if the rate limit allows no sending before Config.Timeout or the call's
//     context ends
func (f *finisher) attempt(c *call, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), f.config.Timeout)
	defer cancel()
	c.last = f.send(ctx, c, r, nil)
	refused := c.last.err == nil && c.last.verdict.Status == http.StatusUnauthorized && c.last.used != nil
	if !refused || c.last.verdict.Open && c.request.Kind == Once {
		return
	}
	renewal, better := f.config.Authorizer.Renew(ctx, c.last.response, c.last.used)
	if !better || f.admit(ctx) != nil {
		return
	}
	c.recordDoubt()
	c.supersede()
	again := r.Clone(ctx)
	if c.request.Body != nil {
		SetBody(again, c.request.Body)
	}
	c.last = f.send(ctx, c, again, renewal)
}

// send sends r once and returns the result: an error, or the whole answer with the
// verdict of c.judge on the answer. c is the call that r belongs to. If ctx ends,
// the sending and the reading end too. renewal is what Authorizer.Renew returned; it
// is nil for the first sending. send does not change c, and closes the body of the
// answer.
func (f *finisher) send(ctx context.Context, c *call, r *http.Request, renewal any) attempt {
	d := departure{once: !c.request.Kind.Repeatable(), renewal: renewal}
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

// read returns the body of resp after decompression, and does not close it. The
// result depends on the status of resp.
//
// Below 200, read reads nothing and returns nil and nil.
//
// For 2xx, read returns the whole body and nil, or nil and one of these errors:
//   - ErrTooLarge for a body above Config.MaxResponseBytes
//   - an *encodingError for a body in an encoding that decompress cannot undo; an
//     empty body may have any encoding
//   - an error that wraps errTruncated and the error of reading, if reading fails
//
// For any other status the error is always nil, because the status must not be
// lost:
//   - read cuts the body at 64 KiB, or at Config.MaxResponseBytes if that is less.
//   - If reading fails, read returns the bytes before the error.
//   - If decompress cannot undo the encoding, read returns the bytes as they were
//     sent.
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

// readUpTo reads r to its end, but at most limit bytes, and returns the bytes.
// limit must be positive. The error is nil at the end of r and at the limit. If r
// returns another error, readUpTo returns the error and the bytes before it.
//
// claimed is the declared length of r in bytes, and only sets the size of the first
// buffer. A claimed that is negative or above DefaultMaxResponseBytes means
// unknown: the first buffer is then small. No buffer has more than limit bytes.
//
// A full buffer is replaced by one of twice the size, or of limit bytes if twice
// the size is above half of limit: this saves the memory for a copy between two
// large buffers.
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

// outcome returns the result of the newest attempt in the form that http.Client and
// the retry loop need. After an error it returns nil and the error. After an answer
// it returns what the function shell returns for the answer, and nil. r is the
// request that was answered.
func (c *call) outcome(r *http.Request) (*http.Response, error) {
	if c.last.err != nil {
		return nil, c.last.err
	}
	return shell(r, c.last.response), nil
}

// shell returns answer as an *http.Response for http.Client and the retry loop,
// which look at the status only. The Request of the result is r, and the body is
// empty. The header has no Location, because http.Client fails on a Location that
// it cannot parse. The header of answer does not change.
func shell(r *http.Request, answer Response) *http.Response {
	header := answer.Header
	if header.Get("Location") != "" {
		header = header.Clone()
		header.Del("Location")
	}
	return &http.Response{StatusCode: answer.StatusCode, Header: header, Body: http.NoBody, Request: r}
}

// The classes of answers that are not a success, for Verdict.Class. A package may
// use other strings too.
const (
	ClassStatus      = "status"      // a status line other than 2xx
	ClassRefused     = "refused"     // a refusal inside a 2xx
	ClassUndecodable = "undecodable" // a 2xx that is not what was asked for
	ClassSignature   = "signature"   // a 2xx whose signature is wrong or missing
)

// Verdict is what a Judge (see [Request]) says about an answer. The zero Verdict is
// a success without a result.
type Verdict struct {
	// Status is the effective status: the HTTP status that counts for retries and for
	// new credentials. 0 means the status of the status line. It differs if a provider
	// sends a refusal inside a 200.
	Status int
	Class  string // "" for a success; ClassStatus for every status line other than 2xx
	Open   bool   // the answer shows no success, but a write may have been carried out
	Err    error  // the reason why no result exists; nil for a success
	Result any    // what the judge decoded; may be nil
}

// judge returns the verdict on the answer r. note is the authorizer's note, or nil.
// If the request of c has a Judge, judge calls it with ctx, r and note. Otherwise
// the verdict is zero, except that Open is what leavesOpen returns. Then judge
// changes two fields:
//   - A Verdict.Status of 0 becomes the status of r.
//   - If the status of r is not 2xx, Verdict.Class becomes ClassStatus, even if
//     Judge has set another class.
func (c *call) judge(ctx context.Context, r Response, note any) Verdict {
	v := Verdict{Open: leavesOpen(r.StatusCode)}
	if c.request.Judge != nil {
		v = c.request.Judge(ctx, r, note)
	}
	if v.Status == 0 {
		v.Status = r.StatusCode
	}
	if r.StatusCode/100 != 2 {
		v.Class = ClassStatus
	}
	return v
}

// leavesOpen reports whether an answer with this HTTP status leaves open
// whether a write was carried out. It returns true below 200, for 3xx, for 408
// and from 500 on.
func leavesOpen(status int) bool {
	return status < 200 || status/100 == 3 || status == http.StatusRequestTimeout || status >= 500
}

// Unchecked returns the verdict on an answer that a caller's function, such as a
// signature check, failed to check. ctx is the context that the function got. err
// is the error that the function returned. err must not be nil; Unchecked does not
// check this. In the verdict
//   - Err is err, the reason why the call has no result
//   - Open is true, and Status is 0
//   - Class is "canceled" or "timeout" if ctx has ended and err matches ctx.Err(),
//     and otherwise "credentials"
func Unchecked(ctx context.Context, err error) Verdict {
	class := "credentials"
	if ended := ctx.Err(); ended != nil && errors.Is(err, ended) {
		class = classOf(ended)
	}
	return Verdict{Class: class, Open: true, Err: err}
}

// Judged is an answer with what a Judge decoded, see the function [Do].
type Judged[T any] struct {
	Answer

	Result T // from the last answer; the zero value if [Do] returns an error
	// Earlier has one value for each verdict in Answer.Earlier, in the same order: what
	// the judge decoded, the zero T if it decoded nothing. It hides Answer.Earlier.
	Earlier []T
}

// Do calls [Client.Do] with judge as the request's Judge; req.Judge is ignored.
// judge must not be nil. judge returns two values: what it decoded, which Do stores
// in Verdict.Result, and the verdict on the answer. Do retries as Client.Do does.
//
// Do returns a Judged with the decoded values of the last answer and of the earlier
// answers. An error is the *Error of Client.Do; the Judged is then the zero value.
func Do[T any](ctx context.Context, c *Client, req Request, judge func(ctx context.Context, r Response, note any) (T, Verdict)) (Judged[T], error) {
	req.Judge = func(ctx context.Context, r Response, note any) Verdict {
		result, v := judge(ctx, r, note)
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
