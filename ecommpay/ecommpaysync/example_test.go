package ecommpaysync_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

// A ledger entry for each version of an operation that is stored, in the same
// transaction: it is there once, or the operation is not there.
func ExampleOnApply() {
	ledger := func(ctx context.Context, tx *sql.Tx, a ecommpaysync.Applied) error {
		op := a.Row
		if op.OperationStatus != ecommpay.StatusSuccess {
			return nil
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO ledger (operation_id, amount_minor, currency) VALUES ($1, $2, $3)`,
			op.OperationID, op.SumInitial.AmountMinor, op.SumInitial.Currency)
		return err
	}
	var db *sql.DB // from sql.Open
	_, err := ecommpaysync.NewSQLStore(db, ecommpaysync.PostgreSQL, ecommpaysync.OnApply(ledger), ecommpaysync.KeepRaw(false))
	fmt.Println(err)
	// Output: ecommpaysync: invalid request: db: must not be nil
}

// A pass as the job of a scheduler, into a Store of one's own.
func ExampleRunOnce() {
	srv := ecommpaytest.NewServer() // a service in this process; ecommpay.ProductionURL is the real one
	defer srv.Close()
	yesterday := time.Now().AddDate(0, 0, -1).Truncate(24 * time.Hour)
	srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: 250, Seed: 1, From: yesterday})...)
	client, err := ecommpay.NewClient(srv.URL(), ecommpaytest.DefaultCredentials())
	if err != nil {
		log.Fatal(err)
	}

	store := newMemory() // a Store in maps, of this package's tests
	result, err := ecommpaysync.RunOnce(context.Background(), client, store, ecommpaysync.Params{From: yesterday})
	switch {
	case errors.Is(err, ecommpaysync.ErrFenced): // another process is at work
	case errors.Is(err, ecommpaysync.ErrRejected): // look at the rows that do not decode
	case err != nil:
		log.Fatal(err)
	}
	fmt.Println(len(store.rows), "operations in", result.Pages, "page, caught up:", result.CaughtUp)
	// Output: 250 operations in 1 page, caught up: true
}
