package vima_test

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

var day = vima.Date{Year: 2026, Month: time.January, Day: 15}

func TestRequestsAreGolden(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		params vima.ListOperationsParams
		want   string
	}{
		{vima.ListOperationsParams{}, "count=100&descending=false"},
		{
			vima.ListOperationsParams{Descending: true, Project: vima.ProjectMonetix, Status: vima.StatusSuccess, Count: 100},
			"count=100&descending=true&project=monetix&status=success",
		},
		{
			vima.ListOperationsParams{Project: vima.ProjectMonetix, Status: vima.StatusSuccess, Date: day},
			"count=100&date=2026-01-15&descending=false&project=monetix&status=success",
		},
		{
			vima.ListOperationsParams{Project: vima.ProjectCaroussel, From: vima.Date{Year: 2026, Month: 1, Day: 1}, To: day, Count: 1},
			"count=1&descending=false&from=2026-01-01&project=caroussel&to=2026-01-15",
		},
		{
			vima.ListOperationsParams{AfterCreateID: "1067251098160838656"},
			"count=100&descending=false&from_operation_create_id=1067251098160838656",
		},
		{
			vima.ListOperationsParams{AfterUpdateID: "7", Project: "a b&c=ä"},
			"count=100&descending=false&from_operation_update_id=7&project=a+b%26c%3D%C3%A4",
		},
	} {
		t.Run(c.want, func(t *testing.T) {
			mock := httpmock.NewMockTransport()
			var got *http.Request
			mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
				got = r
				return httpmock.NewStringResponse(200, "[]"), nil
			})
			client, err := vima.NewClient(vima.ProductionURL, vima.APIKey(testKey), vima.WithHTTPClient(&http.Client{Transport: mock}))
			require.NoError(t, err)
			page, err := client.ListOperations(t.Context(), c.params)
			require.NoError(t, err)
			assert.Empty(t, page.Operations)
			assert.Equal(t, "GET", got.Method)
			assert.Equal(t, vima.ProductionURL+"?"+c.want+"&apikey="+testKey, got.URL.String())
			assert.Equal(t, http.Header{"Accept": {"application/json"}, "User-Agent": {"payclients-go/vima"}}, got.Header)
		})
	}
}

func TestBasicAuthGolden(t *testing.T) {
	t.Parallel()
	srv := vimatest.NewServer(vimatest.WithBasicAuth("reader", "pass word"))
	defer srv.Close()
	client, err := vima.NewClient(srv.URL(), vima.BasicAuth("reader", "pass word"))
	require.NoError(t, err)
	_, err = client.ListOperations(t.Context(), vima.ListOperationsParams{}, vima.WithHeader("X-Request-Id", "7"))
	require.NoError(t, err)
	got := srv.Requests()[0]
	assert.Equal(t, "Basic cmVhZGVyOnBhc3Mgd29yZA==", got.Header.Get("Authorization"))
	assert.Equal(t, "7", got.Header.Get("X-Request-Id"))
	assert.Equal(t, "count=100&descending=false", got.RawQuery)
}

// Every url tag says omitempty: without it go-querystring prints zero values.
func TestURLTags(t *testing.T) {
	t.Parallel()
	params := reflect.TypeFor[vima.ListOperationsParams]()
	for i := range params.NumField() {
		tag := params.Field(i).Tag.Get("url")
		assert.True(t, tag == "-" || strings.HasSuffix(tag, ",omitempty"), params.Field(i).Name)
	}
}

func TestBadParamsAreRefusedBeforeIO(t *testing.T) {
	t.Parallel()
	client, err := vima.NewClient("https://127.0.0.1:1/", vima.APIKey(testKey), vima.WithRetry(vima.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	tomorrow := day.AddDays(1)
	for _, c := range []struct {
		field  string
		params vima.ListOperationsParams
		opts   []vima.CallOption
	}{
		{field: "Count", params: vima.ListOperationsParams{Count: 101}},
		{field: "Count", params: vima.ListOperationsParams{Count: -1}},
		{field: "Date", params: vima.ListOperationsParams{Date: day, From: day}},
		{field: "Date", params: vima.ListOperationsParams{Date: day, To: day}},
		{field: "Date", params: vima.ListOperationsParams{Date: vima.Date{Year: 2026, Month: 2, Day: 30}}},
		{field: "From", params: vima.ListOperationsParams{From: vima.Date{Year: 2026}}},
		{field: "To", params: vima.ListOperationsParams{To: vima.Date{Year: 20260, Month: 1, Day: 1}}},
		{field: "From", params: vima.ListOperationsParams{From: tomorrow, To: day}},
		{field: "AfterCreateID", params: vima.ListOperationsParams{AfterCreateID: "1e5"}},
		{field: "AfterCreateID", params: vima.ListOperationsParams{AfterCreateID: strings.Repeat("1", 41)}},
		{field: "AfterUpdateID", params: vima.ListOperationsParams{AfterUpdateID: "abc"}},
		{field: "AfterUpdateID", params: vima.ListOperationsParams{AfterCreateID: "1", AfterUpdateID: "1"}},
		{field: "Descending", params: vima.ListOperationsParams{AfterCreateID: "1", Descending: true}},
		{field: "Descending", params: vima.ListOperationsParams{AfterUpdateID: "1", Descending: true}},
		{field: "Project", params: vima.ListOperationsParams{Project: strings.Repeat("x", 257)}},
		{field: "Status", params: vima.ListOperationsParams{Status: vima.Status(strings.Repeat("x", 257))}},
		{field: "Prefetch", opts: []vima.CallOption{vima.Prefetch(1)}},
		{field: "Prefetch", opts: []vima.CallOption{vima.Prefetch(-1)}},
		{field: "CaptureResponse", opts: []vima.CallOption{vima.CaptureResponse(nil)}},
		{field: "WithHeader", opts: []vima.CallOption{vima.WithHeader("Authorization", "x")}},
		{field: "WithHeader", opts: []vima.CallOption{vima.WithHeader("content-type", "x")}},
		{field: "WithHeader", opts: []vima.CallOption{vima.WithHeader("X-A", "a\r\nb")}},
	} {
		t.Run(c.field, func(t *testing.T) {
			_, err := client.ListOperations(t.Context(), c.params, c.opts...)
			require.ErrorIs(t, err, vima.ErrInvalidRequest)
			assert.ErrorContains(t, err, c.field)
		})
	}
	_, err = client.ListOperations(t.Context(), vima.ListOperationsParams{Count: 101, AfterCreateID: "x"})
	assert.EqualError(t, err, "vima: invalid request: Count: must be 1 to 100, or 0 for 100; AfterCreateID: must be decimal digits")
}

func TestListOperationsReturnsThePageWithItsCursors(t *testing.T) {
	t.Parallel()
	client := answer(t, 200, `[
		{"operation_id":"1","operation_create_id":"99","operation_update_id":"1000"},
		{"operation_id":"2","operation_create_id":"100","operation_update_id":"999"},
		{"operation_id":[],"operation_create_id":"101"},
		{"operation_id":"4","operation_create_id":"x"}]`)
	var r vima.Response
	page, err := client.ListOperations(t.Context(), vima.ListOperationsParams{}, vima.CaptureResponse(&r))
	require.NoError(t, err)
	require.Len(t, page.Operations, 3)
	require.Len(t, page.Bad, 1)
	assert.Equal(t, 2, page.Bad[0].Index)
	assert.JSONEq(t, `{"operation_id":[],"operation_create_id":"101"}`, string(page.Bad[0].Raw))
	assert.Equal(t, "101", page.NextCreateID, "bad rows count: they must not be read again for ever")
	assert.Equal(t, "1000", page.NextUpdateID, "numbers, not text")
	assert.Equal(t, 200, r.StatusCode)
	assert.Equal(t, 1, r.Attempts)
	assert.Contains(t, string(r.Body), `"operation_id"`)
}

func TestAnEmptyPageKeepsTheCursor(t *testing.T) {
	t.Parallel()
	client := answer(t, 200, ` [ ] `)
	page, err := client.ListOperations(t.Context(), vima.ListOperationsParams{AfterCreateID: "77"})
	require.NoError(t, err)
	assert.Equal(t, "77", page.NextCreateID, "stored by a sync, it must not begin anew")
	page, err = client.ListOperations(t.Context(), vima.ListOperationsParams{AfterUpdateID: "78"})
	require.NoError(t, err)
	assert.Equal(t, "78", page.NextUpdateID)
}

func TestEnvelopeIsTolerated(t *testing.T) {
	t.Parallel()
	client := answer(t, 200, `{"operations":[{"operation_id":"1"}],"error":null,"message":"ok"}`)
	page, err := client.ListOperations(t.Context(), vima.ListOperationsParams{})
	require.NoError(t, err)
	assert.Len(t, page.Operations, 1)
}

// Hostile texts arrive as they were given.
func TestFreeTextArrivesUnchanged(t *testing.T) {
	t.Parallel()
	for i, text := range []string{
		"a&apikey=other", "%00", "\x00", "a+b c", "ü", "\u202eabc", "😀", "e\u0301", "'\"><script>", "../..", "%s%n", "a;b", "#x",
		"\xff\xfe", "null", strings.Repeat("界", 85),
	} {
		t.Run(fmt.Sprint("text ", i), func(t *testing.T) {
			var got url.Values
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				got = r.URL.Query()
				_, _ = fmt.Fprint(w, "[]")
			})
			_, err := client.ListOperations(t.Context(), vima.ListOperationsParams{Project: text, Status: vima.Status(text)})
			require.NoError(t, err)
			assert.Equal(t, url.Values{
				"project": {text}, "status": {text}, "apikey": {testKey}, "count": {"100"}, "descending": {"false"},
			}, got)
		})
	}
}
