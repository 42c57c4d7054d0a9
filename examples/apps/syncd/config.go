package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/payclients/payclients-go/examples/apps/internal/address"
	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/vima/vimasync"
)

// The bounds of -every: River keys a job's period by seconds, and forgets
// completed jobs after a day, which three ticks must not exceed.
const (
	shortestTick = time.Second
	longestTick  = 8 * time.Hour
)

// config is what the flags say.
type config struct {
	command   string
	db        string // a PostgreSQL URL, a file, or "" for one that is made for this run
	every     time.Duration
	http      string // "" is no server
	length    time.Duration
	wait      time.Duration // for the database, at the start
	rows      int           // of each fake, at the start
	processes int
	kill      time.Duration
	migrate   bool
	from, to  time.Time // days of check; zero is not said
	level     slog.Level
	services  []service // that the environment names; none is offline
	logs      bool      // whether lines of JSON are what the command writes to stderr
	child     bool      // of an offline run with several processes
}

// childVariable marks a process that an offline run has started: it writes the
// ledger, and ends with its standard input.
const childVariable = "SYNCD_OFFLINE_CHILD"

func (c config) offline() bool { return len(c.services) == 0 }

// herd reports whether the passes are made by processes that this one starts.
func (c config) herd() bool { return c.processes > 1 || c.kill > 0 }

func (c config) do(ctx context.Context, call *cli.Call) error {
	env, stdout, stderr := call.Env, call.Out, call.Err
	switch {
	case c.command == "migrate":
		return c.makeTables(ctx, env, stdout)
	case c.offline():
		return c.demo(ctx, env, stdout, stderr)
	case c.command == "once":
		return c.real(ctx, env, silent(), c.once(stdout))
	case c.command == "check":
		return c.real(ctx, env, silent(), c.check(stdout))
	default:
		if c.child {
			var stop context.CancelFunc
			ctx, stop = untilInputEnds(ctx)
			defer stop()
		}
		log := newLogger(stderr, c.level)
		err := c.real(ctx, env, log, c.serve(log))
		if ctx.Err() != nil && errors.Is(err, context.Canceled) {
			return nil // it was told to stop while it was starting
		}
		return err
	}
}

// parse reads the flags. Whatever is wrong is reported before anything is touched.
func parse(call *cli.Call) (config, error) {
	args, env := call.Args, call.Env
	c := config{command: "run", child: env(childVariable) != ""}
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		c.command, args = args[0], args[1:]
	}
	if !slices.Contains([]string{"run", "once", "check", "migrate"}, c.command) {
		return c, fmt.Errorf("%w: there is no such command, but run, once, check and migrate", cli.ErrUsage)
	}
	var err error
	if c.services, err = configured(env); err != nil {
		return c, err
	}
	p := program()
	flags := p.Flags()
	c.flags(flags)
	if err := p.Parse(flags, &cli.Call{Args: args, Out: call.Out}); err != nil {
		return c, err
	}
	c.setDefaults(env)
	if err := c.validate(); err != nil {
		return c, err
	}
	c.logs = c.command == "run" && !c.offline()
	return c, nil
}

func (c *config) setDefaults(env func(string) string) {
	if c.db == "" {
		c.db = env("SYNCD_DB")
	}
	if c.db == "" && (!c.offline() || c.command == "migrate") {
		c.db = "syncd.db"
	}
	if c.to.IsZero() {
		c.to = c.from
	}
}

// flags are those of the command.
func (c *config) flags(f *flag.FlagSet) {
	every, http := vimasync.DefaultInterval, "127.0.0.1:9090"
	if c.offline() {
		every, http = 2*time.Second, ""
	}
	f.StringVar(&c.db, "db", "", "SQLite `file`, or postgres://…; SYNCD_DB unless set, else syncd.db, or offline a file that is removed")
	if c.command != "migrate" {
		f.BoolVar(&c.migrate, "migrate", true, "make missing tables first; false where the role may not")
	}
	if c.command != "migrate" {
		f.IntVar(&c.rows, "rows", 3000, "offline: `number` of rows that each service has at the start, 100 to 1000000")
	}
	switch c.command {
	case "run":
		f.DurationVar(&c.every, "every", every, "`time` between passes, 1s to 8h, the same in all processes; 5m for real services, 2s offline")
		f.StringVar(&c.http, "http", http, "`address` of /healthz and /metrics, empty is none; 127.0.0.1:9090 for real services, none offline")
		f.DurationVar(&c.wait, "wait", 5*time.Minute, "`time` to wait for a PostgreSQL database that does not answer at the start; 0 is none")
		f.DurationVar(&c.length, "for", 0, "end by itself after this `time`; 0 is never")
		f.TextVar(&c.level, "log", slog.LevelInfo, "least `level` that is logged: debug, info, warn or error")
		f.IntVar(&c.processes, "processes", 1, "offline: `number` of processes that work on the database")
		f.DurationVar(&c.kill, "kill", 0, "offline: kill one of the processes at random each such `time`; 0 is never")
	case "check":
		f.Func("from", "first `day` in UTC, YYYY-MM-DD (default yesterday, or the made-up days)", day(&c.from))
		f.Func("to", "last `day`, included (default as -from)", day(&c.to))
	}
}

func day(into *time.Time) func(string) error {
	return func(text string) (err error) {
		if *into, err = time.Parse(time.DateOnly, text); err != nil {
			return errors.New("must be a day of the calendar as YYYY-MM-DD")
		}
		return nil
	}
}

func (c *config) validate() error {
	wrong := func(text string) error { return fmt.Errorf("%w: %s", cli.ErrUsage, text) }
	switch {
	case c.db != "" && !address.IsPostgres(c.db) && !address.IsPath(c.db):
		return wrong(address.Rule)
	case c.command == "run" && (c.every < shortestTick || c.every > longestTick):
		return wrong(fmt.Sprintf("-every must be from %s to %s", shortestTick, longestTick))
	case c.command != "migrate" && (c.rows < 100 || c.rows > 1_000_000):
		return wrong("-rows must be 100 to 1000000")
	case c.length < 0:
		return wrong("-for must not be negative")
	case c.wait < 0:
		return wrong("-wait must not be negative")
	case c.kill < 0:
		return wrong("-kill must not be negative")
	case c.command == "run" && (c.processes < 1 || c.processes > 16):
		return wrong("-processes must be 1 to 16")
	case c.herd() && !c.offline():
		return wrong("-processes and -kill are for made-up services: start syncd on as many machines as you like")
	case c.herd() && c.http != "":
		return wrong("-http is of one process, and does not go with -processes and -kill")
	case c.from.IsZero() && !c.to.IsZero():
		return wrong("-to needs -from")
	case !c.to.IsZero() && c.from.After(c.to):
		return wrong(fmt.Sprintf("-from %s is after -to %s", c.from.Format(time.DateOnly), c.to.Format(time.DateOnly)))
	}
	return nil
}
