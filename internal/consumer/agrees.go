package consumer

import (
	"context"
	"database/sql"
	"time"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
)

// Agrees reports whether a database has a day's transactions exactly as the
// service has them.
func Agrees(ctx context.Context, db *sql.DB, api *transactions.Client, day time.Time) (bool, error) {
	store, err := transactionssync.NewSQLStore(db, transactionssync.SQLite, transactionssync.MapRow(transactionssync.MaskAccounts))
	if err != nil {
		return false, err
	}
	report, err := transactionssync.Check(ctx, api, store, transactionssync.CheckParams{From: day, To: day})
	return report.OK(), err
}
