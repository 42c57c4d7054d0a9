// Syncd keeps copies of operations in SQL, on one machine or on many: a pass over
// each service every five minutes, as jobs on River (github.com/riverqueue/river).
// It can be killed at any moment, and neither loses nor doubles a row.
//
//	go -C examples/apps run ./syncd -for 30s                                   # made-up services, SQLite
//	go -C examples/apps run ./syncd -for 30s -processes 3 -kill 3s             # killed at random
//	make syncd && bin/syncd -h                                                 # a static binary
//
// Without an environment the services are fakes on this machine. Their rows are
// added to and changed all the time, some become visible late, and 12 of 100
// requests fail. At the end the copies are compared with them:
//
//	Services made up on this machine, copied into PostgreSQL by 3 processes; Ctrl-C ends it
//
//	      STREAM  AT SERVICE  STORED  PASSES  FENCED  FAILED  CUT OFF  REJECTED  LAG
//	        vima        3371    3371      14       1       0        1         0   0s
//	    ecommpay        3413    3413      11       1       0        3         0   0s
//	transactions        3362    3362      15       1       0        0         0   0s
//
//	3 processes, 9 killed
//
//	lost 0, doubled 0, stale 0
//
// A pass is cut off where its process was killed, and fenced where another process
// was faster. Lost rows are not stored, doubled ones were applied twice (a ledger
// has an entry for each, made in the same transaction), and stale ones are stored
// in an older version.
//
// The environment leads to the real services, to any of them:
//
//	VIMA_URL               the whole URL of the operation list, see vima.ProductionURL
//	VIMA_API_KEY           or VIMA_USERNAME and VIMA_PASSWORD
//	VIMA_PROJECT           only this project; all unless set
//	VIMA_FROM              the first day of the copy, as -vima-from
//	VIMA_WORKERS           requests of the first copy at a time, as -vima-workers
//	ECOMMPAY_URL           base URL, see ecommpay.ProductionURL
//	ECOMMPAY_TOKEN         the token of the user account
//	ECOMMPAY_SECRET        the secret that was issued with it
//	ECOMMPAY_FROM          the day, YYYY-MM-DD, from which on operations are copied
//	ECOMMPAY_PROJECTS      ids with commas between them; all that the token reaches unless set
//	TRANSACTIONS_URL       base URL without /api
//	TRANSACTIONS_USERNAME  user who gets a token, with
//	TRANSACTIONS_PASSWORD  a password; or
//	TRANSACTIONS_TOKEN     a token
//	TRANSACTIONS_FROM      the day from which on changes are copied; all unless set
//	SYNCD_DB               as -db, for a password that must not be seen in a list of processes
//
// VIMA_REWIND, ECOMMPAY_REWIND and TRANSACTIONS_REWIND say how late a row may become
// visible and still be read; 10m unless set.
//
// # Commands
//
//	syncd [run]    passes on schedule until Ctrl-C or SIGTERM, or for -for
//	syncd once     a pass of every stream
//	syncd check    compares days with the services, a line a day
//	syncd migrate  makes the tables, for a deployment whose run has -migrate=false
//
// syncd COMMAND -h lists the flags. -db is a SQLite file, ./syncd.db unless set,
// or the URL of a PostgreSQL database; any other text is refused, and no output
// has the database's address, user or password. The tables are the tables of vimasync, ecommpaysync
// and transactionssync, with rows as received where these keep them by default. They
// hold personal data, and the file is readable by its owner only. River calls its
// SQLite driver young; what holds here rests on the sync packages with either.
//
// # How it is scheduled
//
// Time is cut into ticks of -every, the same for all processes. At its start and
// at each tick every process inserts a job for each stream, which is unique by
// stream and tick: so there is one job a stream and tick, in any number of
// processes, and one of them works it. None of them is special: River's
// own periodic jobs come from an elected leader, and once that one was killed they
// stopped for 17 to 20 seconds (measured), until there was another one.
//
// A job may take nine tenths of a tick, and is tried once, because the next tick
// is the retry. One whose process was killed stays behind as running until River
// discards it, about a minute after its tick, and holds nobody up: the job of the
// next tick is another one, and goes on from the last commit.
//
// A pass that finds that another process has moved the stream on is cancelled and
// no error. That nothing is applied twice does not rest on jobs but on commits,
// see package vimasync and its siblings.
//
// # What can be watched
//
// Logs are lines of JSON on stderr. On -http, 127.0.0.1:9090 unless set, /healthz
// is 200 while every stream has had a good pass within three ticks, in any
// process, and else 503 with the stream; /metrics is for Prometheus:
//
//	syncd_passes_total{stream,outcome}            ok, rejected, partial, fenced, stopped, failed
//	syncd_pass_duration_seconds{stream}           histogram
//	syncd_rows_total{stream,result}               inserted, updated, unchanged, rejected
//	syncd_pages_total{stream}
//	syncd_fenced_commits_total{stream}            another process came first; no alert
//	syncd_errors_total{stream,class}              credentials, refused, unavailable, unreadable, stalled,
//	                                              network, database, timeout, invalid, other
//	syncd_lag_seconds{stream}                     since the copy was last complete, in any process
//	syncd_rejected_rows{stream}                   rows in sync_rejects
//	syncd_last_success_timestamp_seconds{stream}  max by (stream), as each process reports its own passes
//
// A row that does not decode is kept in sync_rejects and counts as rejected in
// each pass that reads it again.
//
// The lag comes from the database (caught_up_at), so a new process has it at once and
// all processes show the same. It grows by a second a second until a pass has read
// everything by itself, and has no value before the first of these. Alert on it.
//
// While a PostgreSQL database does not answer, the log has one line at the start, one a
// minute and one at the end. Passes fail in the meantime and go on after it. At its
// start run waits for the database, for -wait (5m). What ends run is a line of JSON too.
//
// # Exit codes
//
// 0 all is well, also after Ctrl-C or SIGTERM in run; 1 something failed, or check
// found a difference; 2 wrong flags or environment; 130 once or check interrupted.
// The first signal ends the pass under way, of which stays what was committed, and
// everything else in good order; the second one ends the process.
package main

import (
	"context"
	"log/slog"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

func main() { program().Main(run) }

// run does what the command line asks for.
func run(ctx context.Context, call *cli.Call) error {
	c, err := parse(call)
	if err != nil {
		return err
	}
	if err = c.do(ctx, call); err != nil && c.logs {
		t := diagnose(err)
		newLogger(call.Err, slog.LevelError).LogAttrs(ctx, slog.LevelError, "ended",
			slog.String("class", string(t.Class)), slog.Any("error", err), slog.String("advice", t.Advice))
		return cli.Printed(err)
	}
	return err
}
