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

// Recording holds what a fake answered to one call of an operation, by request.
// It replays in memory, without sockets, so it works where time is faked. It is
// safe for concurrent use.
type Recording struct {
	mu      sync.Mutex
	answers map[string][]Answer
}

// Record makes a call of o against a new fake and returns the recorded answers,
// with the call's error.
func Record(ctx context.Context, o Operation) (*Recording, error) {
	fake := o.Start()
	defer fake.Close()
	recording := &Recording{answers: map[string][]Answer{}}
	wire := &http.Transport{}
	defer wire.CloseIdleConnections()
	_, err := o.Call(ctx, Settings{URL: fake.URL, HTTPClient: &http.Client{Transport: recorder{recording, wire}}})
	return recording, err
}

// RoundTrip answers as the fake did: the n-th request for a URL gets the n-th
// answer, later ones the last. The host is ignored, and also a query that differs
// between calls, such as an id. A request that was not recorded is an error.
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

// Response returns the answer as a RoundTripper returns it.
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
