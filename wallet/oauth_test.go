package wallet_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

func oauthOf(srv *wallettest.Server, scopes ...string) wallet.OAuth {
	return wallet.OAuth{TokenURL: srv.TokenURL(), ClientID: "client", ClientSecret: testPassword, Scopes: scopes}
}

func withOAuth() wallettest.Option { return wallettest.WithOAuthClient("client", testPassword) }

func bearing(t *testing.T, srv *wallettest.Server, auth wallet.Authenticator) *wallet.Client {
	t.Helper()
	client, err := wallet.NewClient(srv.URL(), auth, quick)
	require.NoError(t, err)
	return client
}

func TestPasswordGrant(t *testing.T) {
	t.Parallel()
	srv, _ := start(t, withOAuth())
	tokens, err := oauthOf(srv, "payments.read", "payments.modify").Password(wallettest.DefaultPhone, wallettest.DefaultPassword, quick)
	require.NoError(t, err)
	client := bearing(t, srv, wallet.Bearer(tokens))
	for range 3 {
		_, err = client.CreatePayment(t.Context(), phoneBill(testID))
		require.NoError(t, err)
	}
	first := srv.Requests()[0]
	assert.Equal(t, "/oauth/token", first.Path)
	assert.Equal(t, "application/x-www-form-urlencoded", first.Header.Get("Content-Type"))
	assert.Equal(t, "grant_type=password&password=password&scope=payments.read+payments.modify&username=%2B996000000001", string(first.Body))
	assert.Equal(t, 1, sent(srv, http.MethodPost, "/oauth/token"), "a token is kept")
	assert.Equal(t, "Bearer 00000000-0000-4000-8000-000000000001", srv.Requests()[1].Header.Get("Authorization"))
	assert.Empty(t, srv.Requests()[1].Header.Get("X-Authorization-Type"))
}

func TestARefusedTokenIsRenewedOnceForAll(t *testing.T) {
	t.Parallel()
	srv, _ := start(t, withOAuth())
	tokens, err := oauthOf(srv).Password(wallettest.DefaultPhone, wallettest.DefaultPassword, quick)
	require.NoError(t, err)
	client := bearing(t, srv, wallet.Bearer(tokens))
	id := created(t, client, phoneBill(testID))
	srv.RevokeTokens()
	var running sync.WaitGroup
	for range 20 {
		running.Go(func() {
			_, err := client.GetPayment(context.Background(), id)
			assert.NoError(t, err)
		})
	}
	running.Wait()
	assert.Equal(t, 2, sent(srv, http.MethodPost, "/oauth/token"))

	srv.RevokeTokens()
	_, err = client.ExecutePayment(t.Context(), id, wallet.ExecutePaymentRequest{})
	require.NoError(t, err, "a 401 is a refusal: the execution did not take place")
	assert.Equal(t, 1, srv.Debits(testID))
}

func TestApplicationTokens(t *testing.T) {
	t.Parallel()
	srv, _ := start(t, withOAuth(), wallettest.WithProcessingReads(0))
	tokens, err := oauthOf(srv).ClientCredentials(quick)
	require.NoError(t, err)
	_, err = bearing(t, srv, wallet.Bearer(tokens)).CreatePayment(t.Context(), phoneBill(testID))
	require.ErrorIs(t, err, wallet.ErrUnauthorized, "without X-Authorization-Type")

	client := bearing(t, srv, wallet.ApplicationBearer(tokens))
	_, err = client.CreatePayment(t.Context(), phoneBill(testID))
	require.ErrorIs(t, err, wallet.ErrForbidden)
	r, err := client.RunPayment(t.Context(), wallet.NewInOut(testID, wallettest.ServiceMobile, hundred, phoneBill(testID).Parameters), yes)
	require.NoError(t, err)
	require.True(t, r.Payment.NeedsCardPage())
	srv.EnterCard(r.Payment.ID, "541715******2399", "MasterCard")
	r, err = client.WaitPayment(t.Context(), r.Payment.ID, brisk)
	require.NoError(t, err)
	assert.Equal(t, wallet.StatusCompleted, r.Payment.Status)
	assert.Equal(t, wallet.CardStateUsed, r.Payment.Card.State)
	assert.Equal(t, "application", srv.Requests()[len(srv.Requests())-1].Header.Get("X-Authorization-Type"))
}

func TestScopes(t *testing.T) {
	t.Parallel()
	srv, _ := start(t, withOAuth())
	tokens, err := oauthOf(srv, "payments.read").Password(wallettest.DefaultPhone, wallettest.DefaultPassword)
	require.NoError(t, err)
	_, err = bearing(t, srv, wallet.Bearer(tokens)).CreatePayment(t.Context(), phoneBill(testID))
	require.ErrorIs(t, err, wallet.ErrForbidden)
	var e *wallet.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, wallet.CodeInsufficientScope, e.Code)
	assert.JSONEq(t, `"payments.modify"`, string(e.Details))
}

func TestARefusedGrantEndsTheCall(t *testing.T) {
	t.Parallel()
	srv, _ := start(t, withOAuth())
	tokens, err := oauthOf(srv).Password(wallettest.DefaultPhone, "wrong")
	require.NoError(t, err)
	_, err = bearing(t, srv, wallet.Bearer(tokens)).ExecutePayment(t.Context(), 1, wallet.ExecutePaymentRequest{})
	require.EqualError(t, err, "wallet: ExecutePayment: credentials were not available")
	require.ErrorIs(t, err, wallet.ErrUnauthorized)
	require.NotErrorIs(t, err, wallet.ErrOutcomeUnknown)
	var e *wallet.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "Token", e.Operation)
	assert.Zero(t, sent(srv, http.MethodPost, "/pay"))

	for _, body := range []string{`{"meta":{"code":200},"data":{}}`, `{"meta":{"code":200},"data":{"access_token":""}}`, `{"access_token":"bare"}`, `{"meta":{"code":200}}`} {
		srv.Inject(wallettest.Fault{Operation: "Token", Status: 200, Body: body})
		tokens, err = oauthOf(srv).ClientCredentials()
		require.NoError(t, err)
		_, err = tokens.Token(t.Context(), "")
		var decode *wallet.DecodeError
		require.ErrorAs(t, err, &decode, body)
	}
}

func TestBadOAuthIsRefusedBeforeIO(t *testing.T) {
	t.Parallel()
	_, err := wallet.OAuth{TokenURL: "http://api.example.com/", ClientID: "a:b"}.Password("1", "", wallet.WithTimeout(-1))
	assert.EqualError(t, err, "wallet: invalid request: TokenURL: plain http is refused except to loopback; WithPlainHTTP allows it; "+
		"phone: must be a plus sign and 7 to 15 digits; password: must not be empty; "+
		"ClientID: must not be empty and must not contain a colon; ClientSecret: must not be empty; WithTimeout: must not be negative")
	_, err = wallet.OAuth{}.ClientCredentials()
	assert.ErrorIs(t, err, wallet.ErrInvalidRequest)
}

// A token is renewed before its end, and not before that comes near.
func TestATokenIsKeptUntilShortlyBeforeItsEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		answer := func(*http.Request) (*http.Response, error) {
			asked++
			return newResponse(200, http.Header{}, `{"meta":{"code":200},"data":{"access_token":"t","token_type":"bearer","expires_in":599}}`), nil
		}
		source := wallet.OAuth{TokenURL: "https://api.example.com/oauth/token", ClientID: "a", ClientSecret: "b"}
		tokens, err := source.ClientCredentials(wallet.WithHTTPClient(&http.Client{Transport: wire(answer)}))
		require.NoError(t, err)
		for _, c := range []struct {
			wait time.Duration
			want int
		}{{0, 1}, {530 * time.Second, 1}, {10 * time.Second, 2}, {0, 2}} {
			time.Sleep(c.wait)
			_, err := tokens.Token(t.Context(), "")
			require.NoError(t, err)
			assert.Equal(t, c.want, asked)
		}
		_, err = tokens.Token(t.Context(), "t")
		require.NoError(t, err)
		assert.Equal(t, 3, asked, "a rejected one is not given again")
	})
}

// ending is a source of tokens of 600 s, at a service that can be switched off.
func ending(t *testing.T, answer func(ctx context.Context) (int, string)) wallet.TokenSource {
	t.Helper()
	service := wire(func(r *http.Request) (*http.Response, error) {
		status, body := answer(r.Context())
		if err := r.Context().Err(); err != nil {
			return nil, err
		}
		return newResponse(status, http.Header{}, body), nil
	})
	source := wallet.OAuth{TokenURL: "https://api.example.com/oauth/token", ClientID: "a", ClientSecret: "b"}
	tokens, err := source.ClientCredentials(wallet.WithHTTPClient(&http.Client{Transport: service}), wallet.WithRetry(wallet.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	return tokens
}

const tenMinutes = `{"meta":{"code":200},"data":{"access_token":"t","token_type":"bearer","expires_in":600}}`

// The service of tokens fails, or hangs, while the token is still valid.
func TestAValidTokenOutlivesAFailedRenewal(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]func(context.Context) (int, string){
		"refuses":   func(context.Context) (int, string) { return http.StatusServiceUnavailable, "" },
		"hangs":     func(ctx context.Context) (int, string) { <-ctx.Done(); return 0, "" },
		"is broken": func(context.Context) (int, string) { return http.StatusOK, `{"meta":{"code":200},"data":[]}` },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				asked, down := 0, false
				tokens := ending(t, func(ctx context.Context) (int, string) {
					asked++
					if down {
						return failure(ctx)
					}
					return http.StatusOK, tenMinutes
				})
				_, err := tokens.Token(t.Context(), "")
				require.NoError(t, err)
				down = true
				time.Sleep(541 * time.Second) // the last minute
				for range 100 {
					ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
					token, err := tokens.Token(ctx, "")
					require.NoError(t, err)
					require.NoError(t, ctx.Err(), "the call has time left")
					assert.Equal(t, "t", token)
					cancel()
				}
				assert.Equal(t, 2, asked, "not each call asks")
				time.Sleep(56 * time.Second)
				token, err := tokens.Token(t.Context(), "")
				require.NoError(t, err)
				assert.Equal(t, "t", token)
				assert.Equal(t, 3, asked)
				time.Sleep(4 * time.Second) // the end
				ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
				defer cancel()
				_, err = tokens.Token(ctx, "")
				require.Error(t, err)
				down = false
				_, err = tokens.Token(t.Context(), "")
				require.NoError(t, err)
			})
		})
	}
}

// A refused token is dropped at once, also where no other one is to be had.
func TestARefusedTokenIsNotGivenAgain(t *testing.T) {
	t.Parallel()
	down := false
	tokens := ending(t, func(context.Context) (int, string) {
		if down {
			return http.StatusServiceUnavailable, ""
		}
		return http.StatusOK, tenMinutes
	})
	token, err := tokens.Token(t.Context(), "")
	require.NoError(t, err)
	down = true
	for _, rejected := range []string{token, ""} {
		_, err = tokens.Token(t.Context(), rejected)
		require.Error(t, err, rejected)
	}
}

func TestLifetimesOfTokens(t *testing.T) {
	t.Parallel()
	for hint, life := range map[string]time.Duration{
		`600`: 600 * time.Second, `"600"`: 600 * time.Second, `600.9`: 600 * time.Second, `"600.0"`: 600 * time.Second, `6e2`: 600 * time.Second,
		`""`: 0, `0`: 0, `-600`: 0, `null`: 0, `{"seconds":600}`: 0, `[600]`: 0, `true`: 0, `"10m"`: 0, `"NaN"`: 0, `"Infinity"`: 0, `1e999`: 0,
		`99999999999999999999`: 0, `0.9`: 0, `1e999999999`: 0, `9223372036854775807`: 365 * 24 * time.Hour,
	} {
		t.Run(hint, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				asked := 0
				tokens := ending(t, func(context.Context) (int, string) {
					asked++
					return http.StatusOK, `{"meta":{"code":200},"data":{"access_token":"t","token_type":["bearer"],"expires_in":` + hint + `}}`
				})
				after := func(wait time.Duration, want int) {
					time.Sleep(wait)
					token, err := tokens.Token(t.Context(), "")
					require.NoError(t, err)
					assert.Equal(t, "t", token)
					assert.Equal(t, want, asked)
				}
				after(0, 1)
				if life == 0 {
					after(10*365*24*time.Hour, 1) // until it is refused
					return
				}
				after(life-2*time.Minute, 1)
				after(2*time.Minute, 2)
			})
		})
	}
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
		source := wallet.OAuth{TokenURL: "https://api.example.com/oauth/token", ClientID: "a", ClientSecret: "b"}
		tokens, err := source.ClientCredentials(wallet.WithHTTPClient(&http.Client{Transport: wire(slow)}), wallet.WithRetry(wallet.RetryPolicy{MaxAttempts: 1}))
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

func TestStaticTokenAndOwnAuthenticators(t *testing.T) {
	t.Parallel()
	srv, _ := start(t, withOAuth())
	tokens, err := oauthOf(srv).Password(wallettest.DefaultPhone, wallettest.DefaultPassword)
	require.NoError(t, err)
	text, err := tokens.Token(t.Context(), "")
	require.NoError(t, err)
	static := wallet.StaticToken(text)
	created(t, bearing(t, srv, wallet.Bearer(static)), phoneBill(testID))
	created(t, bearing(t, srv, wrapped{wallet.Bearer(static)}), phoneBill(testID))
	srv.RevokeTokens()
	_, err = bearing(t, srv, wallet.Bearer(static)).GetPayment(t.Context(), 1)
	require.ErrorIs(t, err, wallet.ErrUnauthorized)
	_, err = static.Token(t.Context(), text)
	require.Error(t, err)

	_, err = bearing(t, srv, wrapped{wallet.Bearer(failing{})}).GetPayment(t.Context(), 1)
	require.ErrorIs(t, err, errVault)
	_, err = bearing(t, srv, wrapped{wallet.BasicAuth("", "")}).GetPayment(t.Context(), 1)
	require.ErrorIs(t, err, wallet.ErrInvalidRequest)
}

type wrapped struct{ wallet.Authenticator }

var errVault = errors.New("vault is sealed")

type failing struct{}

func (failing) Token(context.Context, string) (string, error) { return "", errVault }
