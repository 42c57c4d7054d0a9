package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/vima"
)

// errRejected is that rows did not decode.
var errRejected = errors.New("rows did not decode")

// sink takes batches of days, each whole or not at all.
type sink interface {
	// next is the first day that is not finished.
	next() vima.Date
	// commit takes a batch, which ends with day last.
	commit(batch *spool, last vima.Date) error
	// totals counts what has been taken, in earlier runs too.
	totals() (operations, rejects int)
	// advice tells how to go on after next().
	advice() string
	close() error
}

// backfill writes the days of c.
func backfill(ctx context.Context, c config, call *cli.Call) (err error) {
	stdout, stderr := call.Out, call.Err
	src, err := newSource(c.demo, call.Env)
	if err != nil {
		return err
	}
	defer src.close()
	if c.demo {
		say(stderr, "demo: operations of January 2026, made up and served on this machine")
	}

	shown := newProgress(c, stdout, stderr)
	out, err := newSink(c, src.name, stdout, shown)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.close()) }()
	batch, err := newSpool(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, batch.close()) }()

	written := func() int { return daysBetween(c.from, out.next()) - 1 }
	if n := written(); n > 0 {
		say(stderr, "%s: %d days are there, it goes on with %s", c.out, n, out.next())
	}
	shown.start(written())
	if err := walk(ctx, c, src.client, out, batch, shown); err != nil {
		shown.stop()
		done := fmt.Sprintf("%d of %d days are written; %s", written(), c.days(), out.advice())
		if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
			return fmt.Errorf("interrupted: %s: %w", done, ctx.Err())
		}
		return fmt.Errorf("%w\n  %s", err, done)
	}
	shown.stop()
	operations, rejects := out.totals()
	say(stderr, "%s: %d days, %d operations, %d rejected; %d requests, %d retried",
		cmp.Or(c.out, "stdout"), written(), operations, rejects, src.requests.Load(), src.retried.Load())
	switch {
	case rejects > 0 && c.out != "":
		return fmt.Errorf("%d %w: they are in %s", rejects, errRejected, c.rejects())
	case rejects > 0:
		return fmt.Errorf("%d %w: they are printed above", rejects, errRejected)
	}
	return nil
}

// walk fetches and commits batch after batch.
func walk(ctx context.Context, c config, client *vima.Client, out sink, batch *spool, shown *progress) error {
	for first := out.next(); first.Compare(c.to) <= 0; first = out.next() {
		last := first.AddDays(c.workers - 1)
		if last.Compare(c.to) > 0 {
			last = c.to
		}
		if err := batch.reset(); err != nil {
			return err
		}
		if err := fetch(ctx, c, client, first, last, batch, shown); err != nil {
			return err
		}
		if err := out.commit(batch, last); err != nil {
			return err
		}
		shown.finished(daysBetween(first, last))
	}
	return nil
}

// fetch gathers the days from first to last. That all of them are complete is
// known when the walk has ended without an error, and not before.
func fetch(ctx context.Context, c config, client *vima.Client, first, last vima.Date, batch *spool, shown *progress) error {
	encode := newEncoder(c)
	only := vima.ListOperationsParams{Project: c.project, Status: vima.Status(c.status)}
	var rows, rejects bytes.Buffer
	for page, err := range client.OperationPagesByDay(ctx, first, last, c.workers, only) {
		if err != nil {
			return err
		}
		rows.Reset()
		rejects.Reset()
		if err := encode.page(&rows, page.Operations); err != nil {
			return err
		}
		for _, bad := range page.Bad {
			writeReject(&rejects, bad)
		}
		at := place{day: page.Date, cursor: page.NextCreateID}
		if err := batch.add(at, rows.Bytes(), rejects.Bytes(), len(page.Operations), len(page.Bad)); err != nil {
			return err
		}
		shown.page(len(page.Operations))
	}
	return nil
}
