package sqltest_test

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
)

// A text of any length is stored and can be looked up; an entry of PostgreSQL's
// indexes has a limit, which what does not compress meets first.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	onEach(t, func(d database) {
		t := d.t
		db := d.pool(t)
		s := d.store(t, db)
		r := rand.New(rand.NewPCG(1, 1))
		long := func() string {
			var text strings.Builder
			for range 6000 {
				text.WriteRune(rune(0x4E00 + r.IntN(0x5000)))
			}
			return text.String()
		}
		o := &vima.Operation{
			OperationID: "1", OperationUpdateID: "1", ClientOperationID: long(), ReferenceID: long(), Project: long(),
			CurrentStatus: vima.Status(long()), PaymentMethodCode: long(), CompleteCurrency: long(), Raw: []byte(long()),
		}
		at, err := s.Commit(t.Context(), "s", vimasync.Checkpoint{}, "{}", []*vima.Operation{o}, []vima.BadRow{
			{Raw: []byte(`{"operation_id":"` + long() + `"}`), Err: errors.New(long())},
		})
		require.NoError(t, err)
		assert.EqualValues(t, 1, at.Version)
		assert.Equal(t, o.ReferenceID, text(t, db, "SELECT reference_id FROM vima_operations"))

		where := "client_operation_id = '" + o.ClientOperationID + "'"
		plan := "EXPLAIN QUERY PLAN "
		column := "detail"
		if d.dialect == vimasync.PostgreSQL {
			where = "left(client_operation_id, 255) = left('" + o.ClientOperationID + "', 255) AND " + where
			plan, column = "EXPLAIN ", "QUERY PLAN"
		}
		assert.Equal(t, "1", text(t, db, "SELECT operation_id FROM vima_operations WHERE "+where))
		db.SetMaxOpenConns(1)
		if d.dialect == vimasync.PostgreSQL { // which reads a table of one row as it is
			_, err = db.ExecContext(t.Context(), "SET enable_seqscan = off")
			require.NoError(t, err)
		}
		assert.Contains(t, explained(t, db, plan+"SELECT operation_id FROM vima_operations WHERE "+where, column), "vima_operations_client_operation_id")
	})
}

// explained is the column of a plan.
func explained(t testing.TB, db *sql.DB, query, column string) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer rows.Close()
	names, err := rows.Columns()
	require.NoError(t, err)
	var plan strings.Builder
	for rows.Next() {
		into := make([]any, len(names))
		for i := range into {
			into[i] = new(any)
		}
		require.NoError(t, rows.Scan(into...))
		fmt.Fprintln(&plan, *into[slices.Index(names, column)].(*any))
	}
	require.NoError(t, rows.Err())
	return plan.String()
}
