package torture_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// fake is one of the five, in memory, with a client that sends a request once.
type fake struct {
	list     func(ctx context.Context) error
	faults   []string // of AllFaults
	inject   func(i int, delay time.Duration)
	refuse   func(status int)
	requests func() int
	now      func() time.Time
	advance  func(d time.Duration)
	body     func(err error) string // of the provider's error
}

// fakes are made inside of the bubble that they run in.
func fakes() map[string]func(t *testing.T) fake {
	return map[string]func(t *testing.T) fake{
		"vima": vimaFake, "ecommpay": ecommpayFake, "wallet": walletFake, "finik": finikFake, "transactions": transactionsFake,
	}
}

func namesOf[F interface{ String() string }](all []F) []string {
	var out []string
	for _, f := range all {
		out = append(out, f.String())
	}
	return out
}

func vimaFake(t *testing.T) fake {
	t.Helper()
	srv := vimatest.Run(t, vimatest.InMemory())
	srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 3, Seed: 1})...)
	client, err := vima.NewClient(srv.URL(), vimatest.DefaultCredentials(), vima.WithHTTPClient(srv.Client()),
		vima.WithTimeout(time.Hour), vima.WithRetry(vima.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	return fake{
		list: func(ctx context.Context) error {
			page, err := client.ListOperations(ctx, vima.ListOperationsParams{})
			assert.True(t, err != nil || len(page.Operations) == 3)
			return err
		},
		faults: namesOf(vimatest.AllFaults()),
		inject: func(i int, delay time.Duration) {
			srv.Client().CloseIdleConnections() // net/http repeats on a connection that was used before
			f := vimatest.AllFaults()[i]
			f.Delay, f.Operation = delay, "ListOperations"
			srv.Inject(vimatest.Fault{Status: 500, Operation: "Another"}, f)
		},
		refuse:   func(status int) { srv.Inject(vimatest.Fault{Status: status}) },
		requests: func() int { return len(srv.Requests()) },
		now:      srv.Now, advance: srv.Advance,
		body: func(err error) string {
			var e *vima.Error
			require.ErrorAs(t, err, &e)
			return string(e.Body)
		},
	}
}

func ecommpayFake(t *testing.T) fake {
	t.Helper()
	srv := ecommpaytest.Run(t, ecommpaytest.InMemory())
	srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: 3, Seed: 1})...)
	client, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials(), ecommpay.WithHTTPClient(srv.Client()),
		ecommpay.WithTimeout(time.Hour), ecommpay.WithRetry(ecommpay.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	from := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	return fake{
		list: func(ctx context.Context) error {
			page, err := client.ListOperations(ctx, ecommpay.ListOperationsParams{From: from, To: from.AddDate(0, 0, 2)})
			assert.True(t, err != nil || len(page.Operations) == 3)
			return err
		},
		faults: namesOf(ecommpaytest.AllFaults()),
		inject: func(i int, delay time.Duration) {
			srv.Client().CloseIdleConnections() // net/http repeats on a connection that was used before
			f := ecommpaytest.AllFaults()[i]
			f.Delay, f.Operation = delay, "ListOperations"
			srv.Inject(ecommpaytest.Fault{Status: 500, Operation: "Balances"}, f)
		},
		refuse:   func(status int) { srv.Inject(ecommpaytest.Fault{Status: status}) },
		requests: func() int { return len(srv.Requests()) },
		now:      srv.Now, advance: srv.Advance,
		body: func(err error) string {
			var e *ecommpay.Error
			require.ErrorAs(t, err, &e)
			return string(e.Body)
		},
	}
}

func walletFake(t *testing.T) fake {
	t.Helper()
	srv := wallettest.Run(t, wallettest.InMemory())
	client, err := wallet.NewClient(srv.URL(), wallettest.DefaultCredentials(), wallet.WithHTTPClient(srv.Client()),
		wallet.WithTimeout(time.Hour), wallet.WithRetry(wallet.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	return fake{
		list: func(ctx context.Context) error {
			_, err := client.ListPayments(ctx, wallet.ListPaymentsParams{})
			return err
		},
		faults: namesOf(wallettest.AllFaults()),
		inject: func(i int, delay time.Duration) {
			srv.Client().CloseIdleConnections() // net/http repeats on a connection that was used before
			f := wallettest.AllFaults()[i]
			f.Delay, f.Operation = delay, "ListPayments"
			srv.Inject(wallettest.Fault{Status: 500, Operation: "CreatePayment"}, f)
		},
		refuse:   func(status int) { srv.Inject(wallettest.Fault{Status: status}) },
		requests: func() int { return len(srv.Requests()) },
		now:      srv.Now, advance: srv.Advance,
		body: func(err error) string {
			var e *wallet.Error
			require.ErrorAs(t, err, &e)
			return string(e.Body)
		},
	}
}

func finikFake(t *testing.T) fake {
	t.Helper()
	srv := finiktest.Run(t, finiktest.InMemory())
	client, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials(), finik.WithHTTPClient(srv.Client()),
		finik.WithTimeout(time.Hour), finik.WithRetry(finik.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	return fake{
		list: func(ctx context.Context) error {
			page, err := client.ListServices(ctx, finik.ListServicesParams{ParentID: finiktest.CategoryKyrgyzstan})
			assert.True(t, err != nil || len(page.Services) > 1)
			return err
		},
		faults: namesOf(finiktest.AllFaults()),
		inject: func(i int, delay time.Duration) {
			srv.Client().CloseIdleConnections() // net/http repeats on a connection that was used before
			f := finiktest.AllFaults()[i]
			f.Delay, f.Operation = delay, "ListServices"
			srv.Inject(finiktest.Fault{Status: 500, Operation: "CreatePayment"}, f)
		},
		refuse:   func(status int) { srv.Inject(finiktest.Fault{Status: status}) },
		requests: func() int { return len(srv.Requests()) },
		now:      srv.Now, advance: srv.Advance,
		body: func(err error) string {
			var e *finik.Error
			require.ErrorAs(t, err, &e)
			return string(e.Body)
		},
	}
}

func transactionsFake(t *testing.T) fake {
	t.Helper()
	srv := transactionstest.Run(t, transactionstest.InMemory())
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 3, Seed: 1})...)
	client, err := transactions.NewClient(srv.URL(), transactionstest.DefaultCredentials(), transactions.WithHTTPClient(srv.Client()),
		transactions.WithTimeout(time.Hour), transactions.WithRetry(transactions.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	return fake{
		list: func(ctx context.Context) error {
			page, err := client.ListTransactions(ctx, transactions.ListTransactionsParams{})
			assert.True(t, err != nil || len(page.Transactions)%3 == 0)
			return err
		},
		faults: namesOf(transactionstest.AllFaults()),
		inject: func(i int, delay time.Duration) {
			srv.Client().CloseIdleConnections() // net/http repeats on a connection that was used before
			f := transactionstest.AllFaults()[i]
			f.Delay, f.Operation = delay, "ListTransactions"
			srv.Inject(transactionstest.Fault{Status: 500, Operation: "Token"}, f)
		},
		refuse:   func(status int) { srv.Inject(transactionstest.Fault{Status: status}) },
		requests: func() int { return len(srv.Requests()) },
		now:      srv.Now, advance: srv.Advance,
		body: func(err error) string {
			var e *transactions.Error
			require.ErrorAs(t, err, &e)
			return string(e.Body)
		},
	}
}

// Every fault in every fake takes its minute at once and is met once.
func TestFakesMeetFaultsInABubble(t *testing.T) {
	t.Parallel()
	for name, start := range fakes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := start(t)
				require.Len(t, f.faults, 14)
				for i, fault := range f.faults {
					require.NoError(t, f.list(t.Context()), "before %s", fault)
					asked, begun := f.requests(), time.Now()
					delay := time.Minute
					if fault == "stalled page" {
						delay = 5 * time.Second // finik refuses what was signed a minute ago
					}
					f.inject(i, delay)
					err := f.list(t.Context())
					harmless := fault == "stalled page"
					assert.Equal(t, harmless, err == nil, "%s: %v", fault, err)
					assert.WithinRange(t, time.Now(), begun.Add(delay), begun.Add(delay+time.Minute), fault)
					assert.Equal(t, 1, f.requests()-asked, fault)
				}
			})
		})
	}
}

// shapes are parts of errors, by the documentation of the providers.
var shapes = map[string]string{
	"vima": `"error":`, "ecommpay": `"name":`, "wallet": `"meta":{"code":`, "finik": `"statusCode":`, "transactions": `"title":`,
}

// A status alone is enough for an error of the provider's own shape.
func TestFakesRefuseInTheirOwnShape(t *testing.T) {
	t.Parallel()
	for name, start := range fakes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := start(t)
				for _, status := range []int{400, 402, 404, 500} {
					f.refuse(status)
					err := f.list(t.Context())
					require.ErrorContains(t, err, strconv.Itoa(status))
					var body map[string]any
					require.NoError(t, json.Unmarshal([]byte(f.body(err)), &body), "an object")
					assert.Contains(t, f.body(err), shapes[name])
				}
			})
		})
	}
}

// served is what every fake has beside its own methods.
type served interface {
	URL() string
	Client() *http.Client
	Handler() http.Handler
	Close()
	ClearFaults()
	ResetRequests()
}

func TestFakesListenAndClose(t *testing.T) {
	t.Parallel()
	for name, run := range map[string]func(t interface{ Cleanup(func()) }, addr string) (served, func() int, func(status int)){
		"vima": func(t interface{ Cleanup(func()) }, addr string) (served, func() int, func(status int)) {
			srv := vimatest.Run(t, vimatest.WithAddr(addr))
			return srv, func() int { return len(srv.Requests()) }, func(status int) { srv.Inject(vimatest.Fault{Status: status}) }
		},
		"ecommpay": func(t interface{ Cleanup(func()) }, addr string) (served, func() int, func(status int)) {
			srv := ecommpaytest.Run(t, ecommpaytest.WithAddr(addr))
			return srv, func() int { return len(srv.Requests()) }, func(status int) { srv.Inject(ecommpaytest.Fault{Status: status}) }
		},
		"wallet": func(t interface{ Cleanup(func()) }, addr string) (served, func() int, func(status int)) {
			srv := wallettest.Run(t, wallettest.WithAddr(addr))
			return srv, func() int { return len(srv.Requests()) }, func(status int) { srv.Inject(wallettest.Fault{Status: status}) }
		},
		"finik": func(t interface{ Cleanup(func()) }, addr string) (served, func() int, func(status int)) {
			srv := finiktest.Run(t, finiktest.WithAddr(addr), finiktest.WithTimestampWindow(time.Hour))
			return srv, func() int { return len(srv.Requests()) }, func(status int) { srv.Inject(finiktest.Fault{Status: status}) }
		},
		"transactions": func(t interface{ Cleanup(func()) }, addr string) (served, func() int, func(status int)) {
			srv := transactionstest.Run(t, transactionstest.WithAddr(addr))
			return srv, func() int { return len(srv.Requests()) }, func(status int) { srv.Inject(transactionstest.Fault{Status: status}) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var ending cleanups
			srv, requests, refuse := run(&ending, "localhost:0")
			assert.Contains(t, srv.URL(), "http://127.0.0.1:")
			w := httptest.NewRecorder()
			srv.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/nothing", http.NoBody))
			assert.GreaterOrEqual(t, w.Code, 400)
			assert.Equal(t, 1, requests(), "the handler logs too")
			refuse(http.StatusTeapot)
			w = httptest.NewRecorder()
			srv.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/nothing", http.NoBody))
			assert.Equal(t, http.StatusTeapot, w.Code, "the handler meets faults too")
			srv.ResetRequests()
			assert.Zero(t, requests())

			response, err := srv.Client().Get(srv.URL())
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			// A new dial could reach another process, which has the port next.
			at, err := url.Parse(srv.URL())
			require.NoError(t, err)
			conn, err := net.Dial("tcp", at.Host)
			require.NoError(t, err)
			defer func() { _ = conn.Close() }()
			require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Minute)))
			ending.run()
			_, err = conn.Read(make([]byte, 1))
			require.Error(t, err)
			require.NotErrorIs(t, err, os.ErrDeadlineExceeded, "Run has closed the server")
			srv.Close()
			assert.Panics(t, func() { run(t, "256.0.0.1:0") })
		})
	}
}

// cleanups are what a test does when it is over.
type cleanups []func()

func (c *cleanups) Cleanup(f func()) { *c = append(*c, f) }

func (c *cleanups) run() {
	for _, f := range *c {
		f()
	}
}

func TestFakesHaveAClock(t *testing.T) {
	t.Parallel()
	for name, start := range fakes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := start(t)
				before := f.now()
				f.advance(time.Hour)
				assert.Equal(t, time.Hour, f.now().Sub(before))
				assert.Equal(t, time.UTC, f.now().Location())
			})
		})
	}
}
