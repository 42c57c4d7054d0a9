package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"
)

// queue is a river.Client of either database.
type queue interface {
	Start(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
	InsertMany(ctx context.Context, jobs []river.InsertManyParams) ([]*rivertype.JobInsertResult, error)
	JobList(ctx context.Context, params *river.JobListParams) (*river.JobListResult, error)
}

func (d *database) queue(c *river.Config) (queue, error) {
	if d.pool != nil {
		return river.NewClient(riverpgxv5.New(d.pool), c)
	}
	return river.NewClient(riversqlite.New(d.sql), c)
}

// makeTables makes the tables of streams and of River that are missing. Any
// number of processes may do so at once.
func (d *database) makeTables(ctx context.Context, streams []*stream) error {
	for _, s := range streams {
		if err := s.migrate(ctx); err != nil {
			return err
		}
	}
	if d.pool != nil {
		return migrateRiver(ctx, riverpgxv5.New(d.pool))
	}
	return migrateRiver(ctx, riversqlite.New(d.sql))
}

// migrateRiver runs River's migrations. They are transactions but take no lock:
// of two processes one fails because the other has made the table, and finds it
// the next time.
func migrateRiver[TTx any](ctx context.Context, driver riverdriver.Driver[TTx]) error {
	migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: silent()})
	if err != nil {
		return err
	}
	for attempt := 0; ; attempt++ {
		if _, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err == nil {
			return nil
		}
		if attempt == 9 || ctx.Err() != nil {
			return fmt.Errorf("make River's tables: %w", err)
		}
		pause(ctx, 50*time.Millisecond+rand.N(100*time.Millisecond))
	}
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
