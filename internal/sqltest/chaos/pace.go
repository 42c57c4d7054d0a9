package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// dayShares are the operations of consecutive days, relative to each other.
var dayShares = []int{1, 10, 3, 2, 6}

// runPace measures first passes over the same history, each into an empty
// database.
func runPace(ctx context.Context, args []string) error {
	set := flag.NewFlagSet("chaos pace", flag.ContinueOnError)
	operations := set.Int("operations", 60_000, "operations of the history")
	days := set.Int("days", 60, "days of the history, up to yesterday")
	workers := set.Int("workers", 16, "workers of the last pass, 1 to 64")
	latency := set.Duration("latency", 50*time.Millisecond, "of each request")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *operations < 1 || *days < 1 || *workers < 1 || *workers > vima.MaxRanges || *latency < 0 || set.NArg() > 0 {
		return errors.New("-operations, -days, -workers: must be above zero, -workers at most 64, without further arguments")
	}
	srv := vimatest.NewServer()
	defer srv.Close()
	from := seedDays(srv, *operations, *days)
	srv.Inject(vimatest.Fault{Delay: *latency, Times: -1})
	on := []string{sqlite}
	if os.Getenv(postgresVariable) != "" {
		on = append(on, postgresql)
	}
	fmt.Printf("%d operations of %d days, %s a request\n\n%-10s  %-24s  %10s  %8s  %7s  %9s  %5s\n", len(srv.Rows()), *days, *latency,
		"database", "first pass", "operations", "requests", "seconds", "a second", "times")
	for _, kind := range on {
		walk := time.Duration(0)
		for _, one := range []struct {
			name   string
			params vimasync.Params
		}{
			{"one walk", vimasync.Params{}},
			{"ranges, 1 worker", vimasync.Params{From: from, Workers: 1}},
			{fmt.Sprintf("ranges, %d workers", *workers), vimasync.Params{From: from, Workers: *workers}},
		} {
			srv.ResetRequests()
			took, err := pace(ctx, kind, srv, one.params)
			if err != nil {
				return err
			}
			if walk == 0 {
				walk = took
			}
			fmt.Printf("%-10s  %-24s  %10d  %8d  %7.1f  %9d  %5.1f\n", kind, one.name, len(srv.Rows()), len(srv.Requests()), took.Seconds(),
				int64(len(srv.Rows()))*1000/max(took.Milliseconds(), 1), walk.Seconds()/took.Seconds())
		}
	}
	return nil
}

// pace makes a first pass, which must store everything, and returns how long it
// took.
func pace(ctx context.Context, kind string, srv *vimatest.Server, p vimasync.Params) (took time.Duration, err error) {
	d, err := newDatabase(ctx, kind)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, d.remove()) }()
	pool, err := d.pool()
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	client, err := vima.NewClient(srv.URL(), vimatest.DefaultCredentials())
	if err != nil {
		return 0, err
	}
	store, err := paceStore(ctx, kind, pool)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	result, err := vimasync.RunOnce(ctx, client, store, p)
	took = time.Since(began)
	if err == nil && (!result.CaughtUp || result.Inserted != len(srv.Rows())) {
		err = fmt.Errorf("%d operations of %d", result.Inserted, len(srv.Rows()))
	}
	return took, err
}

func paceStore(ctx context.Context, kind string, pool *sql.DB) (*vimasync.SQLStore, error) {
	dialect := vimasync.SQLite
	if kind == postgresql {
		dialect = vimasync.PostgreSQL
	}
	store, err := vimasync.NewSQLStore(pool, dialect)
	if err != nil {
		return nil, err
	}
	return store, store.Migrate(ctx)
}

// seedDays adds about that many operations, and returns their first day.
func seedDays(srv *vimatest.Server, operations, days int) vima.Date {
	from := vima.DateOf(time.Now()).AddDays(-days)
	shares := 0
	for i := range days {
		shares += dayShares[i%len(dayShares)]
	}
	for i := range days {
		n := max(1, operations*dayShares[i%len(dayShares)]/shares)
		for o := range (vimatest.Plan{Operations: n, Seed: uint64(i), From: from.AddDays(i), Days: 1}).All() {
			srv.Seed(o)
		}
	}
	return from
}
