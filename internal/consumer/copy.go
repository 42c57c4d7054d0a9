package consumer

import (
	"context"
	"database/sql"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
)

// Copy keeps the operations that were updated at or after since in db, a
// PostgreSQL database. The tables must exist already (SQLStore.Migrate). Copy
// blocks and reads what is new every ecommpaysync.DefaultInterval. A failure is
// logged, and the next interval tries again. Copy does not close db. It returns
// nil when ctx ends.
//
// The only error is ecommpaysync.ErrInvalidRequest: for a nil db or api, and
// for a since that is before 1970, in the future, zero at the first call, or
// earlier than at the first call. A later since than at the first call is
// ignored.
func Copy(ctx context.Context, db *sql.DB, api *ecommpay.Client, since time.Time) error {
	store, err := ecommpaysync.NewSQLStore(db, ecommpaysync.PostgreSQL, ecommpaysync.KeepRaw(false))
	if err != nil {
		return err
	}
	return ecommpaysync.Loop(ctx, api, store, ecommpaysync.Params{From: since}, ecommpaysync.DefaultInterval)
}
