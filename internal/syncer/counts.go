package syncer

import "context"

// Counts say what became of the rows of a change.
type Counts struct{ Inserted, Updated, Unchanged int }

type countsKey struct{}

// WithCounts lets every commit under ctx add to into, through whatever is put
// around a [Store].
func WithCounts(ctx context.Context, into *Counts) context.Context {
	return context.WithValue(ctx, countsKey{}, into)
}

func count(ctx context.Context, c Counts) {
	if into, ok := ctx.Value(countsKey{}).(*Counts); ok {
		into.Inserted += c.Inserted
		into.Updated += c.Updated
		into.Unchanged += c.Unchanged
	}
}
