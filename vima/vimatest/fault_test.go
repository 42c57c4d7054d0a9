package vimatest_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima/vimatest"
)

func TestFaultsThatAnswer(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault  vimatest.Fault
		status int
		header [2]string
		body   string // a part of it
	}{
		"nothing": {vimatest.Fault{}, 200, [2]string{"Content-Type", "application/json"}, `[{"operation_id":"1"`},
		"delay":   {vimatest.Fault{Delay: time.Millisecond}, 200, [2]string{}, `[{"operation_id":"1"`},
		"status":  {vimatest.Fault{Status: 500, Body: "oops"}, 500, [2]string{}, "oops"},
		"retry-after": {
			vimatest.Fault{Status: 429, RetryAfter: "Fri, 31 Dec 1999 23:59:59 GMT"},
			429,
			[2]string{"Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT"},
			`{"error":"Too Many Requests","message":`,
		},
		"both headers": {
			vimatest.Fault{Status: 503, RetryAfter: "2", Header: http.Header{"X-Trace": {"1"}}},
			503,
			[2]string{"X-Trace", "1"},
			`{"error":"Service Unavailable"`,
		},
		"html":         {vimatest.Fault{Kind: vimatest.FaultHTML}, 200, [2]string{"Content-Type", "text/html; charset=utf-8"}, "<html>"},
		"html on 502":  {vimatest.Fault{Kind: vimatest.FaultHTML, Status: 502}, 502, [2]string{}, "<html>"},
		"garbage":      {vimatest.Fault{Kind: vimatest.FaultGarbage}, 200, [2]string{}, "not json"},
		"empty":        {vimatest.Fault{Kind: vimatest.FaultEmpty}, 200, [2]string{"Content-Length", "0"}, ""},
		"first cursor": {vimatest.Fault{Kind: vimatest.FaultStalledPage}, 200, [2]string{}, `[{"operation_id":"1"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := start(t)
			srv.Seed(five()...)
			srv.Inject(test.fault)
			response, body, err := get(t, srv, "")
			require.NoError(t, err)
			assert.Equal(t, test.status, response.StatusCode)
			assert.Equal(t, test.header[1], response.Header.Get(test.header[0]))
			assert.Contains(t, body, test.body)
			if test.body == "" {
				assert.Empty(t, body)
			}
			assert.Equal(t, "1 2 3 4 5", ids(t, srv, ""), "once is enough")
			assert.Len(t, srv.Requests(), 2)
		})
	}
}

func TestFaultsThatBreak(t *testing.T) {
	t.Parallel()
	for kind, want := range map[vimatest.FaultKind]error{
		vimatest.FaultResetBefore: syscall.ECONNRESET,
		vimatest.FaultResetAfter:  syscall.ECONNRESET,
		vimatest.FaultTruncated:   io.ErrUnexpectedEOF,
		vimatest.FaultBrokenGzip:  gzip.ErrChecksum,
	} {
		srv := start(t)
		srv.Seed(five()...)
		srv.Inject(vimatest.Fault{Kind: kind})
		_, _, err := get(t, srv, "")
		require.ErrorIs(t, err, want, kind)
		assert.Equal(t, "1 2 3 4 5", ids(t, srv, ""))
	}
	assert.Panics(t, func() { start(t).Inject(vimatest.Fault{Kind: 99}) })
}

// A reset after processing has prepared the page, and one before has not.
func TestFaultAfterProcessing(t *testing.T) {
	t.Parallel()
	for kind, want := range map[vimatest.FaultKind]string{
		vimatest.FaultResetBefore: "1 2 3 4 5",
		vimatest.FaultResetAfter:  "2 3",
	} {
		srv := start(t)
		srv.Seed(five()...)
		srv.Inject(vimatest.Fault{Kind: kind}, vimatest.Fault{Kind: vimatest.FaultStalledPage})
		_, _, err := get(t, srv, "count=2&from_operation_create_id=100")
		require.Error(t, err)
		assert.Equal(t, want, ids(t, srv, ""))
	}
}

func TestFaultStalledPage(t *testing.T) {
	t.Parallel()
	srv := start(t)
	srv.Seed(five()...)
	assert.Equal(t, "2 3", ids(t, srv, "count=2&from_operation_create_id=100"))
	srv.Inject(vimatest.Fault{Kind: vimatest.FaultStalledPage, Times: 2})
	assert.Equal(t, "2 3", ids(t, srv, "count=2&from_operation_create_id=300"))
	response, _, err := get(t, srv, "count=101")
	require.NoError(t, err)
	assert.Equal(t, 400, response.StatusCode, "still strict")
	assert.Equal(t, "4 5", ids(t, srv, "count=2&from_operation_create_id=300"))
}

func TestFaultSelection(t *testing.T) {
	t.Parallel()
	srv := start(t)
	srv.Seed(five()...)
	srv.Inject(vimatest.Fault{Status: 500, Times: -1, Match: func(r vimatest.Request) bool {
		return r.Query().Has("from_operation_update_id")
	}})
	for range 2 {
		response, _, err := get(t, srv, "from_operation_update_id=0")
		require.NoError(t, err)
		assert.Equal(t, 500, response.StatusCode)
		assert.Equal(t, "1 2 3 4 5", ids(t, srv, "from_operation_create_id=0"))
	}
	srv.ClearFaults()
	assert.Equal(t, "3 1 5 2 4", ids(t, srv, "from_operation_update_id=0"))
}

func TestFaultProbability(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) string {
		srv := start(t)
		srv.Inject(vimatest.Fault{Status: 503, Probability: 0.12, Seed: seed})
		var pattern strings.Builder
		for range 200 {
			response, _, err := get(t, srv, "")
			require.NoError(t, err)
			pattern.WriteString(response.Status[:1])
		}
		return pattern.String()
	}
	one := run(1)
	assert.Equal(t, one, run(1))
	assert.NotEqual(t, one, run(2))
	assert.InDelta(t, 24, strings.Count(one, "5"), 14)
}
