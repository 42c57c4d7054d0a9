package transactions_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
)

var midnight = time.Date(2026, time.January, 15, 0, 0, 0, 0, time.UTC)

func TestRequestsAreGolden(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		base, want string
		params     transactions.ListTransactionsParams
	}{
		{baseURL, "/api/transactions?page=0&size=2000", transactions.ListTransactionsParams{}},
		{baseURL + "/services/ledger/", "/services/ledger/api/transactions?page=0&size=2000", transactions.ListTransactionsParams{}},
		{
			baseURL, "/api/transactions?page=3&size=20&sort=date%2Cdesc&sort=recipientGateway%2Casc%2Cignorecase",
			transactions.ListTransactionsParams{Page: 3, Size: 20, Sort: []transactions.Sort{
				{Field: transactions.FieldDate, Descending: true}, {Field: transactions.FieldRecipientGateway, IgnoreCase: true},
			}},
		},
		{
			baseURL, "/api/transactions?date.greaterThanOrEqual=2026-01-15T00%3A00%3A00Z&date.lessThan=2026-01-16T00%3A00%3A00Z" +
				"&page=0&recipientCcy.in=860&recipientCcy.in=840&requestTrId.equals=a%2Bb+%5Bc%5D&size=2000&status.equals=SUCCESS",
			transactions.ListTransactionsParams{Filter: transactions.Filter{
				Date:         transactions.Day(midnight),
				Status:       transactions.Exact[transactions.Status]{Equals: new(transactions.StatusSuccess)},
				RecipientCcy: transactions.Range[int32]{In: []int32{860, 840}},
				RequestTrID:  transactions.Text{Equals: new("a+b [c]")},
			}},
		},
	} {
		t.Run(fmt.Sprint(c.base, ", ", c.want), func(t *testing.T) {
			mock := httpmock.NewMockTransport()
			var got *http.Request
			mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
				got = r
				return httpmock.NewStringResponse(200, "[]"), nil
			})
			client := newClient(t, c.base, transactions.WithHTTPClient(&http.Client{Transport: mock}))
			page, err := client.ListTransactions(t.Context(), c.params, transactions.WithHeader("X-Request-Id", "7"))
			require.NoError(t, err)
			assert.Empty(t, page.Transactions)
			assert.Equal(t, "GET", got.Method)
			assert.Equal(t, baseURL+c.want, got.URL.String())
			assert.Equal(t, http.Header{
				"Accept": {"application/json"}, "User-Agent": {"payclients-go/transactions"},
				"Authorization": {"Bearer " + testToken}, "X-Request-Id": {"7"},
			}, got.Header)
		})
	}
}

func TestBadParamsAreRefusedBeforeIO(t *testing.T) {
	t.Parallel()
	client := newClient(t, "https://127.0.0.1:1/", transactions.WithRetry(transactions.RetryPolicy{MaxAttempts: 1}))
	field := func(f transactions.Field) []transactions.Sort { return []transactions.Sort{{Field: f}} }
	for _, c := range []struct {
		want   string
		params transactions.ListTransactionsParams
		opts   []transactions.CallOption
	}{
		{want: "Size: must be 1 to 2000", params: transactions.ListTransactionsParams{Size: 2001}},
		{want: "Size: must be 1 to 2000", params: transactions.ListTransactionsParams{Size: -1}},
		{want: "Page: must not be negative", params: transactions.ListTransactionsParams{Page: -1}},
		{want: "Sort: a field must be a name", params: transactions.ListTransactionsParams{Sort: field("")}},
		{want: "Sort: a field must be a name", params: transactions.ListTransactionsParams{Sort: field("id,desc")}},
		{want: "Sort: a field must be a name", params: transactions.ListTransactionsParams{Sort: field("desc")}},
		{want: "Sort: a field must be a name", params: transactions.ListTransactionsParams{Sort: field("1d")}},
		{want: "Sort: a field must be a name", params: transactions.ListTransactionsParams{Sort: field(transactions.Field(strings.Repeat("x", 65)))}},
		{want: "Sort: field id must not occur twice", params: transactions.ListTransactionsParams{Sort: append(field("id"), field("id")...)}},
		{want: "status.", params: transactions.ListTransactionsParams{Filter: transactions.Filter{Status: transactions.Exact[transactions.Status]{In: []transactions.Status{}}}}},
		{want: "Prefetch: only pagination reads ahead", opts: []transactions.CallOption{transactions.Prefetch(1)}},
		{want: "Prefetch: must be 0 to 100", opts: []transactions.CallOption{transactions.Prefetch(101)}},
		{want: "PageSize: only a walk by key has it", opts: []transactions.CallOption{transactions.PageSize(5)}},
		{want: "PageSize: must be 1 to 2000", opts: []transactions.CallOption{transactions.PageSize(2001)}},
		{want: "PageSize: must be 1 to 2000", opts: []transactions.CallOption{transactions.PageSize(0)}},
		{want: "Overlap: only WalkUpdated has it", opts: []transactions.CallOption{transactions.Overlap(0)}},
		{want: "Overlap: must not be negative", opts: []transactions.CallOption{transactions.Overlap(-1)}},
		{want: "CaptureResponse: must not be nil", opts: []transactions.CallOption{transactions.CaptureResponse(nil)}},
		{want: "WithHeader: Authorization must not be set", opts: []transactions.CallOption{transactions.WithHeader("Authorization", "x")}},
		{want: "WithHeader: the value of X-A", opts: []transactions.CallOption{transactions.WithHeader("X-A", "a\r\nb")}},
	} {
		t.Run(c.want, func(t *testing.T) {
			_, err := client.ListTransactions(t.Context(), c.params, c.opts...)
			require.ErrorIs(t, err, transactions.ErrInvalidRequest)
			assert.ErrorContains(t, err, c.want)
		})
	}
	_, err := client.ListTransactions(t.Context(), transactions.ListTransactionsParams{Page: -1, Size: 2001})
	assert.EqualError(t, err, "transactions: invalid request: Page: must not be negative; Size: must be 1 to 2000, or 0 for 2000")
}

func TestEveryShapeOfAnswer(t *testing.T) {
	t.Parallel()
	list := rows(1, 2)
	for name, c := range map[string]struct {
		body  string
		count int
		total *int64
	}{
		"bare":            {list, 2, nil},
		"blanks":          {" \r\n" + list + "\n", 2, nil},
		"no rows":         {"[]", 0, nil},
		"page":            {`{"content":` + list + `,"totalElements":9,"totalPages":5,"number":0,"last":false}`, 2, new(int64(9))},
		"paged model":     {`{"content":` + list + `,"page":{"size":2,"number":0,"totalElements":9,"totalPages":5}}`, 2, new(int64(9))},
		"data":            {`{"data":` + list + `}`, 2, nil},
		"items":           {`{"items":` + list + `,"status":200,"message":"ok"}`, 2, nil},
		"embedded":        {`{"_embedded":{"transactions":` + list + `},"_links":{}}`, 2, nil},
		"empty content":   {`{"content":[],"totalElements":0}`, 0, new(int64(0))},
		"one":             {`{"id":1,"status":"SUCCESS","comment":null}`, 1, nil},
		"one with others": {personal, 1, nil},
	} {
		t.Run(name, func(t *testing.T) {
			page, err := answer(t, 200, c.body).ListTransactions(t.Context(), transactions.ListTransactionsParams{})
			require.NoError(t, err, name)
			assert.Len(t, page.Transactions, c.count, name)
			assert.Empty(t, page.Bad, name)
			assert.Equal(t, c.total, page.Total, name)
		})
	}
	page, err := answer(t, 200, `{"requestTrId":"a","status":"SUCCESS"}`).ListTransactions(t.Context(), transactions.ListTransactionsParams{})
	require.NoError(t, err)
	require.Len(t, page.Bad, 1, "a row without an id is a bad one")
	assert.EqualError(t, page.Bad[0].Err, "id is missing or not positive")
}

func TestAnythingElseIsAnError(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"html":             "<html>gateway</html>",
		"text":             "ok",
		"number":           "42",
		"true":             "true",
		"cut":              `[{"id":1},`,
		"cut object":       `{"content":[{"id":1}`,
		"trailing":         `[] x`,
		"byte order marks": "\ufeff\ufeff[]",
		"object":           `{}`,
		"other object":     `{"transactions":[]}`,
		"content null":     `{"content":null}`,
		"content object":   `{"content":{}}`,
		"several lists":    `{"content":[],"data":[]}`,
		"several embedded": `{"_embedded":{"a":[],"b":[]}}`,
		"embedded null":    `{"_embedded":null}`,
		"twice":            `{"content":[],"content":[]}`,
		"deep":             strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := answer(t, 200, body).ListTransactions(t.Context(), transactions.ListTransactionsParams{})
			var decode *transactions.DecodeError
			require.ErrorAs(t, err, &decode, name)
			assert.Equal(t, body, string(decode.Body), name)
			assert.Equal(t, 200, decode.StatusCode)
			assert.NotErrorIs(t, err, transactions.ErrInvalidRequest)
		})
	}
}

// A service that fails may answer with status 200 and a list that is empty.
func TestAnErrorBesideAnEmptyListIsAnError(t *testing.T) {
	t.Parallel()
	for body, status := range map[string]int{
		`{"data":[],"error":"timeout"}`:                             200,
		`{"data":[ ],"error":{"code":7}}`:                           200,
		`{"items":[],"error":true,"status":"x"}`:                    200,
		`{"content":[],"status":500}`:                               500,
		`{"content":[],"status":"404","totalElements":0}`:           404,
		`{"_embedded":{"transactions":[]},"error":"","status":503}`: 503,
	} {
		t.Run(body, func(t *testing.T) {
			client := answer(t, 200, body)
			_, err := client.ListTransactions(t.Context(), transactions.ListTransactionsParams{})
			var e *transactions.Error
			require.ErrorAs(t, err, &e, body)
			assert.Equal(t, status, e.StatusCode, body)
			assert.Equal(t, body, string(e.Body))
			assert.NotContains(t, err.Error(), "timeout")
			_, err = ids(client.WalkTransactions(t.Context(), transactions.Filter{}))
			require.ErrorAs(t, err, &e, body)
		})
	}
	for _, body := range []string{
		`{"content":[],"message":"nothing was found"}`,
		`{"content":[],"error":null,"status":200}`,
		`{"content":[],"error":"","status":"SUCCESS"}`,
		`{"data":[],"error":false,"message":"ok"}`,
		`{"data":[],"error":[],"status":0}`,
	} {
		t.Run(body, func(t *testing.T) {
			page, err := answer(t, 200, body).ListTransactions(t.Context(), transactions.ListTransactionsParams{})
			require.NoError(t, err, body)
			assert.Empty(t, page.Transactions)
		})
	}
	page, err := answer(t, 200, `{"data":[{"id":1}],"error":"some gateways did not answer"}`).ListTransactions(t.Context(), transactions.ListTransactionsParams{})
	require.NoError(t, err, "rows that came are delivered")
	assert.Len(t, page.Transactions, 1)
}

func TestBadRowsHideNoGoodOnes(t *testing.T) {
	t.Parallel()
	body := `[{"id":1},{"id":"x","senderName":"Test Payer"},null,7,[],{"id":2},{"id":3,"id":4}]`
	page, err := answer(t, 200, body).ListTransactions(t.Context(), transactions.ListTransactionsParams{})
	require.NoError(t, err)
	assert.Len(t, page.Transactions, 2)
	require.Len(t, page.Bad, 5)
	assert.Equal(t, 1, page.Bad[0].Index)
	assert.JSONEq(t, `{"id":"x","senderName":"Test Payer"}`, string(page.Bad[0].Raw))
	assert.NotContains(t, page.Bad[0].Err.Error(), "x")

	client := answer(t, 200, body)
	for name, walk := range map[string]func(func(*transactions.Transaction, error) bool){
		"all": client.AllTransactions(t.Context(), transactions.ListTransactionsParams{}),
		"ids": client.WalkTransactions(t.Context(), transactions.Filter{}),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ids(walk)
			assert.Equal(t, []int64{1, 2}, got, name)
			var decode *transactions.DecodeError
			require.ErrorAs(t, err, &decode, name)
			require.ErrorContains(t, err, "row 1 of 5 that do not decode: JSON: type error", name)
			assert.NotContains(t, err.Error(), "Payer")
		})
	}
}

func TestTotals(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]*int64{"7": new(int64(7)), "0": new(int64(0)), "": nil, "-1": nil, "x": nil, "1e3": nil, "99999999999999999999": nil} {
		t.Run(header, func(t *testing.T) {
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-Total-Count", header)
				_, _ = w.Write([]byte("[]"))
			})
			page, err := client.ListTransactions(t.Context(), transactions.ListTransactionsParams{})
			require.NoError(t, err)
			assert.Equal(t, want, page.Total, header)
		})
	}
}

func TestARowOutsideOfTheFilterIsNotDelivered(t *testing.T) {
	t.Parallel()
	filter := transactions.Filter{Status: transactions.Exact[transactions.Status]{Equals: new(transactions.StatusSuccess)}}
	page := `[{"id":1,"status":"SUCCESS","lastModifiedDate":"2026-01-15T00:00:00Z"},{"id":2,"status":"FAILED","lastModifiedDate":"2026-01-15T00:00:00Z"}]`
	client := answer(t, 200, page)
	got, err := client.ListTransactions(t.Context(), transactions.ListTransactionsParams{Filter: filter})
	require.ErrorIs(t, err, transactions.ErrFilterIgnored)
	require.EqualError(t, err, "transactions: filter ignored: transaction 2 does not meet status")
	assert.Nil(t, got)
	for name, walk := range map[string]func(func(*transactions.Transaction, error) bool){
		"pages":   client.AllTransactions(t.Context(), transactions.ListTransactionsParams{Filter: filter}),
		"ids":     client.WalkTransactions(t.Context(), filter),
		"updates": client.WalkUpdated(t.Context(), midnight, filter),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ids(walk)
			require.ErrorIs(t, err, transactions.ErrFilterIgnored, name)
			assert.Empty(t, got, "%s: not even the good row of that page", name)
		})
	}
	_, err = client.ListTransactions(t.Context(), transactions.ListTransactionsParams{})
	require.NoError(t, err, "without the condition there is nothing to miss")
}

func TestCaptureResponse(t *testing.T) {
	t.Parallel()
	var response transactions.Response
	_, err := answer(t, 403, "no").ListTransactions(t.Context(), transactions.ListTransactionsParams{}, transactions.CaptureResponse(&response))
	require.ErrorIs(t, err, transactions.ErrForbidden)
	assert.Equal(t, "no", string(response.Body))
	assert.Equal(t, "status 403 after 1 attempts", fmt.Sprint(response))

	client, _ := script(t, rows(1, 2), rows(3), "[]")
	pages := 0
	for page, err := range client.WalkTransactionPages(t.Context(), transactions.Filter{}, transactions.CaptureResponse(&response), transactions.Prefetch(2)) {
		require.NoError(t, err)
		want := []string{rows(1, 2), rows(3)}[pages]
		assert.Equal(t, want, string(response.Body), page)
		pages++
	}
	assert.Equal(t, 2, pages)
}

func TestAnAnswerAboveTheLimit(t *testing.T) {
	t.Parallel()
	_, err := answer(t, 200, rows(1, 2, 3), transactions.WithMaxResponseBytes(10)).ListTransactions(t.Context(), transactions.ListTransactionsParams{})
	require.ErrorIs(t, err, transactions.ErrResponseTooLarge)
	require.EqualError(t, err, "transactions: response too large: ListTransactions")
	var e *transactions.Error
	assert.NotErrorAs(t, err, &e)
}
