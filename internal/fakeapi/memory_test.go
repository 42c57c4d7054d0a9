package fakeapi_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/fakeapi"
)

var inMemory = fakeapi.Listen{Memory: true}

// ask sends a request by the server's own client and reads its whole answer.
func ask(ctx context.Context, srv *fakeapi.Server, body string) (*http.Response, string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, srv.URL()+"/", strings.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	response, err := srv.Client().Do(request)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response, string(answer), err
}

func TestClientReachesTheServer(t *testing.T) {
	t.Parallel()
	for name, listen := range map[string]fakeapi.Listen{
		"loopback": {}, "memory": inMemory, "all addresses": {Addr: ":0"}, "address": {Addr: "localhost:0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, runs := start(t, fakeapi.Config{Listen: listen})
			for range 3 {
				_, body, err := ask(t.Context(), srv, "{}")
				require.NoError(t, err)
				assert.JSONEq(t, whole, body)
			}
			assert.EqualValues(t, 3, runs.Load())
			assert.Len(t, srv.Requests(), 3)
			srv.Close()
			_, _, err := ask(t.Context(), srv, "{}")
			require.ErrorIs(t, err, syscall.ECONNREFUSED)
		})
	}
	assert.Panics(t, func() { fakeapi.NewServer(fakeapi.Config{Listen: fakeapi.Listen{Addr: "256.0.0.1:0"}}) })
}

// Time passes at once in memory, and connections break as on a network.
func TestMemoryInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, runs := start(t, fakeapi.Config{Listen: inMemory})
		begun := time.Now()
		for kind, want := range map[fakeapi.Kind]error{
			fakeapi.Answer: nil, fakeapi.ResetBefore: syscall.ECONNRESET, fakeapi.ResetAfter: syscall.ECONNRESET,
			fakeapi.Truncated: io.ErrUnexpectedEOF, fakeapi.HTML: nil,
		} {
			srv.Inject(fakeapi.Fault{Kind: kind, Delay: time.Minute})
			_, _, err := ask(t.Context(), srv, "{}")
			require.ErrorIs(t, err, want, kind)
		}
		assert.Equal(t, 5*time.Minute, time.Since(begun))
		assert.EqualValues(t, 3, runs.Load())
		_, body, err := ask(t.Context(), srv, "{}")
		require.NoError(t, err)
		assert.JSONEq(t, whole, body)

		srv.Inject(fakeapi.Fault{Delay: time.Hour})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, _, err = ask(ctx, srv, "{}")
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}

// A client that does not read on must not hold up the end of the server.
func TestCloseEndsWhatIsUnderWayInMemory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		long := strings.Repeat("x", 1<<20)
		srv, _ := start(t, fakeapi.Config{Listen: inMemory})
		srv.Inject(fakeapi.Fault{Kind: fakeapi.Truncated, Status: 200, Body: long}, fakeapi.Fault{Status: 200, Body: long}, fakeapi.Fault{Delay: time.Hour})
		var bodies []io.ReadCloser
		for range 2 {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL(), http.NoBody)
			require.NoError(t, err)
			response, err := srv.Client().Do(request)
			require.NoError(t, err)
			bodies = append(bodies, response.Body)
		}
		failed := make(chan error, 1)
		go func() {
			_, _, err := ask(t.Context(), srv, "{}")
			failed <- err
		}()
		synctest.Wait()
		srv.Close()
		require.Error(t, <-failed)
		for _, body := range bodies {
			_, err := io.ReadAll(body)
			require.Error(t, err)
			_ = body.Close()
		}
	})
}

func TestHandlerMeetsFaultsAndLogs(t *testing.T) {
	t.Parallel()
	srv, runs := start(t, fakeapi.Config{Listen: inMemory})
	serve := func() (w *httptest.ResponseRecorder, failed any) {
		w = httptest.NewRecorder()
		defer func() { failed = recover() }()
		srv.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/list", http.NoBody))
		return w, nil
	}
	w, _ := serve()
	assert.JSONEq(t, whole, w.Body.String())
	srv.Inject(fakeapi.Fault{Status: 503}, fakeapi.Fault{Kind: fakeapi.ResetAfter}, fakeapi.Fault{Kind: fakeapi.Truncated})
	w, _ = serve()
	assert.Equal(t, 503, w.Code)
	_, failed := serve()
	err, _ := failed.(error)
	require.ErrorIs(t, err, http.ErrAbortHandler)
	_, failed = serve()
	err, _ = failed.(error)
	require.ErrorIs(t, errors.Join(err), http.ErrAbortHandler)
	assert.EqualValues(t, 3, runs.Load())
	assert.Len(t, srv.Requests(), 4)

	outer := httptest.NewServer(srv.Handler())
	defer outer.Close()
	srv.Inject(fakeapi.Fault{Kind: fakeapi.Truncated})
	response, err := outer.Client().Get(outer.URL + "/list")
	require.NoError(t, err)
	defer response.Body.Close()
	_, err = io.ReadAll(response.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}
