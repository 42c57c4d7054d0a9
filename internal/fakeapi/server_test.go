package fakeapi_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/fakeapi"
)

const whole = `{"rows":["0123456789","0123456789"]}`

// start runs a server whose handler counts its runs and answers with whole.
func start(t *testing.T, config fakeapi.Config) (*fakeapi.Server, *atomic.Int64) {
	t.Helper()
	runs := new(atomic.Int64)
	if config.Handler == nil {
		config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			runs.Add(1)
			fakeapi.WriteJSON(w, http.StatusOK, []byte(whole))
		})
	}
	srv := fakeapi.NewServer(config)
	t.Cleanup(srv.Close)
	return srv, runs
}

func dial(t *testing.T, srv *fakeapi.Server) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(srv.URL(), "http://"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	return conn
}

// exchange sends a request on a connection of its own and reads to its end.
func exchange(t *testing.T, srv *fakeapi.Server, request string) (string, error) {
	t.Helper()
	conn := dial(t, srv)
	_, err := io.WriteString(conn, request)
	require.NoError(t, err)
	answer, err := io.ReadAll(conn)
	return string(answer), err
}

const (
	get  = "GET /list?a=%41&b HTTP/1.1\r\nHost: fake.test\r\nConnection: close\r\n\r\n"
	post = "POST /pay HTTP/1.1\r\nHost: fake.test\r\nConnection: close\r\nContent-Length: 7\r\n\r\n{\"a\":1}"
)

// send makes a request with net/http and reads its whole answer.
func send(t *testing.T, srv *fakeapi.Server, method, path, body string) (*http.Response, string, error) {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	request, err := http.NewRequestWithContext(t.Context(), method, srv.URL()+path, strings.NewReader(body))
	require.NoError(t, err)
	response, err := transport.RoundTrip(request)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response, string(answer), err
}

func TestServerKeepsConnections(t *testing.T) {
	t.Parallel()
	srv, runs := start(t, fakeapi.Config{})
	conn := dial(t, srv)
	answers := bufio.NewReader(conn)
	for range 3 {
		_, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: fake.test\r\n\r\n")
		require.NoError(t, err)
		response, err := http.ReadResponse(answers, nil)
		require.NoError(t, err)
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		assert.JSONEq(t, whole, string(body))
		assert.Equal(t, "application/json", response.Header.Get("Content-Type"))
	}
	assert.EqualValues(t, 3, runs.Load())
	assert.True(t, strings.HasPrefix(srv.URL(), "http://127.0.0.1:"), srv.URL())
}

func TestServerLogsRequests(t *testing.T) {
	t.Parallel()
	srv, _ := start(t, fakeapi.Config{})
	before := time.Now()
	_, err := exchange(t, srv, get)
	require.NoError(t, err)
	srv.Inject(fakeapi.Fault{Kind: fakeapi.ResetBefore})
	_, err = exchange(t, srv, post)
	require.Error(t, err)

	log := srv.Requests()
	require.Len(t, log, 2, "a request that meets a fault is logged too")
	assert.Equal(t, "GET", log[0].Method)
	assert.Equal(t, "fake.test", log[0].Host)
	assert.Equal(t, "/list", log[0].Path)
	assert.Equal(t, "a=%41&b", log[0].RawQuery)
	assert.Equal(t, "close", log[0].Header.Get("Connection"))
	assert.Empty(t, log[0].Body)
	assert.WithinRange(t, log[0].Time, before, time.Now())
	assert.Equal(t, "POST", log[1].Method)
	assert.JSONEq(t, `{"a":1}`, string(log[1].Body))

	log[1].Body[0] = 'X'
	log[0].Header.Set("Connection", "changed")
	again := srv.Requests()
	assert.JSONEq(t, `{"a":1}`, string(again[1].Body), "the log is the server's own")
	assert.Equal(t, "close", again[0].Header.Get("Connection"))

	srv.ResetRequests()
	assert.Empty(t, srv.Requests())
}

func TestServerKeepsEscapesOfPaths(t *testing.T) {
	t.Parallel()
	srv, _ := start(t, fakeapi.Config{})
	_, _, err := send(t, srv, "GET", "/payments/a%2Fb", "")
	require.NoError(t, err)
	assert.Equal(t, "/payments/a%2Fb", srv.Requests()[0].Path)
}

func TestServerBoundsBodies(t *testing.T) {
	t.Parallel()
	srv, runs := start(t, fakeapi.Config{MaxBody: 7})
	response, _, err := send(t, srv, "POST", "/", "1234567")
	require.NoError(t, err)
	assert.Equal(t, 200, response.StatusCode)

	response, body, err := send(t, srv, "POST", "/", "12345678")
	require.NoError(t, err)
	assert.Equal(t, 413, response.StatusCode)
	assert.JSONEq(t, `{"error":"request body too large"}`, body)
	assert.EqualValues(t, 1, runs.Load())
	assert.Equal(t, "1234567", string(srv.Requests()[1].Body))
}

func TestServerHandsTheBodyOn(t *testing.T) {
	t.Parallel()
	srv, _ := start(t, fakeapi.Config{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			_, _ = w.Write(body)
		}
	})})
	_, body, err := send(t, srv, "POST", "/", "echo")
	require.NoError(t, err)
	assert.Equal(t, "echo", body)
}

func TestServerForgetsTheOldestRequests(t *testing.T) {
	t.Parallel()
	srv, _ := start(t, fakeapi.Config{MaxLog: 8})
	for i := range 20 {
		_, _, err := send(t, srv, "GET", "/"+strconv.Itoa(i), "")
		require.NoError(t, err)
	}
	log := srv.Requests()
	assert.LessOrEqual(t, len(log), 8)
	assert.GreaterOrEqual(t, len(log), 6)
	assert.Equal(t, "/19", log[len(log)-1].Path)
}

func TestServerAtTheSameTime(t *testing.T) {
	t.Parallel()
	srv, runs := start(t, fakeapi.Config{})
	srv.Inject(fakeapi.Fault{Status: 503, Probability: 0.5, Times: 20})
	var group sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		group.Go(func() {
			for range 10 {
				_, _, err := send(t, srv, "POST", "/", "{}")
				errs[i] = errors.Join(errs[i], err)
				_ = srv.Requests()
			}
		})
	}
	group.Wait()
	require.NoError(t, errors.Join(errs...))
	assert.Len(t, srv.Requests(), 80)
	assert.EqualValues(t, 60, runs.Load())
}

func TestCloseEndsWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	srv, runs := start(t, fakeapi.Config{})
	srv.Inject(fakeapi.Fault{Delay: time.Hour})
	conn := dial(t, srv)
	_, err := io.WriteString(conn, post)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(srv.Requests()) == 1 }, 10*time.Second, time.Millisecond)

	srv.Close()
	srv.Close()
	_, err = io.ReadAll(conn)
	_ = err // RST or FIN, whichever of the two closings came first
	assert.Zero(t, runs.Load())
	_, err = net.Dial("tcp", strings.TrimPrefix(srv.URL(), "http://"))
	require.Error(t, err)
}

func TestWriteJSON(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	fakeapi.WriteJSON(w, http.StatusConflict, []byte(`{}`))
	assert.Equal(t, 409, w.Code)
	assert.Equal(t, "2", w.Header().Get("Content-Length"))
	assert.Equal(t, `{}`, w.Body.String())
}
