package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

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
			return db.enter(ctx, tx, "transactions", strconv.FormatInt(a.Row.ID, 10), a.Version)
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
	base, token := env("TRANSACTIONS_URL"), env("TRANSACTIONS_TOKEN")
	username, password := env("TRANSACTIONS_USERNAME"), env("TRANSACTIONS_PASSWORD")
	patient := transactions.WithRetry(transactions.RetryPolicy(retries(offline)))
	switch {
	case base == "":
		return nil, nil //nolint:nilnil // which a stream for its tables alone needs
	case token != "" && username+password != "":
		return nil, fmt.Errorf("%w: TRANSACTIONS_TOKEN does not go with a user name and a password", errUsage)
	case token != "":
		return transactions.NewClient(base, transactions.StaticToken(token), patient)
	case username == "" || password == "":
		return nil, fmt.Errorf("%w: TRANSACTIONS_URL needs TRANSACTIONS_USERNAME and TRANSACTIONS_PASSWORD, or TRANSACTIONS_TOKEN", errUsage)
	}
	tokens, err := transactions.PasswordTokens(base, username, password, patient)
	if err != nil {
		return nil, err
	}
	return transactions.NewClient(base, tokens, patient)
}

func transactionsParams(env func(string) string) (p transactionssync.Params, err error) {
	if p.Rewind, err = rewindOf(env, "TRANSACTIONS_REWIND"); err != nil {
		return p, err
	}
	if from := env("TRANSACTIONS_FROM"); from != "" {
		if p.From, err = time.Parse(time.DateOnly, from); err != nil {
			return p, fmt.Errorf("%w: TRANSACTIONS_FROM must be a day as 2026-01-15", errUsage)
		}
	}
	return p, nil
}

func diagnoseTransactions(err error) trouble {
	var refusal *transactions.Error
	var unreadable *transactions.DecodeError
	switch {
	case errors.Is(err, transactions.ErrUnauthorized):
		return trouble{classCredentials, "Check TRANSACTIONS_USERNAME and TRANSACTIONS_PASSWORD, or the age of TRANSACTIONS_TOKEN."}
	case errors.Is(err, transactions.ErrForbidden):
		return trouble{classCredentials, "The user has no rights to transactions: ask the administrator of the service."}
	case errors.Is(err, transactions.ErrNotFound):
		return trouble{classRefused, "TRANSACTIONS_URL must be a base URL without /api."}
	case errors.Is(err, transactions.ErrInvalidRequest):
		return trouble{classInvalid, "TRANSACTIONS_URL must be a base URL with https and without /api."}
	case errors.Is(err, transactionssync.ErrInvalidRequest):
		return trouble{classInvalid, "A stream keeps the TRANSACTIONS_FROM that it was begun with: use another database for an earlier one."}
	case errors.Is(err, transactions.ErrFilterIgnored), errors.Is(err, transactions.ErrPaginationStalled):
		return trouble{classStalled, "The service does not filter or sort by lastModifiedDate, without which changes cannot be followed: tell its administrator."}
	case errors.As(err, &refusal):
		return refused(refusal.StatusCode, refusal.RetryAfter, "TRANSACTIONS_URL")
	case errors.As(err, &unreadable), errors.Is(err, transactions.ErrResponseTooLarge):
		return trouble{classUnreadable, "The answer holds no transactions: check TRANSACTIONS_URL, and whether a proxy answers in its place."}
	case errors.Is(err, transactionssync.ErrRejected):
		return lookAtRejects("transactions_transactions")
	case outermost(err, "transactions"):
		return unreachable("TRANSACTIONS_URL")
	case outermost(err, "transactionssync"):
		return brokenDatabase()
	}
	return trouble{}
}
