package transport

import "context"

// renewer asks a token source for another token once for each one that is
// refused, however many attempts were refused at a time.
type renewer struct {
	source TokenSource
	turn   chan struct{} // a lock that a context can give up on

	rejected, fresh string
}

func newRenewer(source TokenSource) *renewer {
	return &renewer{source: source, turn: make(chan struct{}, 1)}
}

func (n *renewer) token(ctx context.Context, rejected string) (string, error) {
	if rejected == "" {
		return n.source.Token(ctx, "")
	}
	select {
	case n.turn <- struct{}{}:
		defer func() { <-n.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if rejected == n.rejected {
		return n.fresh, nil
	}
	fresh, err := n.source.Token(ctx, rejected)
	if err != nil {
		return "", err
	}
	n.rejected, n.fresh = rejected, fresh
	return fresh, nil
}
