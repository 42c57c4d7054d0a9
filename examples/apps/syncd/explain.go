package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
)

// class is what went wrong, of a few, for the metrics.
type class string

const (
	classCredentials class = "credentials"
	classRefused     class = "refused"
	classUnavailable class = "unavailable"
	classUnreadable  class = "unreadable"
	classStalled     class = "stalled"
	classNetwork     class = "network"
	classDatabase    class = "database"
	classTimeout     class = "timeout"
	classInvalid     class = "invalid"
	classOther       class = "other"
)

func classes() []class {
	return []class{
		classCredentials, classRefused, classUnavailable, classUnreadable, classStalled,
		classNetwork, classDatabase, classTimeout, classInvalid, classOther,
	}
}

// trouble is what an error means, and what to do about it.
type trouble struct {
	class  class
	advice string
}

// explain is the error and what to do about it.
func explain(err error) string {
	if t := diagnose(err); t.advice != "" {
		return fmt.Sprintf("%s\n  %s", withoutAddress(err.Error()), t.advice)
	}
	return withoutAddress(err.Error())
}

// diagnose knows the errors of all packages.
func diagnose(err error) trouble {
	var postgres *pgconn.PgError
	var connect *pgconn.ConnectError
	var lite *sqlite.Error
	switch {
	case errors.Is(err, errUsage):
		return trouble{classInvalid, "syncd -h lists commands and flags."}
	case errors.Is(err, context.Canceled):
		return trouble{classTimeout, "It was interrupted: what was committed stays, and the next pass goes on from there."}
	case errors.As(err, &postgres), errors.As(err, &lite):
		return trouble{classDatabase, "The database refused: check that it is the right one, that the role may write, and that syncd migrate was run."}
	case errors.As(err, &connect):
		return trouble{classDatabase, "The database could not be reached: check -db or SYNCD_DB."}
	case errors.Is(err, context.DeadlineExceeded):
		return trouble{classTimeout, "The service or the database is slow."}
	}
	for _, s := range services {
		if t := s.diagnose(err); t.class != "" {
			return t
		}
	}
	return trouble{class: classOther}
}

// outermost reports whether err comes from a package: the text of an error begins
// with its name.
func outermost(err error, name string) bool { return strings.HasPrefix(err.Error(), name+": ") }

// unreachable is a call that ended without an answer.
func unreachable(variable string) trouble {
	return trouble{classNetwork, "The service gave no answer: check the network, a proxy, and the host in " + variable + "."}
}

// brokenDatabase is a store that failed without a word of the database's.
func brokenDatabase() trouble {
	return trouble{classDatabase, "The connection to the database broke; the next pass tries again."}
}

func lookAtRejects(table string) trouble {
	return trouble{classUnreadable, "Look at sync_rejects: these rows are not in " + table + "."}
}

// refused is what a status says that is no more special.
func refused(status int, retryAfter time.Duration, variable string) trouble {
	switch {
	case retryAfter > 0:
		return trouble{classUnavailable, fmt.Sprintf("The service asks to come back in %s.", retryAfter.Round(time.Second))}
	case status == 429 || status >= 500:
		return trouble{classUnavailable, "The service is in trouble; the request has been repeated without success. The next pass tries again."}
	default:
		return trouble{classRefused, "The service refused the request: check " + variable + " for a redirect."}
	}
}

func exitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, context.Canceled):
		return 130
	case errors.Is(err, errUsage), diagnose(err).class == classInvalid:
		return 2
	}
	return 1
}
