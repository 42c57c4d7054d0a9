package wallettest_test

import (
	"io"
	"net/http"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet/wallettest"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault     wallettest.Fault
		err       error
		status    int
		processed bool
	}{
		"reset before":     {wallettest.Fault{Kind: wallettest.FaultResetBefore}, syscall.ECONNRESET, 0, false},
		"reset after":      {wallettest.Fault{Kind: wallettest.FaultResetAfter}, syscall.ECONNRESET, 0, true},
		"truncated":        {wallettest.Fault{Kind: wallettest.FaultTruncated}, io.ErrUnexpectedEOF, 0, true},
		"502":              {wallettest.Fault{Status: 502}, nil, 502, false},
		"504 after":        {wallettest.Fault{Status: 504, Process: true}, nil, 504, true},
		"html":             {wallettest.Fault{Kind: wallettest.FaultHTML}, nil, 200, false},
		"html after":       {wallettest.Fault{Kind: wallettest.FaultHTML, Process: true}, nil, 200, true},
		"garbage":          {wallettest.Fault{Kind: wallettest.FaultGarbage, Process: true}, nil, 200, true},
		"empty":            {wallettest.Fault{Kind: wallettest.FaultEmpty}, nil, 200, false},
		"retry after":      {wallettest.Fault{Status: 429, RetryAfter: "1", Header: http.Header{"A": {"b"}}}, nil, 429, false},
		"gzip":             {wallettest.Fault{Kind: wallettest.FaultBrokenGzip}, io.EOF, 0, true},
		"other operations": {wallettest.Fault{Operation: "GetPayment", Status: 500}, nil, 200, true},
		"no match":         {wallettest.Fault{Status: 500, Match: func(r wallettest.Request) bool { return r.Query().Has("x") }}, nil, 200, true},
	} {
		srv := start(t)
		p := call(t, srv, "POST", "/payments", bill).payment(t)
		if c.fault.Operation == "" {
			c.fault.Operation = "ExecutePayment"
		}
		srv.Inject(c.fault)
		r, err := try(t, srv, "POST", path(p, "/pay"), "")
		if name != "gzip" {
			require.ErrorIs(t, err, c.err, name)
		} else {
			require.Error(t, err)
		}
		assert.Equal(t, c.status, r.Status, name)
		assert.Equal(t, c.processed, srv.Debits(p.ClientPaymentID) == 1, name)
		srv.ClearFaults()
		assert.Len(t, srv.Requests(), 2)
		srv.ResetRequests()
		assert.Equal(t, 200, call(t, srv, "GET", path(p, ""), "").Status)
	}
	assert.Panics(t, func() { start(t).Inject(wallettest.Fault{Kind: 99}) })
}
