package main

import (
	"encoding/csv"
	"encoding/json"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
)

// Days of a zone hold what was created in them, each operation once, whatever the
// number of workers is and however often the run is taken up.
func TestDaysOfAZone(t *testing.T) {
	t.Parallel()
	srv := serve(t, 900, false)
	for _, name := range []string{"Asia/Bishkek", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(name)
			require.NoError(t, err)
			want := 0
			for _, row := range srv.Rows() {
				var o vima.Operation
				require.NoError(t, json.Unmarshal(row, &o))
				if day := dayOf(o.OperationCreatedAt, zone).Day; day >= 10 && day <= 20 {
					want++
				}
			}
			out := filepath.Join(t.TempDir(), "out.csv")
			args := []string{"-from", "2026-01-10", "-zone", name, "-out", out}
			for _, to := range []string{"2026-01-12", "2026-01-20"} {
				got := start(t, environment(srv), append(args, "-to", to, "-workers", "3")...)
				require.Zero(t, got.code, got.stderr)
			}
			text := read(t, out)
			assert.Equal(t, start(t, environment(srv), "-from", "2026-01-10", "-to", "2026-01-20", "-zone", name, "-workers", "5").stdout, text)
			records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
			require.NoError(t, err)
			assert.Len(t, records, want+1)
			seen, last := map[string]bool{}, ""
			for _, record := range records[1:] {
				seen[record[0]] = true
				at := record[columnNamed(t, "created_at")]
				assert.GreaterOrEqual(t, at[:10], last, "days come in order")
				last = at[:10]
				assert.True(t, last >= "2026-01-10" && last <= "2026-01-20", at)
			}
			assert.Len(t, seen, want)

			got := start(t, environment(srv), append(args, "-to", "2026-01-21", "-zone", "UTC")...)
			assert.Equal(t, 2, got.code, "the zone of a run stays")
		})
	}
	got := start(t, environment(srv), append(january, "-zone", "Mars/Base")...)
	assert.Equal(t, 2, got.code)
	assert.Contains(t, got.stderr, "-zone must be a time zone")
}

func columnNamed(t *testing.T, name string) int {
	t.Helper()
	for i, c := range columns(time.UTC) {
		if c.name == name {
			return i
		}
	}
	t.Fatal("no column " + name)
	return 0
}

// A row that does not decode, or has no time, is in one of two batches that read it.
func TestRowsAtTheEndOfABatch(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Asia/Bishkek")
	require.NoError(t, err)
	c := config{zone: zone}
	day := func(n int) vima.Date { return vima.Date{Year: 2026, Month: time.January, Day: n} }
	page := &vima.OperationPage{
		Date:       day(10),
		Operations: []*vima.Operation{{OperationID: "1"}, {OperationID: "2", OperationCreatedAt: time.Date(2026, time.January, 10, 18, 0, 0, 0, time.UTC)}},
		Bad:        []vima.BadRow{{Raw: []byte(`{"operation_created_at":"2026-01-10T17:59:59Z"}`)}, {Raw: []byte(`{"operation_created_at":"2026-01-10T18:00:00Z"}`)}, {Raw: []byte("no JSON")}},
	}
	for n, want := range map[int][2]int{9: {0, 0}, 10: {1, 2}, 11: {1, 1}, 12: {0, 0}} {
		operations, bad := 0, 0
		for _, part := range c.parts(page, day(n), day(n)) {
			operations, bad = operations+len(part.Operations), bad+len(part.Bad)
		}
		assert.Equal(t, want, [2]int{operations, bad}, n)
	}
	from, to := c.covering(day(10), day(11))
	assert.Equal(t, [2]vima.Date{day(9), day(11)}, [2]vima.Date{from, to})
}

func TestIDsForSpreadsheets(t *testing.T) {
	t.Parallel()
	srv := serve(t, 20, false)
	plain, excel := start(t, environment(srv), january...), start(t, environment(srv), append(january, "-excel")...)
	require.Zero(t, excel.code, excel.stderr)
	assert.True(t, strings.HasPrefix(excel.stdout, "\ufeffoperation_id;reference_id;"))
	want, err := csv.NewReader(strings.NewReader(plain.stdout)).ReadAll()
	require.NoError(t, err)
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(excel.stdout, "\ufeff")))
	r.Comma = ';'
	got, err := r.ReadAll()
	require.NoError(t, err)
	require.Len(t, got, len(want))
	for i := range want[1:] {
		assert.Equal(t, "="+strconv.Quote(want[i+1][0]), got[i+1][0])
	}
	refused := start(t, environment(srv), append(january, "-excel", "-format", "jsonl")...)
	assert.Equal(t, 2, refused.code)
	assert.Contains(t, refused.stderr, "-excel is for csv")
}
