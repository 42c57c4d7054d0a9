package vimasync_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// A ledger entry for each version of an operation that is stored, in the same
// transaction: it is there once, or the operation is not there.
func ExampleOnApply() {
	ledger := func(ctx context.Context, tx *sql.Tx, a vimasync.Applied) error {
		op := a.Row
		if op.Outcome() != vima.StatusSuccess {
			return nil
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO ledger (operation_id, version) VALUES ($1, $2)`,
			op.OperationID, op.OperationUpdateID)
		return err
	}
	var db *sql.DB // from sql.Open
	_, err := vimasync.NewSQLStore(db, vimasync.PostgreSQL, vimasync.OnApply(ledger), vimasync.KeepRaw(false))
	fmt.Println(err)
	// Output: vimasync: invalid request: db: must not be nil
}

// An outbox of changes of the status class, for a sender to take out: Before is what
// was stored before, nil for a new operation.
func ExampleOnApply_outbox() {
	outbox := func(ctx context.Context, tx *sql.Tx, a vimasync.Applied) error {
		now, was := a.Row.Outcome().Class(), vima.StatusClass("new")
		if a.Before != nil {
			was = a.Before.Status.Class()
		}
		if now == was || a.Backfill { // history is not news
			return nil
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO outbox (operation_id, version, was, now) VALUES ($1, $2, $3, $4)`,
			a.Row.OperationID, a.Row.OperationUpdateID, was, now)
		return err
	}
	var db *sql.DB // from sql.Open
	_, err := vimasync.NewSQLStore(db, vimasync.PostgreSQL, vimasync.OnApply(outbox))
	fmt.Println(err)
	// Output: vimasync: invalid request: db: must not be nil
}

// A pass as the job of a scheduler, into a Store of one's own.
func ExampleRunOnce() {
	srv := vimatest.NewServer() // a collector in this process; vima.ProductionURL is the real one
	defer srv.Close()
	srv.Seed(vimatest.Generate(vimatest.Plan{Operations: 250, Seed: 1})...)
	client, err := vima.NewClient(srv.URL(), vima.APIKey(vimatest.DefaultAPIKey))
	if err != nil {
		log.Fatal(err)
	}

	store := newMemory() // a Store in maps, of this package's tests
	result, err := vimasync.RunOnce(context.Background(), client, store, vimasync.Params{})
	switch {
	case errors.Is(err, vimasync.ErrFenced): // another process is at work
	case errors.Is(err, vimasync.ErrRejected): // look at the rows that do not decode
	case err != nil:
		log.Fatal(err)
	}
	fmt.Println(len(store.versions), "operations in", result.Pages, "pages, caught up:", result.CaughtUp)
	// Output: 250 operations in 5 pages, caught up: true
}
