package ecommpay_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

// sealed is a source that has what it has, and what comes after a refusal.
type sealed struct {
	has, next ecommpay.Credentials
	rejected  []ecommpay.Credentials
}

func (v *sealed) Credentials(_ context.Context, rejected ecommpay.Credentials) (ecommpay.Credentials, error) {
	if rejected == (ecommpay.Credentials{}) {
		return v.has, nil
	}
	v.rejected = append(v.rejected, rejected)
	return v.next, nil
}

func TestASourceIsAskedOnceMoreAfterA401(t *testing.T) {
	t.Parallel()
	stale := ecommpay.Credentials{Token: "stale", Secret: "stale-secret"}
	for name, tt := range map[string]struct {
		source   sealed
		inside   bool // the refusal is inside a 200
		requests int
		good     bool
	}{
		"good at once":   {source: sealed{has: testCredentials()}, requests: 1, good: true},
		"renewed":        {source: sealed{has: stale, next: testCredentials()}, requests: 2, good: true},
		"inside a 200":   {source: sealed{has: stale, next: testCredentials()}, inside: true, requests: 2, good: true},
		"no better":      {source: sealed{has: stale, next: stale}, requests: 1},
		"once more only": {source: sealed{has: stale, next: ecommpay.Credentials{Token: "other", Secret: "other"}}, requests: 2},
		"bad":            {source: sealed{has: stale}, requests: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := ecommpaytest.NewServer()
			defer srv.Close()
			options := []ecommpay.Option{ecommpay.WithCredentialSource(&tt.source), quick}
			if tt.inside {
				options = append(options, ecommpay.WithHTTPClient(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
					resp, err := http.DefaultTransport.RoundTrip(r)
					if err == nil && resp.StatusCode == http.StatusUnauthorized {
						resp.StatusCode = http.StatusOK
					}
					return resp, err
				})}))
			}
			client, err := ecommpay.NewClient(srv.URL(), ecommpay.Credentials{}, options...)
			require.NoError(t, err)
			_, err = client.Balances(t.Context())
			if tt.good {
				require.NoError(t, err, "verified with the secret that signed")
			} else {
				require.ErrorIs(t, err, ecommpay.ErrUnauthorized)
			}
			assert.Len(t, srv.Requests(), tt.requests)
			if tt.source.has == stale {
				assert.Equal(t, []ecommpay.Credentials{stale}, tt.source.rejected)
			}
		})
	}
}

// The credentials are replaced in the middle of a walk that reads ahead.
func TestAWalkSurvivesARotation(t *testing.T) {
	t.Parallel()
	fresh := ecommpay.Credentials{Token: "fresh-token", Secret: "fresh-secret"}
	srv := ecommpaytest.NewServer()
	defer srv.Close()
	srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: 300, Seed: 1, From: newYear})...)
	source := &sealed{has: testCredentials(), next: fresh}
	client, err := ecommpay.NewClient(srv.URL(), ecommpay.Credentials{}, ecommpay.WithCredentialSource(source), quick)
	require.NoError(t, err)
	p := january
	p.Limit = 50
	n := 0
	for _, err := range client.AllOperations(t.Context(), p, ecommpay.Prefetch(2)) {
		require.NoError(t, err)
		if n++; n == 60 {
			srv.SetCredentials(fresh)
		}
	}
	assert.Equal(t, 300, n)
	assert.Equal(t, []ecommpay.Credentials{testCredentials()}, source.rejected)
}

// replaced is a source whose credentials are replaced after each question.
type replaced struct{ all []ecommpay.Credentials }

func (m *replaced) Credentials(context.Context, ecommpay.Credentials) (ecommpay.Credentials, error) {
	now := m.all[0]
	m.all = m.all[1:]
	return now, nil
}

// An answer is verified with the secret that signed its request, though the source
// has another one by then.
func TestAnAnswerIsVerifiedWithTheSecretOfItsRequest(t *testing.T) {
	t.Parallel()
	srv := ecommpaytest.NewServer()
	defer srv.Close()
	next := ecommpay.Credentials{Token: "next-token", Secret: "next-secret"}
	source := &replaced{all: []ecommpay.Credentials{testCredentials(), next}}
	client, err := ecommpay.NewClient(srv.URL(), ecommpay.Credentials{}, ecommpay.WithCredentialSource(source))
	require.NoError(t, err)
	_, err = client.Balances(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []ecommpay.Credentials{next}, source.all, "asked once, before the request")

	srv.SetCredentials(next)
	_, err = client.Balances(t.Context())
	require.NoError(t, err)
	assert.Empty(t, source.all)
}
