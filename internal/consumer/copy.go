package consumer

import (
	"context"
	"database/sql"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
)

// Copy keeps the operations updated since a time in a database. It returns when
// ctx ends, or with an error of the arguments.
func Copy(ctx context.Context, db *sql.DB, api *ecommpay.Client, since time.Time) error {
	store, err := ecommpaysync.NewSQLStore(db, ecommpaysync.PostgreSQL, ecommpaysync.KeepRaw(false))
	if err != nil {
		return err
	}
	return ecommpaysync.Loop(ctx, api, store, ecommpaysync.Params{From: since}, ecommpaysync.DefaultInterval)
}
