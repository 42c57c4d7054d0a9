package sqldb

import "context"

type probeKey struct{}

// WithProbe returns a copy of ctx with which Reach calls probe, for tests that kill
// the process at a place in the code. point is the name of the place. A second
// WithProbe replaces the first. probe must not be nil: Reach would panic.
func WithProbe(ctx context.Context, probe func(point string)) context.Context {
	return context.WithValue(ctx, probeKey{}, probe)
}

// Reach calls the probe of ctx with point, the name of a place in the code. It
// does nothing if ctx has no probe.
func Reach(ctx context.Context, point string) {
	if probe, ok := ctx.Value(probeKey{}).(func(string)); ok {
		probe(point)
	}
}
