package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/riverqueue/river/rivertype"

	"github.com/payclients/payclients-go/examples/apps/internal/progress"
)

// screen shows how an offline run goes: by a bar on a terminal, else by a line of
// the log now and then. Lines that are written to it take the place of the bar.
type screen struct {
	mu    sync.Mutex
	w     io.Writer
	bar   *progress.Bar // nil: by lines
	log   *slog.Logger
	each  time.Duration
	began time.Time
}

func newScreen(w io.Writer, length time.Duration, level slog.Level) *screen {
	s := &screen{w: w, each: 10 * time.Second, began: time.Now()}
	seconds := int(length / time.Second)
	if seconds == 0 {
		seconds = -1 // a spinner
	}
	if s.bar = progress.New(w, seconds, false); s.bar != nil {
		s.each = time.Second
	}
	s.log = newLogger(s, level)
	return s
}

func (s *screen) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bar.Clear()
	return s.w.Write(text)
}

func (s *screen) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bar.Clear()
}

// copied is how far a copy is.
type copied struct {
	stream                            string
	atService, stored, passes, failed int
}

func (s *screen) show(ctx context.Context, all []copied) {
	if s.bar == nil {
		for _, c := range all {
			s.log.InfoContext(ctx, "progress", slog.String("stream", c.stream), slog.Int("at_service", c.atService),
				slog.Int("stored", c.stored), slog.Int("passes", c.passes), slog.Int("failed", c.failed))
		}
		return
	}
	var parts []string
	for _, c := range all {
		parts = append(parts, fmt.Sprintf("%s %d/%d, %d passes", c.stream, c.stored, c.atService, c.passes))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bar.Describe(strings.Join(parts, "; "))
	s.bar.Set(int(time.Since(s.began) / time.Second))
}

// watch shows how far the copies are until ctx ends.
func (d *demonstration) watch(ctx context.Context, view *screen) {
	ticker := time.NewTicker(view.each)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		var all []copied
		jobs, err := d.jobs(ctx)
		for _, f := range d.fakes {
			c := copied{stream: f.stream, atService: int(f.size.Load())}
			of := jobs[f.stream]
			c.passes, c.failed = of[rivertype.JobStateCompleted], of[rivertype.JobStateDiscarded]
			if err == nil {
				err = d.db.sql.QueryRowContext(ctx, "SELECT count(*) FROM "+f.table).Scan(&c.stored)
			}
			all = append(all, c)
		}
		if err == nil {
			view.show(ctx, all)
		}
	}
}
