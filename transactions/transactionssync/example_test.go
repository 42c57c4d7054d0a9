package transactionssync_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// A ledger entry for each version of a transaction that is stored, in the same
// database transaction: it is there once, or the transaction is not there.
func ExampleOnApply() {
	ledger := func(ctx context.Context, tx *sql.Tx, a transactionssync.Applied) error {
		t := a.Row
		if t.Status != transactions.StatusSuccess {
			return nil
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO ledger (id, changed) VALUES ($1, $2)`, t.ID, t.LastModifiedDate)
		return err
	}
	var db *sql.DB // from sql.Open
	_, err := transactionssync.NewSQLStore(db, transactionssync.PostgreSQL, transactionssync.OnApply(ledger))
	fmt.Println(err)
	// Output: transactionssync: invalid request: db: must not be nil
}

// The default, and what a service adds to it that must not keep the ids of senders
// either.
func ExampleMaskAccounts() {
	mask := func(t *transactions.Transaction) {
		transactionssync.MaskAccounts(t)
		t.SenderTrID = ""
	}
	t := transactions.Transaction{SenderAccount: "+996000000001", SenderTrID: "77"}
	mask(&t) // as transactionssync.MapRow(mask) has it done
	fmt.Printf("%q %q\n", t.SenderAccount, t.SenderTrID)
	// Output: "*********0001" ""
}

// A pass as the job of a scheduler, into a Store of one's own.
func ExampleRunOnce() {
	srv := transactionstest.NewServer() // a service in this process; the real one has a base URL of its own
	defer srv.Close()
	srv.Seed(transactionstest.Generate(transactionstest.Plan{Transactions: 250, Seed: 1})...)
	client, err := transactions.NewClient(srv.URL(), transactions.StaticToken(transactionstest.DefaultToken))
	if err != nil {
		log.Fatal(err)
	}

	store := newMemory() // a Store in maps, of this package's tests
	result, err := transactionssync.RunOnce(context.Background(), client, store, transactionssync.Params{})
	switch {
	case errors.Is(err, transactionssync.ErrFenced): // another process is at work
	case errors.Is(err, transactionssync.ErrRejected): // look at the rows that do not decode
	case err != nil:
		log.Fatal(err)
	}
	fmt.Println(len(store.rows), "transactions in", result.Pages, "page, caught up:", result.CaughtUp)
	// Output: 250 transactions in 1 page, caught up: true
}
