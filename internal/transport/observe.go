package transport

import "log/slog"

// observe reports the newest attempt to Config.Observer, if not nil, and to
// Config.Logger, if not nil. Both get an Attempt and nothing else of the call.
// observe blocks until both return. Before the first attempt it does nothing.
//
// final is true if no attempt follows, and becomes Attempt.Final. Call observe once
// for each attempt, as soon as final is known. If a retry is planned, final is known
// only after the wait for the retry: if the context ends during the wait, no retry
// follows.
func (c *call) observe(final bool) {
	if c.number == 0 || c.config.Observer == nil && c.config.Logger == nil {
		return
	}
	a := Attempt{
		Operation:  c.request.Operation,
		Method:     c.request.Method,
		Number:     c.number,
		StatusCode: c.last.response.StatusCode,
		Duration:   c.last.duration,
		Wait:       c.last.wait,
		Class:      c.last.verdict.Class,
		Final:      final,
	}
	if c.last.err != nil {
		a.Class = classOf(c.last.err)
	}
	if c.config.Observer != nil {
		c.config.Observer(c.ctx, a)
	}
	if c.config.Logger == nil {
		return
	}
	level := slog.LevelDebug
	if a.Class != "" {
		level = slog.LevelWarn
	}
	c.config.Logger.LogAttrs(c.ctx, level, c.config.Name+": attempt",
		slog.String("operation", a.Operation),
		slog.String("method", a.Method),
		slog.Int("attempt", a.Number),
		slog.Int("status", a.StatusCode),
		slog.Duration("duration", a.Duration),
		slog.Duration("wait", a.Wait),
		slog.String("class", a.Class),
		slog.Bool("final", a.Final),
	)
}
