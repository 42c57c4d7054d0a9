package torture_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/internal/torture"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/wallet"
)

const foreignText = "FOREIGN"

var errForeign = errors.New(foreignText)

// foreign is another call's failure that a program ends a context with. It wraps
// all that could turn a decision, and has no equality, as lists of errors have
// none.
type foreign []error

func (foreign) Error() string     { return foreignText }
func (f foreign) Unwrap() []error { return f }

func newForeign() error {
	return foreign{
		errForeign,
		&vima.Error{Operation: foreignText, StatusCode: 401},
		&ecommpay.Error{Operation: foreignText, StatusCode: 401},
		&ecommpay.SignatureError{Operation: foreignText, Err: errForeign},
		&wallet.Error{Operation: foreignText, StatusCode: 401, Code: wallet.CodeInvalidPaymentStatus},
		&finik.Error{Operation: foreignText, StatusCode: 409, PaymentID: "1700000001_00000000-0000-4000-8000-000000000001_CREDIT"},
		&transactions.Error{Operation: foreignText, StatusCode: 401},
		&transport.Error{Class: "credentials", Err: io.EOF},
		&net.OpError{Op: "dial", Err: errForeign},
		&tls.CertificateVerificationError{Err: errForeign},
		io.ErrUnexpectedEOF,
	}
}

// ending is a way in which a caller's context ends with a cause.
type ending struct {
	name  string
	class string
	is    error
	not   error
	begin func(t *testing.T, cause error) (ctx context.Context, end func())
}

func endings() []ending {
	return []ending{
		{"cancelled", "canceled", context.Canceled, context.DeadlineExceeded, func(t *testing.T, cause error) (context.Context, func()) {
			t.Helper()
			ctx, cancel := context.WithCancelCause(t.Context())
			return ctx, func() { cancel(cause) }
		}},
		{"a parent cancelled", "canceled", context.Canceled, context.DeadlineExceeded, func(t *testing.T, cause error) (context.Context, func()) {
			t.Helper()
			parent, cancel := context.WithCancelCause(t.Context())
			ctx, free := context.WithTimeout(parent, time.Hour)
			t.Cleanup(free)
			return ctx, func() { cancel(cause) }
		}},
		// On a busy machine the deadline may pass sooner, which is an end too.
		{"timed out", "timeout", context.DeadlineExceeded, context.Canceled, func(t *testing.T, cause error) (context.Context, func()) {
			t.Helper()
			ctx, free := context.WithTimeoutCause(t.Context(), 100*time.Millisecond, cause)
			t.Cleanup(free)
			return ctx, func() { <-ctx.Done() }
		}},
	}
}

// cutting is where a call is when the context ends: at its request number n.
type cutting struct {
	name string
	// into changes settings. reached reports that the request was there.
	into func(s *torture.Settings, end func(), cause error, n int64) (reached *atomic.Bool)
	left bool // what was cut may have been carried out
}

func cuttings(silent *url.URL, expect func(func()) string) []cutting {
	// at does something in place of the request number n.
	at := func(s *torture.Settings, n int64, do func(next http.RoundTripper, r *http.Request, reached *atomic.Bool) (*http.Response, error)) *atomic.Bool {
		var requests atomic.Int64
		var reached atomic.Bool
		connections := &http.Transport{DisableKeepAlives: true}
		s.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			if requests.Add(1) < n {
				return connections.RoundTrip(r)
			}
			return do(connections, r, &reached)
		})}
		return &reached
	}
	return []cutting{
		{name: "in flight", left: true, into: func(s *torture.Settings, end func(), _ error, n int64) *atomic.Bool {
			return at(s, n, func(next http.RoundTripper, r *http.Request, reached *atomic.Bool) (*http.Response, error) {
				there := r.Clone(r.Context())
				there.URL = &url.URL{Scheme: silent.Scheme, Host: silent.Host, Path: expect(func() { reached.Store(true); end() })}
				return next.RoundTrip(there)
			})
		}},
		{name: "in a transport that wraps it", left: true, into: func(s *torture.Settings, end func(), cause error, n int64) *atomic.Bool {
			return at(s, n, func(_ http.RoundTripper, r *http.Request, reached *atomic.Bool) (*http.Response, error) {
				reached.Store(true)
				end()
				<-r.Context().Done()
				return nil, fmt.Errorf("lost: %w", &url.Error{Op: r.Method, URL: r.URL.String(), Err: cause})
			})
		}},
		{name: "in the body of an answer", left: true, into: func(s *torture.Settings, end func(), cause error, n int64) *atomic.Bool {
			return at(s, n, func(_ http.RoundTripper, r *http.Request, reached *atomic.Bool) (*http.Response, error) {
				reached.Store(true)
				end()
				<-r.Context().Done()
				return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(iotest.ErrReader(cause)), ContentLength: -1}, nil
			})
		}},
		{name: "in the credentials", into: func(s *torture.Settings, end func(), cause error, n int64) *atomic.Bool {
			var reached atomic.Bool
			s.CredentialErr = fmt.Errorf("no credentials: %w", cause)
			s.Middleware = append(s.Middleware, func(next http.RoundTripper) http.RoundTripper {
				return roundTripper(func(r *http.Request) (*http.Response, error) {
					reached.Store(true)
					end()
					<-r.Context().Done()
					return next.RoundTrip(r)
				})
			})
			return &reached
		}},
	}
}

// silent is a server that ends the context of a call once it has its request, and
// answers nothing.
func silent(t *testing.T) (base *url.URL, expect func(end func()) (path string)) {
	t.Helper()
	var ends sync.Map
	var paths atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then is a client that leaves seen
		end, _ := ends.Load(r.URL.Path)
		end.(func())()
		<-r.Context().Done()
	}))
	t.Cleanup(srv.Close)
	base, err := url.Parse(srv.URL)
	require.NoError(t, err)
	return base, func(end func()) string {
		path := fmt.Sprintf("/%d", paths.Add(1))
		ends.Store(path, end)
		return path
	}
}

// A context that ends with another call's failure as its cause looks to the
// caller as any other that has ended: errgroup makes such contexts.
func TestCausesStayOut(t *testing.T) {
	t.Parallel()
	type try struct {
		torture.Operation
		ending
		cutting
		n int64
	}
	var tries []try
	base, expect := silent(t)
	for _, o := range tried() {
		for _, e := range endings() {
			for _, c := range cuttings(base, expect) {
				tries = append(tries, try{o, e, c, 1})
				if e.name == "cancelled" && c.left { // flows and walks get further
					tries = append(tries, try{o, e, c, 2}, try{o, e, c, 3})
				}
			}
		}
	}
	var reached sync.Map
	each(t, tries, func(x try) string {
		return fmt.Sprintf("%s/%s/%s/%d", named(x.Operation), x.ending.name, x.cutting.name, x.n)
	}, func(t *testing.T, x try) {
		t.Helper()
		cause := newForeign()
		ctx, end := x.begin(t, cause)
		var log bytes.Buffer
		var told heard
		s := torture.Settings{
			URL: start(t, x.Operation).URL, Retry: quick, Logger: slog.New(slog.NewJSONHandler(&log, nil)),
			Observer: told.observe,
		}
		there := x.into(&s, end, cause, x.n)
		_, err := x.Call(ctx, s)
		attempts := told.all()
		if !there.Load() {
			if err != nil { // the deadline passed on the way
				assert.ErrorIs(t, err, context.DeadlineExceeded)
			}
			return
		}
		reached.Store(named(x.Operation), true)
		require.ErrorIs(t, err, x.is)
		assert.NotErrorIs(t, err, x.not)
		assertHome(t, err, log.String())
		first := slices.IndexFunc(attempts, func(a transport.Attempt) bool { return a.Class == x.class })
		require.GreaterOrEqual(t, first, 0, "%v", attempts)
		cut := attempts[first]
		if x.Provider != control {
			assert.Equal(t, x.class, classOf(t, err), "%v", err)
		}
		assert.True(t, cut.Final)
		assert.Contains(t, log.String(), `"class":"`+x.class+`"`)
		switch {
		case !x.left:
			assert.NotErrorIs(t, err, transport.ErrOutcomeUnknown)
		case x.Name == "PayOnce": // whose row pays once more then
		case slices.Contains([]string{"CreatePayment", "ExecutePayment", "SendBill", "ReportBestTransfer"}, cut.Operation):
			assert.ErrorIs(t, err, transport.ErrOutcomeUnknown)
		}
	})
	for _, o := range tried() {
		_, ok := reached.Load(named(o))
		assert.True(t, ok, "%s was never cut", named(o))
	}
}

// assertHome fails where an error leads to another call's, or prints it.
func assertHome(t *testing.T, err error, log string) {
	t.Helper()
	assert.NotErrorIs(t, err, errForeign)
	for _, target := range []any{
		new(*vima.Error), new(*ecommpay.Error), new(*ecommpay.SignatureError), new(*wallet.Error), new(*finik.Error),
		new(*transactions.Error), new(*tls.CertificateVerificationError), new(foreign), new(*url.Error),
	} {
		assert.NotErrorAs(t, err, target)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%q"} {
		assert.NotContains(t, fmt.Sprintf(verb, err), foreignText)
	}
	assert.NotContains(t, log, foreignText)
}
