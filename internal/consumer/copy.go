package consumer

import (
	"context"
	"database/sql"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
)

// Copy keeps the operations since a time in a database until ctx ends.
func Copy(ctx context.Context, db *sql.DB, api *ecommpay.Client, since time.Time) error {
	store, err := ecommpaysync.NewSQLStore(db, ecommpaysync.PostgreSQL, ecommpaysync.KeepRaw(false))
	if err != nil {
		return err
	}
	return ecommpaysync.Loop(ctx, api, store, ecommpaysync.Params{From: since}, ecommpaysync.DefaultInterval)
}
