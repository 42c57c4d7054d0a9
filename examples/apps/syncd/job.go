package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// passArgs are those of the job that is a pass.
type passArgs struct {
	Stream string `json:"stream"`
}

// Kind names the job in the queue.
func (passArgs) Kind() string { return "sync_pass" }

// insertOptions are those of a stream's job. It is unique by stream and tick, in
// whatever state the job of that tick is: by stream alone, one that was left
// behind by a killed process would hold up all that come after it.
//
// Each stream has a queue, so that a process works a job of its own streams only,
// and one pass of each at a time.
func insertOptions(stream string, every time.Duration) *river.InsertOpts {
	return &river.InsertOpts{
		MaxAttempts: 1, // the next tick is the retry
		Queue:       stream,
		UniqueOpts:  river.UniqueOpts{ByArgs: true, ByPeriod: every, ByState: rivertype.JobStates()},
	}
}

// passTime is how long a pass may take: it ends before the next tick begins.
func passTime(every time.Duration) time.Duration { return every - every/10 }

// riverConfig has the settings on which it rests that a kill stops nothing.
func (d *daemon) riverConfig() *river.Config {
	workers := river.NewWorkers()
	river.AddWorker(workers, &passWorker{daemon: d})
	queues := map[string]river.QueueConfig{}
	for _, s := range d.streams {
		queues[s.name] = river.QueueConfig{MaxWorkers: 1}
	}
	return &river.Config{
		Queues:               queues,
		Workers:              workers,
		MaxAttempts:          1,
		JobTimeout:           passTime(d.every),
		RescueStuckJobsAfter: d.every + time.Minute,
		// Its tables stay small, and a role that may only read and write cannot.
		ReindexerSchedule: river.NeverSchedule(),
		Logger:            slog.New(outageHandler{quiet(d.log).Handler(), d.outage}),
	}
}

// passWorker makes the passes.
type passWorker struct {
	river.WorkerDefaults[passArgs]
	daemon *daemon
}

// Work makes one pass. A failed one is an error of the job, which is not tried
// again; one that came too late is cancelled, which is none; one that was stopped
// goes back to the queue.
func (w *passWorker) Work(ctx context.Context, job *river.Job[passArgs]) error {
	s := w.daemon.stream(job.Args.Stream)
	if s == nil {
		return river.JobCancel(fmt.Errorf("there is no stream %q", job.Args.Stream))
	}
	began := time.Now()
	ctx, end := withoutDeadline(ctx)
	defer end()
	r, err := s.pass(ctx)
	o := s.outcome(ctx, r, err)
	w.daemon.report(ctx, s, r, o, err, time.Since(began))
	switch {
	case o.good():
		return nil
	case o == outcomeFenced:
		return river.JobCancel(err)
	case o == outcomeStopped:
		return context.Canceled // River puts it back; err may be a driver's own word for it
	}
	return err
}

// withoutDeadline ends when ctx does, and for the same cause, but does not tell
// when that will be: clients give up before a deadline that leaves no time for
// another attempt, and a pass should work for as long as it may.
func withoutDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	inner, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { cancel(context.Cause(ctx)) })
	return inner, func() {
		stop()
		cancel(nil)
	}
}
