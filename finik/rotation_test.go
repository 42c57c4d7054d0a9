package finik_test

import (
	"context"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// vault is a source that has what it has, and what comes after a refusal.
type vault struct {
	has, next finik.Credentials
	rejected  []string
}

func (v *vault) Credentials(_ context.Context, rejected finik.Credentials) (finik.Credentials, error) {
	if rejected.APIKey == "" {
		return v.has, nil
	}
	v.rejected = append(v.rejected, rejected.APIKey)
	return v.next, nil
}

// After a 401 there is one more request at most, for clock and credentials
// together.
func TestASourceIsAskedOnceMoreAfterA401(t *testing.T) {
	t.Parallel()
	signer, err := finik.RSASigner(vectorPrivateKey(t, vectors(t).Key.PKCS8))
	require.NoError(t, err)
	again, err := finik.RSASigner(vectorPrivateKey(t, vectors(t).Key.PKCS8))
	require.NoError(t, err)
	stale, good := finik.Credentials{APIKey: "stale", Signer: signer}, finik.Credentials{APIKey: testKey, Signer: signer}
	for name, tt := range map[string]struct {
		source   vault
		status   int // of the refusal; its code is 401
		skew     time.Duration
		clock    bool // WithServerClock
		requests int
		good     bool
		asked    bool
	}{
		"good at once":        {source: vault{has: good}, status: 401, requests: 1, good: true},
		"renewed":             {source: vault{has: stale, next: good}, status: 401, requests: 2, good: true, asked: true},
		"inside a 200":        {source: vault{has: stale, next: good}, status: 200, requests: 2, good: true, asked: true},
		"the same again":      {source: vault{has: stale, next: stale}, status: 401, requests: 1, asked: true},
		"the key, read again": {source: vault{has: stale, next: finik.Credentials{APIKey: "stale", Signer: again}}, status: 401, requests: 1, asked: true},
		"another key":         {source: vault{has: stale, next: finik.Credentials{APIKey: "stale", Signer: finiktest.DefaultCredentials().Signer}}, status: 401, requests: 2, asked: true},
		"another signer":      {source: vault{has: stale, next: finik.Credentials{APIKey: "stale", Signer: stub}}, status: 401, requests: 2, asked: true},
		"no equality":         {source: vault{has: finik.Credentials{APIKey: "stale", Signer: stub}, next: finik.Credentials{APIKey: "stale", Signer: stub}}, status: 401, requests: 2, asked: true},
		"bad":                 {source: vault{has: stale}, status: 401, requests: 1, asked: true},
		"the clock":           {source: vault{has: good}, status: 401, skew: time.Hour, clock: true, requests: 2, good: true},
		"the clock as well":   {source: vault{has: stale, next: good}, status: 401, skew: time.Hour, clock: true, requests: 2},
		"the clock, unknown":  {source: vault{has: good, next: good}, status: 401, skew: time.Hour, requests: 1, asked: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := 0
			options := []finik.Option{quick, finik.WithCredentialSource(&tt.source), over(func(r *http.Request) (*http.Response, error) {
				requests++
				now := time.Now().Add(tt.skew)
				millis, err := strconv.ParseInt(r.Header.Get("X-Api-Timestamp"), 10, 64)
				if err != nil {
					return nil, err
				}
				if r.Header.Get("X-Api-Key") == testKey && now.Sub(time.UnixMilli(millis)).Abs() < 10*time.Second {
					return newResponse(201, paid(testID)), nil
				}
				return newResponse(tt.status, `{"statusCode":401,"errorMessage":"no"}`, "Date", now.UTC().Format(http.TimeFormat)), nil
			})}
			if tt.clock {
				options = append(options, finik.WithServerClock())
			}
			client, err := finik.NewClient(finik.BetaURL, finik.Credentials{}, options...)
			require.NoError(t, err)
			_, err = client.CreatePayment(t.Context(), transfer(testID))
			if tt.good {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, finik.ErrUnauthorized)
				assert.NotErrorIs(t, err, finik.ErrOutcomeUnknown)
			}
			assert.Equal(t, tt.requests, requests)
			assert.Equal(t, tt.asked, len(tt.source.rejected) == 1)
		})
	}
}

// A custom signer need not be comparable where credentials are for good.
func TestCredentialsForGoodAreNotTriedAgain(t *testing.T) {
	t.Parallel()
	c, hits := counted(t, 401, `{"statusCode":401,"errorMessage":"no"}`)
	_, err := c.CreatePayment(t.Context(), transfer(testID))
	require.ErrorIs(t, err, finik.ErrUnauthorized)
	assert.Equal(t, 1, *hits)

	for _, cred := range []finik.Credentials{{APIKey: testKey}, {Signer: stub}} {
		_, err = finik.NewClient(finik.BetaURL, cred, finik.WithCredentialSource(&vault{}))
		require.EqualError(t, err, "finik: invalid request: cred: must be empty with WithCredentialSource")
	}
	_, err = finik.NewClient(finik.BetaURL, finik.Credentials{APIKey: testKey, Signer: stub}, finik.WithCredentialSource(nil))
	require.EqualError(t, err, "finik: invalid request: WithCredentialSource: must not be nil")
}
