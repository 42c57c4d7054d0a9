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

// Rotation returns the credentials of a client; C is their type. It gets them from
// a source, the function ask of NewRotation. If the provider refuses credentials,
// it asks the source for others: once for all attempts with the same refused
// credentials. NewRotation makes a Rotation; the zero value is not usable. It is
// safe for concurrent use.
type Rotation[C any] struct {
	ask  func(ctx context.Context, rejected *C) (C, error)
	same func(a, b C) bool
	turn Turn // taken by the call that renews

	mu    sync.Mutex
	state rotated[C]
}

// rotated is the state of a Rotation. The zero value is the state before the first
// refusal.
type rotated[C any] struct {
	renewals int // how often the source returned other credentials after a refusal
	failures int // how often the source returned an error or the same credentials after a refusal
	// rejected are the credentials that were refused, and fresh is what the source
	// returned for them. If fresh was refused too, it becomes dead, and fresh is
	// what the source returned next; rejected stays.
	rejected, dead, fresh C
	hasFresh              bool // rejected and fresh are set
	hasDead               bool // dead is set
}

// Used holds the credentials of an attempt. [Rotation.Current] and [Rotation.After]
// make it.
type Used[C any] struct {
	Credentials C
	renewals    int // how often the Rotation had renewed its credentials when it made this Used
}

// Format prints the word "credentials" for every verb, so that no verb prints the
// credentials themselves.
func (Used[C]) Format(s fmt.State, _ rune) { redact.Print(s, "credentials") }

// NewRotation returns a Rotation that gets credentials from ask. NewRotation itself
// does not call ask. The Rotation calls ask in two cases:
//   - When an attempt needs credentials, rejected is nil. These calls may overlap.
//   - After a refusal, rejected points to the refused credentials. ask returns
//     other credentials. If it has none, it returns an error or the refused
//     credentials. These calls do not overlap each other.
//
// same reports whether two credentials are certainly the same. Neither function may
// be nil: a later method of the Rotation would panic.
func NewRotation[C any](ask func(ctx context.Context, rejected *C) (C, error), same func(a, b C) bool) *Rotation[C] {
	return &Rotation[C]{ask: ask, same: same}
}

// Current returns the credentials for an attempt. It calls ask, the function of
// NewRotation, once, with ctx and nil. If ask returns credentials that were refused
// earlier and that After has renewed, Current returns the renewed ones instead. If
// ask returns an error, Current returns the error unchanged and a zero Used.
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

// After returns credentials other than the refused ones, and true. refused is the
// Used of an attempt that the provider has refused. To get other credentials, After
// makes one call of the function ask of NewRotation, with ctx and the refused
// credentials. If another call of After has renewed these credentials already, After
// returns the renewed ones and does not call ask. Only one call of After at a time
// calls ask. The others wait for it.
//
// If there are no other credentials, After returns false; ignore the Used then:
//   - ask returned an error or the refused credentials, to this call or to one that
//     this call waited for
//   - ctx ended before this call could call ask
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

// Fixed returns a function to pass to NewRotation as ask, for a client with a single
// set of credentials. The function returns c at each call, and ignores its context.
// If its second argument is nil, the error is nil. If the argument is not nil,
// because the provider has refused c, the function returns c together with an error,
// which says that the credentials could not be renewed.
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

// rotating is the Authorizer that Rotation.Authorizer returns. apply puts
// credentials on a request. Each note is a Used[C].
type rotating[C any] struct {
	*Rotation[C]

	apply func(r *http.Request, body []byte, c C) error
}

// Authorizer returns an Authorizer that gets credentials from n: from
// [Rotation.Current] for each attempt, and from [Rotation.After] for a second
// sending, after the provider has refused the first with 401. The note of a sending
// is a Used[C].
//
// For each sending the Authorizer calls apply, which puts the credentials c on r.
// body is the body of r, nil if there is none. apply must not be nil, and must be
// safe for concurrent use.
//
// If Current or apply returns an error, also for a second sending, the request is
// not sent, and the call ends with an error and without a retry. If After returns
// false, no second sending follows, and the call returns the 401.
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

// TokenSource returns bearer tokens. It must be safe for concurrent use. The client
// does not cache tokens: it calls Token once for each attempt, and at most once
// more in the same attempt, after an answer with 401. Keep the token in the source
// if getting one is slow.
type TokenSource interface {
	// Token returns a token for the header Authorization, without "Bearer ".
	// rejected is "" before an attempt, and the refused token after a 401. A token
	// that is empty or not printable ASCII counts as an error.
	//
	// After an error before an attempt, the attempt is not sent, and the call ends
	// without a retry. After a 401, a source without a better token returns an
	// error or the refused token again; the call then returns the 401.
	Token(ctx context.Context, rejected string) (string, error)
}

// StaticToken is a TokenSource with a single token: the function returns the token.
// The token is kept in a function, so that printing a StaticToken does not show the
// token. The method Token of a nil StaticToken panics.
type StaticToken func() string

var errNoToken = errors.New("there is no other token")

// Token returns the token of t and nil, or "" and an error if the token of t equals
// rejected, because t has no other token. rejected is the token that the provider
// refused, or "" before an attempt. Before an attempt, an empty token of t is
// therefore an error. The context is ignored.
func (t StaticToken) Token(_ context.Context, rejected string) (string, error) {
	if token := t(); token != rejected {
		return token, nil
	}
	return "", errNoToken
}

var errBadToken = errors.New("token is empty or not printable ASCII")

// Bearer returns an Authorizer that sends the tokens of source in the header
// Authorization. source must not be nil. The Authorizer calls source.Token
//   - before each attempt, with ""
//   - after an answer with the status 401, with the token that was refused, at most
//     once in each attempt: the request is then sent a second time, with the new
//     token. Overlapping attempts with the same refused token ask only once.
//
// For each sending, after the token is set, the Authorizer calls extra with the
// request. extra may set further headers; a nil extra sets none.
//
// source.Token fails if it returns an error, or a token that is empty or not
// printable ASCII. If it fails before an attempt, the attempt is not sent, and the
// call ends with an error and without a retry. If it fails after a 401, or returns
// the refused token again, the call returns the 401.
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
