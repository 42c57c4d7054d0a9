package transactions_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

const (
	testToken = "master-00000000000000000000000000000000"
	baseURL   = "https://payments.example.com"
)

// quick repeats without waiting long; it comes before a test's own options.
var quick = transactions.WithRetry(transactions.RetryPolicy{MinWait: time.Microsecond, MaxWait: 50 * time.Millisecond})

// newClient is a client of a server at url.
func newClient(t testing.TB, url string, opts ...transactions.Option) *transactions.Client {
	t.Helper()
	c, err := transactions.NewClient(url, transactions.StaticToken(testToken), append([]transactions.Option{quick}, opts...)...)
	require.NoError(t, err)
	return c
}

// serve is a client of a server that handles with h.
func serve(t testing.TB, h http.HandlerFunc, opts ...transactions.Option) *transactions.Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return newClient(t, server.URL, opts...)
}

// answer serves one fixed answer.
func answer(t testing.TB, status int, body string, opts ...transactions.Option) *transactions.Client {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}, opts...)
}

// script answers the n-th request with the n-th page and repeats the last one
// for ever. A page that begins with a number and a colon has that total. What was
// asked is told at any time: a walk that reads ahead leaves requests behind.
func script(t testing.TB, pages ...string) (client *transactions.Client, queries func() []string) {
	t.Helper()
	var mu sync.Mutex
	var asked []string
	client = serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		page := pages[min(len(asked), len(pages)-1)]
		asked = append(asked, r.URL.RawQuery)
		if total, rest, ok := strings.Cut(page, ":"); ok && strings.Trim(total, "0123456789") == "" && total != "" {
			w.Header().Set("X-Total-Count", total)
			page = rest
		}
		_, _ = io.WriteString(w, page)
	})
	return client, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(asked)
	}
}

// rows are a page of transactions with these ids.
func rows(ids ...int64) string {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = `{"id":` + strconv.FormatInt(id, 10) + `}`
	}
	return "[" + strings.Join(texts, ",") + "]"
}

// ids of a walk, and its error.
func ids(walk func(func(*transactions.Transaction, error) bool)) (got []int64, err error) {
	for t, err := range walk {
		if err != nil {
			return got, err
		}
		got = append(got, t.ID)
	}
	return got, nil
}

// sample is a transaction with all fields of the documentation.
func sample(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/transaction.json")
	require.NoError(t, err)
	return bytes.TrimSpace(data)
}

type wire func(*http.Request) (*http.Response, error)

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) { return w(r) }

func newResponse(status int, header http.Header, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}
}

// start is a fake service and a client of it.
func start(t testing.TB, opts ...transactionstest.Option) (*transactionstest.Server, *transactions.Client) {
	t.Helper()
	srv := transactionstest.NewServer(opts...)
	t.Cleanup(srv.Close)
	return srv, newClient(t, srv.URL())
}
