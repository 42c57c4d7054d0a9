package transactionstest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// BenchmarkPage is the server's share of a page of 500, from 50,000 transactions.
func BenchmarkPage(b *testing.B) {
	srv := transactionstest.NewServer()
	defer srv.Close()
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 50_000, Seed: 1, Days: 30, FirstID: 1})...)
	for name, query := range map[string]string{
		"key": "id.greaterThan=%d&sort=id,asc", "key and status": "id.greaterThan=%d&sort=id,asc&status.equals=FAILED",
		"updates": "lastModifiedDate.greaterThanOrEqual=2026-01-20T00:00:00Z&sort=lastModifiedDate,asc&sort=id,asc&id.notEquals=%d",
		"plain":   "page=50&sort=requestAmount,asc&id.notEquals=%d",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				target := transactionstest.Path + "?size=500&" + fmt.Sprintf(query, i*7919%50_000)
				request := httptest.NewRequest(http.MethodGet, target, http.NoBody)
				request.Header.Set("Authorization", "Bearer "+transactionstest.DefaultToken)
				w := &discarding{header: http.Header{}}
				srv.Handler().ServeHTTP(w, request)
				require.Equal(b, http.StatusOK, w.status)
			}
		})
	}
}

type discarding struct {
	header http.Header
	status int
}

func (d *discarding) Header() http.Header         { return d.header }
func (d *discarding) WriteHeader(status int)      { d.status = status }
func (d *discarding) Write(p []byte) (int, error) { return io.Discard.Write(p) }

func BenchmarkGenerate(b *testing.B) {
	b.ReportAllocs()
	next := 0
	for b.Loop() {
		for range (transactionstest.Plan{Transactions: 1000, Seed: 1}).All() {
			next++
		}
	}
}
