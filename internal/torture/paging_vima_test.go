package torture_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
)

// script is a collector that pages in its own way. It is written again here, and
// not by the package's fake, so that the two do not share a mistake.
type script struct {
	name  string
	rows  int
	size  func(page, asked int) int // rows of a page
	count int                       // asked for; 0 is 100
	after int                       // cursor that the walk begins behind; 0 is from the start
	// before changes the rows before the n-th page, from 1, is cut.
	before func(c *collector, page int)
	// fault spoils the n-th request, from 1, and is not a page.
	fault   func(w http.ResponseWriter, request int) bool
	repeats bool // the walk must end as stalled, whatever was delivered
}

// collector holds rows by their cursors in one stream.
type collector struct {
	script

	field     string
	inclusive bool

	mu       sync.Mutex
	stream   []streamed // ascending
	served   map[streamed]bool
	requests int
	pages    int // answered with at least one row
	frozen   string
}

type streamed struct {
	id     string
	cursor int
}

func newCollector(s script, field string, inclusive bool) *collector {
	c := &collector{script: s, field: field, inclusive: inclusive, served: map[streamed]bool{}}
	for i := range s.rows {
		c.stream = append(c.stream, streamed{fmt.Sprintf("op%d", i), 10 * (i + 1)})
	}
	return c
}

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests++
	if c.fault != nil && c.fault(w, c.requests) {
		return
	}
	if c.script.before != nil {
		c.script.before(c, c.pages+1)
	}
	asked, _ := strconv.Atoi(r.URL.Query().Get("count"))
	after, given := -1, r.URL.Query().Get("from_"+c.field)
	if given != "" && given != "0" {
		after, _ = strconv.Atoi(given)
	}
	if c.frozen != "" {
		after, _ = strconv.Atoi(c.frozen)
	}
	var page []streamed
	for _, row := range c.stream {
		if row.cursor > after || c.inclusive && row.cursor == after {
			page = append(page, row)
		}
	}
	page = page[:min(len(page), c.size(c.pages+1, asked))]
	if len(page) > 0 {
		c.pages++
	}
	rows := make([]string, len(page))
	for i, row := range page {
		c.served[row] = true
		rows[i] = fmt.Sprintf(`{"operation_id":%q,%q:"%d"}`, row.id, c.field, row.cursor)
	}
	_, _ = fmt.Fprintf(w, "[%s]", strings.Join(rows, ","))
}

// touch moves a row to the end of the stream, as a change does.
func (c *collector) touch(i int) {
	row := c.stream[i]
	c.stream = slices.Delete(c.stream, i, i+1)
	c.stream = append(c.stream, streamed{row.id, c.stream[len(c.stream)-1].cursor + 10})
}

func full(_, asked int) int           { return asked }
func atMost(n int) func(_, _ int) int { return func(_, asked int) int { return min(n, asked) } }

func scripts() []script {
	return []script{
		{name: "no rows", size: full},
		{name: "whole pages", rows: 40, count: 10, size: full},
		{name: "a last page that is not whole", rows: 47, count: 10, size: full},
		{name: "pages of one", rows: 7, count: 2, size: full},
		{name: "from a cursor on", rows: 40, count: 10, after: 150, size: full},
		{name: "from the last cursor on", rows: 40, count: 10, after: 400, size: full},
		{name: "short pages", rows: 100, size: atMost(7)},
		{name: "page sizes that change", rows: 90, count: 20, size: func(page, _ int) int { return 2 + page*7%11 }},
		{name: "more rows than asked", rows: 90, count: 5, size: func(page, asked int) int { return asked + page%4*9 }},
		{name: "rows arrive at the end", rows: 30, count: 10, size: full, before: func(c *collector, page int) {
			if n := len(c.stream); page <= 4 {
				c.stream = append(c.stream, streamed{fmt.Sprintf("op%d", n), c.stream[n-1].cursor + 10})
			}
		}},
		{name: "rows are deleted behind the cursor", rows: 40, count: 10, size: full, before: func(c *collector, page int) {
			if page == 3 {
				c.stream = c.stream[5:]
			}
		}},
		{name: "rows move to the end", rows: 50, count: 10, size: full, before: func(c *collector, page int) {
			if page == 2 || page == 4 {
				c.touch(0)  // was delivered
				c.touch(30) // was not
			}
		}},
		{name: "faults", rows: 60, count: 10, size: full, fault: func(w http.ResponseWriter, request int) bool {
			switch request % 5 {
			case 2:
				w.WriteHeader(http.StatusServiceUnavailable)
			case 3:
				w.Header().Set("Content-Length", "1000")
				_, _ = w.Write([]byte(`[{"operation_id"`))
				panic(http.ErrAbortHandler)
			case 4:
				panic(http.ErrAbortHandler)
			default:
				return false
			}
			return true
		}},
		{name: "one page for ever", rows: 50, count: 10, size: full, repeats: true, before: func(c *collector, page int) {
			if page > 2 {
				c.frozen = "100"
			}
		}},
		{name: "the first page for ever", rows: 50, count: 10, size: full, repeats: true, before: func(c *collector, _ int) { c.frozen = "-5" }},
	}
}

type paging struct {
	script

	field     string
	inclusive bool
	ahead     int
}

func (p paging) String() string {
	return fmt.Sprintf("%s, %s, inclusive %t, prefetch %d", p.name, p.field, p.inclusive, p.ahead)
}

func pagings() []paging {
	var all []paging
	for _, s := range scripts() {
		for _, field := range []string{"operation_create_id", "operation_update_id"} {
			for _, inclusive := range []bool{false, true} {
				for _, ahead := range []int{0, 3} {
					all = append(all, paging{s, field, inclusive, ahead})
				}
			}
		}
	}
	return all
}

func TestVimaPagesAreNeitherLostNorDoubledNorEndless(t *testing.T) {
	t.Parallel()
	require.GreaterOrEqual(t, len(pagings()), 80)
	each(t, pagings(), paging.String, func(t *testing.T, p paging) {
		t.Helper()
		c := newCollector(p.script, p.field, p.inclusive)
		srv := httptest.NewServer(c)
		defer srv.Close()
		client, err := vima.NewClient(srv.URL, vima.APIKey("k"), vima.WithRetry(vima.RetryPolicy{MaxAttempts: 5, MinWait: 1, MaxWait: 1}))
		require.NoError(t, err)
		params := vima.ListOperationsParams{Count: p.count}
		switch {
		case p.field == "operation_update_id":
			params.AfterUpdateID = strconv.Itoa(p.after)
		case p.after > 0:
			params.AfterCreateID = strconv.Itoa(p.after)
		}
		got := map[streamed]int{}
		var failed error
		for o, err := range client.AllOperations(t.Context(), params, vima.Prefetch(p.ahead)) {
			require.NoError(t, failed, "nothing comes after an error")
			if failed = err; err != nil {
				assert.Nil(t, o)
				break
			}
			cursor, err := strconv.Atoi(o.OperationCreateID + o.OperationUpdateID)
			require.NoError(t, err)
			got[streamed{o.OperationID, cursor}]++
		}
		c.check(t, p, got, failed)
	})
}

func (c *collector) check(t *testing.T, p paging, got map[streamed]int, failed error) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for row, times := range got {
		assert.Equal(t, 1, times, "%v", row)
		assert.True(t, c.served[row], "%v was never served", row)
	}
	if p.repeats {
		require.ErrorIs(t, failed, vima.ErrPaginationStalled)
		assert.Less(t, c.requests, 20, "a loop")
		return
	}
	require.NoError(t, failed)
	for _, row := range c.stream {
		assert.Equal(t, row.cursor > p.after, got[row] == 1, "%v", row)
	}
	if p.fault == nil {
		assert.LessOrEqual(t, c.requests, c.pages+1)
	}
}
