package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

// errDiffers is a copy that is not what the service has.
var errDiffers = errors.New("the copy differs from the service")

// action is what a command does with the streams of a database.
type action func(ctx context.Context, db *database, streams []*stream) error

// real does something with the services that env names.
func (c config) real(ctx context.Context, env func(string) string, log *slog.Logger, do action) error {
	db, err := await(ctx, c.db, c.wait, log)
	if err != nil {
		return err
	}
	defer db.close()
	streams, err := openStreams(env, db, c.child, c.services)
	if err != nil {
		return err
	}
	if c.migrate {
		if err := db.makeTables(ctx, streams); err != nil {
			return err
		}
	}
	madeUp, err := db.hasLedger(ctx)
	if err != nil {
		return err
	}
	if madeUp && !c.child {
		return fmt.Errorf("%w: -db: the database holds made-up operations of an offline run", cli.ErrUsage)
	}
	return do(ctx, db, streams)
}

// makeTables makes those of the services that env names, or of all.
func (c config) makeTables(ctx context.Context, env func(string) string, stdout io.Writer) error {
	of := c.services
	if len(of) == 0 {
		of = services
	}
	db, err := openDatabase(ctx, c.db)
	if err != nil {
		return err
	}
	defer db.close()
	streams, err := openStreams(env, db, false, of)
	if err != nil {
		return err
	}
	if err := db.makeTables(ctx, streams); err != nil {
		return err
	}
	for _, s := range streams {
		_, _ = fmt.Fprintf(stdout, "%s: the tables are there\n", s.name)
	}
	_, _ = fmt.Fprintln(stdout, "river: the tables are there")
	return nil
}

// serve makes passes on schedule.
func (c config) serve(log *slog.Logger) action {
	return func(ctx context.Context, db *database, streams []*stream) error {
		d, err := newDaemon(c, db, streams, log)
		if err != nil {
			return err
		}
		ctx, cancel := c.limited(ctx)
		defer cancel()
		return d.run(ctx)
	}
}

// limited ends after -for.
func (c config) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if c.length == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, c.length)
}

// once makes a pass of every stream, and tells of all before it fails.
func (c config) once(stdout io.Writer) action {
	return func(ctx context.Context, _ *database, streams []*stream) error {
		var failed error
		for _, s := range streams {
			began := time.Now()
			r, err := s.pass(ctx)
			o := s.outcome(ctx, r, err)
			_, _ = fmt.Fprintf(stdout, "%s: %s: inserted %d, updated %d, unchanged %d, rejected %d; %d pages in %s\n",
				s.name, o, r.Inserted, r.Updated, r.Unchanged, r.Rejected, r.Pages, time.Since(began).Round(time.Millisecond))
			if o != outcomeFenced {
				failed = errors.Join(failed, err)
			}
			if ctx.Err() != nil {
				break
			}
		}
		return failed
	}
}

// check compares days, and tells of all before it fails.
func (c config) check(stdout io.Writer) action {
	return func(ctx context.Context, _ *database, streams []*stream) error {
		from, to := c.from, c.to
		if from.IsZero() {
			from = time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -1)
			to = from
		}
		var failed error
		for _, s := range streams {
			days, err := s.check(ctx, from, to)
			failed = errors.Join(failed, err)
			for _, d := range days {
				_, _ = fmt.Fprintf(stdout, "%s: %s\n", s.name, d)
				if !d.OK() && !errors.Is(failed, errDiffers) {
					failed = errors.Join(failed, errDiffers)
				}
			}
			if ctx.Err() != nil {
				break
			}
		}
		return failed
	}
}
