package main

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"github.com/payclients/payclients-go/examples/apps/internal/environ"
	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
)

// openTransactions is the stream of a service's transactions. Without
// TRANSACTIONS_URL it has tables and no service.
func openTransactions(env func(string) string, db *database, offline bool) (*stream, error) {
	client, err := transactionsClient(env, offline)
	if err != nil {
		return nil, err
	}
	reads, err := transactionsParams(env)
	if err != nil {
		return nil, err
	}
	dialect, options := transactionssync.SQLite, []transactionssync.StoreOption(nil)
	if db.pool != nil {
		dialect = transactionssync.PostgreSQL
	}
	if offline {
		options = append(options, transactionssync.OnApply(func(ctx context.Context, tx *sql.Tx, a transactionssync.Applied) error {
			id, version := strconv.FormatInt(a.Row.ID, 10), "" // the row is masked, and without what was received
			stored := tx.QueryRowContext(ctx, db.bind("SELECT "+hexDigest(db.pool != nil)+" FROM transactions_transactions WHERE id = ?"), a.Row.ID)
			if err := stored.Scan(&version); err != nil {
				return err
			}
			return db.enter(ctx, tx, "transactions", id, version)
		}))
	}
	store, err := transactionssync.NewSQLStore(db.sql, dialect, options...)
	if err != nil {
		return nil, err
	}
	return &stream{
		name:    "transactions",
		migrate: store.Migrate,
		pass: func(ctx context.Context) (result, error) {
			r, err := transactionssync.RunOnce(ctx, client, store, reads)
			return result(r), err
		},
		check: func(ctx context.Context, from, to time.Time) ([]comparison, error) {
			report, err := transactionssync.Check(ctx, client, store, transactionssync.CheckParams{From: from, To: to})
			return comparisons(report.Days), err
		},
		lag: func(ctx context.Context) (time.Duration, bool, error) {
			return store.Lag(ctx, transactionssync.DefaultStream)
		},
		fenced: transactionssync.ErrFenced, rejected: transactionssync.ErrRejected,
	}, nil
}

// transactionsClient is nil without TRANSACTIONS_URL.
func transactionsClient(env func(string) string, offline bool) (*transactions.Client, error) {
	patient := transactions.WithRetry(transactions.RetryPolicy(retries(offline)))
	base, tokens, err := environ.Transactions(env, patient)
	if err != nil || base == "" {
		return nil, err // a stream for its tables alone needs no client
	}
	return transactions.NewClient(base, tokens, patient)
}

func transactionsParams(env func(string) string) (p transactionssync.Params, err error) {
	if p.Rewind, err = rewindOf(env, "TRANSACTIONS_REWIND"); err != nil {
		return p, err
	}
	if from := env("TRANSACTIONS_FROM"); from != "" {
		if p.From, err = time.Parse(time.DateOnly, from); err != nil {
			return p, fmt.Errorf("%w: TRANSACTIONS_FROM must be a day as 2026-01-15", cli.ErrUsage)
		}
	}
	return p, nil
}
