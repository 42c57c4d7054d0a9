package sqltest_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
)

// The statement of docs/reconciliation.md, which joins two reports.
func TestReconciliationPage(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/reconciliation.md")
	require.NoError(t, err)
	statements := regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	require.Len(t, statements, 1)

	db, remove := exampleDB()
	defer remove()
	v, err := vimasync.NewSQLStore(db, vimasync.SQLite)
	require.NoError(t, err)
	require.NoError(t, v.Migrate(t.Context()))
	e, err := ecommpaysync.NewSQLStore(db, ecommpaysync.SQLite)
	require.NoError(t, err)
	require.NoError(t, e.Migrate(t.Context()))

	_, err = v.Commit(t.Context(), "vima", vimasync.Change{Rows: []*vima.Operation{
		{OperationID: "1", OperationUpdateID: "1", ClientOperationID: "both", CurrentStatus: vima.StatusSuccess},
		{OperationID: "2", OperationUpdateID: "2", ClientOperationID: "vima alone", CurrentStatus: vima.StatusSuccess},
		{OperationID: "3", OperationUpdateID: "3", ClientOperationID: "failed", CurrentStatus: vima.StatusFail},
	}})
	require.NoError(t, err)
	_, err = e.Commit(t.Context(), "ecommpay", ecommpaysync.Change{Rows: []*ecommpay.Operation{{OperationID: "7", PaymentID: "both"}}})
	require.NoError(t, err)

	rows := answer(t, db, statements[0][1])
	require.Len(t, rows, 1)
	assert.Equal(t, "vima alone", rows[0]["client_id"])
}
