package vima_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
)

// vault is a source that has what it has, and what comes after a refusal.
type vault struct {
	has, next vima.Credentials
	err       error
	rejected  []vima.Credentials
}

func (v *vault) Credentials(_ context.Context, rejected vima.Credentials) (vima.Credentials, error) {
	if rejected == (vima.Credentials{}) {
		return v.has, nil
	}
	v.rejected = append(v.rejected, rejected)
	return v.next, v.err
}

func TestASourceIsAskedOnceMoreAfterA401(t *testing.T) {
	t.Parallel()
	stale, good := vima.Credentials{APIKey: "stale"}, vima.Credentials{APIKey: testKey}
	basic := vima.Credentials{Username: "reader", Password: testKey}
	for name, tt := range map[string]struct {
		source   vault
		inside   bool // the refusal is inside a 200
		requests int
		good     bool
		asked    int
	}{
		"good at once":       {source: vault{has: good}, requests: 1, good: true},
		"basic":              {source: vault{has: basic}, requests: 1, good: true},
		"renewed":            {source: vault{has: stale, next: good}, requests: 2, good: true, asked: 1},
		"renewed to basic":   {source: vault{has: stale, next: basic}, requests: 2, good: true, asked: 1},
		"inside a 200":       {source: vault{has: stale, next: good}, inside: true, requests: 2, good: true, asked: 1},
		"no better":          {source: vault{has: stale, next: stale}, requests: 1, asked: 1},
		"once more only":     {source: vault{has: stale, next: vima.Credentials{APIKey: "other"}}, requests: 2, asked: 1},
		"the source fails":   {source: vault{has: stale, err: errors.New("vault is sealed")}, requests: 1, asked: 1},
		"what it has is bad": {source: vault{has: stale, next: vima.Credentials{APIKey: " "}}, requests: 1, asked: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := 0
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests++
				_, password, _ := r.BasicAuth()
				switch {
				case r.URL.Query().Get("apikey") == testKey || password == testKey:
					_, _ = io.WriteString(w, "[]")
				case tt.inside:
					_, _ = io.WriteString(w, `{"message":"Unauthorized","code":401}`)
				default:
					w.WriteHeader(http.StatusUnauthorized)
				}
			}))
			defer srv.Close()
			client, err := vima.NewClient(srv.URL, nil, vima.WithCredentialSource(&tt.source), quick)
			require.NoError(t, err)
			err = get(t, client)
			assert.Equal(t, tt.good, err == nil, "%v", err)
			assert.Equal(t, !tt.good, errors.Is(err, vima.ErrUnauthorized))
			assert.Equal(t, tt.requests, requests)
			assert.Equal(t, []vima.Credentials{stale}[:tt.asked], append([]vima.Credentials{}, tt.source.rejected...))
			if tt.good { // what came for it is used at once from now on
				requests = 0
				require.NoError(t, get(t, client))
				assert.Equal(t, 1, requests)
			}
		})
	}
}

func TestASourceOfBadCredentials(t *testing.T) {
	t.Parallel()
	for _, bad := range []vima.Credentials{
		{}, {APIKey: testKey, Username: "reader"}, {Username: "reader"}, {Username: "a:b", Password: "c"}, {APIKey: " " + testKey},
	} {
		client, err := vima.NewClient(vima.ProductionURL, nil, vima.WithCredentialSource(&vault{has: bad}))
		require.NoError(t, err)
		err = get(t, client)
		require.ErrorIs(t, err, vima.ErrInvalidRequest)
		assert.NotContains(t, err.Error(), testKey)
	}
}
