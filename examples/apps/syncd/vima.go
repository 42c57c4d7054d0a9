package main

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"github.com/payclients/payclients-go/examples/apps/internal/environ"
	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
)

// openVima is the stream of a collector's operations. Without VIMA_URL it has
// tables and no service.
func openVima(env func(string) string, db *database, offline bool) (*stream, error) {
	client, err := vimaClient(env, offline)
	if err != nil {
		return nil, err
	}
	reads, err := vimaParams(env)
	if err != nil {
		return nil, err
	}
	dialect, options := vimasync.SQLite, []vimasync.StoreOption(nil)
	if db.pool != nil {
		dialect = vimasync.PostgreSQL
	}
	if offline {
		options = append(options, vimasync.OnApply(func(ctx context.Context, tx *sql.Tx, a vimasync.Applied) error {
			return db.enter(ctx, tx, "vima", a.Row.OperationID, a.Row.OperationUpdateID)
		}))
	}
	store, err := vimasync.NewSQLStore(db.sql, dialect, options...)
	if err != nil {
		return nil, err
	}
	return &stream{
		name:    "vima",
		migrate: store.Migrate,
		pass: func(ctx context.Context) (result, error) {
			r, err := vimasync.RunOnce(ctx, client, store, reads)
			return vimaResult(r), err
		},
		check: func(ctx context.Context, from, to time.Time) ([]comparison, error) {
			days := vimasync.CheckParams{From: vima.DateOf(from), To: vima.DateOf(to)}
			if reads.Project != "" {
				days.Projects = []string{reads.Project}
			}
			report, err := vimasync.Check(ctx, client, store, days)
			return comparisons(report.Days), err
		},
		lag: func(ctx context.Context) (time.Duration, bool, error) {
			return store.Lag(ctx, vimasync.DefaultStream)
		},
		fenced: vimasync.ErrFenced, rejected: vimasync.ErrRejected,
	}, nil
}

func vimaParams(env func(string) string) (p vimasync.Params, err error) {
	p.Project = env("VIMA_PROJECT")
	if p.Rewind, err = rewindOf(env, "VIMA_REWIND"); err != nil {
		return p, err
	}
	if from := env("VIMA_FROM"); from != "" && p.From.UnmarshalText([]byte(from)) != nil {
		return p, fmt.Errorf("%w: -vima-from (or VIMA_FROM) must be a day as 2026-01-15", cli.ErrUsage)
	}
	if workers := env("VIMA_WORKERS"); workers != "" {
		if p.Workers, err = strconv.Atoi(workers); err != nil || p.Workers < 1 || p.Workers > 64 {
			return p, fmt.Errorf("%w: -vima-workers (or VIMA_WORKERS) must be 1 to 64", cli.ErrUsage)
		}
	}
	return p, nil
}

func vimaResult(r vimasync.Result) result {
	return result{r.Inserted, r.Updated, r.Unchanged, r.Rejected, r.Pages, r.Lag, r.CaughtUp}
}

// vimaClient is nil without VIMA_URL.
func vimaClient(env func(string) string, offline bool) (*vima.Client, error) {
	endpoint, auth, err := environ.Vima(env)
	if err != nil || endpoint == "" {
		return nil, err // a stream for its tables alone needs no client
	}
	return vima.NewClient(endpoint, auth, vima.WithRetry(vima.RetryPolicy(retries(offline))))
}
