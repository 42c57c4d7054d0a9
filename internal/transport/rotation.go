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

// Rotation asks a source for other credentials once for those that are refused,
// however many attempts were refused at a time.
type Rotation[C any] struct {
	ask  func(ctx context.Context, rejected *C) (C, error)
	same func(a, b C) bool
	turn Turn // of those who renew

	mu    sync.Mutex
	state rotated[C]
}

// rotated is what refusals have brought.
type rotated[C any] struct {
	renewals, failures int
	// fresh is what the source gave for rejected, and for dead: credentials that
	// were fresh themselves until they were refused too.
	rejected, dead, fresh C
	hasFresh, hasDead     bool
}

// Used are credentials that an attempt was authorized with.
type Used[C any] struct {
	Credentials C
	renewals    int // before them
}

// Format prints no credentials.
func (Used[C]) Format(s fmt.State, _ rune) { redact.Print(s, "credentials") }

// NewRotation makes one. ask is given nil, or what was rejected. same reports
// whether two credentials are surely the same.
func NewRotation[C any](ask func(ctx context.Context, rejected *C) (C, error), same func(a, b C) bool) *Rotation[C] {
	return &Rotation[C]{ask: ask, same: same}
}

// Current returns the credentials for an attempt. Those that are known to be dead
// are replaced by what came for them.
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

// After returns the credentials to try in place of those that were refused. It
// reports false where the source has no others.
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
	case s.renewals != refused.renewals: // renewed since that attempt was authorized
		return s.fresh, s.renewals, nil
	case s.failures != failures: // asked for in vain while this one waited
		return refused.Credentials, 0, errNotRenewed
	}
	fresh, err := n.ask(ctx, &refused.Credentials)
	if err == nil && n.same(fresh, refused.Credentials) {
		err = errNotRenewed // to keep it would be to never ask again
	}
	switch {
	case err == nil && s.hasFresh && n.same(refused.Credentials, s.fresh):
		s.dead, s.hasDead, s.fresh = refused.Credentials, true, fresh
		s.renewals++
	case err == nil:
		s = rotated[C]{renewals: s.renewals + 1, failures: s.failures, rejected: refused.Credentials, fresh: fresh, hasFresh: true}
	case ctx.Err() == nil: // the end of one call is no failure for the others
		s.failures++
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.state = s
	return fresh, s.renewals, err
}

// Fixed is what a rotation asks that has one set of credentials for good.
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

// rotating is the authorizer of a rotation. Its notes are Used[C].
type rotating[C any] struct {
	*Rotation[C]

	apply func(r *http.Request, body []byte, c C) error
}

// Authorizer puts the credentials on attempts as apply does. The note of an
// attempt is a Used[C].
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

// TokenSource gives bearer tokens. rejected is the token that the provider has
// just refused, or "".
type TokenSource interface {
	Token(ctx context.Context, rejected string) (string, error)
}

// StaticToken is a source of one token, which it keeps in a closure.
type StaticToken func() string

var errNoToken = errors.New("there is no other token")

// Token returns the token unless it is the rejected one.
func (t StaticToken) Token(_ context.Context, rejected string) (string, error) {
	if token := t(); token != rejected {
		return token, nil
	}
	return "", errNoToken
}

var errBadToken = errors.New("token is empty or not printable ASCII")

// Bearer authorizes attempts by the tokens of a source. also, if any, sets
// further headers.
func Bearer(source TokenSource, also func(*http.Request)) Authorizer {
	ask := func(ctx context.Context, rejected *string) (string, error) {
		if rejected == nil {
			rejected = new(string)
		}
		token, err := source.Token(ctx, *rejected)
		if err == nil && (token == "" || !HeaderText(token)) { // such as the line end of a file
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
