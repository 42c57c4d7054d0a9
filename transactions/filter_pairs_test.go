package transactions_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// pair is a line of testdata/filter_pairs.tsv.
type pair struct{ field, operation, sent, inside, outside string }

func pairs(t *testing.T) (all []pair) {
	t.Helper()
	data, err := os.ReadFile("testdata/filter_pairs.tsv")
	require.NoError(t, err)
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSuffix(line, "\n"); line == "" || line[0] == '#' {
			continue
		}
		parts := strings.Split(line, "\t")
		require.Len(t, parts, 3, line)
		name, _, _ := strings.Cut(parts[0], "=")
		field, operation, _ := strings.Cut(name, ".")
		all = append(all, pair{field, operation, parts[0], parts[1], parts[2]})
	}
	return all
}

// TestDocumentedPairs: every pair of a field and an operation that the service
// documents is a typed condition, known to ParseFilter and to the fake, and held
// against the rows.
func TestDocumentedPairs(t *testing.T) {
	t.Parallel()
	examples := []string{"recipientName", "comment", "category"}
	seen, documented := map[string]bool{}, 0
	for _, p := range pairs(t) {
		name := p.field + "." + p.operation
		require.False(t, seen[name], name)
		if seen[name] = true; !slices.Contains(examples, p.field) {
			documented++
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			given, err := url.ParseQuery(p.sent)
			require.NoError(t, err)
			f, err := transactions.ParseFilter(given)
			require.NoError(t, err)
			assert.Empty(t, f.Unchecked)
			values, err := f.Values()
			require.NoError(t, err)
			again, err := transactions.ParseFilter(values)
			require.NoError(t, err)
			assert.Equal(t, f, again)

			read := transactionstest.Understand(values)
			assert.Empty(t, read.Ignored)
			assert.Empty(t, read.Bad)
			require.Len(t, read.Evaluated, 1)
			assert.True(t, strings.HasPrefix(read.Evaluated[0], name+" "), read.Evaluated[0])

			list := func(f transactions.Filter, value string) error {
				row := fmt.Sprintf(`[{"id":1,%q:%s}]`, p.field, value)
				if p.field == "id" {
					row = fmt.Sprintf(`[{"id":%s}]`, value)
				}
				client := newClient(t, baseURL, transactions.WithHTTPClient(&http.Client{Transport: wire(func(*http.Request) (*http.Response, error) {
					return newResponse(http.StatusOK, http.Header{}, row), nil
				})}))
				page, err := client.ListTransactions(t.Context(), transactions.ListTransactionsParams{Filter: f})
				if err == nil {
					assert.Len(t, page.Transactions, 1)
				}
				return err
			}
			unchecked := transactions.Filter{Unchecked: given}
			require.NoError(t, list(f, p.inside))
			require.NoError(t, list(unchecked, p.inside))
			if p.outside != "-" {
				require.ErrorIs(t, list(f, p.outside), transactions.ErrFilterIgnored)
				require.ErrorIs(t, list(unchecked, p.outside), transactions.ErrFilterIgnored)
			}
		})
	}
	assert.Equal(t, 289, documented, "pairs of the documentation's fields")
	assert.Len(t, seen, 289+3*7, "with those of its examples")
}

// TestWildcardsInTexts: each text field takes the wildcards of the documentation's
// own values in Contains, and none in DoesNotContain.
func TestWildcardsInTexts(t *testing.T) {
	t.Parallel()
	texts := 0
	for field := range reflect.TypeFor[filter]().Fields() {
		if field.Type != reflect.TypeFor[text]() {
			continue
		}
		texts++
		t.Run(field.Name, func(t *testing.T) {
			with := func(c text) error {
				var f filter
				reflect.ValueOf(&f).Elem().FieldByIndex(field.Index).Set(reflect.ValueOf(c))
				_, err := f.Values()
				return err
			}
			name, _, _ := strings.Cut(field.Tag.Get("url"), ",")
			for _, value := range []string{"mobile_app", "50%", "%", "_"} {
				require.NoError(t, with(text{Contains: &value}), value)
				require.EqualError(t, with(text{DoesNotContain: &value}), "transactions: invalid request: "+name+
					`.doesNotContain: must not hold %, _ or \, which act as a pattern: see Filter.Unchecked`, value)
			}
			require.EqualError(t, with(text{Contains: new(`a\_b`)}), "transactions: invalid request: "+name+
				`.contains: must not hold \, which acts as an escape in a pattern: see Filter.Unchecked`)
			require.ErrorIs(t, with(text{DoesNotContain: new(`a\b`)}), transactions.ErrInvalidRequest)
		})
	}
	assert.Equal(t, 17, texts)
}
