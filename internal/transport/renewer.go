package transport

import (
	"context"
	"errors"
	"sync/atomic"
)

var (
	errBadToken   = errors.New("token is empty or not printable ASCII")
	errNotRenewed = errors.New("token could not be renewed")
)

// renewer asks a token source for another token once for each one that is
// refused, however many attempts were refused at a time.
type renewer struct {
	source TokenSource
	turn   Turn

	rejected, fresh string
	failures        atomic.Int64
}

func newRenewer(source TokenSource) *renewer {
	return &renewer{source: source}
}

func (n *renewer) token(ctx context.Context, rejected string) (string, error) {
	if rejected == "" {
		return n.ask(ctx, "")
	}
	failures := n.failures.Load()
	if err := n.turn.Take(ctx); err != nil {
		return "", err
	}
	defer n.turn.Leave()
	switch {
	case rejected == n.rejected:
		return n.fresh, nil
	case n.failures.Load() != failures:
		return "", errNotRenewed // asked for in vain while this one waited
	}
	fresh, err := n.ask(ctx, rejected)
	switch {
	case err == nil:
		n.rejected, n.fresh = rejected, fresh
	case ctx.Err() == nil: // the end of one call is no failure for the others
		n.failures.Add(1)
	}
	return fresh, err
}

// ask refuses what cannot go into a header, such as the line end of a file.
func (n *renewer) ask(ctx context.Context, rejected string) (string, error) {
	token, err := n.source.Token(ctx, rejected)
	if err == nil && (token == "" || !headerText(token)) {
		err = errBadToken
	}
	return token, err
}
