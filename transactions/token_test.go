package transactions_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// loggedIn is a client with the tokens that the fake returns for its password.
func loggedIn(t *testing.T, srv *transactionstest.Server, opts ...transactions.Option) *transactions.Client {
	t.Helper()
	tokens, err := transactions.PasswordTokens(srv.URL(), transactionstest.DefaultUsername, transactionstest.DefaultPassword, quick)
	require.NoError(t, err)
	client, err := transactions.NewClient(srv.URL(), tokens, append([]transactions.Option{quick}, opts...)...)
	require.NoError(t, err)
	return client
}

// sent are the requests of a path.
func sent(srv *transactionstest.Server, path string) (out []transactionstest.Request) {
	for _, r := range srv.Requests() {
		if r.Path == path {
			out = append(out, r)
		}
	}
	return out
}

func TestPasswordTokens(t *testing.T) {
	t.Parallel()
	srv, _ := start(t)
	client := loggedIn(t, srv)
	for range 3 {
		require.NoError(t, get(t, client))
	}
	asked := sent(srv, transactionstest.TokenPath)
	require.Len(t, asked, 1, "a token is kept")
	assert.Equal(t, "POST", asked[0].Method)
	assert.Equal(t, "application/json", asked[0].Header.Get("Content-Type"))
	assert.Empty(t, asked[0].Header.Get("Authorization"))
	assert.Equal(t, `{"username":"operator","password":"password","rememberMe":false}`, string(asked[0].Body))
	assert.Contains(t, sent(srv, transactionstest.Path)[2].Header.Get("Authorization"), "Bearer ey")
}

// A thousand calls find their token expired: one asks for another.
func TestAThousandCallsRenewATokenOnce(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]transactionstest.Option{"problem": nil, "empty": {transactionstest.WithEmptyRefusals()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, _ := start(t, opts...)
			client := loggedIn(t, srv, transactions.WithHTTPClient(&http.Client{Transport: &http.Transport{MaxConnsPerHost: 64, MaxIdleConnsPerHost: 64}}))
			require.NoError(t, get(t, client))
			srv.ExpireTokens()
			var running sync.WaitGroup
			for range 1000 {
				running.Go(func() {
					_, err := client.ListTransactions(context.Background(), transactions.ListTransactionsParams{})
					assert.NoError(t, err)
				})
			}
			running.Wait()
			assert.Len(t, sent(srv, transactionstest.TokenPath), 2)
		})
	}
}

// The first thousand calls need a token: one asks for it.
func TestAThousandCallsAskForATokenOnce(t *testing.T) {
	t.Parallel()
	srv, _ := start(t)
	tokens, err := transactions.PasswordTokens(srv.URL(), transactionstest.DefaultUsername, transactionstest.DefaultPassword)
	require.NoError(t, err)
	var running sync.WaitGroup
	for range 1000 {
		running.Go(func() {
			token, err := tokens.Token(context.Background(), "")
			assert.NoError(t, err)
			assert.NotEmpty(t, token)
		})
	}
	running.Wait()
	assert.Equal(t, 1, srv.TokensIssued())
}

func TestTokensExpireDuringAWalk(t *testing.T) {
	t.Parallel()
	srv, _ := start(t, transactionstest.WithTokenUses(3))
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 200, Seed: 1})...)
	got, err := ids(loggedIn(t, srv).WalkTransactions(t.Context(), transactions.Filter{}, transactions.PageSize(10), transactions.Prefetch(2)))
	require.NoError(t, err)
	assert.Len(t, got, 200)
	assert.Equal(t, 7, srv.TokensIssued(), "20 pages, three to a token")
}

func TestA401IsRenewedOnceAndNoMore(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", `{"title":"Unauthorized","status":401}`} {
		t.Run(body, func(t *testing.T) {
			srv, _ := start(t)
			client := loggedIn(t, srv)
			srv.Inject(transactionstest.Fault{Status: 401, Body: body, Operation: "ListTransactions", Times: -1})
			require.ErrorIs(t, get(t, client), transactions.ErrUnauthorized)
			assert.Len(t, sent(srv, transactionstest.Path), 2)
			assert.Len(t, sent(srv, transactionstest.TokenPath), 2)
		})
	}
	srv, _ := start(t, transactionstest.WithoutRights())
	require.ErrorIs(t, get(t, loggedIn(t, srv)), transactions.ErrForbidden)
	assert.Equal(t, 1, srv.TokensIssued(), "another token has no other rights")
	assert.Len(t, sent(srv, transactionstest.Path), 1)
}

func TestALoginThatFails(t *testing.T) {
	t.Parallel()
	srv, _ := start(t)
	tokens, err := transactions.PasswordTokens(srv.URL(), transactionstest.DefaultUsername, "wrong "+testToken, quick)
	require.NoError(t, err)
	client, err := transactions.NewClient(srv.URL(), tokens, quick)
	require.NoError(t, err)
	err = get(t, client)
	require.EqualError(t, err, "transactions: ListTransactions: credentials were not available")
	require.ErrorIs(t, err, transactions.ErrUnauthorized)
	var e *transactions.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "Token", e.Operation)
	assert.Len(t, srv.Requests(), 1, "nothing was sent without a token, and nothing again")

	for body, want := range map[string]string{
		`{}`: "id_token is missing", `{"id_token":""}`: "id_token is missing", `[]`: "type error", `<html>`: "syntax error", "": "syntax error", `{"id_token":1`: "syntax error",
	} {
		t.Run(body, func(t *testing.T) {
			srv.Inject(transactionstest.Fault{Status: 200, Body: body})
			if body == "" {
				srv.ClearFaults()
				srv.Inject(transactionstest.Fault{Kind: transactionstest.FaultEmpty})
			}
			_, err = tokens.Token(t.Context(), "")
			var decode *transactions.DecodeError
			require.ErrorAs(t, err, &decode, body)
			require.ErrorContains(t, err, want, body)
			assert.Equal(t, "Token", decode.Operation)
		})
	}
	// A token that cannot be sent is none.
	srv.Inject(transactionstest.Fault{Status: 200, Body: `{"id_token":"a\nb"}`})
	require.EqualError(t, get(t, client), "transactions: ListTransactions: credentials were not available")
}

// Fifty calls wait for one log-in that fails: a user is not locked out by them.
func TestCallsThatWaitShareAFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		tokens, err := transactions.PasswordTokens(baseURL, "operator", "wrong", quick, transactions.WithHTTPClient(&http.Client{Transport: wire(func(*http.Request) (*http.Response, error) {
			asked++
			time.Sleep(time.Second) // in a bubble, so that all others wait
			return newResponse(401, nil, ""), nil
		})}))
		require.NoError(t, err)
		client, err := transactions.NewClient(baseURL, tokens, quick)
		require.NoError(t, err)
		var running sync.WaitGroup
		for range 50 {
			running.Go(func() {
				var e *transactions.Error
				err := get(t, client)
				assert.ErrorIs(t, err, transactions.ErrUnauthorized)
				assert.ErrorAs(t, err, &e)
			})
		}
		running.Wait()
		assert.Equal(t, 1, asked)
		require.ErrorIs(t, get(t, client), transactions.ErrUnauthorized)
		assert.Equal(t, 2, asked, "a call that comes later asks again")
	})
}

// The end of one call is not a failure for those that wait behind it.
func TestCallsThatWaitDoNotShareACancellation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		tokens, err := transactions.PasswordTokens(baseURL, "operator", "password", quick, transactions.WithHTTPClient(&http.Client{Transport: wire(func(r *http.Request) (*http.Response, error) {
			if asked++; asked > 1 {
				return newResponse(200, nil, `{"id_token":"token"}`), nil
			}
			<-r.Context().Done()
			return nil, r.Context().Err()
		})}))
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() {
			_, err := tokens.Token(ctx, "")
			assert.ErrorIs(t, err, context.Canceled)
		})
		synctest.Wait()
		running.Go(func() {
			token, err := tokens.Token(t.Context(), "")
			assert.NoError(t, err)
			assert.Equal(t, "token", token)
		})
		synctest.Wait()
		cancel()
		running.Wait()
		assert.Equal(t, 2, asked)
	})
}

// Middleware wraps each attempt to get a token, and sees no password.
func TestMiddlewareSeesNoPassword(t *testing.T) {
	t.Parallel()
	srv, _ := start(t)
	srv.Inject(transactionstest.Fault{Status: 503})
	var seen []string
	tokens, err := transactions.PasswordTokens(srv.URL(), transactionstest.DefaultUsername, transactionstest.DefaultPassword, quick,
		transactions.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
			return wire(func(r *http.Request) (*http.Response, error) {
				body, err := io.ReadAll(r.Body)
				assert.NoError(t, err)
				r.Body = io.NopCloser(bytes.NewReader(body))
				seen = append(seen, string(body))
				return next.RoundTrip(r)
			})
		}))
	require.NoError(t, err)
	_, err = tokens.Token(t.Context(), "")
	require.NoError(t, err)
	assert.Equal(t, []string{"{}", "{}"}, seen)
	for _, r := range srv.Requests() {
		assert.Contains(t, string(r.Body), `"password":"password"`)
	}
}

func TestALoginIsRepeated(t *testing.T) {
	t.Parallel()
	srv, _ := start(t)
	srv.Inject(transactionstest.Fault{Status: 503, Times: 2}, transactionstest.Fault{Kind: transactionstest.FaultTruncated, Operation: "ListTransactions"})
	require.NoError(t, get(t, loggedIn(t, srv)))
	assert.Len(t, sent(srv, transactionstest.TokenPath), 3)
	assert.Len(t, sent(srv, transactionstest.Path), 2)
}

func TestBadPasswordTokensAreRefusedBeforeIO(t *testing.T) {
	t.Parallel()
	_, err := transactions.PasswordTokens("http://payments.example.com/", "\xff", "", transactions.WithTimeout(-1))
	require.ErrorIs(t, err, transactions.ErrInvalidRequest)
	assert.EqualError(t, err, "transactions: invalid request: baseURL: plain http is refused except to loopback; WithPlainHTTP allows it; "+
		"username: must be UTF-8 and not empty; password: must be UTF-8 and not empty; WithTimeout: must not be negative")
}

func TestWaitingForATokenEndsWithTheContext(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	synctest.Test(t, func(t *testing.T) {
		slow := func(r *http.Request) (*http.Response, error) {
			asked.Add(1)
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		tokens, err := transactions.PasswordTokens(baseURL, "a", "b",
			transactions.WithHTTPClient(&http.Client{Transport: wire(slow)}), transactions.WithRetry(transactions.RetryPolicy{MaxAttempts: 1}))
		require.NoError(t, err)
		go func() { _, _ = tokens.Token(t.Context(), "") }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = tokens.Token(ctx, "")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, int64(1), asked.Load())
	})
}

var errVault = errors.New("vault is sealed")

type failing struct{}

func (failing) Token(context.Context, string) (string, error) { return "", errVault }

// rotating is a caller's own source.
type rotating struct{ rejected []string }

func (r *rotating) Token(_ context.Context, rejected string) (string, error) {
	r.rejected = append(r.rejected, rejected)
	if rejected == "" {
		return "old", nil
	}
	return transactionstest.DefaultToken, nil
}

func TestOwnTokenSources(t *testing.T) {
	t.Parallel()
	srv, client := start(t)
	require.NoError(t, get(t, client))

	own := &rotating{}
	client, err := transactions.NewClient(srv.URL(), own, quick)
	require.NoError(t, err)
	require.NoError(t, get(t, client))
	assert.Equal(t, []string{"", "old"}, own.rejected)

	srv.ResetRequests()
	client, err = transactions.NewClient(srv.URL(), failing{}, quick)
	require.NoError(t, err)
	err = get(t, client)
	require.ErrorIs(t, err, errVault)
	assert.NotContains(t, err.Error(), "vault")
	assert.Empty(t, srv.Requests())

	static := transactions.StaticToken("expired")
	client, err = transactions.NewClient(srv.URL(), static, quick)
	require.NoError(t, err)
	require.ErrorIs(t, get(t, client), transactions.ErrUnauthorized)
	assert.Len(t, srv.Requests(), 1, "there is no other token")
	_, err = static.Token(t.Context(), "expired")
	require.Error(t, err)
}
