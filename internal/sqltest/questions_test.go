package sqltest_test

import (
	"database/sql"
	"fmt"
	"iter"
	"maps"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func mapKeys[K comparable, V any](m map[K]V) iter.Seq[K] { return maps.Keys(m) }

// question is one of docs/sql.md.
type question struct{ title, statement string }

func questions(t testing.TB) (all []question) {
	t.Helper()
	for _, found := range regexp.MustCompile("(?s)\n### (\\d+\\. [^\n]+)\n.*?```sql\n(.*?)```").FindAllStringSubmatch(page(t), -1) {
		all = append(all, question{found[1], found[2]})
	}
	require.Len(t, all, 10)
	return all
}

// of is the statement for a subject.
func (q question) of(s subject) string {
	return strings.ReplaceAll(q.statement, "vima_report", s.facts().name+"_report")
}

// asked are rows of every kind that the questions tell apart, by the members that
// each provider has for them. One succeeded, one is stuck, one has another end, and
// one was late.
func asked(s subject, now time.Time) []any {
	statuses, end, fee := []string{"success", "in_process", "fail"}, `,"complete_created_at":%s`, `,"card_finish":[{"charged_fee":0.10,"charged_currency":"EUR"}]`
	method := `,"payment_method_code":"m"`
	switch s.(type) {
	case ecommpaySubject:
		statuses, end, fee = []string{"success", "processing", "decline"}, `,"operation_completed_at":%s`, ""
		method = `,"payment_method_name":"m"`
	case transactionsSubject:
		statuses, end, fee = []string{"SUCCESS", "CHECK_OK", "novel"}, `,"recipientDate":%s`, `,"systemFeeAmount":10,"systemCurrency":978`
		method = `,"recipientGateway":"m"`
	}
	ago := func(minutes int) time.Time { return now.Add(-time.Duration(minutes) * time.Minute) }
	ended := func(minutes int) string { return fmt.Sprintf(end, encoded(ago(minutes).Format(time.RFC3339Nano))) }
	return jsons(s,
		row{id: 1, version: 1, text: "a", status: statuses[0], minor: 1050, currency: true, created: ago(30), members: method + fee + ended(20)},
		row{id: 2, version: 1, text: "b", status: statuses[1], minor: 2000, currency: true, created: ago(120), members: method},
		row{id: 3, version: 1, text: "c", status: statuses[2], minor: 4000, currency: true, created: ago(180), members: method + ended(170)},
		row{id: 4, version: 1, text: "a", status: statuses[0], minor: 3000, currency: true, created: ago(300), members: method + ended(60)},
	)
}

// The questions of the page have the same answers on both databases.
func TestQuestions(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		db := d.pool(t)
		r := d.store(t, s, db, options{})
		_, err := put(t, r, asked(s, time.Now().UTC())...)
		require.NoError(t, err)
		eur, rate, other, fee, fees := "EUR", 66.67, "failed", "EUR", int64(10)
		switch s.(type) {
		case ecommpaySubject:
			fees = 0
		case transactionsSubject:
			eur, fee, rate, other = "978", "978", 100, "unknown"
		}
		for i, q := range questions(t) {
			got := answer(t, db, q.of(s))
			column := func(name string) (all []string) {
				for _, row := range got {
					all = append(all, row[name])
				}
				return all
			}
			sum := func(name string) (n int64) {
				for _, text := range column(name) {
					n += integer(t, text)
				}
				return n
			}
			switch i + 1 {
			case 1: // the day may change within the rows
				assert.EqualValues(t, 4, sum("operations"), q.title)
				assert.EqualValues(t, 10050, sum("amount_minor"), q.title)
			case 2:
				assert.Equal(t, []string{"2"}, column("id"), q.title)
				assert.InDelta(t, 7200, sum("age_seconds"), 60, q.title)
			case 3:
				assert.Equal(t, []string{"m"}, column("payment_method"), q.title)
				got, err := strconv.ParseFloat(column("success_percent")[0], 64)
				require.NoError(t, err)
				assert.InDelta(t, rate, got, 0.001, q.title)
			case 4:
				assert.Equal(t, []string{"4"}, column("id"), q.title)
				assert.Equal(t, []string{"14400"}, column("seconds_to_complete"), q.title)
			case 5:
				assert.Equal(t, []string{"a"}, column("client_id"), q.title)
				assert.Equal(t, []string{"2"}, column("operations"), q.title)
			case 6:
				assert.EqualValues(t, 4, sum("operations"), q.title)
				assert.EqualValues(t, 2, sum("succeeded"), q.title)
				assert.GreaterOrEqual(t, len(got), 3, q.title)
			case 7:
				assert.Equal(t, fees, sum("fee_minor"), q.title)
				if fees > 0 {
					assert.Equal(t, []string{fee}, column("fee_currency"), q.title)
				}
			case 8:
				assert.ElementsMatch(t, []string{"1", "2", "3", "4"}, column("id"), q.title)
			case 9:
				want := map[string]string{"succeeded": "4050", "pending": "2000", other: "4000"}
				for i, class := range column("class") {
					assert.Equal(t, want[class], column("amount_minor")[i], class)
					assert.Equal(t, eur, column("currency")[i])
				}
				assert.Len(t, got, 3, q.title)
			case 10:
				assert.Equal(t, []string{"1"}, column("id"), q.title)
				assert.InDelta(t, 1800, sum("age_seconds"), 60, q.title)
			}
		}
	})
}

// answer are the rows of a query by the names of their columns.
func answer(t testing.TB, db *sql.DB, query string) (all []map[string]string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err, query)
	defer rows.Close()
	names, err := rows.Columns()
	require.NoError(t, err)
	for rows.Next() {
		values, into := make([]sql.NullString, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		require.NoError(t, rows.Scan(into...))
		row := map[string]string{}
		for i, name := range names {
			row[name] = values[i].String
		}
		all = append(all, row)
	}
	require.NoError(t, rows.Err())
	return all
}
