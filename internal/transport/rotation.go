package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/payclients/payclients-go/internal/redact"
)

var errNotRenewed = errors.New("credentials could not be renewed")

// Rotation holds the credentials of a client and asks a source for others after a
// refusal, once for all attempts that were refused with the same credentials. It
// is safe for concurrent use.
type Rotation[C any] struct {
	ask  func(ctx context.Context, rejected *C) (C, error)
	same func(a, b C) bool
	turn Turn // taken by the call that renews

	mu    sync.Mutex
	state rotated[C]
}

// rotated is what refusals have led to.
type rotated[C any] struct {
	renewals, failures int
	// fresh is what the source returned for rejected, and for dead, the earlier
	// fresh credentials that were refused too.
	rejected, dead, fresh C
	hasFresh, hasDead     bool
}

// Used holds the credentials that an attempt was authorized with.
type Used[C any] struct {
	Credentials C
	renewals    int // number of renewals before
}

// Format prints the word "credentials" for every verb, so that no verb prints the
// credentials themselves.
func (Used[C]) Format(s fmt.State, _ rune) { redact.Print(s, "credentials") }

// NewRotation returns a Rotation that gets credentials from ask. rejected is nil
// when an attempt needs credentials, and points to the refused ones after a
// refusal. same reports whether two credentials are certainly the same. Neither
// function may be nil.
func NewRotation[C any](ask func(ctx context.Context, rejected *C) (C, error), same func(a, b C) bool) *Rotation[C] {
	return &Rotation[C]{ask: ask, same: same}
}

// Current returns the credentials for an attempt. It calls ask with nil. If ask
// returns credentials that are known to be refused, Current returns the renewed
// ones instead. It returns ask's error, without a retry.
func (n *Rotation[C]) Current(ctx context.Context) (Used[C], error) {
	current, err := n.ask(ctx, nil)
	if err != nil {
		return Used[C]{}, err
	}
	s := n.read()
	if s.hasFresh && (n.same(current, s.rejected) || s.hasDead && n.same(current, s.dead)) {
		current = s.fresh
	}
	return Used[C]{current, s.renewals}, nil
}

// After returns credentials to use instead of the refused ones. It calls ask with
// the refused credentials, unless another call has renewed them already. It
// reports false if ask returned an error or the same credentials, also to another
// call for which this one waited, and if ctx ended first. The credentials must
// then not be used.
func (n *Rotation[C]) After(ctx context.Context, refused Used[C]) (Used[C], bool) {
	fresh, renewals, err := n.renew(ctx, refused)
	return Used[C]{fresh, renewals}, err == nil && !n.same(fresh, refused.Credentials)
}

func (n *Rotation[C]) renew(ctx context.Context, refused Used[C]) (C, int, error) {
	failures := n.read().failures
	if err := n.turn.Take(ctx); err != nil {
		return refused.Credentials, 0, err
	}
	defer n.turn.Leave()
	s := n.read()
	switch {
	case s.renewals != refused.renewals: // another call renewed them since that attempt was authorized
		return s.fresh, s.renewals, nil
	case s.failures != failures: // another call asked without success while this one waited
		return refused.Credentials, 0, errNotRenewed
	}
	fresh, err := n.ask(ctx, &refused.Credentials)
	if err == nil && n.same(fresh, refused.Credentials) {
		err = errNotRenewed // keeping the same would mean never asking again
	}
	switch {
	case err == nil && s.hasFresh && n.same(refused.Credentials, s.fresh):
		s.dead, s.hasDead, s.fresh = refused.Credentials, true, fresh
		s.renewals++
	case err == nil:
		s = rotated[C]{renewals: s.renewals + 1, failures: s.failures, rejected: refused.Credentials, fresh: fresh, hasFresh: true}
	case ctx.Err() == nil: // the end of one call's context does not count for the others
		s.failures++
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.state = s
	return fresh, s.renewals, err
}

// Fixed returns a function for NewRotation with a single set of credentials, c.
// The function returns c, and after a refusal an error.
func Fixed[C any](c C) func(context.Context, *C) (C, error) {
	return func(_ context.Context, rejected *C) (C, error) {
		if rejected != nil {
			return c, errNotRenewed
		}
		return c, nil
	}
}

func (n *Rotation[C]) read() rotated[C] {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.state
}

// rotating is the Authorizer of a rotation. Its notes are Used[C].
type rotating[C any] struct {
	*Rotation[C]

	apply func(r *http.Request, body []byte, c C) error
}

// Authorizer returns an Authorizer that calls apply to put the credentials c on
// the attempt r. body is the attempt's body. The note of an attempt is a Used[C].
// An error of apply or of ask ends the call before anything is sent.
func (n *Rotation[C]) Authorizer(apply func(r *http.Request, body []byte, c C) error) Authorizer {
	return rotating[C]{n, apply}
}

func (a rotating[C]) Authorize(r *http.Request, body []byte, with any) (any, error) {
	used, renewed := with.(Used[C])
	if !renewed {
		var err error
		if used, err = a.Current(r.Context()); err != nil {
			return nil, err
		}
	}
	return used, a.apply(r, body, used.Credentials)
}

func (a rotating[C]) Renew(ctx context.Context, _ Response, used any) (any, bool) {
	refused, ok := used.(Used[C])
	if !ok {
		return nil, false
	}
	return a.After(ctx, refused)
}

// TokenSource returns bearer tokens. rejected is the token that the provider has
// just refused, or "".
type TokenSource interface {
	Token(ctx context.Context, rejected string) (string, error)
}

// StaticToken is a source with a single token, which it keeps in a closure.
type StaticToken func() string

var errNoToken = errors.New("there is no other token")

// Token returns the token and nil. If rejected is that token, it returns "" and an
// error, because the source has a single token.
func (t StaticToken) Token(_ context.Context, rejected string) (string, error) {
	if token := t(); token != rejected {
		return token, nil
	}
	return "", errNoToken
}

var errBadToken = errors.New("token is empty or not printable ASCII")

// Bearer returns an Authorizer that sends the source's tokens in the Authorization
// header. also may be nil; otherwise it is called for each attempt and sets
// further headers. The source is asked again after a refusal. A token that is
// empty or not printable ASCII, and an error of the source, ends the call before
// anything is sent.
func Bearer(source TokenSource, also func(*http.Request)) Authorizer {
	ask := func(ctx context.Context, rejected *string) (string, error) {
		if rejected == nil {
			rejected = new(string)
		}
		token, err := source.Token(ctx, *rejected)
		if err == nil && (token == "" || !HeaderText(token)) { // for example with a line end from a file
			err = errBadToken
		}
		return token, err
	}
	same := func(a, b string) bool { return a == b }
	return NewRotation(ask, same).Authorizer(func(r *http.Request, _ []byte, token string) error {
		r.Header.Set("Authorization", "Bearer "+token)
		if also != nil {
			also(r)
		}
		return nil
	})
}
