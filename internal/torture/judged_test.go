package torture_test

import (
	"bytes"
	"context"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
	"github.com/payclients/payclients-go/internal/torture"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// What comes with status 200 and is not a success is not one to observers and logs
// either, once for each attempt, and a 401 in it is one.
func TestA200IsNoSuccessByItself(t *testing.T) {
	t.Parallel()
	for _, o := range tried() {
		for name, answer := range map[string]struct{ body, class string }{
			"401":         {o.Unauthorized, transport.ClassRefused},
			"a refusal":   {refusalOf(o), transport.ClassRefused},
			"HTML":        {"<html>login</html>", transport.ClassUndecodable},
			"cut JSON":    {`[{"id":1},{"id`, transport.ClassUndecodable},
			"cut object":  {`{"data":[{"id":1},{"id`, transport.ClassUndecodable},
			"outer shape": {`"text"`, transport.ClassUndecodable},
			"nothing":     {"", transport.ClassUndecodable},
			"signature":   {unsigned(o), transport.ClassSignature},
		} {
			if answer.body == "" && answer.class != transport.ClassUndecodable {
				continue // the package has no such answer
			}
			if o.Name == "Do" && name == "outer shape" && o.Package != "ecommpay" {
				continue // any JSON is an answer to it
			}
			t.Run(named(o)+"/"+name, func(t *testing.T) {
				t.Parallel()
				var told heard
				var log bytes.Buffer
				var requests atomic.Int64
				_, err := o.Call(t.Context(), torture.Settings{
					URL: start(t, o).URL, Retry: quick, Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
					Observer: told.observe,
					HTTPClient: &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
						requests.Add(1)
						return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(answer.body)), ContentLength: -1}, nil
					})},
				})
				require.Error(t, err)
				attempts := told.all()
				assert.NotEmpty(t, attempts)
				if o.Width == 1 {
					assert.Len(t, attempts, int(requests.Load()))
				}
				for _, a := range attempts {
					if o.Width == 1 || a.Class != "canceled" { // by the error of another walk
						assert.Equal(t, 200, a.StatusCode)
						assert.Equal(t, answer.class, a.Class)
					}
				}
				toldAlike(t, o, err, &told)
				for line := range strings.Lines(log.String()) {
					assert.Contains(t, line, "level=WARN")
					assert.True(t, strings.Contains(line, " class="+answer.class+" ") || o.Width > 1 && strings.Contains(line, " class=canceled "), line)
				}
				if name == "401" && o.Package != "control" {
					require.ErrorIs(t, err, o.Sentinels[http.StatusUnauthorized])
					assert.NotErrorIs(t, err, transport.ErrOutcomeUnknown)
				}
			})
		}
	}
}

// refusalOf is a refusal that says inside a 200 that it is one, or "".
func refusalOf(o torture.Operation) string {
	if o.RefusalStatus == 0 {
		return ""
	}
	return o.Refusal
}

// unsigned is an answer of ecommpay with a wrong signature.
func unsigned(o torture.Operation) string {
	if o.Package != "ecommpay" {
		return ""
	}
	return `{"balance":[],"operations":[],"chargebacks":[],"signature":"AAAA"}`
}

// ahead is a walk that reads ahead. It calls meanwhile after its first row, and is
// left then.
type ahead func(t *testing.T, client *http.Client, observe func(transport.Attempt), meanwhile func())

func leave[T any](t *testing.T, rows iter.Seq2[*T, error], meanwhile func()) {
	t.Helper()
	for _, err := range rows {
		require.NoError(t, err)
		meanwhile()
		return
	}
	require.Fail(t, "no row")
}

// A page that was read ahead and is never asked for has its class all the same.
func TestAPageThatIsThrownAwayIsJudged(t *testing.T) {
	t.Parallel()
	for name, walk := range map[string]ahead{
		"vima": func(t *testing.T, client *http.Client, observe func(transport.Attempt), meanwhile func()) {
			t.Helper()
			srv := vimatest.Run(t)
			srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 60, Seed: 1})...)
			c, err := vima.NewClient(srv.URL(), vimatest.DefaultCredentials(), vima.WithHTTPClient(client),
				vima.WithObserver(func(_ context.Context, a vima.Attempt) { observe(transport.Attempt(a)) }))
			require.NoError(t, err)
			leave(t, c.AllOperations(t.Context(), vima.ListOperationsParams{Count: 10}, vima.Prefetch(1)), meanwhile)
		},
		"ecommpay": func(t *testing.T, client *http.Client, observe func(transport.Attempt), meanwhile func()) {
			t.Helper()
			srv := ecommpaytest.Run(t)
			from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: 60, Seed: 1, From: from})...)
			c, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials(), ecommpay.WithHTTPClient(client),
				ecommpay.WithObserver(func(_ context.Context, a ecommpay.Attempt) { observe(transport.Attempt(a)) }))
			require.NoError(t, err)
			leave(t, c.AllOperations(t.Context(), ecommpay.ListOperationsParams{From: from, To: from.AddDate(0, 2, 0), Limit: 10}, ecommpay.Prefetch(1)), meanwhile)
		},
		"transactions": func(t *testing.T, client *http.Client, observe func(transport.Attempt), meanwhile func()) {
			t.Helper()
			srv := transactionstest.Run(t)
			srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 60, Seed: 1})...)
			observer := transactions.WithObserver(func(_ context.Context, a transactions.Attempt) { observe(transport.Attempt(a)) })
			c, err := transactions.NewClient(srv.URL(), transactionstest.DefaultCredentials(), transactions.WithHTTPClient(client), observer)
			require.NoError(t, err)
			leave(t, c.WalkTransactions(t.Context(), transactions.Filter{}, transactions.PageSize(10), transactions.Prefetch(1)), meanwhile)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int64
			client := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				if requests.Add(1) == 1 {
					return http.DefaultTransport.RoundTrip(r)
				}
				return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("<html>"))}, nil
			})}
			var told heard
			second := make(chan struct{})
			walk(t, client, func(a transport.Attempt) {
				told.observe(t.Context(), a)
				if len(told.all()) == 2 {
					close(second)
				}
			}, func() { <-second })
			attempts := told.all()
			assert.Len(t, attempts, int(requests.Load()))
			for i, a := range attempts {
				assert.Equal(t, i > 0, a.Class == transport.ClassUndecodable, "%d: %q", i, a.Class)
				assert.Equal(t, http.StatusOK, a.StatusCode)
			}
		})
	}
}
