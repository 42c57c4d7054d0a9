package vimatest_test

import (
	"io"
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima/vimatest"
)

// BenchmarkPage is the server's share of a page of 100, from 200,000 operations.
// The client of the benchmark reads bytes and does nothing with them.
func BenchmarkPage(b *testing.B) {
	srv := vimatest.NewServer()
	defer srv.Close()
	var cursors []string
	for o := range (vimatest.Plan{Operations: 200_000, Seed: 1, Days: 30}).All() {
		srv.Seed(o)
		cursors = append(cursors, o.OperationCreateID)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	for name, query := range map[string]string{"cursor": "", "day": "&date=2026-01-20", "status": "&status=fail"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, srv.URL()+"?apikey="+vimatest.DefaultAPIKey+
					query+"&from_operation_create_id="+cursors[i*7919%len(cursors)]+"&count="+strconv.Itoa(100), http.NoBody)
				require.NoError(b, err)
				response, err := transport.RoundTrip(request)
				require.NoError(b, err)
				n, err := io.Copy(io.Discard, response.Body)
				require.NoError(b, err)
				require.NoError(b, response.Body.Close())
				b.SetBytes(n)
			}
		})
	}
}

func BenchmarkGenerate(b *testing.B) {
	b.ReportAllocs()
	next := 0
	for b.Loop() {
		for range (vimatest.Plan{Operations: 1000, Seed: uint64(next)}).All() {
			next++
		}
	}
}
