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

// Rotation is where a client gets its credentials of type C. It asks a source
// for them, and asks for others after a refusal: once for all attempts that
// were refused with the same credentials. NewRotation makes it; the zero value
// is not usable. It is safe for concurrent use.
type Rotation[C any] struct {
	ask  func(ctx context.Context, rejected *C) (C, error)
	same func(a, b C) bool
	turn Turn // taken by the call that renews

	mu    sync.Mutex
	state rotated[C]
}

// rotated is what refusals have led to. The zero value is the state before the first
// refusal.
type rotated[C any] struct {
	renewals int // how often the source returned other credentials after a refusal
	failures int // how often it returned an error or the same credentials
	// rejected are the credentials that were refused, and fresh is what the source
	// returned for them. If fresh was refused too, it becomes dead, and fresh is
	// what the source returned next; rejected stays.
	rejected, dead, fresh C
	hasFresh, hasDead     bool // false: fresh and rejected, or dead, are not set
}

// Used holds the credentials that an attempt was authorized with. Rotation makes it.
type Used[C any] struct {
	Credentials C
	renewals    int // number of renewals of the Rotation before
}

// Format prints the word "credentials" for every verb, so that no verb prints the
// credentials themselves.
func (Used[C]) Format(s fmt.State, _ rune) { redact.Print(s, "credentials") }

// NewRotation returns a Rotation that gets credentials from ask. NewRotation
// itself does not call ask. The argument rejected of ask is nil when an attempt
// needs credentials, and points to the refused ones after a refusal. Several
// goroutines may call ask at the same time with nil, but only one at a time
// after a refusal. same reports whether two credentials are certainly the same.
// Neither function may be nil: the first attempt would panic.
func NewRotation[C any](ask func(ctx context.Context, rejected *C) (C, error), same func(a, b C) bool) *Rotation[C] {
	return &Rotation[C]{ask: ask, same: same}
}

// Current returns the credentials for an attempt. It calls ask once, with nil
// and ctx. If ask returns credentials that were refused earlier and have been
// renewed, Current returns the renewed ones instead. With an error of ask,
// Current returns that error unchanged and a zero Used.
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

// After returns other credentials, and true. refused is the Used of an attempt
// that the provider has refused. After calls ask once, with the refused
// credentials. If another call of After has renewed these credentials already,
// After returns the renewed ones and does not ask. One call of After at a time
// asks, and the others wait for it.
//
// After returns false if there is nothing better: ask returned an error or the
// same credentials, to this call or to a call that this one waited for, or ctx
// ended first. Ignore the Used then.
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

// Fixed returns a function for NewRotation that knows a single set of
// credentials, c. If its *C is nil, the function returns c and nil. If its *C
// is not nil, the credentials were refused: the function returns c and an error
// that says that c could not be renewed. It ignores its context.
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

// rotating is the Authorizer of a Rotation, made by Rotation.Authorizer. apply
// puts credentials on an attempt. Each note is a Used[C].
type rotating[C any] struct {
	*Rotation[C]

	apply func(r *http.Request, body []byte, c C) error
}

// Authorizer returns an Authorizer that gets credentials from n: from Current
// for each attempt, and from After when the provider has refused the attempt
// with 401. For each sending it calls apply, which puts the credentials c on r.
// body is the body of r, nil if there is none. apply must not be nil, and must
// be safe for concurrent use. The note of a sending is a Used[C].
//
// Before the first sending of an attempt, an error of apply or of the source
// behind n ends the call, and the attempt is not sent. After a 401, if After
// returns false, the call returns the 401. An error of apply for the second
// sending ends the call with that error.
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

// TokenSource returns bearer tokens. It must be safe for concurrent use.
type TokenSource interface {
	// Token returns a token for the header Authorization, without "Bearer ".
	// rejected is the token that the provider has just refused, or "" if none was.
	// Returning rejected again, or an error, means that no better token exists.
	Token(ctx context.Context, rejected string) (string, error)
}

// StaticToken is a TokenSource with a single token, which the function returns.
// The token is kept in a closure, so that printing a StaticToken does not show
// it. A nil StaticToken panics in Token.
type StaticToken func() string

var errNoToken = errors.New("there is no other token")

// Token returns the token and nil if rejected is not equal to the token. If
// both are equal, it returns "" and an error, because the source has no other
// token. rejected is "" if nothing was refused, so an empty token is an error
// then. The context is ignored.
func (t StaticToken) Token(_ context.Context, rejected string) (string, error) {
	if token := t(); token != rejected {
		return token, nil
	}
	return "", errNoToken
}

var errBadToken = errors.New("token is empty or not printable ASCII")

// Bearer returns an Authorizer that sends the tokens of source in the header
// Authorization. It asks source for a token before each attempt, and once more,
// with the refused token, after an answer with 401. source must not be nil. For
// each sending it calls extra with the request after the token is set, and
// extra may set further headers. A nil extra sets none.
//
// The call ends before anything is sent if source returns an error, or a token
// that is empty or not printable ASCII. After a 401 such a result, or the
// refused token itself, means that no better token exists, and the call returns
// the 401.
func Bearer(source TokenSource, extra func(*http.Request)) Authorizer {
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
		if extra != nil {
			extra(r)
		}
		return nil
	})
}
