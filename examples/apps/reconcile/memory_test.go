package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/vima/vimasync"
)

// many puts n operations into a database and n rows into a file, which starts
// with the highest key; one in 50 is missing in the file.
func (d target) many(n int) (csv string) {
	d.t.Helper()
	numbers := "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?) SELECT "
	key := "printf('%020d', n)"
	if d.dialect == vimasync.PostgreSQL {
		numbers = "WITH numbers AS (SELECT generate_series(1, CAST(? AS integer)) AS n) SELECT "
		key = "lpad(CAST(n AS text), 20, '0')"
	}
	d.exec(`INSERT INTO vima_operations (operation_id, operation_update_id, client_operation_id, reference_id, project, method, status,
current_status, payment_status, payment_method_code, `+d.amount()+`, currency, requested_currency, complete_currency, fee_currency)
`+numbers+"n, n, "+key+`, '', '', '', 'success', '', '', '', `+d.number("n")+`, 'INR', '', '', '' FROM numbers`, n)
	csv = filepath.Join(d.t.TempDir(), "payshack.csv")
	file, err := os.Create(csv)
	require.NoError(d.t, err)
	w := bufio.NewWriter(file)
	_, _ = fmt.Fprint(w, header)
	for i := n; i > 0; i-- {
		if i%50 > 0 {
			_, _ = fmt.Fprintf(w, "%020d,%d.00,INR,SUCCESS\n", i, i)
		}
	}
	require.NoError(d.t, w.Flush())
	require.NoError(d.t, file.Close())
	return csv
}

func (d target) number(column string) string {
	if d.dialect == vimasync.PostgreSQL {
		return column
	}
	return "CAST(" + column + " AS TEXT)"
}

// What is alive in the heap while two sides are read is the same for ten times
// as many rows. Nothing runs beside it.
func TestTheHeapIsFlat(t *testing.T) {
	for _, on := range []struct {
		name string
		open func(*testing.T) target
	}{{"SQLite", sqlite}, {"PostgreSQL", postgres}} {
		t.Run(on.name, func(t *testing.T) {
			measure := func(n int) uint64 {
				d := on.open(t)
				c, err := parse(&cli.Call{Args: []string{"-db", d.where, "-csv", d.many(n), "-out", filepath.Join(t.TempDir(), "out.csv")}, Env: os.Getenv})
				require.NoError(t, err)
				var highest uint64
				seen := 0
				err = reconcile(t.Context(), c, new(bytes.Buffer), io.Discard, func(entry, string) {
					if seen++; seen%(n/10) == 0 {
						var stats runtime.MemStats
						runtime.GC()
						runtime.ReadMemStats(&stats)
						highest = max(highest, stats.HeapAlloc)
					}
				})
				require.ErrorIs(t, err, errDiffers)
				require.Equal(t, n, seen)
				return highest
			}
			measure(1000) // what a process sets up once
			few, many := measure(3000), measure(30_000)
			t.Logf("heap with 3,000 rows a side: %d KiB, with 30,000: %d KiB", few>>10, many>>10)
			assert.Less(t, many, few*3/2)
		})
	}
}
