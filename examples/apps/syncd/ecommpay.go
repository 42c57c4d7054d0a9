package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
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
	base, credentials := env("ECOMMPAY_URL"), ecommpay.Credentials{Token: env("ECOMMPAY_TOKEN"), Secret: env("ECOMMPAY_SECRET")}
	switch {
	case base == "":
		return nil, nil //nolint:nilnil // which a stream for its tables alone needs
	case credentials.Token == "" || credentials.Secret == "":
		return nil, fmt.Errorf("%w: ECOMMPAY_URL needs ECOMMPAY_TOKEN and ECOMMPAY_SECRET", errUsage)
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
		return p, fmt.Errorf("%w: ECOMMPAY_FROM must be the day as 2026-01-15 from which on operations are copied", errUsage)
	}
	return p, nil
}

func diagnoseEcommpay(err error) trouble {
	var refusal *ecommpay.Error
	var unreadable *ecommpay.DecodeError
	switch {
	case errors.Is(err, ecommpay.ErrUnauthorized), errors.Is(err, ecommpay.ErrForbidden):
		return trouble{classCredentials, "Check ECOMMPAY_TOKEN and ECOMMPAY_SECRET, whose token ends when a newer one is made, and that it reaches ECOMMPAY_PROJECTS."}
	case errors.Is(err, ecommpay.ErrBadSignature):
		return trouble{classUnreadable, "The answer is not signed by ECOMMPAY_SECRET: check it, and whether a proxy changes answers."}
	case errors.Is(err, ecommpay.ErrNotFound):
		return trouble{classRefused, "ECOMMPAY_URL must be the base URL, as " + ecommpay.ProductionURL}
	case errors.Is(err, ecommpay.ErrInvalidRequest):
		return trouble{classInvalid, "ECOMMPAY_URL must be a URL with https, as " + ecommpay.ProductionURL}
	case errors.Is(err, ecommpaysync.ErrInvalidRequest):
		return trouble{classInvalid, "A stream keeps the ECOMMPAY_PROJECTS and the ECOMMPAY_FROM that it was begun with: use another database for others."}
	case errors.Is(err, ecommpay.ErrPaginationStalled):
		return trouble{classStalled, "The rows would not hold still: the next pass reads a shorter interval."}
	case errors.As(err, &refusal):
		return refused(refusal.StatusCode, refusal.RetryAfter, "ECOMMPAY_URL")
	case errors.As(err, &unreadable), errors.Is(err, ecommpay.ErrResponseTooLarge):
		return trouble{classUnreadable, "The answer is none of the Data API: check ECOMMPAY_URL, and whether a proxy answers in its place."}
	case errors.Is(err, ecommpaysync.ErrRejected):
		return lookAtRejects("ecommpay_operations")
	case outermost(err, "ecommpay"):
		return unreachable("ECOMMPAY_URL")
	case outermost(err, "ecommpaysync"):
		return brokenDatabase()
	}
	return trouble{}
}
