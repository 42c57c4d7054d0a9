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

	// fresh is what the source gave for rejected, and for dead: a token that was
	// fresh itself until it was refused too.
	rejected, dead, fresh string
	failures              atomic.Int64
}

func newRenewer(source TokenSource) *renewer {
	return &renewer{source: source}
}

// token returns a token for an attempt, or one in place of rejected. It reports
// whether the token was kept from before: such a one may have run out.
func (n *renewer) token(ctx context.Context, rejected string) (token string, kept bool, err error) {
	if rejected == "" {
		token, err = n.ask(ctx, "")
		return token, false, err
	}
	failures := n.failures.Load()
	if err := n.turn.Take(ctx); err != nil {
		return "", false, err
	}
	defer n.turn.Leave()
	switch {
	case rejected == n.rejected || rejected == n.dead:
		return n.fresh, true, nil
	case n.failures.Load() != failures:
		return "", false, errNotRenewed // asked for in vain while this one waited
	}
	fresh, err := n.ask(ctx, rejected)
	if err == nil && fresh == rejected {
		err = errNotRenewed // to keep it would be to never ask again
	}
	switch {
	case err == nil && rejected == n.fresh:
		n.dead, n.fresh = rejected, fresh
	case err == nil:
		n.rejected, n.dead, n.fresh = rejected, "", fresh
	case ctx.Err() == nil: // the end of one call is no failure for the others
		n.failures.Add(1)
	}
	return fresh, false, err
}

// ask refuses what cannot go into a header, such as the line end of a file.
func (n *renewer) ask(ctx context.Context, rejected string) (string, error) {
	token, err := n.source.Token(ctx, rejected)
	if err == nil && (token == "" || !headerText(token)) {
		err = errBadToken
	}
	return token, err
}
