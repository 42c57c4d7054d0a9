package torture_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/govalues/decimal"
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

// source has the credential "old" until that is refused, and then next.
type source struct {
	mu       sync.Mutex
	now      string
	next     string
	rejected []string
}

func (s *source) give(rejected string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if rejected != "" {
		s.rejected = append(s.rejected, rejected)
		s.now = s.next
	}
	return s.now
}

type (
	vimaSource     struct{ *source }
	ecommpaySource struct{ *source }
	finikSource    struct{ *source }
	tokenSource    struct{ *source }
)

func (s vimaSource) Credentials(_ context.Context, rejected vima.Credentials) (vima.Credentials, error) {
	return vima.Credentials{APIKey: s.give(rejected.APIKey)}, nil
}

func (s ecommpaySource) Credentials(_ context.Context, rejected ecommpay.Credentials) (ecommpay.Credentials, error) {
	token := s.give(rejected.Token)
	return ecommpay.Credentials{Token: token, Secret: "secret of " + token}, nil
}

func (s finikSource) Credentials(_ context.Context, rejected finik.Credentials) (finik.Credentials, error) {
	return finik.Credentials{APIKey: s.give(rejected.APIKey), Signer: finiktest.DefaultCredentials().Signer}, nil
}

func (s tokenSource) Token(_ context.Context, rejected string) (string, error) {
	return s.give(rejected), nil
}

// gate stands before a fake. It refuses what is not valid, and otherwise lets
// requests through.
type gate struct {
	mu       sync.Mutex
	valid    string
	after    int    // requests: then fresh is valid; 0 is never
	rotate   func() // of the fake, as that happens
	inside   bool   // refusals come with status 200
	refusal  string // a body
	credence func(r *http.Request, body []byte) string
	admit    func(r *http.Request) // makes r one that the fake knows; nil is not needed
	together *sync.WaitGroup       // nil, or who are refused at a time
	requests int
}

func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	g.mu.Lock()
	if g.requests++; g.requests == g.after {
		g.valid = "fresh"
		g.rotate()
	}
	refused := g.credence(r, body) != g.valid
	g.mu.Unlock()
	if !refused {
		if g.admit != nil {
			g.admit(r)
		}
		return http.DefaultTransport.RoundTrip(r)
	}
	if g.together != nil {
		g.together.Done()
		g.together.Wait()
	}
	status := http.StatusUnauthorized
	if g.inside {
		status = http.StatusOK
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(g.refusal)), Request: r}, nil
}

// rotates is a package with a source of credentials.
type rotates struct {
	unauthorized error
	refusal      string
	// begin starts a fake, and completes g for it. call makes one request, walk
	// several, and returns how many rows came.
	begin func(t *testing.T, s *source, g *gate) (call func(context.Context) error, walk func(context.Context) (int, error))
	rows  int
}

// count is how many rows a walk delivers.
func count[T any](rows iter.Seq2[*T, error]) (n int, err error) {
	for _, err := range rows {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func bearer(r *http.Request, _ []byte) string {
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
}

var rotating = map[string]rotates{
	"vima": {vima.ErrUnauthorized, `{"message":"Unauthorized","code":401}`, func(t *testing.T, s *source, g *gate) (func(context.Context) error, func(context.Context) (int, error)) {
		t.Helper()
		srv := vimatest.Run(t)
		srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 60, Seed: 1})...)
		g.credence = func(r *http.Request, _ []byte) string { return r.URL.Query().Get("apikey") }
		g.admit = func(r *http.Request) {
			query := r.URL.Query()
			query.Set("apikey", vimatest.DefaultAPIKey)
			r.URL.RawQuery = query.Encode()
		}
		c, err := vima.NewClient(srv.URL(), nil, vima.WithCredentialSource(vimaSource{s}), vima.WithHTTPClient(&http.Client{Transport: g}))
		require.NoError(t, err)
		return func(ctx context.Context) error {
				_, err := c.ListOperations(ctx, vima.ListOperationsParams{})
				return err
			}, func(ctx context.Context) (int, error) {
				return count(c.AllOperations(ctx, vima.ListOperationsParams{Count: 10}, vima.Prefetch(2)))
			}
	}, 60},
	"ecommpay": {ecommpay.ErrUnauthorized, `{"name":"Unauthorized","status":401}`, func(t *testing.T, s *source, g *gate) (func(context.Context) error, func(context.Context) (int, error)) {
		t.Helper()
		known := func(token string) ecommpay.Credentials {
			return ecommpay.Credentials{Token: token, Secret: "secret of " + token}
		}
		srv := ecommpaytest.Run(t, ecommpaytest.WithCredentials(known(g.valid)))
		p := ecommpaytest.Plan{Operations: 60, Seed: 1, From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
		srv.Seed(ecommpaytest.Generate(p)...)
		g.credence = func(_ *http.Request, body []byte) string {
			for _, token := range []string{"old", "fresh", "other"} {
				if bytes.Contains(body, []byte(`"token":"`+token+`"`)) {
					return token
				}
			}
			return ""
		}
		g.rotate = func() { srv.SetCredentials(known("fresh")) }
		c, err := ecommpay.NewClient(srv.URL(), ecommpay.Credentials{}, ecommpay.WithCredentialSource(ecommpaySource{s}), ecommpay.WithHTTPClient(&http.Client{Transport: g}))
		require.NoError(t, err)
		return func(ctx context.Context) error {
				_, err := c.Balances(ctx)
				return err
			}, func(ctx context.Context) (int, error) {
				return count(c.AllOperations(ctx, ecommpay.ListOperationsParams{From: p.From, To: p.From.AddDate(0, 2, 0), Limit: 10}, ecommpay.Prefetch(2)))
			}
	}, 60},
	"wallet": {wallet.ErrUnauthorized, `{"meta":{"code":401}}`, func(t *testing.T, s *source, g *gate) (func(context.Context) error, func(context.Context) (int, error)) {
		t.Helper()
		srv := wallettest.Run(t)
		seed, err := wallet.NewClient(srv.URL(), wallettest.DefaultCredentials())
		require.NoError(t, err)
		for range 12 {
			_, err := seed.CreatePayment(t.Context(), wallet.NewIn(wallet.NewClientPaymentID(), decimal.Ten))
			require.NoError(t, err)
		}
		g.credence = bearer
		g.admit = func(r *http.Request) { r.SetBasicAuth(wallettest.DefaultPhone, wallettest.DefaultPassword) }
		c, err := wallet.NewClient(srv.URL(), wallet.Bearer(tokenSource{s}), wallet.WithHTTPClient(&http.Client{Transport: g}))
		require.NoError(t, err)
		return func(ctx context.Context) error {
				_, err := c.ListPayments(ctx, wallet.ListPaymentsParams{})
				return err
			}, func(ctx context.Context) (int, error) {
				return count(c.AllPayments(ctx, wallet.ListPaymentsParams{Size: 2, Statuses: []wallet.Status{wallet.StatusCreated}}))
			}
	}, 12},
	"finik": {finik.ErrUnauthorized, `{"statusCode":401,"errorMessage":"no"}`, func(t *testing.T, s *source, g *gate) (func(context.Context) error, func(context.Context) (int, error)) {
		t.Helper()
		srv := finiktest.Run(t, finiktest.WithAnySignature(), finiktest.WithTimestampWindow(time.Hour))
		g.credence = func(r *http.Request, _ []byte) string { return r.Header.Get("X-Api-Key") }
		g.admit = func(r *http.Request) { r.Header.Set("X-Api-Key", finiktest.DefaultAPIKey) }
		c, err := finik.NewClient(srv.URL(), finik.Credentials{}, finik.WithCredentialSource(finikSource{s}), finik.WithHTTPClient(&http.Client{Transport: g}))
		require.NoError(t, err)
		return func(ctx context.Context) error {
				_, err := c.ListServices(ctx, finik.ListServicesParams{})
				return err
			}, func(ctx context.Context) (int, error) {
				return count(c.AllServices(ctx, finik.ListServicesParams{Size: 10}))
			}
	}, 55},
	"transactions": {transactions.ErrUnauthorized, `{"status":401,"title":"Unauthorized"}`, func(t *testing.T, s *source, g *gate) (func(context.Context) error, func(context.Context) (int, error)) {
		t.Helper()
		srv := transactionstest.Run(t)
		srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 60, Seed: 1})...)
		g.credence = bearer
		g.admit = func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+transactionstest.DefaultToken) }
		c, err := transactions.NewClient(srv.URL(), tokenSource{s}, transactions.WithHTTPClient(&http.Client{Transport: g}))
		require.NoError(t, err)
		return func(ctx context.Context) error {
				_, err := c.ListTransactions(ctx, transactions.ListTransactionsParams{})
				return err
			}, func(ctx context.Context) (int, error) {
				return count(c.WalkTransactions(ctx, transactions.Filter{}, transactions.PageSize(10), transactions.Prefetch(2)))
			}
	}, 60},
}

// eachRotation runs a test for each package, with refusals in the status line and
// inside a 200.
func eachRotation(t *testing.T, try func(t *testing.T, r rotates, g *gate)) {
	t.Helper()
	for name, r := range rotating {
		for where, inside := range map[string]bool{"401": false, "inside a 200": true} {
			t.Run(name+"/"+where, func(t *testing.T) {
				t.Parallel()
				try(t, r, &gate{valid: "old", rotate: func() {}, inside: inside, refusal: r.refusal})
			})
		}
	}
}

// The credentials are replaced in the middle of a walk, which reads ahead where
// the package can.
func TestAWalkSurvivesARotation(t *testing.T) {
	t.Parallel()
	eachRotation(t, func(t *testing.T, r rotates, g *gate) {
		t.Helper()
		s := &source{now: "old", next: "fresh"}
		g.after = 3
		_, walk := r.begin(t, s, g)
		n, err := walk(t.Context())
		require.NoError(t, err)
		assert.Equal(t, r.rows, n)
		assert.Equal(t, []string{"old"}, s.rejected, "asked once for all that were refused")
	})
}

// Twenty calls are refused at a time: the source is asked once, and each call is
// sent once more.
func TestManyRefusalsAskOnce(t *testing.T) {
	t.Parallel()
	const calls = 20
	eachRotation(t, func(t *testing.T, r rotates, g *gate) {
		t.Helper()
		s := &source{now: "old", next: "fresh"}
		g.valid, g.together = "fresh", new(sync.WaitGroup)
		g.together.Add(calls)
		call, _ := r.begin(t, s, g)
		var running sync.WaitGroup
		for range calls {
			running.Go(func() { assert.NoError(t, call(t.Context())) })
		}
		running.Wait()
		assert.Equal(t, []string{"old"}, s.rejected)
		assert.Equal(t, 2*calls, g.requests)
		require.NoError(t, call(t.Context()))
		assert.Equal(t, 2*calls+1, g.requests, "what came for it is sent at once from now on")
	})
}

// A source that has nothing better is asked once, and what it returns is tried once
// if it is something else.
func TestARotationInVain(t *testing.T) {
	t.Parallel()
	for next, requests := range map[string]int{"old": 1, "other": 2} {
		t.Run(next, func(t *testing.T) {
			t.Parallel()
			eachRotation(t, func(t *testing.T, r rotates, g *gate) {
				t.Helper()
				s := &source{now: "old", next: next}
				g.valid = "fresh"
				call, _ := r.begin(t, s, g)
				err := call(t.Context())
				require.ErrorIs(t, err, r.unauthorized)
				assert.Equal(t, "unauthorized", classOf(t, err))
				assert.Equal(t, requests, g.requests)
				assert.Equal(t, []string{"old"}, s.rejected)
				for name, other := range rotating {
					assert.Equal(t, errors.Is(r.unauthorized, other.unauthorized), errors.Is(err, other.unauthorized), "sentinels are apart: %s", name)
				}
			})
		})
	}
}
