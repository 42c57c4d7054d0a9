package vima_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
)

// script answers the n-th request with the n-th page, each row given as
// operation:cursor, and repeats the last page for ever.
func script(t *testing.T, field string, pages ...string) (*vima.Client, *[]string) {
	t.Helper()
	var mu sync.Mutex
	var asked []string
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		page := pages[min(len(asked), len(pages)-1)]
		asked = append(asked, r.URL.Query().Get("from_"+field))
		var rows []string
		for text := range strings.FieldsSeq(page) {
			id, cursor, _ := strings.Cut(text, ":")
			if id == "bad" {
				rows = append(rows, fmt.Sprintf(`{"operation_id":[],%q:%q}`, field, cursor))
				continue
			}
			rows = append(rows, fmt.Sprintf(`{"operation_id":%q,%q:%q,"payment_custom_data":{%q:"99","x":"]}\"[{"}}`, id, field, cursor, field))
		}
		_, _ = fmt.Fprintf(w, "[%s]", strings.Join(rows, ","))
	})
	return client, &asked
}

func TestWalksOverScriptedPages(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		params  vima.ListOperationsParams
		pages   []string
		want    string // what is delivered
		asked   []string
		stalled bool
	}{
		"exclusive":               {pages: []string{"a:1 b:2", "c:3", ""}, want: "a b c", asked: []string{"", "2", "3"}},
		"inclusive":               {pages: []string{"a:1 b:2", "b:2 c:3", "c:3"}, want: "a b c", asked: []string{"", "2", "3"}},
		"numbers, not text":       {pages: []string{"a:9 b:10", "c:100", ""}, want: "a b c", asked: []string{"", "10", "100"}},
		"beyond 64 bits":          {pages: []string{"a:18446744073709551616", ""}, want: "a", asked: []string{"", "18446744073709551616"}},
		"out of order":            {pages: []string{"b:3 a:1 c:2", "d:4", ""}, want: "b a c d", asked: []string{"", "3", "4"}},
		"twice in a page":         {pages: []string{"a:1 a:1 b:2", ""}, want: "a b", asked: []string{"", "2"}},
		"overlapping pages":       {pages: []string{"a:1 b:2 c:3", "b:2 c:3 d:4", ""}, want: "a b c d", asked: []string{"", "3", "4"}},
		"two at the cursor":       {pages: []string{"a:1 b:2", "b:2 c:2", "b:2 c:2"}, want: "a b c", asked: []string{"", "2", "2"}},
		"late row behind cursor":  {pages: []string{"a:1 b:5", "z:3 c:6", ""}, want: "a b z c", asked: []string{"", "5", "6"}},
		"cursor ignored":          {pages: []string{"a:1 b:2"}, want: "a b", asked: []string{"", "2"}, stalled: true},
		"cursor ignored and grew": {pages: []string{"a:1 b:2", "a:1 b:2 c:3"}, want: "a b", asked: []string{"", "2"}, stalled: true},
		"key goes back":           {pages: []string{"a:5", "b:4"}, want: "a", asked: []string{"", "5"}, stalled: true},
		"full page of the cursor": {
			params: vima.ListOperationsParams{Count: 1},
			pages:  []string{"a:1"}, want: "a", asked: []string{"", "1"}, stalled: true,
		},
		"no cursors at all":     {pages: []string{"a b"}, asked: []string{""}, stalled: true},
		"cursors are no ids":    {pages: []string{"a:x b:y"}, asked: []string{""}, stalled: true},
		"bad row in the middle": {pages: []string{"a:1 bad:2 b:3", ""}, want: "a b !2", asked: []string{"", "3"}},
		"bad row at the end":    {pages: []string{"a:1 bad:2", "bad:2 b:3", "b:3"}, want: "a !2 b", asked: []string{"", "2", "3"}},
		"only bad rows":         {pages: []string{"bad:1 bad:2", "bad:3", ""}, want: "!1 !2 !3", asked: []string{"", "2", "3"}},
		"start, exclusive":      {params: vima.ListOperationsParams{AfterCreateID: "2"}, pages: []string{"c:3", ""}, want: "c", asked: []string{"2", "3"}},
		"start, inclusive":      {params: vima.ListOperationsParams{AfterCreateID: "2"}, pages: []string{"b:2 c:3", "c:3"}, want: "c", asked: []string{"2", "3"}},
		"start, nothing new":    {params: vima.ListOperationsParams{AfterCreateID: "2"}, pages: []string{"b:2"}, asked: []string{"2"}},
		"start, leading zeros":  {params: vima.ListOperationsParams{AfterCreateID: "02"}, pages: []string{"b:2"}, asked: []string{"02"}},
		"start, key goes back":  {params: vima.ListOperationsParams{AfterCreateID: "5"}, pages: []string{"a:1"}, asked: []string{"5"}, stalled: true},
	} {
		for _, ahead := range []int{0, 1, 4} {
			t.Run(fmt.Sprint(name, ", ahead=", ahead), func(t *testing.T) {
				if ahead > 0 && name == "out of order" {
					return // the script goes by the number of requests, one of which is then thrown away
				}
				client, asked := script(t, "operation_create_id", c.pages...)
				var got []string
				var failed error
				for page, err := range client.OperationPages(t.Context(), c.params, vima.Prefetch(ahead)) {
					require.NoError(t, failed, "nothing comes after an error")
					if failed = err; err != nil {
						assert.Nil(t, page)
						continue
					}
					got = append(got, ids(page.Operations)...)
					for _, bad := range page.Bad {
						got = append(got, "!"+strings.Trim(strings.SplitAfter(string(bad.Raw), ":")[2], `"}`))
					}
				}
				assert.Equal(t, c.want, strings.Join(got, " "), "%s, prefetch %d", name, ahead)
				if c.stalled {
					require.ErrorIs(t, failed, vima.ErrPaginationStalled, name)
				} else {
					require.NoError(t, failed, name)
				}
				if ahead == 0 {
					assert.Equal(t, c.asked, *asked, name)
				}
			})
		}
	}
}

// A page whose last row has not the highest cursor misleads the read-ahead: what
// it fetched is thrown away.
func TestReadAheadThatGuessedWrongIsAskedAgain(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	asked := map[string]int{}
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		cursor := r.URL.Query().Get("from_operation_create_id")
		mu.Lock()
		asked[cursor]++
		mu.Unlock()
		_, _ = fmt.Fprint(w, map[string]string{
			"":  `[{"operation_id":"b","operation_create_id":"3"},{"operation_id":"a","operation_create_id":"1"}]`,
			"1": `[{"operation_id":"wrong","operation_create_id":"9"}]`,
			"3": `[{"operation_id":"c","operation_create_id":"4"}]`,
		}[cursor], map[bool]string{true: "[]"}[cursor == "4" || cursor == "9"])
	})
	var got []string
	for o, err := range client.AllOperations(t.Context(), vima.ListOperationsParams{}, vima.Prefetch(2)) {
		require.NoError(t, err)
		got = append(got, o.OperationID)
	}
	assert.Equal(t, []string{"b", "a", "c"}, got)
	mu.Lock()
	defer mu.Unlock()
	assert.Equal(t, 1, asked["3"])
}

func TestAllOperationsEndsWithTheBadRow(t *testing.T) {
	t.Parallel()
	client, asked := script(t, "operation_create_id", "a:1 bad:2 b:3", "c:4", "")
	var got []string
	var failed error
	for o, err := range client.AllOperations(t.Context(), vima.ListOperationsParams{}) {
		if failed = err; err == nil {
			got = append(got, o.OperationID)
		}
	}
	assert.Equal(t, []string{"a", "b"}, got)
	var e *vima.DecodeError
	require.ErrorAs(t, failed, &e)
	assert.Contains(t, string(e.Body), `"operation_id":[]`)
	assert.Len(t, *asked, 1)
}
