package sqltest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// A first pass does not read all of the table for each page. PostgreSQL does so
// while the table is small, which is right then, and would keep that plan: fifty
// times the rows that there are in the end.
func TestFirstPassDoesNotReadTheTable(t *testing.T) {
	t.Parallel()
	const rows = 10_000
	d := transactionsSide{postgres(t)}
	d.store(t, d.pool(t))
	srv := transactionsSeeded(t, rows, transactionstest.WithPageLimit(100))
	db := d.pool(t)
	s, err := transactionssync.NewSQLStore(db, d.kind())
	require.NoError(t, err)
	result, err := transactionssync.RunOnce(t.Context(), transactionsClient(t, srv), s, transactionssync.Params{})
	require.NoError(t, err)
	assert.Equal(t, rows, result.Inserted)
	require.NoError(t, db.Close()) // with its end a connection tells what it has read

	other := d.pool(t)
	const read = ` FROM pg_stat_user_tables WHERE schemaname = current_schema AND relname = 'transactions_transactions'`
	require.Eventually(t, func() bool { return text(t, other, "SELECT n_tup_ins"+read) == idText(rows) }, time.Minute, 50*time.Millisecond)
	assert.Less(t, integer(t, text(t, other, "SELECT seq_tup_read"+read)), int64(25*rows))
}
