package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// trial is a row of the table: processes that sync into one database and are
// killed.
type trial struct {
	subject   subject
	database  string
	mode      mode
	processes int
	kills     int // at least
	history   int
	work      time.Duration // see orders
	seed      uint64
}

// tally is the result of a trial.
type tally struct {
	kills, killsApplying      int
	killsStarting             int // before the first pass has ended
	passes, fenced, takeovers int
	commits, applied          int
	damage                    damage
	lasted                    time.Duration
}

// String returns subject, mode and number of processes.
func (t trial) String() string {
	return fmt.Sprintf("%s/%s/%d", t.subject.name(), t.mode, t.processes)
}

// missing returns which event the trial still needs so that its result means
// anything, such as "no pass was fenced". so holds the events of the trial. missing
// returns "" if nothing is missing.
func (t trial) missing(so tally) string {
	passing := t.mode == passes || t.mode == ranged
	alone := passing && t.processes == 1
	switch {
	case alone && so.killsApplying == 0:
		return "no kill met a process that was applying rows"
	case alone && so.passes == 0:
		return "no pass read everything"
	case passing && !alone && so.fenced == 0:
		return "no pass was fenced"
	case t.mode == ranged && so.killsStarting == 0:
		return "no kill met the first pass"
	case t.mode == lease && so.takeovers == 0:
		return "no process took the lease over"
	case t.mode == noRewind && so.passes < 50:
		return "too few passes read everything, after which something could be late"
	}
	return ""
}

// run makes one try. It returns the tally so far with an error of the database,
// the fake or a process. Damage is not an error here.
func (t trial) run(ctx context.Context) (result tally, err error) {
	began := time.Now()
	d, err := newDatabase(ctx, t.database)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, d.remove()) }()
	pool, err := d.pool()
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	for _, statement := range []string{createLedger, createLedgerIndex} {
		if _, err := pool.ExecContext(ctx, statement); err != nil {
			return result, err
		}
	}
	f, err := t.subject.serve(ctx, weather{history: t.history, ranges: t.mode.ranges(), late: t.mode.late(), seed: t.seed})
	if f != nil {
		defer f.close()
	}
	if err != nil {
		return result, err
	}
	f.storm()

	r := &rampage{trial: t, steps: make(chan struct{}, backlog), orders: orders{Task: syncTask, Subject: t.subject.name(), URL: f.url(), Database: d, Mode: t.mode, Work: t.work}}
	stop := t.changing(f, r.steps)
	err = r.kill(ctx)
	stop()
	if err != nil {
		return r.tally, err
	}
	if err := f.settle(ctx); err != nil {
		return r.tally, err
	}
	if err := t.catchUp(ctx, f, d, pool); err != nil {
		return r.tally, fmt.Errorf("catch up: %w", err)
	}
	err = t.audit(ctx, f, pool, &r.tally)
	r.tally.lasted = time.Since(began)
	return r.tally, err
}

// changing makes the provider change at each step of the processes, independent
// of the machine's speed, until stop is called.
func (t trial) changing(f fake, steps <-chan struct{}) (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		random := rand.New(rand.NewPCG(t.seed, 1))
		for {
			select {
			case <-quit:
				return
			case <-steps:
				f.change(random)
			}
		}
	}()
	return func() {
		close(quit)
		<-done
	}
}

// catchUp makes passes, by a sync of the same kind, until two in a row have read
// everything and stored nothing. It returns an error of a pass, or after a
// hundred passes.
func (t trial) catchUp(ctx context.Context, f fake, d database, pool *sql.DB) error {
	r, err := t.subject.open(f.url(), d, pool, t.mode, func(event) {})
	if err != nil {
		return err
	}
	if err := r.migrate(ctx); err != nil {
		return err
	}
	quiet := 0
	for range 100 {
		o, err := r.pass(ctx)
		if err != nil {
			return err
		}
		if quiet++; !o.caughtUp || o.changed > 0 {
			quiet = 0
		}
		if quiet == 2 {
			return nil
		}
	}
	return errors.New("a hundred passes were not enough")
}

func (t trial) audit(ctx context.Context, f fake, pool *sql.DB, result *tally) error {
	newest, err := f.versions()
	if err != nil {
		return err
	}
	stored, err := t.subject.stored(ctx, pool)
	if err != nil {
		return err
	}
	applied, err := ledger(ctx, pool)
	if err != nil {
		return err
	}
	result.applied = len(applied)
	result.damage = compare(newest, stored, applied)
	return pool.QueryRowContext(ctx, `SELECT sum(version) FROM sync_state`).Scan(&result.commits)
}
