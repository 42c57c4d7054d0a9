package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

// demo does the command with fakes.
func (c config) demo(ctx context.Context, env func(string) string, stdout, stderr io.Writer) error {
	where, err := newPlace(ctx, c.db)
	if err != nil {
		return err
	}
	defer where.remove()
	c.db = where.db
	db, err := openDatabase(ctx, c.db)
	if err != nil {
		return err
	}
	defer db.close()
	if err := db.prepareOffline(ctx, env); err != nil {
		return err
	}
	all := startFakes(c.rows)
	defer closeFakes(all)
	streams, err := openStreams(overlay(all, env), db, true, services)
	if err != nil {
		return err
	}
	d := demonstration{config: c, db: db, streams: streams, fakes: all, where: where, stdout: stdout, stderr: stderr}
	switch c.command {
	case "once":
		return c.once(stdout)(ctx, db, streams)
	case "check":
		return d.check(ctx)
	default:
		return d.run(ctx)
	}
}

// demonstration is an offline run.
type demonstration struct {
	config
	db             *database
	streams        []*stream
	fakes          []*fake
	where          place
	stdout, stderr io.Writer

	kills int
}

// check catches up first where there is nothing to check yet.
func (d *demonstration) check(ctx context.Context) error {
	if d.where.made {
		if _, err := d.catchUp(ctx); err != nil {
			return err
		}
	}
	var failed error
	for i, f := range d.fakes {
		c := d.config
		if c.from.IsZero() {
			c.from, c.to = f.first, f.last
		}
		failed = errors.Join(failed, c.check(d.stdout)(ctx, d.db, d.streams[i:i+1]))
	}
	return failed
}

// run makes passes while rows change, and then compares.
func (d *demonstration) run(ctx context.Context) error {
	if err := d.fresh(ctx); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(d.stdout, "Services made up on this machine, copied into %s by %s; Ctrl-C ends it\n\n", d.where.what, count(d.processes, "process", "processes"))
	running, stop := d.limited(ctx)
	defer stop()
	view := newScreen(d.stderr, d.length, d.level)
	var beside sync.WaitGroup
	beside.Go(func() { stirAll(running, d.fakes) })
	beside.Go(func() { d.watch(running, view) })
	err := d.work(running, view)
	stop()
	beside.Wait()
	view.clear()
	if err != nil {
		return err
	}
	for _, f := range d.fakes {
		if f.settle != nil {
			f.settle()
		}
	}
	// Once more, and also after Ctrl-C: the second one ends this too.
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Minute)
	defer cancel()
	return d.conclude(ending)
}

// fresh refuses a file in which an earlier run has left what these fakes, which
// begin anew, do not have.
func (d *demonstration) fresh(ctx context.Context) error {
	for _, f := range d.fakes {
		v, err := d.db.audit(ctx, f)
		if err != nil {
			return err
		}
		if v.extra+v.stale > 0 {
			return fmt.Errorf("%w: -db: %s holds operations of an earlier run: name another file", cli.ErrUsage, d.where.what)
		}
	}
	return nil
}

// work makes passes until ctx ends, in this process or in some that are killed.
func (d *demonstration) work(ctx context.Context, view *screen) error {
	if d.herd() {
		h := herd{config: d.config, env: variables(d.fakes), stderr: view}
		defer func() { d.kills = h.kills }()
		return h.run(ctx)
	}
	work, err := newDaemon(d.config, d.db, d.streams, view.log)
	if err != nil {
		return err
	}
	return work.run(ctx)
}

// catchUp makes passes of all streams, beside each other, and returns the last
// ones.
func (d *demonstration) catchUp(ctx context.Context) ([]result, error) {
	last, errs := make([]result, len(d.streams)), make([]error, len(d.streams))
	var group sync.WaitGroup
	for i, s := range d.streams {
		group.Go(func() { last[i], errs[i] = s.catchUp(ctx) })
	}
	group.Wait()
	return last, errors.Join(errs...)
}

// catchUp makes passes until three in a row have read everything and stored
// nothing: what is late may need a few.
func (s *stream) catchUp(ctx context.Context) (last result, err error) {
	quiet := 0
	for range 100 {
		if last, err = s.pass(ctx); ctx.Err() != nil {
			return last, err
		}
		if quiet++; err != nil || !last.CaughtUp || last.Inserted+last.Updated > 0 {
			quiet = 0
		}
		if quiet == 3 {
			return last, nil
		}
	}
	return last, errors.Join(fmt.Errorf("%s: a hundred passes were not enough to catch up", s.name), err)
}

func count(n int, one, more string) string {
	if n == 1 {
		return "one " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}
