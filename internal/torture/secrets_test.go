package torture_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/torture"
	"github.com/payclients/payclients-go/internal/transport"
)

// texts collects whatever could end in a log, by where it was found.
type texts struct {
	mu    sync.Mutex
	found []found
}

type found struct{ where, text string }

func (s *texts) add(where, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.found = append(s.found, found{where, text})
}

func (s *texts) Write(line []byte) (int, error) {
	s.add("log", string(line))
	return len(line), nil
}

// print adds v with every verb and through both handlers of log/slog.
func (s *texts) print(where string, v any) {
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		s.add(fmt.Sprintf("%s with %s of %T", where, verb, v), fmt.Sprintf(verb, v))
	}
	var line bytes.Buffer
	slog.New(slog.NewTextHandler(&line, nil)).Info("", "v", v)
	s.add(fmt.Sprintf("%s through slog of %T", where, v), line.String())
}

// encode adds v as encoding/json prints it.
func (s *texts) encode(where string, v any) {
	if text, err := json.Marshal(v); err == nil {
		s.add(fmt.Sprintf("%s as JSON of %T", where, v), string(text))
	}
	var line bytes.Buffer
	slog.New(slog.NewJSONHandler(&line, nil)).Info("", "v", v)
	s.add(fmt.Sprintf("%s through slog as JSON of %T", where, v), line.String())
}

// keep is for what a call meets: all of it is printed, and the client and its
// credential encoded, which unlike rows have no business in JSON.
func (s *texts) keep(values ...any) {
	for _, v := range values {
		s.print("value", v)
		if kind := reflect.TypeOf(v).String(); strings.Contains(kind, "Client") || strings.Contains(kind, "redential") {
			s.encode("value", v)
		}
	}
}

// fail adds an error and those within it, down to that of the transport. Its
// causes are the caller's own, or net/http's, and not ours to rewrite.
func (s *texts) fail(err error) {
	if err == nil {
		return
	}
	s.print("error", err)
	s.encode("error", err)
	switch e := err.(type) { //nolint:errorlint // one step at a time
	case *transport.Error:
	case interface{ Unwrap() error }:
		s.fail(e.Unwrap())
	case interface{ Unwrap() []error }:
		for _, err := range e.Unwrap() {
			s.fail(err)
		}
	}
}

// leaks says where secrets were found, in any form.
func (s *texts) leaks(secrets []string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var leaks []string
	for _, f := range s.found {
		for _, secret := range torture.Leaks(f.text, secrets) {
			leaks = append(leaks, fmt.Sprintf("%s: %s: %.300s", secret, f.where, f.text))
		}
	}
	return leaks
}

// nosy is middleware that writes down all that it sees of requests and errors.
// Bodies and headers of answers are the provider's words.
func (s *texts) nosy(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		s.request("middleware before", r)
		resp, err := next.RoundTrip(r)
		s.request("middleware after", r)
		if resp != nil {
			s.request("middleware's answer", resp.Request)
			s.add("middleware's status", resp.Status)
		}
		if err != nil {
			s.add("middleware's error", fmt.Sprintf("%v %+v %#v", err, err, err))
		}
		return resp, err
	})
}

func (s *texts) request(where string, r *http.Request) {
	s.add(where, fmt.Sprintf("%s %s %s %v %v %+v", r.Method, r.URL, r.RequestURI, r.Header, r.Trailer, *r))
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// leaky is an error of a caller's that says more than it should.
type leaky struct{ URL, Authorization string }

func (e *leaky) Error() string { return "cannot send to " + e.URL + " with " + e.Authorization }

func TestNoSecretIsPrinted(t *testing.T) {
	t.Parallel()
	for k, o := range kinds() {
		for _, credential := range share(o.Credentials, k, len(o.Credentials)) {
			each(t, mishaps(k), func(m mishap) string { return named(o) + ", " + credential + ", " + m.name }, func(t *testing.T, m mishap) {
				t.Helper()
				behind(t, o, m.shape, func(t *testing.T, _ *torture.Fake, proxy *torture.Proxy, client *http.Client) {
					t.Helper()
					printsNoSecret(t, o, credential, m, proxy, client)
				})
			})
		}
	}
}

func printsNoSecret(t *testing.T, o torture.Operation, credential string, m mishap, proxy *torture.Proxy, client *http.Client) {
	t.Helper()
	proxy.Break(m.shape, 0, m.times())
	var s texts
	settings := torture.Settings{
		URL: proxy.URL, HTTPClient: client, Credential: credential, Retry: quick,
		Timeout: limit(m.shape), Keep: s.keep, Observer: func(_ context.Context, a transport.Attempt) { s.keep(a) },
		Logger: slog.New(slog.NewJSONHandler(&s, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	settings.Middleware = append(settings.Middleware, s.nosy)
	if m.change != nil {
		m.change(&settings)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if m.canceled {
		cancel()
	}
	_, err := o.Call(ctx, settings)
	if !m.succeeds && o.Name != "Do" && (o.Duplicate == nil || o.Kind != transport.Idempotent) {
		require.Error(t, err)
	}
	s.fail(err)
	assert.NotEmpty(t, s.found)
	assert.Empty(t, s.leaks(o.Secrets))
}

func TestNoSecretIsPrintedByAConstructor(t *testing.T) {
	t.Parallel()
	for _, p := range torture.Providers() {
		for i, reject := range p.Rejected {
			err := reject()
			require.Error(t, err, "%s, %d", p.Package, i)
			var s texts
			s.fail(err)
			assert.Empty(t, s.leaks(p.Secrets))
		}
	}
}

// The search itself must find what is there.
func TestTheSearchFindsEveryForm(t *testing.T) {
	t.Parallel()
	const secret = "t0rtureKEY"
	for _, text := range []string{
		"x" + secret + "x", url.QueryEscape("/" + secret + "="), fmt.Sprintf("%x", "a"+secret), fmt.Sprintf("%X", secret+"/"),
		fmt.Sprint([]byte("ab" + secret)), base64.StdEncoding.EncodeToString([]byte(secret)),
		base64.StdEncoding.EncodeToString([]byte("user:" + secret)), base64.RawURLEncoding.EncodeToString([]byte("??>>" + secret + "?")),
	} {
		var s texts
		s.add("", text)
		assert.NotEmpty(t, s.leaks([]string{secret}), text)
	}
	var s texts
	s.keep(struct{ A []byte }{[]byte(secret)})
	s.fail(fmt.Errorf("a: %w", errors.New(secret)))
	s.request("", &http.Request{URL: &url.URL{RawQuery: "apikey=" + secret}})
	places := strings.Join(s.leaks([]string{secret}), "\n")
	for _, verb := range []string{"%v", "%+v", "%s", "%q", "%x", "%d", "slog", "error"} {
		assert.Contains(t, places, verb)
	}
}
