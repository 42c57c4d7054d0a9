package transactionstest_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

func TestPages(t *testing.T) {
	t.Parallel()
	srv := start(t, transactionstest.WithPageLimit(25))
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 30, Seed: 1, FirstID: 1})...)
	count := func(query string) int { return len(strings.Fields(ids(t, srv, query))) }
	for query, want := range map[string]int{
		"": 20, "size=x": 20, "size=0": 20, "size=-1": 20, "size=": 20, "size=7": 7, "size=99": 25, "size=4294967297": 20,
		"page=-3": 20, "page=x": 20, "page=1": 10, "page=2": 0, "page=2147483647&size=25": 0,
	} {
		assert.Equal(t, want, count(query), query)
	}
	assert.Equal(t, "4 5 6", ids(t, srv, "sort=id,asc&size=3&page=1"))
	assert.Equal(t, "27 26 25", ids(t, srv, "sort=id,desc&size=3&page=1"))
	assert.Equal(t, "2 3", ids(t, srv, "sort=id&id.greaterThan=1&size=2"))
}

func TestSort(t *testing.T) {
	t.Parallel()
	srv := start(t)
	srv.Seed(five()...)
	for query, want := range map[string]string{
		"sort=requestAmount,desc":                    "5 4 3 2 1", // NULL is above all
		"sort=requestAmount":                         "1 2 3 4 5",
		"sort=recipientSuccess,asc&sort=id,desc":     "4 2 3 1 5",
		"sort=recipientSuccess,id,desc":              "5 3 1 4 2",
		"sort=recipientAccount":                      "4 1 2 3 5",
		"sort=recipientAccount,desc,ignorecase":      "5 2 3 1 4",
		"sort=recipientAccount,ignorecase&sort=id":   "4 1 2 3 5",
		"sort=lastModifiedDate,asc&sort=id,asc":      "1 2 3 4 5",
		"sort=&sort=,":                               "1 2 3 4 5",
		"sort=comment,category&sort=id,DESC&page=-1": "5 4 3 2 1",
	} {
		assert.Equal(t, want, ids(t, srv, query), query)
	}
	answer := get(t, srv, "sort=noSuchColumn")
	assert.Equal(t, http.StatusInternalServerError, answer.Code)
	assert.Equal(t, "application/problem+json", answer.Header().Get("Content-Type"))

	srv.Update(2, func(*transactions.Transaction) {})
	assert.Equal(t, "1 3 4 5 2", ids(t, srv, ""), "without sort a row that was written again comes last")
	assert.Equal(t, "1 3 4 5 2", ids(t, srv, "sort=lastModifiedDate"))
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	srv := start(t)
	srv.Seed(five()...)
	header := get(t, srv, "size=2&page=1&status.in=SUCCESS%2CX").Header()
	assert.Equal(t, "5", header.Get("X-Total-Count"))
	link := func(page string) string {
		return "<http://transactions.internal:8080/api/transactions?page=" + page + "&size=2&status.in=SUCCESS%2CX>"
	}
	assert.Equal(t, link("2")+`; rel="next",`+link("0")+`; rel="prev",`+link("2")+`; rel="last",`+link("0")+`; rel="first"`, header.Get("Link"))

	header = get(t, srv, "size=2&status.equals=NONE").Header()
	assert.Equal(t, "0", header.Get("X-Total-Count"))
	assert.Contains(t, header.Get("Link"), "page=-1")

	bare := start(t, transactionstest.WithoutHeaders())
	assert.Empty(t, get(t, bare, "").Header().Get("X-Total-Count"))
	assert.Equal(t, "5", send(t, srv, "GET", transactionstest.CountPath+"?id.greaterThan=0", transactionstest.DefaultToken, "").Body.String())
}

func TestShapes(t *testing.T) {
	t.Parallel()
	rows := five()[:2]
	for shape, c := range map[transactionstest.Shape]struct{ two, one, none string }{
		transactionstest.ShapeArray:      {`[R,S]`, `[R]`, `[]`},
		transactionstest.ShapeData:       {`{"data":[R,S]}`, `{"data":[R]}`, `{"data":[]}`},
		transactionstest.ShapeItems:      {`{"items":[R,S]}`, `{"items":[R]}`, `{"items":[]}`},
		transactionstest.ShapeEmbedded:   {`{"_embedded":{"transactions":[R,S]}}`, `{"_embedded":{"transactions":[R]}}`, `{"_embedded":{"transactions":[]}}`},
		transactionstest.ShapeObject:     {`[R,S]`, `R`, `[]`},
		transactionstest.ShapeNull:       {`[R,S]`, `[R]`, `null`},
		transactionstest.ShapeEmpty:      {`[R,S]`, `[R]`, ``},
		transactionstest.ShapeNoContent:  {`[R,S]`, `[R]`, ``},
		transactionstest.ShapePagedModel: {`{"content":[R,S],"page":{"size":20,"number":0,"totalElements":2,"totalPages":1}}`, `{"content":[R],"page":{"size":20,"number":0,"totalElements":1,"totalPages":1}}`, `{"content":[],"page":{"size":20,"number":0,"totalElements":0,"totalPages":0}}`},
	} {
		srv := start(t, transactionstest.WithShape(shape))
		srv.Seed(rows...)
		held := srv.Rows()
		fill := func(s string) string {
			return strings.NewReplacer("R", string(held[0].Raw), "S", string(held[1].Raw)).Replace(s)
		}
		assert.Equal(t, fill(c.two), get(t, srv, "").Body.String())
		assert.Equal(t, fill(c.one), get(t, srv, "id.equals=1").Body.String())
		none := get(t, srv, "id.equals=9")
		assert.Equal(t, c.none, none.Body.String())
		assert.Equal(t, shape == transactionstest.ShapeNoContent, none.Code == http.StatusNoContent)
	}
	srv := start(t, transactionstest.WithShape(transactionstest.ShapePage))
	srv.Seed(rows...)
	var page struct {
		Content       []json.RawMessage
		TotalElements int
		Last          bool
	}
	require.NoError(t, json.Unmarshal(get(t, srv, "size=1").Body.Bytes(), &page))
	assert.Len(t, page.Content, 1)
	assert.Equal(t, 2, page.TotalElements)
	assert.False(t, page.Last)
}

func TestTheTableMoves(t *testing.T) {
	t.Parallel()
	hooks := 0
	srv := start(t, transactionstest.WithArrivals(2), transactionstest.WithUpdates(1),
		transactionstest.WithBeforeList(func(s *transactionstest.Server) { hooks++; s.Advance(time.Hour) }))
	srv.Seed(five()...)
	before := srv.Now()
	assert.Equal(t, "1 2 3 4 5 6 7", ids(t, srv, "sort=id"))
	assert.Equal(t, "1 2 3 4 5 6 7 8 9", ids(t, srv, "sort=id"))
	assert.Equal(t, 2, hooks)
	assert.GreaterOrEqual(t, srv.Now().Sub(before), 2*time.Hour)
	changed := ids(t, srv, "lastModifiedDate.greaterThan="+url.QueryEscape(before.Format(time.RFC3339Nano))+"&sort=lastModifiedDate&sort=id")
	assert.NotEmpty(t, changed)
}

func TestLateRows(t *testing.T) {
	t.Parallel()
	srv := start(t, transactionstest.WithLateRows(2, time.Minute)) // 2 and 4 are late
	for id := range int64(5) {
		srv.Seed(&transactions.Transaction{ID: id + 1})
	}
	assert.Equal(t, "1 3", ids(t, srv, "sort=id&size=2"))
	assert.Equal(t, "5", ids(t, srv, "sort=id&id.greaterThan=3"))
	srv.Update(2, func(*transactions.Transaction) {})
	srv.Advance(59 * time.Second)
	assert.Equal(t, "1 3 5", ids(t, srv, "sort=id"), "however often one asks")
	srv.Advance(time.Second)
	assert.Equal(t, "1 2 3 4 5", ids(t, srv, "sort=id"), "2 and 4 are behind a walk that has passed")
	assert.Len(t, srv.Rows(), 5)

	srv = start(t, transactionstest.WithLateRows(20, time.Minute))
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 300, Seed: 1})...)
	assert.Len(t, strings.Fields(ids(t, srv, "sort=id&size=2000")), 300, "long ago is not late")
}

// TestOrders: the orders that are kept agree with a plain sort.
func TestOrders(t *testing.T) {
	t.Parallel()
	srv := start(t)
	plan := transactionstest.Plan{Transactions: 500, Seed: 3, FirstID: 1000}
	made := transactionstest.Generate(plan)
	for i := range made {
		srv.Seed(made[(i*271)%len(made)]) // in disorder
		if i%3 == 0 {
			srv.Update(made[(i*271)%len(made)].ID, func(*transactions.Transaction) {})
		}
	}
	rows := srv.Rows()
	for i := range rows {
		assert.EqualValues(t, 1000+i, rows[i].ID)
	}
	// The second column makes the server sort in the plain way.
	kept := ids(t, srv, "size=2000&sort=lastModifiedDate&sort=id")
	assert.Equal(t, ids(t, srv, "size=2000&sort=lastModifiedDate,asc&sort=id,asc&sort=id,asc"), kept)
	bound := url.QueryEscape(rows[250].LastModifiedDate.Format(time.RFC3339Nano))
	for _, operation := range []string{"greaterThan", "greaterThanOrEqual", "lessThan", "lessThanOrEqual", "notEquals", "equals"} {
		query := "size=2000&lastModifiedDate." + operation + "=" + bound
		assert.Equal(t, ids(t, srv, query+"&sort=lastModifiedDate&sort=id&sort=id"), ids(t, srv, query+"&sort=lastModifiedDate&sort=id"))
	}
}
