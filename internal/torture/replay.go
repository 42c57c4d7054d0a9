package torture

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
)

// Recording holds the answers of a fake to one call of an [Operation], by
// request. It is an http.RoundTripper that answers from memory, so it works
// where time is faked, as in a testing/synctest bubble. [Recording.RoundTrip] says
// how it answers a request that was not recorded, or that comes more often than
// recorded. [Record] makes a Recording; RoundTrip of the zero Recording returns an
// error for every request. A Recording is safe for concurrent use.
type Recording struct {
	mu      sync.Mutex
	answers map[string][]Answer
}

// Record starts the fake of o, makes one call of o with the default settings,
// and closes the fake. It returns the answers, and the error of the call. The
// Recording is never nil: after an error it holds the answers up to the error.
// Record panics if the fake cannot start.
func Record(ctx context.Context, o Operation) (*Recording, error) {
	fake := o.Start()
	defer fake.Close()
	recording := &Recording{answers: map[string][]Answer{}}
	wire := &http.Transport{}
	defer wire.CloseIdleConnections()
	_, err := o.Call(ctx, Settings{URL: fake.URL, HTTPClient: &http.Client{Transport: recorder{recording, wire}}})
	return recording, err
}

// RoundTrip returns a recorded answer to req and sends nothing. It selects the
// answer by method, path and query of req, and ignores host, header, body and
// context. It neither reads nor closes the body. It is safe for concurrent use.
//
//   - The n-th request with one method, path and query gets the n-th recorded
//     answer. If no more are left, the last answer is repeated.
//   - If nothing is recorded for the query, RoundTrip picks at random a
//     recorded query of the same method and path. The request then counts as a
//     request with the picked query.
//   - If nothing is recorded for method and path, RoundTrip returns a nil
//     response and an error.
func (r *Recording) RoundTrip(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := keyOf(req)
	if len(r.answers[key]) == 0 {
		for other := range r.answers {
			if path, _, _ := strings.Cut(other, "?"); path == req.Method+" "+req.URL.EscapedPath() {
				key = other
			}
		}
	}
	answers := r.answers[key]
	if len(answers) == 0 {
		return nil, errors.New("this request was not recorded")
	}
	if len(answers) > 1 {
		r.answers[key] = answers[1:]
	}
	return answers[0].Response(req), nil
}

// Response returns the answer as an http.RoundTripper returns it, as the answer
// to r; r may be nil. Each call returns a new response with its own copy of the
// header and a new reader of the body. The body needs no Close.
func (a Answer) Response(r *http.Request) *http.Response {
	return &http.Response{
		StatusCode: a.Status, Header: a.Header.Clone(), ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(bytes.NewReader(a.Body)), ContentLength: int64(len(a.Body)), Request: r,
	}
}

type recorder struct {
	recording *Recording
	wire      *http.Transport
}

func (r recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	key := keyOf(req)
	resp, err := r.wire.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	answer := Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}
	r.recording.mu.Lock()
	defer r.recording.mu.Unlock()
	r.recording.answers[key] = append(r.recording.answers[key], answer)
	return answer.Response(req), nil
}

func keyOf(r *http.Request) string { return r.Method + " " + r.URL.RequestURI() }
