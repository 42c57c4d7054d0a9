package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// output collects what a sandbox prints, and says when it is ready.
type output struct {
	mu    sync.Mutex
	text  strings.Builder
	ready chan struct{}
	once  sync.Once
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.Write(p)
	if strings.Contains(o.text.String(), "Ctrl-C") {
		o.once.Do(func() { close(o.ready) })
	}
	return len(p), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// running is a sandbox on free ports.
type running struct {
	out  *output
	page string
	apis map[string]shown
	stop func() error // as Ctrl-C does
}

// start starts a sandbox with the flags and a seed of few rows.
func start(t *testing.T, flags ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	args := append([]string{"-port", "0", "-rows", "120"}, flags...)
	for _, name := range apiNames {
		args = append(args, "-"+name, "0")
	}
	r := &running{out: &output{ready: make(chan struct{})}, apis: map[string]shown{}}
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, args, r.out, io.Discard) }()
	r.stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() { _ = r.stop() })
	select {
	case <-r.out.ready:
	case err := <-ended:
		ended <- err
		t.Fatalf("the sandbox has ended: %v", err)
	}
	_, rest, _ := strings.Cut(r.out.String(), "http://")
	address, _, _ := strings.Cut(rest, "\n")
	r.page = "http://" + address
	var given struct{ APIs []shown }
	require.NoError(t, json.Unmarshal([]byte(r.get(t, r.page+"/sandbox.json").text), &given))
	for _, a := range given.APIs {
		r.apis[a.Name] = a
	}
	return r
}

type response struct {
	status int
	text   string
	header http.Header
}

func (r *running) get(t *testing.T, url string) response {
	t.Helper()
	return r.send(t, http.MethodGet, url, "")
}

func (r *running) send(t *testing.T, method, url, body string) response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	return do(t, request)
}

func do(t *testing.T, request *http.Request) response {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return response{answer.StatusCode, string(text), answer.Header}
}

func (r *running) ledger(t *testing.T, api string) ledger {
	t.Helper()
	var shown ledger
	require.NoError(t, json.Unmarshal([]byte(r.get(t, r.apis[api].Origin+"/_ledger").text), &shown))
	return shown
}
