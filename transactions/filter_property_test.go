package transactions_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/testform"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// propertyFilters is how many filters are made.
var propertyFilters = testform.Scale(1_500, 20_000)

// propertyRows are made-up rows, some of them with hostile texts.
func propertyRows() []*transactions.Transaction {
	rows := transactionstest.Generate(transactionstest.Plan{Transactions: 120, Seed: 7})
	for i, text := range hostileTexts {
		t := rows[i*2]
		switch t.Raw = nil; i % 3 {
		case 0:
			t.RecipientAccount = text
		case 1:
			t.RequestLogin = text
		default:
			t.SenderGateway, t.EposMerchant = text, text
		}
	}
	return rows
}

// handlerTransport answers in memory.
type handlerTransport struct{ http.Handler }

func (h handlerTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, r)
	return recorder.Result(), nil
}

func startFilled(t testing.TB, opts ...transactionstest.Option) (*transactionstest.Server, *transactions.Client) {
	t.Helper()
	srv := transactionstest.NewServer(opts...)
	t.Cleanup(srv.Close)
	srv.Seed(propertyRows()...)
	client, err := transactions.NewClient(baseURL, transactions.StaticToken(transactionstest.DefaultToken),
		transactions.WithHTTPClient(&http.Client{Transport: handlerTransport{srv.Handler()}}))
	require.NoError(t, err)
	return srv, client
}

// answeredIDs are the ids in an answer of the fake, taken without decoding it.
func answeredIDs(body string) (ids []int64) {
	for _, rest := range strings.Split(body, `,"id":`)[1:] {
		id, _, _ := strings.Cut(rest, ",")
		n, _ := strconv.ParseInt(id, 10, 64)
		ids = append(ids, n)
	}
	return ids
}

// TestFilterMeansWhatTheServiceReads: of each filter made, all fields, operations
// and edge values among them, the fake's own parser reads exactly what was meant,
// the rows are those of a predicate over the rows, and ParseFilter returns the
// filter again.
func TestFilterMeansWhatTheServiceReads(t *testing.T) {
	t.Parallel()
	srv, client := startFilled(t)
	rows := srv.Rows()
	m := &filterMaker{Rand: rand.New(rand.NewPCG(1, 0)), rows: rows}
	operations, fields, selected := map[string]int{}, map[string]int{}, 0
	for n := range propertyFilters {
		g := m.make()
		values, err := g.filter.Values()
		require.NoError(t, err, "%v", g.said)
		sent := values.Encode()
		got, err := url.ParseQuery(sent)
		require.NoError(t, err)

		read := transactionstest.Understand(got)
		require.Equal(t, g.said, read.Evaluated, sent)
		require.Empty(t, read.Ignored, sent)
		require.Empty(t, read.Bad, sent)

		back, err := transactions.ParseFilter(got)
		require.NoError(t, err, sent)
		again, err := back.Values()
		require.NoError(t, err)
		require.Equal(t, values, again)

		var want []int64
		for _, row := range rows {
			if g.meets(row) {
				want = append(want, row.ID)
			}
		}
		if n%25 == 0 { // the whole client, whose check of rows may not raise a false alarm
			page, err := client.ListTransactions(context.Background(), transactions.ListTransactionsParams{
				Filter: g.filter, Sort: []transactions.Sort{{Field: transactions.FieldID}},
			})
			require.NoError(t, err, sent)
			var ids []int64
			for _, row := range page.Transactions {
				ids = append(ids, row.ID)
			}
			require.Equal(t, want, ids, sent)
		}
		request := httptest.NewRequest(http.MethodGet, transactionstest.Path+"?size=2000&sort=id,asc&"+sent, http.NoBody)
		request.Header.Set("Authorization", "Bearer "+transactionstest.DefaultToken)
		recorder := httptest.NewRecorder()
		srv.Handler().ServeHTTP(recorder, request)
		require.Equal(t, want, answeredIDs(recorder.Body.String()), sent)

		for _, line := range g.said {
			name, _, _ := strings.Cut(line, " ")
			field, operation, _ := strings.Cut(name, ".")
			fields[field]++
			operations[operation]++
		}
		if len(want) > 0 && len(want) < len(rows) {
			selected++
		}
	}
	assert.Len(t, fields, 41, "every field and distinct")
	assert.Len(t, operations, 12, "every operation, and none of distinct")
	assert.Greater(t, selected, propertyFilters/5, "filters that select some of the rows")
	t.Log(operations, "filters that select some rows but not all:", selected)
}

// TestFilterIsRefusedOrMeansAllOfIt: a filter with anything in it is either
// refused, or the fake evaluates every condition of it as meant.
func TestFilterIsRefusedOrMeansAllOfIt(t *testing.T) {
	t.Parallel()
	m := &filterMaker{Rand: rand.New(rand.NewPCG(2, 0)), rows: propertyRows(), wild: true}
	refused := 0
	for range propertyFilters {
		g := m.make()
		values, err := g.filter.Values()
		if err != nil {
			require.ErrorIs(t, err, transactions.ErrInvalidRequest)
			refused++
			continue
		}
		got, err := url.ParseQuery(values.Encode())
		require.NoError(t, err)
		read := transactionstest.Understand(got)
		require.Equal(t, g.said, read.Evaluated)
		require.Empty(t, read.Ignored)
		require.Empty(t, read.Bad)
	}
	assert.Greater(t, refused, propertyFilters/4)
	assert.Less(t, refused, propertyFilters*9/10)
	t.Log("refused:", refused)
}

// TestNoFalseAlarms: a database that compares texts loosely is right by its own
// rules.
func TestNoFalseAlarms(t *testing.T) {
	t.Parallel()
	srv, client := startFilled(t, transactionstest.WithLooseTexts())
	m := &filterMaker{Rand: rand.New(rand.NewPCG(5, 0)), rows: srv.Rows()}
	more := 0
	for n := 0; n < propertyFilters/25 || more == 0 && n < 1000; n++ {
		f := m.make()
		page, err := client.ListTransactions(context.Background(), transactions.ListTransactionsParams{Filter: f.filter})
		require.NoError(t, err, "%v", f.said)
		for _, row := range page.Transactions {
			if !f.meets(row) {
				more++
			}
		}
	}
	assert.Positive(t, more, "rows that a strict database would not have given")
}

// TestMisspeltFiltersAreFoundOut is the control: with an encoder that misspells
// the names of its fields the service returns everything, and the walk ends with
// ErrFilterIgnored wherever a row is outside of what can be judged.
func TestMisspeltFiltersAreFoundOut(t *testing.T) {
	t.Parallel()
	srv, _ := startFilled(t)
	misspelling := wire(func(r *http.Request) (*http.Response, error) {
		query := url.Values{}
		for name, given := range r.URL.Query() {
			query[strings.Replace(name, ".", "x.", 1)] = given
		}
		r = r.Clone(r.Context())
		r.URL.RawQuery = query.Encode()
		return handlerTransport{srv.Handler()}.RoundTrip(r)
	})
	client := newClient(t, baseURL, transactions.WithHTTPClient(&http.Client{Transport: misspelling}))
	m := &filterMaker{Rand: rand.New(rand.NewPCG(3, 0)), rows: srv.Rows()}
	judged := func(line string) bool { // by the documentation of Filter
		name, value, _ := strings.Cut(line, " ")
		_, operation, _ := strings.Cut(name, ".")
		special := strings.ContainsFunc(value, func(r rune) bool { return r > '~' }) || strings.Contains(value, `\u`)
		return slices.Contains([]string{"equals", "in", "greaterThan", "lessThan", "contains"}, operation) && !special
	}
	caught, missed := 0, 0
	for caught+missed < propertyFilters/20 {
		f := m.make()
		outside := slices.ContainsFunc(srv.Rows(), func(row *transactions.Transaction) bool { return !f.meets(row) })
		if !outside || !slices.ContainsFunc(f.said, judged) {
			continue
		}
		_, err := client.ListTransactions(context.Background(), transactions.ListTransactionsParams{Filter: f.filter})
		if err != nil {
			require.ErrorIs(t, err, transactions.ErrFilterIgnored)
			caught++
			continue
		}
		missed++
		t.Log("not found out:", f.said)
	}
	assert.Less(t, missed*33, caught, "rows that are only just outside")
	t.Log("found out:", caught, "missed:", missed)
}

// TestMistakesAreFoundOut is the control of the comparison with the fake's own
// parser: encoders that make one mistake each do not pass it.
func TestMistakesAreFoundOut(t *testing.T) {
	t.Parallel()
	each := func(change func(name, value string) (string, string)) func(url.Values) url.Values {
		return func(values url.Values) url.Values {
			out := url.Values{}
			for name, given := range values {
				for _, value := range given {
					name, value := change(name, value)
					out.Add(name, value)
				}
			}
			return out
		}
	}
	for mistake, encode := range map[string]func(url.Values) url.Values{
		"lists joined by commas": func(values url.Values) url.Values {
			out := url.Values{}
			for name, given := range values {
				out.Set(name, strings.Join(given, ","))
			}
			return out
		},
		"old names of operations": each(func(name, value string) (string, string) {
			return strings.Replace(name, "greaterThanOrEqual", "greaterOrEqualThan", 1), value
		}),
		"fields in lower case": each(func(name, value string) (string, string) { return strings.ToLower(name), value }),
		"times cut to milliseconds": each(func(name, value string) (string, string) {
			return name, regexp.MustCompile(`(\.\d{3})\d+Z$`).ReplaceAllString(value, "${1}Z")
		}),
		"times without a zone": each(func(name, value string) (string, string) {
			return name, regexp.MustCompile(`^(\d+-\d+-\d+T.*)Z$`).ReplaceAllString(value, "$1")
		}),
		"a plus sign that is not escaped": each(func(name, value string) (string, string) {
			return name, strings.ReplaceAll(value, "+", " ")
		}),
		"amounts as binary numbers": each(func(name, value string) (string, string) {
			if strings.HasPrefix(name, "gatewayAmount") && strings.HasPrefix(value, "9999999999999999999") {
				value = "1.0E19"
			}
			return name, value
		}),
	} {
		t.Run(mistake, func(t *testing.T) {
			t.Parallel()
			m := &filterMaker{Rand: rand.New(rand.NewPCG(6, 0)), rows: propertyRows()}
			for range 5000 {
				f := m.make()
				values, err := f.filter.Values()
				require.NoError(t, err)
				if !slices.Equal(f.said, transactionstest.Understand(encode(values)).Evaluated) {
					return
				}
			}
			t.Error("nothing differs")
		})
	}
}
