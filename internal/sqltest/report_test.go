package sqltest_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/vima"
)

// page is docs/sql.md.
func page(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/sql.md")
	require.NoError(t, err)
	return string(text)
}

// reportNames are the names of the page's table, in its order.
func reportNames(t testing.TB) (names []string) {
	t.Helper()
	for _, found := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\|").FindAllStringSubmatch(page(t), -1) {
		names = append(names, found[1])
	}
	require.Len(t, names, 20)
	return names
}

// The views have the names of the page, the same on both databases.
func TestReportNames(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		db := d.pool(t)
		d.store(t, s, db, options{})
		rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+s.facts().name+"_report")
		require.NoError(t, err)
		defer rows.Close()
		names, err := rows.Columns()
		require.NoError(t, err)
		require.NoError(t, rows.Err())
		assert.Equal(t, reportNames(t), names)
	})
}

// classes are the class of each status that a package knows, and of some that it
// does not.
func statusClasses(s subject) map[string]string {
	all := map[string]string{}
	switch s.(type) {
	case vimaSubject:
		for _, status := range []vima.Status{
			vima.StatusSuccess, vima.StatusFail, vima.StatusInProcess, vima.StatusUserInputRequired,
			vima.StatusFailed, vima.StatusInProcessSpaced, vima.StatusPending, "SUCCESS", "novel", "",
		} {
			all[string(status)] = string(status.Class())
		}
	case ecommpaySubject:
		for _, status := range []ecommpay.OperationStatus{
			ecommpay.StatusSuccess, ecommpay.StatusDecline, ecommpay.StatusExpired, ecommpay.StatusProcessing,
			ecommpay.StatusAwaitingPayment, ecommpay.StatusInvoiceCancelled, ecommpay.StatusUnknown, "Success", "novel", "",
		} {
			all[string(status)] = string(status.Class())
		}
	default:
		for _, status := range []transactions.Status{transactions.StatusSuccess, transactions.StatusCheckOK, "success", "novel", ""} {
			all[string(status)] = string(status.Class())
		}
	}
	return all
}

// The class in SQL is that of the client package.
func TestClassInSQL(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		db := d.pool(t)
		r := d.store(t, s, db, options{})
		want, seen := statusClasses(s), map[string]bool{}
		var rows []any
		for i, status := range slices.Sorted(mapKeys(want)) {
			rows = append(rows, s.json(row{id: int64(i + 1), version: 1, status: status}))
			seen[want[status]] = true
		}
		require.GreaterOrEqual(t, len(seen), 3)
		_, err := put(t, r, rows...)
		require.NoError(t, err)
		for status, class := range want {
			assert.Equal(t, class, text(t, db, "SELECT class FROM "+s.facts().name+"_report WHERE status = "+quoted(status)), status)
		}
	})
}

// Minor units are exact or NULL.
func TestVimaMinorUnits(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		t := d.t
		db, s := d.pool(t), vimaSubject{}
		r := d.store(t, s, db, options{})
		amounts := []struct{ amount, currency, want string }{
			{"10.5", "EUR", "1050"},
			{"10.50000000", "EUR", "1050"},
			{"-3", "EUR", "-300"},
			{"0", "EUR", "0"},
			{"1.005", "EUR", "NULL"},
			{"100", "JPY", "100"},
			{"100.5", "JPY", "NULL"},
			{"1.234", "KWD", "1234"},
			{"10", "XXQ", "NULL"},
			{"10", "", "NULL"},
			{"92233720368547758.07", "EUR", "9223372036854775807"},
			{"92233720368547758.08", "EUR", "NULL"},
		}
		var rows []any
		for i, a := range amounts {
			rows = append(rows, s.json(row{id: int64(i + 1), version: 1, members: fmt.Sprintf(
				`,"complete_amount":%s,"complete_currency":%q,"card_finish":[{"charged_fee":%s,"charged_currency":%q}]`, a.amount, a.currency, a.amount, a.currency)}))
		}
		_, err := put(t, r, rows...)
		require.NoError(t, err)
		for i, a := range amounts {
			for _, column := range []string{"amount_minor", "complete_amount_minor", "fee_minor"} {
				assert.Equal(t, a.want, text(t, db, fmt.Sprintf("SELECT %s FROM vima_operations WHERE operation_id = %d", column, i+1)), "%s of %v", column, a)
			}
		}
	})
}

// A naive comparison of amounts is right on PostgreSQL, and fails on SQLite: no
// column of a text has a name that promises a number.
func TestNaiveAmounts(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		db, is := d.pool(t), s.facts()
		r := d.store(t, s, db, options{})
		_, err := put(t, r, s.json(row{id: 1, version: 1, minor: 900, currency: true}), s.json(row{id: 2, version: 1, minor: 2_000_000, currency: true}))
		require.NoError(t, err)
		assert.EqualValues(t, 1, count(t, db, is.name+"_report WHERE amount_minor > 10000"))
		if is.name == "vima" {
			_, err := db.ExecContext(t.Context(), "SELECT count(*) FROM vima_operations WHERE amount > 10000")
			if d.postgres {
				require.NoError(t, err)
				assert.EqualValues(t, 1, count(t, db, "vima_operations WHERE amount > 10000"))
			} else {
				require.ErrorContains(t, err, "no such column: amount")
			}
		}
		if d.postgres {
			return
		}
		rows, err := db.QueryContext(t.Context(), "SELECT name FROM pragma_table_info('"+is.table+"') WHERE type = 'TEXT'")
		require.NoError(t, err)
		defer rows.Close()
		for rows.Next() {
			var name string
			require.NoError(t, rows.Scan(&name))
			if strings.HasSuffix(name, "amount") || strings.HasSuffix(name, "fee") || strings.HasSuffix(name, "minor") {
				t.Errorf("%s is a text", name)
			}
		}
		require.NoError(t, rows.Err())
	})
}

// Every column of every table and view says on PostgreSQL what it holds.
func TestComments(t *testing.T) {
	t.Parallel()
	eachOn(t, postgres, func(s subject, d database) {
		t := d.t
		db := d.pool(t)
		d.store(t, s, db, options{})
		const without = `SELECT string_agg(c.relname || '.' || a.attname, ', ') FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = CAST(current_schema AS regnamespace) AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT a.attisdropped
AND c.relname NOT IN ('ledger', 'sync_migrations') AND coalesce(col_description(c.oid, a.attnum), '') = ''`
		assert.Equal(t, "NULL", text(t, db, without))
	})
}

// Lookups as one writes them use an index, of which the upgrade has added four.
func TestIndexesAreUsed(t *testing.T) {
	t.Parallel()
	each(t, func(s subject, d database) {
		t := d.t
		db, is := d.pool(t), s.facts()
		db.SetMaxOpenConns(1)
		r := d.store(t, s, db, options{})
		var rows []any
		for id := range int64(50) { // many without a client id, which a hash index could not take
			rows = append(rows, s.json(row{id: id + 1, version: 1}))
		}
		_, err := put(t, r, rows...)
		require.NoError(t, err)
		plan, column, indexes := "EXPLAIN QUERY PLAN ", "detail", "sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = '"+is.table+"'"
		if d.postgres {
			plan, column = "EXPLAIN ", "QUERY PLAN"
			indexes = "pg_indexes WHERE schemaname = current_schema AND indexname NOT LIKE '%_pkey' AND tablename = '" + is.table + "'"
			execute(t, db, "SET enable_seqscan = off")
		}
		assert.EqualValues(t, 1+4, count(t, db, indexes))
		for where, index := range map[string]string{
			"client_id = 'x'": "_" + is.text,
			"class = 'pending' AND created_at < '2026-01-15T12:00:00.000000Z'": "_class",
			"stored_at >= '2026-01-15T12:00:00.000000Z'":                       "_stored_at",
			"completed_at >= '2026-01-15T12:00:00.000000Z'":                    "_completed_at",
			"created_at >= '2026-01-15T12:00:00.000000Z'":                      "_" + strings.TrimPrefix(is.day, "operation_"),
		} {
			assert.Contains(t, explained(t, db, plan+"SELECT id FROM "+is.name+"_report WHERE "+where, column), is.table+index, where)
		}
	})
}
