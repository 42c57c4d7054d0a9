package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/examples/apps/internal/environ"
	"github.com/payclients/payclients-go/examples/internal/cli"
)

// openEcommpay is the stream of ecommpay's operations. Without ECOMMPAY_URL it has
// tables and no service.
func openEcommpay(env func(string) string, db *database, offline bool) (*stream, error) {
	client, err := ecommpayClient(env, offline)
	if err != nil {
		return nil, err
	}
	reads, err := ecommpayParams(env)
	if err != nil {
		return nil, err
	}
	dialect, options := ecommpaysync.SQLite, []ecommpaysync.StoreOption(nil)
	if db.pool != nil {
		dialect = ecommpaysync.PostgreSQL
	}
	if offline {
		options = append(options, ecommpaysync.OnApply(func(ctx context.Context, tx *sql.Tx, a ecommpaysync.Applied) error {
			return db.enter(ctx, tx, "ecommpay", a.Row.OperationID, a.Row.PaymentProviderMessage)
		}))
	}
	store, err := ecommpaysync.NewSQLStore(db.sql, dialect, options...)
	if err != nil {
		return nil, err
	}
	return &stream{
		name:    "ecommpay",
		migrate: store.Migrate,
		pass: func(ctx context.Context) (result, error) {
			r, err := ecommpaysync.RunOnce(ctx, client, store, reads)
			return result(r), err
		},
		check: func(ctx context.Context, from, to time.Time) ([]comparison, error) {
			report, err := ecommpaysync.Check(ctx, client, store, ecommpaysync.CheckParams{From: from, To: to, ProjectIDs: reads.ProjectIDs})
			return comparisons(report.Days), err
		},
		lag: func(ctx context.Context) (time.Duration, bool, error) {
			return store.Lag(ctx, ecommpaysync.DefaultStream)
		},
		fenced: ecommpaysync.ErrFenced, rejected: ecommpaysync.ErrRejected,
	}, nil
}

// ecommpayClient is nil without ECOMMPAY_URL.
func ecommpayClient(env func(string) string, offline bool) (*ecommpay.Client, error) {
	base, credentials, err := environ.Ecommpay(env)
	if err != nil || base == "" {
		return nil, err // a stream for its tables alone needs no client
	}
	return ecommpay.NewClient(base, credentials, ecommpay.WithRetry(ecommpay.RetryPolicy(retries(offline))))
}

func ecommpayParams(env func(string) string) (p ecommpaysync.Params, err error) {
	if p.Rewind, err = rewindOf(env, "ECOMMPAY_REWIND"); err != nil {
		return p, err
	}
	p.ProjectIDs = strings.FieldsFunc(env("ECOMMPAY_PROJECTS"), func(r rune) bool { return r == ',' || r == ' ' })
	p.From, err = time.Parse(time.DateOnly, env("ECOMMPAY_FROM"))
	if err != nil && env("ECOMMPAY_URL") != "" {
		return p, fmt.Errorf("%w: ECOMMPAY_FROM must be the day as 2026-01-15 from which on operations are copied", cli.ErrUsage)
	}
	return p, nil
}
