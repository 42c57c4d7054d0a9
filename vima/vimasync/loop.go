package vimasync

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/payclients/payclients-go/internal/syncer"
	"github.com/payclients/payclients-go/vima"
)

// DefaultInterval is the time between passes that the provider recommends.
const DefaultInterval = 5 * time.Minute

// Loop makes a pass at once and then at every tick; 0 is DefaultInterval. Of all
// processes that loop over a stream one works, the one that holds the lease row;
// the others wait for it. A process that is killed keeps the lease for as long as
// every, at least 3 and at most 30 seconds, and one that stops gives it back.
// The database's clock counts. The lease saves requests; that nothing is applied
// twice rests on commits alone.
//
// A pass that fails does not end the loop: OnPass is told, and the next tick
// tries again. Loop returns nil when ctx ends, once the pass under way has
// stopped and OnPass knows what it has stored; and ErrInvalidRequest for what no
// repetition cures: bad arguments, or a stream that was begun with another
// project.
//
// Vima API: GET /operation
func Loop(ctx context.Context, c *vima.Client, s *SQLStore, p Params, every time.Duration) error {
	faults := p.streamFaults()
	if c == nil {
		faults = append(faults, "c: must not be nil")
	}
	if s == nil {
		faults = append(faults, "s: must not be nil")
	}
	if every < 0 {
		faults = append(faults, "every: must not be negative")
	}
	if len(faults) > 0 {
		return invalid(faults...)
	}
	p.Stream, every = cmp.Or(p.Stream, DefaultStream), cmp.Or(every, DefaultInterval)
	return syncer.Passes[Result]{
		Pass:    func(held context.Context) (Result, error) { return RunOnce(held, c, s, p) },
		Report:  func(result Result, err error) { p.report(ctx, result, err) },
		Final:   func(err error) bool { return errors.Is(err, ErrInvalidRequest) },
		Failure: func(err error) error { return failure(p.Stream, err) },
	}.Loop(ctx, s.engine, p.Stream, every)
}

func (p Params) report(ctx context.Context, result Result, err error) {
	switch {
	case p.OnPass != nil:
		p.OnPass(result, err)
	case err != nil && !errors.Is(err, ErrFenced) && ctx.Err() == nil: // to be stopped is no failure
		slog.Default().WarnContext(ctx, "vimasync: a pass failed", slog.String("stream", p.Stream), slog.Any("error", err))
	}
}
