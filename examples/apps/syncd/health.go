package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

// patience is how many ticks a stream may be without a good pass.
const patience = 3

// web is the server of /healthz and /metrics. The zero value is none.
type web struct {
	server *http.Server
	failed chan error
}

// listen serves on -http, if there is one.
func (d *daemon) listen(ctx context.Context) (*web, error) {
	if d.http == "" {
		return &web{}, nil
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", d.http)
	if err != nil {
		return nil, fmt.Errorf("%w: -http: %w", cli.ErrUsage, err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", d.healthz)
	mux.Handle("GET /metrics", d.metrics.handler())
	w := &web{
		failed: make(chan error, 1),
		server: &http.Server{
			Handler:           mux,
			ReadHeaderTimeout: 5 * time.Second,
			ReadTimeout:       10 * time.Second,
			WriteTimeout:      30 * time.Second,
			IdleTimeout:       time.Minute,
			MaxHeaderBytes:    64 << 10,
		},
	}
	go func() {
		if err := w.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			w.failed <- err
		}
	}()
	d.log.InfoContext(ctx, "serving /healthz and /metrics", slog.String("address", listener.Addr().String()))
	return w, nil
}

func (w *web) stop(ctx context.Context) error {
	if w.server == nil {
		return nil
	}
	return w.server.Shutdown(ctx)
}

// healthz is 200 while every stream has had a good pass lately, in whatever
// process: the queue knows. A process that has just started is given as long.
func (d *daemon) healthz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	status := http.StatusOK
	var text strings.Builder
	for _, s := range d.streams {
		last, err := d.lastGood(ctx, s.name)
		switch {
		case err != nil:
			status = http.StatusServiceUnavailable
			fmt.Fprintf(&text, "%s: the database does not answer\n", s.name)
		case time.Since(later(last, d.began)) > patience*d.every:
			status = http.StatusServiceUnavailable
			fmt.Fprintf(&text, "%s: late, the last good pass was %s\n", s.name, ago(last))
		default:
			fmt.Fprintf(&text, "%s: ok, the last good pass was %s\n", s.name, ago(last))
		}
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text.String()))
}

// lastGood is when the last good pass of a stream ended, zero where River knows
// of none.
func (d *daemon) lastGood(ctx context.Context, stream string) (time.Time, error) {
	list, err := d.queue.JobList(ctx, river.NewJobListParams().Queues(stream).States(rivertype.JobStateCompleted).
		OrderBy(river.JobListOrderByFinalizedAt, river.SortOrderDesc).First(1))
	if err != nil || len(list.Jobs) == 0 || list.Jobs[0].FinalizedAt == nil {
		return time.Time{}, err
	}
	return *list.Jobs[0].FinalizedAt, nil
}

func ago(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return time.Since(t).Round(time.Second).String() + " ago"
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
