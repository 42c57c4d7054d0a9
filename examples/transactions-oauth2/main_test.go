package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/examples/internal/clitest"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

func TestOffline(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &cli.Call{Env: clitest.Env(), Out: &out}))
	assert.Contains(t, out.String(), "2400 transactions\n")
	assert.Contains(t, out.String(), "OAUTH2_TOKEN_URL=https://")
}

func TestTheCommandLine(t *testing.T) {
	t.Parallel()
	p := &clitest.Program{Program: program(), Run: run}
	p.Check(t)
	p.FullDisk(t)
}

// fromOAuth2 is what run makes.
func fromOAuth2(open func(*oauth2.Token) oauth2.TokenSource) *adapter {
	return &adapter{turn: make(chan struct{}, 1), open: open}
}

// numbered gives token-1, token-2 … , each one kept until it is opened again.
type numbered struct {
	mu      sync.Mutex
	opened  []oauth2.Token // what it was opened with
	given   int
	failing error
}

func (n *numbered) open(refresh *oauth2.Token) oauth2.TokenSource {
	n.mu.Lock()
	defer n.mu.Unlock()
	if refresh != nil {
		n.opened = append(n.opened, *refresh)
	}
	return oauth2.ReuseTokenSource(nil, n)
}

func (n *numbered) Token() (*oauth2.Token, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.failing != nil {
		return nil, n.failing
	}
	n.given++
	return &oauth2.Token{AccessToken: fmt.Sprintf("token-%d", n.given), RefreshToken: fmt.Sprintf("refresh-%d", n.given), Expiry: time.Now().Add(time.Hour)}, nil
}

func TestTheAdapterKeepsATokenUntilItIsRefused(t *testing.T) {
	t.Parallel()
	n := &numbered{}
	source := fromOAuth2(n.open)
	for _, c := range []struct{ rejected, want string }{
		{"", "token-1"},
		{"", "token-1"},
		{"token-1", "token-2"},
		{"token-1", "token-2"}, // refused before, by a call that was slow
		{"", "token-2"},
		{"token-2", "token-3"},
	} {
		got, err := source.Token(t.Context(), c.rejected)
		require.NoError(t, err)
		assert.Equal(t, c.want, got)
	}
	assert.Equal(t, []oauth2.Token{{RefreshToken: "refresh-1"}, {RefreshToken: "refresh-2"}}, n.opened)

	n.failing = errors.New("the authorization server is away")
	_, err := source.Token(t.Context(), "token-3")
	require.ErrorIs(t, err, n.failing)
	n.failing = nil
	got, err := source.Token(t.Context(), "token-3")
	require.NoError(t, err)
	assert.Equal(t, "token-4", got)
}

func TestAThousandCallsRenewATokenOnce(t *testing.T) {
	t.Parallel()
	n := &numbered{}
	source := fromOAuth2(n.open)
	var running sync.WaitGroup
	for range 1000 {
		running.Go(func() {
			token, err := source.Token(context.Background(), "token-1")
			assert.NoError(t, err)
			assert.Equal(t, "token-2", token)
		})
	}
	running.Wait()
	assert.Equal(t, 2, n.given)
}

// Tokens of a flow with refresh tokens, which change with each use.
func TestARefreshToken(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var used []string
	authorization := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		assert.Equal(t, "refresh_token", r.FormValue("grant_type"))
		used = append(used, r.FormValue("refresh_token"))
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"access_token":"token-%[1]d","refresh_token":"refresh-%[1]d","token_type":"bearer","expires_in":3600}`, len(used))
	}))
	defer authorization.Close()
	config := oauth2.Config{ClientID: "client", Endpoint: oauth2.Endpoint{TokenURL: authorization.URL, AuthStyle: oauth2.AuthStyleInParams}}
	stored := &oauth2.Token{AccessToken: "token-0", RefreshToken: "refresh-0", Expiry: time.Now().Add(time.Hour)}
	source := fromOAuth2(func(refresh *oauth2.Token) oauth2.TokenSource {
		return config.TokenSource(t.Context(), cmp.Or(refresh, stored))
	})
	for _, c := range []struct{ rejected, want string }{
		{"", "token-0"},
		{"token-0", "token-1"},
		{"token-0", "token-1"}, // refused before, by a call that was slow
		{"token-1", "token-2"},
	} {
		got, err := source.Token(t.Context(), c.rejected)
		require.NoError(t, err)
		assert.Equal(t, c.want, got)
	}
	assert.Equal(t, []string{"refresh-0", "refresh-1"}, used)
}

// Sources ask for the next token 10 s ahead of the end. When that fails, the
// token that is still valid is used, but never one that was refused.
func TestAValidTokenOutlivesAFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := &numbered{}
		source := fromOAuth2(n.open)
		_, err := source.Token(t.Context(), "")
		require.NoError(t, err)
		n.failing = errors.New("the authorization server is away")
		time.Sleep(time.Hour - time.Second)
		token, err := source.Token(t.Context(), "")
		require.NoError(t, err)
		assert.Equal(t, "token-1", token)
		_, err = source.Token(t.Context(), "token-1")
		require.ErrorIs(t, err, n.failing)
		time.Sleep(time.Second)
		_, err = source.Token(t.Context(), "")
		require.ErrorIs(t, err, n.failing, "it has ended")

		n.failing = nil
		token, err = source.Token(t.Context(), "")
		require.NoError(t, err)
		assert.Equal(t, "token-2", token)
		_, err = source.Token(t.Context(), "token-2")
		require.NoError(t, err)
		n.failing = errors.New("away again")
		for _, rejected := range []string{"token-3", ""} {
			_, err = source.Token(t.Context(), rejected)
			require.ErrorIs(t, err, n.failing, "a refused token is not given again")
		}
	})
}

// refusing fails after a second.
type refusing struct{ asked *int }

func (r refusing) Token() (*oauth2.Token, error) {
	*r.asked++
	<-time.After(time.Second)
	return nil, errors.New("the secret is wrong")
}

func TestCallsThatWaitShareAFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		source := fromOAuth2(func(*oauth2.Token) oauth2.TokenSource { return refusing{&asked} })
		var running sync.WaitGroup
		for range 50 {
			running.Go(func() {
				_, err := source.Token(t.Context(), "")
				assert.EqualError(t, err, "the secret is wrong")
			})
		}
		running.Wait()
		assert.Equal(t, 1, asked)
		_, err := source.Token(t.Context(), "")
		require.Error(t, err)
		assert.Equal(t, 2, asked, "a call that comes later asks again")
	})
}

// stuck never answers.
type stuck struct{ held chan struct{} }

func (s stuck) Token() (*oauth2.Token, error) { <-s.held; return nil, errors.New("given up") }

func TestWaitingForATokenEndsWithTheContext(t *testing.T) {
	t.Parallel()
	held := make(chan struct{})
	asked := make(chan struct{})
	source := fromOAuth2(func(*oauth2.Token) oauth2.TokenSource { close(asked); return stuck{held} })
	var holder sync.WaitGroup
	holder.Go(func() { _, _ = source.Token(context.Background(), "") })
	<-asked
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := source.Token(ctx, "")
	require.ErrorIs(t, err, context.Canceled)
	close(held)
	holder.Wait()
}

func TestTokensDoNotPrint(t *testing.T) {
	t.Parallel()
	source := fromOAuth2((&numbered{}).open)
	_, err := source.Token(t.Context(), "")
	require.NoError(t, err)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		assert.NotContains(t, fmt.Sprintf(verb, source), "token-1")
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for _, pairs := range [][]string{
		{"TRANSACTIONS_URL", "https://payments.example.com"},
		{"OAUTH2_CLIENT_SECRET", "a-secret-to-hide", "OAUTH2_CLIENT_ID", "x"},
	} {
		t.Run(pairs[0], func(t *testing.T) {
			err := run(t.Context(), &cli.Call{Env: clitest.Env(pairs...), Out: new(bytes.Buffer)})
			require.ErrorIs(t, err, cli.ErrUsage)
			assert.NotContains(t, err.Error(), "to-hide")
			assert.Equal(t, 2, program().ExitCode(err))
		})
	}
	all := func(url, token string) func(string) string {
		return clitest.Env("TRANSACTIONS_URL", url, "OAUTH2_TOKEN_URL", token, "OAUTH2_CLIENT_ID", "other", "OAUTH2_CLIENT_SECRET", "a-secret-to-hide")
	}
	err := run(t.Context(), &cli.Call{Env: all("http://payments.example.com", "x"), Out: new(bytes.Buffer)})
	require.ErrorIs(t, err, transactions.ErrInvalidRequest)
	assert.Equal(t, 2, program().ExitCode(err))

	// A client that the authorization server does not know.
	authorization := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, `{"error":"invalid_client"}`, http.StatusUnauthorized)
	}))
	defer authorization.Close()
	err = run(t.Context(), &cli.Call{Env: all("https://payments.example.com", authorization.URL), Out: new(bytes.Buffer)})
	require.EqualError(t, err, "after 0 transactions: transactions: ListTransactions: credentials were not available")
	var refused *oauth2.RetrieveError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, 401, refused.Response.StatusCode)
	assert.Equal(t, 1, program().ExitCode(err))

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = run(ctx, &cli.Call{Env: clitest.Env(), Out: new(bytes.Buffer)})
	assert.Equal(t, 130, program().ExitCode(err))
	assert.NotContains(t, err.Error(), "secret")
}

// The tokens of the flow are what the service sees.
func TestTheServiceSeesTheTokens(t *testing.T) {
	t.Parallel()
	srv := transactionstest.NewServer()
	defer srv.Close()
	source := fromOAuth2(func(*oauth2.Token) oauth2.TokenSource {
		return oauth2.StaticTokenSource(&oauth2.Token{AccessToken: transactionstest.DefaultToken})
	})
	client, err := transactions.NewClient(srv.URL(), source)
	require.NoError(t, err)
	_, err = client.ListTransactions(t.Context(), transactions.ListTransactionsParams{})
	require.NoError(t, err)
	assert.Equal(t, "Bearer "+transactionstest.DefaultToken, srv.Requests()[0].Header.Get("Authorization"))
}
