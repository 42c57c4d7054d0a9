package vimatest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

func start(t *testing.T, opts ...vimatest.Option) *vimatest.Server {
	t.Helper()
	srv := vimatest.NewServer(opts...)
	t.Cleanup(srv.Close)
	return srv
}

// get sends a query with the default key and reads the whole answer.
func get(t *testing.T, srv *vimatest.Server, query string) (*http.Response, string, error) {
	t.Helper()
	if query != "" {
		query = "&" + query
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
		srv.URL()+"?apikey="+vimatest.DefaultAPIKey+query, http.NoBody)
	require.NoError(t, err)
	return send(t, request)
}

func send(t *testing.T, request *http.Request) (*http.Response, string, error) {
	t.Helper()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return response, string(body), err
}

// list is the operations of an answer, which must be a good one.
func list(t *testing.T, srv *vimatest.Server, query string) []*vima.Operation {
	t.Helper()
	response, body, err := get(t, srv, query)
	require.NoError(t, err)
	require.Equal(t, 200, response.StatusCode, body)
	require.Equal(t, "application/json", response.Header.Get("Content-Type"))
	var out []*vima.Operation
	require.NoError(t, json.Unmarshal([]byte(body), &out))
	return out
}

// ids are the operation ids of an answer, joined by blanks.
func ids(t *testing.T, srv *vimatest.Server, query string) string {
	t.Helper()
	out := ""
	for _, o := range list(t, srv, query) {
		out += " " + o.OperationID
	}
	if out == "" {
		return out
	}
	return out[1:]
}

// five are operations 1 to 5: created in the order of their numbers, and last
// changed in the order 3 1 5 2 4.
func five() []*vima.Operation {
	projects := []string{vima.Project91Game, vima.ProjectMonetix, vima.Project91Game, vima.ProjectMonetix, "other"}
	statuses := []vima.Status{"success", "fail", "in process", "success", "success"}
	updates := []string{"1020", "1040", "1010", "1050", "1030"}
	day := time.Date(2026, 1, 14, 23, 59, 59, 999e6, time.UTC)
	var out []*vima.Operation
	for i := range 5 {
		out = append(out, &vima.Operation{
			OperationID: strconv.Itoa(i + 1), Project: projects[i], CurrentStatus: statuses[i],
			OperationCreateID: strconv.Itoa(100 * (i + 1)), OperationUpdateID: updates[i],
			OperationCreatedAt: day.Add(time.Duration(i) * 12 * time.Hour),
		})
	}
	return out
}

func TestParameters(t *testing.T) {
	t.Parallel()
	tests := map[string]string{ // query -> ids
		"":                                            "1 2 3 4 5",
		"project=monetix":                             "2 4",
		"project=none":                                "",
		"status=success":                              "1 4 5",
		"status=in%20process":                         "3",
		"project=monetix&status=fail":                 "2",
		"date=2026-01-14":                             "1",
		"date=2026-01-15":                             "2 3",
		"date=2026-01-18":                             "",
		"from=2026-01-15":                             "2 3 4 5",
		"to=2026-01-15":                               "1 2 3",
		"from=2026-01-14&to=2026-01-15":               "1 2 3",
		"from=2026-01-16&to=2026-01-16":               "4 5",
		"count=2":                                     "1 2",
		"count=100":                                   "1 2 3 4 5",
		"descending=false":                            "1 2 3 4 5",
		"descending=true":                             "5 4 3 2 1",
		"descending=true&count=2&status=success":      "5 4",
		"descending=true&date=2026-01-15":             "3 2",
		"from_operation_create_id=300":                "4 5",
		"from_operation_create_id=299":                "3 4 5",
		"from_operation_create_id=0&count=1":          "1",
		"from_operation_create_id=500":                "",
		"from_operation_create_id=200&project=91game": "3",
		"from_operation_create_id=100&date=2026-01-15&descending=false": "2 3",
		"from_operation_update_id=0":                                    "3 1 5 2 4",
		"from_operation_update_id=1020":                                 "5 2 4",
		"from_operation_update_id=1020&status=fail":                     "2",
		"from_operation_update_id=1050":                                 "",
		"from_operation_update_id=18446744073709551615":                 "",
	}
	srv := start(t)
	srv.Seed(five()...)
	for query, want := range tests {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, want, ids(t, srv, query))
		})
	}
}

func TestInclusiveCursor(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"from_operation_create_id=300":          "3 4 5",
		"from_operation_create_id=301":          "4 5",
		"from_operation_create_id=500":          "5",
		"from_operation_update_id=1030":         "5 2 4",
		"from_operation_update_id=1030&count=1": "5",
		"from_operation_update_id=1051":         "",
	}
	srv := start(t, vimatest.WithInclusiveCursor(true))
	srv.Seed(five()...)
	for query, want := range tests {
		assert.Equal(t, want, ids(t, srv, query), query)
	}
	srv = start(t, vimatest.WithInclusiveCursor(false))
	srv.Seed(five()...)
	assert.Equal(t, "4 5", ids(t, srv, "from_operation_create_id=300"))
}

func TestRefusedParameters(t *testing.T) {
	t.Parallel()
	for _, query := range []string{
		"unknown=1", "Project=monetix", "client_operation_id=1", "project=", "project=a&project=b", "a;b", "project=%zz",
		"count=0", "count=101", "count=-1", "count=ten", "count=1.0", "count=%2B5", "count=05", "count=",
		"descending=True", "descending=1", "descending=",
		"date=2026-1-5", "date=2026-02-30", "date=20260115", "date=15.01.2026", "date=2026-01-15T00:00:00Z", "date=",
		"from=yesterday", "to=2026-13-01", "from=2026-01-15&to=2026-01-14",
		"date=2026-01-15&from=2026-01-15", "date=2026-01-15&to=2026-01-15",
		"from_operation_create_id=abc", "from_operation_create_id=-1", "from_operation_create_id=1e3",
		"from_operation_create_id=18446744073709551616", "from_operation_create_id=", "from_operation_update_id=%200",
		"from_operation_create_id=1&from_operation_update_id=1",
		"from_operation_create_id=1&descending=true", "from_operation_update_id=1&descending=true",
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			response, body, err := get(t, start(t), query)
			require.NoError(t, err)
			assert.Equal(t, 400, response.StatusCode, body)
			var refusal map[string]string
			require.NoError(t, json.Unmarshal([]byte(body), &refusal))
			assert.Equal(t, "Bad Request", refusal["error"])
			assert.NotEmpty(t, refusal["message"])
			assert.NotContains(t, body, vimatest.DefaultAPIKey)
		})
	}
}

func TestMaxCount(t *testing.T) {
	t.Parallel()
	srv := start(t, vimatest.WithPageLimit(2))
	srv.Seed(five()...)
	for query, want := range map[string]string{
		"": "1 2", "count=100": "1 2", "count=1": "1", "from_operation_create_id=200": "3 4", "count=2&descending=true": "5 4",
	} {
		assert.Equal(t, want, ids(t, srv, query), query)
	}
	assert.Empty(t, list(t, start(t, vimatest.WithPageLimit(-5)), ""))
}

func TestEnvelope(t *testing.T) {
	t.Parallel()
	srv := start(t, vimatest.WithEnvelope())
	_, body, err := get(t, srv, "")
	require.NoError(t, err)
	assert.Equal(t, `{"operations":[]}`, body)
	srv.Seed(&vima.Operation{OperationID: "1", OperationCreateID: "1", OperationUpdateID: "1", Raw: []byte(`{"x": 1}`)})
	_, body, err = get(t, srv, "")
	require.NoError(t, err)
	assert.Equal(t, `{"operations":[{"x": 1}]}`, body)
}

func TestRequests(t *testing.T) {
	t.Parallel()
	srv := start(t)
	_ = list(t, srv, "project=monetix&count=5")
	log := srv.Requests()
	require.Len(t, log, 1)
	assert.Equal(t, "GET", log[0].Method)
	assert.Equal(t, vimatest.Path, log[0].Path)
	assert.Equal(t, "apikey="+vimatest.DefaultAPIKey+"&project=monetix&count=5", log[0].RawQuery)
	assert.Equal(t, "5", log[0].Query().Get("count"))
	srv.ResetRequests()
	assert.Empty(t, srv.Requests())
}
