package consumer

import (
	"context"
	"database/sql"
	"time"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
)

// Agrees reports whether db, a SQLite database, has the transactions of a UTC
// day exactly as the service has them. day is any time of that day, in any
// zone; the zero day is ErrInvalidRequest of package transactionssync. The
// tables must exist already (SQLStore.Migrate). Agrees reads only, and does not
// close db. It returns the errors of transactionssync.NewSQLStore and
// transactionssync.Check unchanged. With an error the result is false. Requests are
// sent and retried as transactionssync.Check does.
func Agrees(ctx context.Context, db *sql.DB, api *transactions.Client, day time.Time) (bool, error) {
	store, err := transactionssync.NewSQLStore(db, transactionssync.SQLite, transactionssync.MapRow(transactionssync.MaskAccounts))
	if err != nil {
		return false, err
	}
	report, err := transactionssync.Check(ctx, api, store, transactionssync.CheckParams{From: day, To: day})
	return err == nil && report.OK(), err
}
