package main

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"github.com/payclients/payclients-go/examples/apps/internal/address"
	"github.com/payclients/payclients-go/examples/apps/internal/explain"
	"github.com/payclients/payclients-go/examples/internal/cli"
)

// diagnose returns what an error means, of the database, of a service or of this
// program.
func diagnose(err error) explain.Trouble {
	var postgres *pgconn.PgError
	var connect *pgconn.ConnectError
	var lite *sqlite.Error
	switch {
	case errors.Is(err, cli.ErrUsage):
		return explain.Trouble{Class: explain.Invalid, Advice: "syncd -h lists flags and variables."}
	case errors.Is(err, context.Canceled):
		return explain.Trouble{Class: explain.Timeout, Advice: "It was interrupted: what was committed stays, and the next pass goes on from there."}
	case errors.As(err, &postgres), errors.As(err, &lite):
		return explain.Trouble{Class: explain.Database, Advice: "The database refused: check that it is the right one, that the role may write, and that syncd migrate was run."}
	case errors.As(err, &connect):
		return explain.Trouble{Class: explain.Database, Advice: "The database could not be reached: check -db or SYNCD_DB."}
	case errors.Is(err, context.DeadlineExceeded):
		return explain.Trouble{Class: explain.Timeout, Advice: "The service or the database is slow."}
	}
	if t := explain.Provider(err); t.Class != "" {
		return t
	}
	return explain.Trouble{Class: explain.Other}
}

// program is what -h prints, and what becomes of errors.
func program() *cli.Program {
	return &cli.Program{
		Name: "syncd", Commands: "[run|once|check|migrate]", Redact: address.Redact,
		Advise: func(err error) string { return diagnose(err).Advice },
		Code: func(err error) int {
			if diagnose(err).Class == explain.Invalid {
				return 2
			}
			return 1
		},
		About: `
Keeps copies of operations in SQLite or PostgreSQL. Without the URL of a service it
runs offline.

  syncd [run]    passes on schedule until Ctrl-C or SIGTERM, or for -for
  syncd once     a pass of every stream
  syncd check    compares days with the services, a line a day
  syncd migrate  makes the tables

syncd COMMAND -h lists the flags of a command.`,
		Variables: `
VIMA_URL               the whole URL of the operation list
VIMA_API_KEY           or VIMA_USERNAME and VIMA_PASSWORD
VIMA_PROJECT           only this project; all unless set
VIMA_REWIND            how late a row may become visible and still be read; 10m
                       unless set; ECOMMPAY_REWIND and TRANSACTIONS_REWIND too
ECOMMPAY_URL           base URL
ECOMMPAY_TOKEN         the token of the user account
ECOMMPAY_SECRET        the secret that was issued with it
ECOMMPAY_FROM          the day, YYYY-MM-DD, from which on operations are copied
ECOMMPAY_PROJECTS      ids with commas between them; all unless set
TRANSACTIONS_URL       base URL without /api
TRANSACTIONS_USERNAME  and TRANSACTIONS_PASSWORD, or TRANSACTIONS_TOKEN
TRANSACTIONS_FROM      the day from which on changes are copied; all unless set
SYNCD_DB               as -db, for a password that must not be seen in a list of
                       processes`,
		Files: `
-db is a SQLite file, which is made where there is none and is readable by its owner
only, or a PostgreSQL database, with the tables of vimasync, ecommpaysync,
transactionssync and River. run writes lines of JSON to the standard error.`,
		Codes: `
0    all is well, also after Ctrl-C or SIGTERM in run
1    something failed, or check found a difference
2    wrong flags or environment
130  once or check was interrupted by SIGINT or SIGTERM`,
		Real: `
make apps
VIMA_URL=https://… VIMA_API_KEY=… bin/syncd -db postgres://user@host/name`,
	}
}
