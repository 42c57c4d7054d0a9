package consumer

import (
	"context"
	"database/sql"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
)

// Copy copies the operations that were updated at or after start into db, a
// PostgreSQL database, and goes on with new changes. The tables must exist
// already (SQLStore.Migrate). Copy blocks, and reads what is new every
// ecommpaysync.DefaultInterval. A failure is logged, and the next interval
// tries again. Copy does not close db. It returns nil when ctx ends.
//
// db keeps the first start that Copy used, also across restarts. From then on
// start may be zero, and a later start is ignored.
//
// The only error is ecommpaysync.ErrInvalidRequest: for a nil db or api, for a
// start before 1970 or in the future, for a zero start while db keeps none, and
// for a start earlier than the one in db.
func Copy(ctx context.Context, db *sql.DB, api *ecommpay.Client, start time.Time) error {
	store, err := ecommpaysync.NewSQLStore(db, ecommpaysync.PostgreSQL, ecommpaysync.KeepRaw(false))
	if err != nil {
		return err
	}
	return ecommpaysync.Loop(ctx, api, store, ecommpaysync.Params{From: start}, ecommpaysync.DefaultInterval)
}
