package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

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
	endpoint, key, username, password := env("VIMA_URL"), env("VIMA_API_KEY"), env("VIMA_USERNAME"), env("VIMA_PASSWORD")
	var auth vima.Authenticator
	switch {
	case endpoint == "":
		return nil, nil //nolint:nilnil // which a stream for its tables alone needs
	case key != "" && username+password != "":
		return nil, fmt.Errorf("%w: set VIMA_API_KEY, or VIMA_USERNAME and VIMA_PASSWORD, but not both", errUsage)
	case key != "":
		auth = vima.APIKey(key)
	case username != "" && password != "":
		auth = vima.BasicAuth(username, password)
	default:
		return nil, fmt.Errorf("%w: VIMA_URL needs VIMA_API_KEY, or VIMA_USERNAME and VIMA_PASSWORD", errUsage)
	}
	return vima.NewClient(endpoint, auth, vima.WithRetry(vima.RetryPolicy(retries(offline))))
}

func diagnoseVima(err error) trouble {
	var refusal *vima.Error
	var unreadable *vima.DecodeError
	switch {
	case errors.Is(err, vima.ErrUnauthorized), errors.Is(err, vima.ErrForbidden):
		return trouble{classCredentials, "Check VIMA_API_KEY, or VIMA_USERNAME and VIMA_PASSWORD, and from which addresses they are let in."}
	case errors.Is(err, vima.ErrNotFound):
		return trouble{classRefused, "VIMA_URL must be the whole URL of the operation list, as " + vima.ProductionURL}
	case errors.Is(err, vima.ErrInvalidRequest):
		return trouble{classInvalid, "VIMA_URL must be a URL with https, as " + vima.ProductionURL}
	case errors.Is(err, vimasync.ErrInvalidRequest):
		return trouble{classInvalid, "A stream keeps the VIMA_PROJECT that it was begun with: use another database for another one."}
	case errors.Is(err, vima.ErrPaginationStalled):
		return trouble{classStalled, "The newest operation has no cursor, or the collector ignores cursors: tell its support."}
	case errors.As(err, &refusal):
		return refused(refusal.StatusCode, refusal.RetryAfter, "VIMA_URL")
	case errors.As(err, &unreadable), errors.Is(err, vima.ErrResponseTooLarge):
		return trouble{classUnreadable, "The answer is no list of operations: check VIMA_URL, and whether a proxy answers in its place."}
	case errors.Is(err, vimasync.ErrRejected):
		return lookAtRejects("vima_operations")
	case outermost(err, "vima"):
		return unreachable("VIMA_URL")
	case outermost(err, "vimasync"):
		return brokenDatabase()
	}
	return trouble{}
}
