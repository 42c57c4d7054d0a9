package main

import (
	"context"
	"database/sql"
	"time"

	"github.com/payclients/payclients-go/examples/apps/internal/environ"
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
	rewind, err := rewindOf(env, "VIMA_REWIND")
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
	reads := vimasync.Params{Project: env("VIMA_PROJECT"), Rewind: rewind}
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
