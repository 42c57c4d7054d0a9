package transactionstest_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// dial asks the server over a socket.
func dial(t *testing.T, srv *transactionstest.Server, target string) (*http.Response, string, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL()+target, http.NoBody)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+transactionstest.DefaultToken)
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response, string(body), err
}

func TestFaultsThatAnswer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault  transactionstest.Fault
		status int
		header [2]string
		body   string // a part of it
	}{
		"nothing":     {transactionstest.Fault{}, 200, [2]string{"Content-Type", "application/json"}, `[{"agentFeeAmount":`},
		"delay":       {transactionstest.Fault{Delay: time.Millisecond}, 200, [2]string{"X-Total-Count", "5"}, `[{"agentFeeAmount":`},
		"status":      {transactionstest.Fault{Status: 500, Body: "oops"}, 500, [2]string{}, "oops"},
		"retry-after": {transactionstest.Fault{Status: 429, RetryAfter: "2", Header: http.Header{"A": {"b"}}}, 429, [2]string{"Retry-After", "2"}, ""},
		"html":        {transactionstest.Fault{Kind: transactionstest.FaultHTML, Status: 502}, 502, [2]string{"Content-Type", "text/html; charset=utf-8"}, "<html>"},
		"garbage":     {transactionstest.Fault{Kind: transactionstest.FaultGarbage}, 200, [2]string{}, "not json"},
		"empty":       {transactionstest.Fault{Kind: transactionstest.FaultEmpty}, 200, [2]string{"Content-Length", "0"}, ""},
		"first page":  {transactionstest.Fault{Kind: transactionstest.FaultStalledPage}, 200, [2]string{}, `[{"agentFeeAmount":`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := start(t)
			srv.Seed(five()...)
			srv.Inject(c.fault)
			response, body, err := dial(t, srv, transactionstest.Path)
			require.NoError(t, err)
			assert.Equal(t, c.status, response.StatusCode)
			assert.Equal(t, c.header[1], response.Header.Get(c.header[0]))
			assert.Contains(t, body, c.body)
			response, _, err = dial(t, srv, transactionstest.Path)
			require.NoError(t, err)
			assert.Equal(t, 200, response.StatusCode, "once is enough")
			assert.Len(t, srv.Requests(), 2)
			srv.ResetRequests()
			assert.Empty(t, srv.Requests())
		})
	}
}

func TestFaultsThatBreak(t *testing.T) {
	t.Parallel()
	for kind, want := range map[transactionstest.FaultKind]error{
		transactionstest.FaultResetBefore: syscall.ECONNRESET,
		transactionstest.FaultResetAfter:  syscall.ECONNRESET,
		transactionstest.FaultTruncated:   io.ErrUnexpectedEOF,
		transactionstest.FaultBrokenGzip:  gzip.ErrChecksum,
	} {
		t.Run(fmt.Sprint("kind=", kind), func(t *testing.T) {
			srv := start(t)
			srv.Seed(five()...)
			srv.Inject(transactionstest.Fault{Kind: kind})
			_, _, err := dial(t, srv, transactionstest.Path)
			require.ErrorIs(t, err, want, kind)
			assert.Equal(t, "1 2 3 4 5", ids(t, srv, "sort=id"))
		})
	}
	assert.Panics(t, func() { start(t).Inject(transactionstest.Fault{Kind: 99}) })
}

func TestFaultSelection(t *testing.T) {
	t.Parallel()
	srv := start(t)
	srv.Seed(five()...)
	srv.Inject(
		transactionstest.Fault{Status: 500, Operation: "CountTransactions", Times: -1},
		transactionstest.Fault{Status: 502, Times: -1, Match: func(r transactionstest.Request) bool { return r.Query().Has("sort") }},
	)
	for target, want := range map[string]int{
		transactionstest.CountPath: 500, transactionstest.Path: 200, transactionstest.Path + "?sort=id": 502, transactionstest.TokenPath: 405,
	} {
		t.Run(target, func(t *testing.T) {
			response, _, err := dial(t, srv, target)
			require.NoError(t, err)
			assert.Equal(t, want, response.StatusCode, target)
		})
	}
	srv.ClearFaults()
	response, _, err := dial(t, srv, transactionstest.CountPath)
	require.NoError(t, err)
	assert.Equal(t, 200, response.StatusCode)
}

func TestFaultStalledPage(t *testing.T) {
	t.Parallel()
	srv := start(t)
	srv.Seed(five()...)
	_, first, err := dial(t, srv, transactionstest.Path+"?id.lessThan=3&sort=id")
	require.NoError(t, err)
	srv.Inject(transactionstest.Fault{Kind: transactionstest.FaultStalledPage, Times: 2})
	_, second, err := dial(t, srv, transactionstest.Path+"?id.greaterThan=2&sort=id")
	require.NoError(t, err)
	assert.Equal(t, first, second)
	response, _, err := dial(t, srv, transactionstest.Path+"?id.greaterThan=x")
	require.NoError(t, err)
	assert.Equal(t, 400, response.StatusCode, "a bad query is refused as ever")
}
