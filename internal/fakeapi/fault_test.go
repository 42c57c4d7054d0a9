package fakeapi_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/fakeapi"
)

func TestFaultAnswers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault       fakeapi.Fault
		status      int
		contentType string
		body        string
		runs        int64
	}{
		"nothing": {fakeapi.Fault{}, 200, "application/json", whole, 1},
		"status": {
			fakeapi.Fault{Status: 429, Body: `{"e":1}`, Header: http.Header{"Content-Type": {"application/json"}}},
			429, "application/json", `{"e":1}`, 0,
		},
		"status behind the handler": {
			fakeapi.Fault{Status: 500, Body: "x", Process: true},
			500, "text/plain; charset=utf-8", "x", 1,
		},
		"no body":               {fakeapi.Fault{Kind: fakeapi.Empty}, 200, "application/json", "", 0},
		"no body after payment": {fakeapi.Fault{Kind: fakeapi.Empty, Process: true}, 200, "application/json", "", 1},
		"no body on 502":        {fakeapi.Fault{Kind: fakeapi.Empty, Status: 502}, 502, "application/json", "", 0},
		"no page before":        {fakeapi.Fault{Kind: fakeapi.StalledPage}, 200, "application/json", whole, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, runs := start(t, fakeapi.Config{})
			srv.Inject(test.fault)
			response, body, err := send(t, srv, "POST", "/pay", "{}")
			require.NoError(t, err)
			assert.Equal(t, test.status, response.StatusCode)
			assert.Equal(t, test.contentType, response.Header.Get("Content-Type"))
			assert.Equal(t, test.body, body)
			assert.Equal(t, test.runs, runs.Load())

			response, body, err = send(t, srv, "POST", "/pay", "{}")
			require.NoError(t, err)
			assert.Equal(t, 200, response.StatusCode, "once is enough")
			assert.JSONEq(t, whole, body)
		})
	}
}

func TestStalledPage(t *testing.T) {
	t.Parallel()
	var runs atomic.Int64
	srv, _ := start(t, fakeapi.Config{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/refused" {
				fakeapi.WriteJSON(w, http.StatusBadRequest, []byte("{}"))
				return
			}
			fakeapi.WriteJSON(w, http.StatusOK, strconv.AppendInt(nil, runs.Add(1), 10))
		}),
		Operation: func(r fakeapi.Request) string { return r.Method },
		Pages:     []string{"GET"},
	})
	stall := fakeapi.Fault{Kind: fakeapi.StalledPage, Header: http.Header{"A": {"b"}}}
	for _, step := range []struct {
		method, path string
		stalled      bool
		want         string
	}{
		{"GET", "/", true, "1"}, // there is no page before
		{"GET", "/", true, "1"},
		{"GET", "/", false, "3"},
		{"POST", "/", false, "4"},
		{"GET", "/", true, "3"},
		{"POST", "/", true, "6"}, // no list
		{"GET", "/refused", true, "{}"},
		{"GET", "/", true, "3"}, // as before
		{"GET", "/", false, "8"},
	} {
		if step.stalled {
			srv.Inject(stall)
		}
		response, body, err := send(t, srv, step.method, step.path, "")
		require.NoError(t, err)
		assert.Equal(t, step.want, body)
		assert.Equal(t, step.stalled, response.Header.Get("A") == "b")
		assert.Equal(t, "application/json", response.Header.Get("Content-Type"))
	}
}

func TestFaultRefusesAsTheProviderDoes(t *testing.T) {
	t.Parallel()
	srv, runs := start(t, fakeapi.Config{Refuse: func(w http.ResponseWriter, r *http.Request, status int) {
		fakeapi.WriteJSON(w, status, fakeapi.Marshal(map[string]any{"status": status, "path": r.URL.Path}))
	}})
	for _, c := range []struct {
		fault fakeapi.Fault
		body  string
	}{
		{fakeapi.Fault{Status: 402}, `{"path":"/pay","status":402}`},
		{fakeapi.Fault{Status: 500, Process: true}, `{"path":"/pay","status":500}`},
		{fakeapi.Fault{Status: 402, Body: "own"}, "own"},
		{fakeapi.Fault{Status: 402, Kind: fakeapi.Empty}, ""},
		{fakeapi.Fault{Status: 204}, ""},
		{fakeapi.Fault{Status: 302}, ""},
	} {
		srv.Inject(c.fault)
		response, body, err := send(t, srv, "POST", "/pay", "{}")
		require.NoError(t, err)
		assert.Equal(t, c.fault.Status, response.StatusCode)
		assert.Equal(t, c.body, body)
	}
	assert.EqualValues(t, 1, runs.Load())

	srv.Inject(fakeapi.Fault{Status: 402, Header: http.Header{"Content-Type": {"text/plain"}}, RetryAfter: "7"})
	response, _, err := send(t, srv, "POST", "/pay", "{}")
	require.NoError(t, err)
	assert.Equal(t, "text/plain", response.Header.Get("Content-Type"), "the fault's own header wins")
	assert.Equal(t, "7", response.Header.Get("Retry-After"))
}

func TestFaultPages(t *testing.T) {
	t.Parallel()
	for _, status := range []int{0, 200, 502} {
		srv, runs := start(t, fakeapi.Config{})
		srv.Inject(fakeapi.Fault{Kind: fakeapi.HTML, Status: status}, fakeapi.Fault{Kind: fakeapi.Garbage, Status: status})
		want := max(status, 200)

		response, body, err := send(t, srv, "GET", "/", "")
		require.NoError(t, err)
		assert.Equal(t, want, response.StatusCode)
		assert.Equal(t, "text/html; charset=utf-8", response.Header.Get("Content-Type"))
		assert.Contains(t, body, "<html>")

		response, body, err = send(t, srv, "GET", "/", "")
		require.NoError(t, err)
		assert.Equal(t, want, response.StatusCode)
		assert.NotContains(t, body, "<")
		assert.NotEmpty(t, body)
		assert.Zero(t, runs.Load())
	}
}

func TestFaultAddsHeader(t *testing.T) {
	t.Parallel()
	srv, _ := start(t, fakeapi.Config{})
	header := http.Header{"Retry-After": {"7"}}
	srv.Inject(
		fakeapi.Fault{Status: 503, Header: header},
		fakeapi.Fault{Header: header},
		fakeapi.Fault{Kind: fakeapi.Truncated, Header: header},
	)
	header.Set("Retry-After", "changed afterwards")
	for _, status := range []int{503, 200, 200} {
		response, _, _ := send(t, srv, "GET", "/", "")
		assert.Equal(t, status, response.StatusCode)
		assert.Equal(t, "7", response.Header.Get("Retry-After"))
	}
}

func TestFaultResets(t *testing.T) {
	t.Parallel()
	for kind, runsWanted := range map[fakeapi.Kind]int64{fakeapi.ResetBefore: 0, fakeapi.ResetAfter: 1} {
		for _, request := range []string{get, post} {
			srv, runs := start(t, fakeapi.Config{})
			srv.Inject(fakeapi.Fault{Kind: kind})
			answer, err := exchange(t, srv, request)
			require.ErrorIs(t, err, syscall.ECONNRESET)
			assert.Empty(t, answer)
			assert.Equal(t, runsWanted, runs.Load())
			assert.Len(t, srv.Requests(), 1, "the request was read")
		}
	}
}

func TestFaultTruncated(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault  fakeapi.Fault
		status string
		length int
		body   string
	}{
		"of the handler": {fakeapi.Fault{}, "HTTP/1.1 200 OK", len(whole), whole[:len(whole)/2]},
		"of the fault":   {fakeapi.Fault{Status: 502, Body: "12345"}, "HTTP/1.1 502 Bad Gateway", 5, "12"},
		"of nothing":     {fakeapi.Fault{Status: 500}, "HTTP/1.1 500 Internal Server Error", 1, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, _ := start(t, fakeapi.Config{})
			test.fault.Kind = fakeapi.Truncated
			test.fault.Times = 2
			srv.Inject(test.fault)
			answer, err := exchange(t, srv, get)
			require.NoError(t, err, "the end comes by FIN")
			head, body, ok := strings.Cut(answer, "\r\n\r\n")
			require.True(t, ok)
			assert.True(t, strings.HasPrefix(head, test.status+"\r\n"), head)
			assert.Contains(t, head, "Content-Length: "+strconv.Itoa(test.length))
			assert.Equal(t, test.body, body)

			_, _, err = send(t, srv, "GET", "/", "")
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		})
	}
}

func TestFaultBrokenGzip(t *testing.T) {
	t.Parallel()
	srv, runs := start(t, fakeapi.Config{})
	srv.Inject(fakeapi.Fault{Kind: fakeapi.BrokenGzip, Times: 2})
	_, body, err := send(t, srv, "GET", "/", "")
	require.ErrorIs(t, err, gzip.ErrChecksum)
	assert.JSONEq(t, whole, body, "the fault is behind the last byte of the content")

	answer, err := exchange(t, srv, get)
	require.NoError(t, err)
	assert.Contains(t, answer, "Content-Encoding: gzip\r\n")
	assert.EqualValues(t, 2, runs.Load())
}

func TestFaultDelay(t *testing.T) {
	t.Parallel()
	const delay = 30 * time.Millisecond
	srv, runs := start(t, fakeapi.Config{})
	srv.Inject(fakeapi.Fault{Delay: delay}, fakeapi.Fault{Delay: delay, Kind: fakeapi.Empty})
	for _, want := range []string{whole, ""} {
		begun := time.Now()
		_, body, err := send(t, srv, "GET", "/", "")
		require.NoError(t, err)
		assert.Equal(t, want, body)
		assert.GreaterOrEqual(t, time.Since(begun), delay)
	}
	assert.EqualValues(t, 1, runs.Load())
}

func TestFaultDelayEndsWithTheClient(t *testing.T) {
	t.Parallel()
	srv, runs := start(t, fakeapi.Config{})
	srv.Inject(fakeapi.Fault{Delay: time.Hour})
	conn := dial(t, srv)
	_, err := io.WriteString(conn, post)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(srv.Requests()) == 1 }, 10*time.Second, time.Millisecond)
	require.NoError(t, conn.Close())
	require.Eventually(t, func() bool { return runs.Load() == 1 }, 10*time.Second, time.Millisecond,
		"what the client asked for is done although it has left")
}

func TestFaultTimes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault fakeapi.Fault
		want  string // of ten requests: x met the fault
	}{
		"once":           {fakeapi.Fault{Status: 500}, "x........."},
		"three times":    {fakeapi.Fault{Status: 500, Times: 3}, "xxx......."},
		"always":         {fakeapi.Fault{Status: 500, Times: -1}, "xxxxxxxxxx"},
		"certain":        {fakeapi.Fault{Status: 500, Probability: 1}, "xxxxxxxxxx"},
		"half":           {fakeapi.Fault{Status: 500, Probability: 0.5, Seed: 7}, "..xxxxxx.x"},
		"half, but two":  {fakeapi.Fault{Status: 500, Probability: 0.5, Seed: 7, Times: 2}, "..xx......"},
		"matching":       {fakeapi.Fault{Status: 500, Times: 2, Match: isOdd}, ".x.x......"},
		"one operation":  {fakeapi.Fault{Status: 500, Times: 2, Operation: "get even"}, "x.x......."},
		"some requests":  {fakeapi.Fault{Status: 500, Times: -1, Match: isSeventh}, ".......x.."},
		"no such name":   {fakeapi.Fault{Status: 500, Operation: "none"}, ".........."},
		"both at once":   {fakeapi.Fault{Status: 500, Match: isOdd, Operation: "get even"}, ".........."},
		"draws in match": {fakeapi.Fault{Status: 500, Probability: 0.5, Seed: 7, Match: isOdd}, ".....x.x.x"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, _ := start(t, fakeapi.Config{Operation: func(r fakeapi.Request) string {
				return strings.ToLower(r.Method) + " " + r.Path[1:]
			}})
			srv.Inject(test.fault)
			got := ""
			for i := range 10 {
				path := [2]string{"/even", "/odd"}[i%2] + "?" + strconv.Itoa(i)
				response, _, err := send(t, srv, "GET", path, "")
				require.NoError(t, err)
				got += map[bool]string{true: "x", false: "."}[response.StatusCode != http.StatusOK]
			}
			assert.Equal(t, test.want, got)
		})
	}
}

func isSeventh(r fakeapi.Request) bool { return r.RawQuery == "7" }

func TestFaultsInTurn(t *testing.T) {
	t.Parallel()
	srv, _ := start(t, fakeapi.Config{})
	srv.Inject(fakeapi.Fault{Status: 500}, fakeapi.Fault{Status: 502, Times: 2})
	srv.Inject(fakeapi.Fault{Status: 503, Times: -1})
	for _, want := range []int{500, 502, 502, 503, 503} {
		response, _, err := send(t, srv, "GET", "/", "")
		require.NoError(t, err)
		assert.Equal(t, want, response.StatusCode)
	}
	srv.ClearFaults()
	response, _, err := send(t, srv, "GET", "/", "")
	require.NoError(t, err)
	assert.Equal(t, 200, response.StatusCode)
}

func isOdd(r fakeapi.Request) bool { return r.Path == "/odd" }
