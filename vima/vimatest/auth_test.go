package vimatest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima/vimatest"
)

func TestCredentials(t *testing.T) {
	t.Parallel()
	const other = "master-00000000000000000000000000000001"
	basic := vimatest.WithBasicAuth("user", "master-0")
	type credentials struct {
		keys            []string
		username, basic string
		header          string
	}
	tests := map[string]struct {
		opts  []vimatest.Option
		given credentials
		want  int
	}{
		"default key":           {nil, credentials{keys: []string{vimatest.DefaultAPIKey}}, 200},
		"none":                  {nil, credentials{}, 401},
		"wrong key":             {nil, credentials{keys: []string{other}}, 401},
		"empty key":             {nil, credentials{keys: []string{""}}, 401},
		"two keys":              {nil, credentials{keys: []string{vimatest.DefaultAPIKey, vimatest.DefaultAPIKey}}, 401},
		"basic for key":         {nil, credentials{username: "user", basic: "master-0"}, 401},
		"both":                  {nil, credentials{keys: []string{vimatest.DefaultAPIKey}, username: "user", basic: "master-0"}, 401},
		"own key":               {[]vimatest.Option{vimatest.WithAPIKey(other)}, credentials{keys: []string{other}}, 200},
		"default for own key":   {[]vimatest.Option{vimatest.WithAPIKey(other)}, credentials{keys: []string{vimatest.DefaultAPIKey}}, 401},
		"basic":                 {[]vimatest.Option{basic}, credentials{username: "user", basic: "master-0"}, 200},
		"wrong password":        {[]vimatest.Option{basic}, credentials{username: "user", basic: "master-1"}, 401},
		"wrong user":            {[]vimatest.Option{basic}, credentials{username: "root", basic: "master-0"}, 401},
		"bearer":                {[]vimatest.Option{basic}, credentials{header: "Bearer master-0"}, 401},
		"no base64":             {[]vimatest.Option{basic}, credentials{header: "Basic ***"}, 401},
		"default key for basic": {[]vimatest.Option{basic}, credentials{keys: []string{vimatest.DefaultAPIKey}}, 401},
		"empty key for basic":   {[]vimatest.Option{basic}, credentials{keys: []string{""}}, 401},
		"key where both are allowed": {
			[]vimatest.Option{basic, vimatest.WithAPIKey(other)}, credentials{keys: []string{other}}, 200,
		},
		"basic where both are allowed": {
			[]vimatest.Option{vimatest.WithAPIKey(other), basic}, credentials{username: "user", basic: "master-0"}, 200,
		},
		"both where both are allowed": {
			[]vimatest.Option{vimatest.WithAPIKey(other), basic},
			credentials{keys: []string{other}, username: "user", basic: "master-0"},
			401,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := start(t, test.opts...)
			query := url.Values{"apikey": test.given.keys}
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL()+"?"+query.Encode(), http.NoBody)
			require.NoError(t, err)
			if test.given.username != "" {
				request.SetBasicAuth(test.given.username, test.given.basic)
			}
			if test.given.header != "" {
				request.Header.Set("Authorization", test.given.header)
			}
			response, body, err := send(t, request)
			require.NoError(t, err)
			assert.Equal(t, test.want, response.StatusCode, body)
			assert.True(t, json.Valid([]byte(body)))
		})
	}
}

func TestPathAndMethod(t *testing.T) {
	t.Parallel()
	srv := start(t)
	for _, test := range []struct {
		method, suffix string
		want           int
	}{
		{http.MethodGet, "", 200},
		{http.MethodPost, "", 405},
		{http.MethodHead, "", 405},
		{http.MethodGet, "/", 404},
		{http.MethodGet, "/1", 404},
		{http.MethodGet, "%2F", 404},
	} {
		t.Run(fmt.Sprint(test.method, ", ", test.suffix), func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), test.method,
				srv.URL()+test.suffix+"?apikey="+vimatest.DefaultAPIKey, http.NoBody)
			require.NoError(t, err)
			response, _, err := send(t, request)
			require.NoError(t, err)
			assert.Equal(t, test.want, response.StatusCode, test)
		})
	}
	assert.Equal(t, "/collector1/api/v1/operation", vimatest.Path)
}
