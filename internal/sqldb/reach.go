package sqldb

import "context"

type probeKey struct{}

// WithProbe has probe called where code reaches a point that it names, for tests that
// kill there.
func WithProbe(ctx context.Context, probe func(point string)) context.Context {
	return context.WithValue(ctx, probeKey{}, probe)
}

// Reach calls the probe of ctx, if there is one.
func Reach(ctx context.Context, point string) {
	if probe, ok := ctx.Value(probeKey{}).(func(string)); ok {
		probe(point)
	}
}
