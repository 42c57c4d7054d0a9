package main

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/payclients/payclients-go/examples/apps/internal/address"
)

// newLogger writes lines of JSON, and of attributes only those of a list, so that
// nothing gets into a log by accident: no key, no URL, no row.
func newLogger(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: allowed}))
}

func silent() *slog.Logger { return slog.New(slog.DiscardHandler) }

func allowed(groups []string, a slog.Attr) slog.Attr {
	if len(groups) > 0 || !slices.Contains(attributes(), a.Key) {
		return slog.Attr{}
	}
	if a.Value.Kind() == slog.KindDuration {
		return slog.String(a.Key, a.Value.Duration().Round(time.Millisecond).String())
	}
	if err, ok := a.Value.Any().(error); ok {
		a.Value = slog.StringValue(err.Error())
	}
	if a.Value.Kind() == slog.KindString {
		a.Value = slog.StringValue(address.Redact(a.Value.String()))
	}
	return a
}

// attributes are those that may be logged. Texts of errors are among them: those
// of this module's packages hold no URL, secret or personal data, and of those of
// databases the address is cut.
func attributes() []string {
	return []string{
		slog.TimeKey, slog.LevelKey, slog.MessageKey,
		"stream", "outcome", "class", "error", "advice", "duration",
		"inserted", "updated", "unchanged", "rejected", "pages", "lag", "caught_up",
		"address", "every", "streams", "process", "at_service", "stored", "passes", "failed",
		"err", "job_id", "job_kind", "kind", "queue", "attempt", "timeout", // of River
	}
}

// quiet is a log of what is at least a warning.
func quiet(log *slog.Logger) *slog.Logger { return slog.New(quieter{log.Handler(), slog.LevelWarn}) }

// quieter passes on what is at least at a level.
type quieter struct {
	slog.Handler
	least slog.Level
}

func (q quieter) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= q.least && q.Handler.Enabled(ctx, level)
}

func (q quieter) WithAttrs(attrs []slog.Attr) slog.Handler {
	return quieter{q.Handler.WithAttrs(attrs), q.least}
}

func (q quieter) WithGroup(name string) slog.Handler {
	return quieter{q.Handler.WithGroup(name), q.least}
}
