package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"github.com/payclients/payclients-go/examples/apps/internal/explain"
)

// daemon makes passes on schedule.
type daemon struct {
	config
	db      *database
	streams []*stream
	queue   queue
	metrics *metrics
	outage  *outage
	log     *slog.Logger
	routine slog.Level // of passes that went well
	began   time.Time
}

// stopTime is how long the passes under way may take to end, and insertTime how
// long the database may take for the jobs of a tick.
const (
	stopTime   = 15 * time.Second
	insertTime = 10 * time.Second
)

func newDaemon(c config, db *database, streams []*stream, log *slog.Logger) (*daemon, error) {
	d := &daemon{config: c, db: db, streams: streams, log: log, began: time.Now()}
	d.metrics, d.outage = newMetrics(streams), newOutage(log, db.ping)
	if c.offline() || c.child {
		d.routine = slog.LevelDebug
	}
	var err error
	d.queue, err = db.queue(d.riverConfig())
	return d, err
}

// run works until ctx ends, and returns nil once everything has stopped.
func (d *daemon) run(ctx context.Context) error {
	web, err := d.listen(ctx)
	if err != nil {
		return err
	}
	// Not ctx: a job that is cancelled by it counts as failed, one that is
	// interrupted by StopAndCancel goes back to the queue.
	if err := d.queue.Start(context.WithoutCancel(ctx)); err != nil {
		return errors.Join(err, web.stop(ctx))
	}
	d.log.InfoContext(ctx, "started", slog.Duration("every", d.every), slog.Int("streams", len(d.streams)))
	ticking, stopTicks := context.WithCancel(ctx)
	watched, ticked := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		d.outage.watch(ticking)
	}()
	go func() {
		defer close(ticked)
		d.tick(ticking)
	}()

	select {
	case <-ctx.Done():
	case err = <-web.failed:
	}
	stopTicks()
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	<-ticked
	<-watched
	err = errors.Join(err, d.queue.StopAndCancel(ending), web.stop(ending))
	d.log.InfoContext(ctx, "stopped")
	return err
}

// tick inserts jobs at once, and then when each tick begins. Any number of
// processes do so, and whoever comes first has inserted the job.
func (d *daemon) tick(ctx context.Context) {
	for ctx.Err() == nil {
		next := time.Now().Truncate(d.every).Add(d.every) // as River cuts time
		err := d.enqueue(ctx)
		if ctx.Err() != nil {
			return
		}
		wait := time.Until(next)
		if err != nil {
			for _, s := range d.streams {
				d.metrics.failed(s.name, explain.Database)
			}
			if !d.outage.on(ctx) {
				d.log.WarnContext(ctx, "jobs were not inserted", slog.Any("error", err), slog.String("class", string(explain.Database)))
			}
			wait = min(wait, time.Second) // the tick is not lost yet
		}
		pause(ctx, wait)
	}
}

// enqueue inserts a job of this tick for each stream, unless it is there.
func (d *daemon) enqueue(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, insertTime)
	defer cancel()
	var jobs []river.InsertManyParams
	for _, s := range d.streams {
		jobs = append(jobs, river.InsertManyParams{Args: passArgs{Stream: s.name}, InsertOpts: insertOptions(s.name, d.every)})
	}
	_, err := d.queue.InsertMany(ctx, jobs)
	return err
}

func (d *daemon) stream(name string) *stream {
	for _, s := range d.streams {
		if s.name == name {
			return s
		}
	}
	return nil
}

// report tells the metrics and the log of a pass.
func (d *daemon) report(ctx context.Context, s *stream, r result, o outcome, err error, took time.Duration) {
	var t explain.Trouble
	if o == outcomeFailed || o == outcomeRejected {
		t = diagnose(err)
		d.metrics.failed(s.name, t.Class)
	}
	d.metrics.passed(s.name, r, o, took)
	if t.Class == explain.Database && d.outage.on(ctx) {
		return
	}
	level := d.routine
	if t.Class != "" {
		level = slog.LevelWarn
	}
	attributes := []slog.Attr{
		slog.String("stream", s.name), slog.String("outcome", string(o)), slog.Duration("duration", took),
		slog.Int("inserted", r.Inserted), slog.Int("updated", r.Updated), slog.Int("unchanged", r.Unchanged),
		slog.Int("rejected", r.Rejected), slog.Int("pages", r.Pages),
		slog.Bool("caught_up", r.CaughtUp),
	}
	if is := d.metrics.copies.look(ctx, s); !is.complete.IsZero() {
		attributes = append(attributes, slog.Duration("lag", time.Since(is.complete)))
	}
	if t.Class != "" {
		attributes = append(attributes, slog.String("class", string(t.Class)), slog.Any("error", err), slog.String("advice", t.Advice))
	}
	d.log.LogAttrs(context.WithoutCancel(ctx), level, "pass", attributes...)
}
