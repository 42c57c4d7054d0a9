// Package cause keeps the cause that a caller ended a context with out of the
// errors of its calls.
//
// net/http, drivers and callbacks return [context.Cause] where a context has
// ended. That is another call's error as often as not: errgroup ends its context
// with the first failure. A program that searched such a chain would take that
// failure for the one of this call.
package cause

import (
	"context"
	"fmt"
	"net/url"
	"reflect"
	"slices"

	"github.com/payclients/payclients-go/internal/redact"
)

// Hide returns err without the cause of ctx: ctx.Err() stands in its place. What
// else err wraps stays reachable by errors.Is. An err without that cause, or of a
// context that has not ended, comes back as it is.
func Hide(ctx context.Context, err error) error {
	if hidden, foreign := hide(ctx, err); foreign == nil || !same(err, foreign) {
		return hidden
	}
	return ctx.Err()
}

// Keep is Hide for what a callback has decided: the cause itself stays reachable
// by errors.Is, and what it wraps does not.
func Keep(ctx context.Context, err error) error {
	hidden, foreign := hide(ctx, err)
	if rest, ok := Own[*restError](hidden); ok && foreign != nil {
		rest.above = append(rest.above, foreign)
	}
	return hidden
}

// hide returns err without the cause of ctx, and that cause if err had it.
func hide(ctx context.Context, err error) (hidden, foreign error) {
	ended := ctx.Err()
	if err == nil || ended == nil {
		return err, nil
	}
	foreign = context.Cause(ctx)
	if same(foreign, ended) {
		return err, nil
	}
	s := split{cut: func(e error) (bool, error) { return same(e, foreign), nil }}
	if !s.of(err) {
		return err, nil
	}
	return &restError{ended: ended, above: s.above, apart: append([]error{ended}, s.apart...)}, foreign
}

// WithoutURL returns err without any *url.Error, which prints the URL. What one
// wraps stays reachable.
func WithoutURL(err error) error {
	for {
		u, ok := Own[*url.Error](err)
		if !ok {
			break
		}
		err = u.Err
	}
	s := split{cut: func(e error) (bool, error) {
		u, ok := Own[*url.Error](e)
		if !ok {
			return false, nil
		}
		return true, u.Err
	}}
	if !s.of(err) {
		return err
	}
	return &restError{above: s.above, apart: s.apart}
}

// Ended returns what stands in the place of a cause that was taken out of err, or
// nil.
func Ended(err error) error {
	if r, ok := Own[*restError](err); ok {
		return r.ended
	}
	return nil
}

// Own returns err as a T where it is one itself: the error that a call made. A
// search by errors.As would also find those of other calls, which callbacks and
// transports of the caller's may wrap.
func Own[T error](err error) (T, bool) {
	own, ok := err.(T) //nolint:errorlint // that is the point
	return own, ok
}

// restError is what is left of a chain of errors.
type restError struct {
	ended error   // what stands in the place of a cause, or nil
	above []error // what wraps what was taken out, and would print it: known to errors.Is only
	apart []error // all else
}

// Error prints the end of the context. The text of an error that is taken apart
// would show what was taken out.
func (r *restError) Error() string {
	if r.ended != nil {
		return r.ended.Error()
	}
	return "error without its URL"
}

// Is reports whether target is one of the errors that cannot be shown.
func (r *restError) Is(target error) bool {
	return slices.ContainsFunc(r.above, func(err error) bool { return same(err, target) })
}

// Unwrap returns the errors that can be shown.
func (r *restError) Unwrap() []error { return r.apart }

// Format prints Error for every verb: %#v would print the chain.
func (r *restError) Format(s fmt.State, _ rune) { redact.Print(s, r.Error()) }

// split takes a chain apart.
type split struct {
	// cut reports whether an error must go, and what it wraps that may stay.
	cut          func(error) (gone bool, inner error)
	above, apart []error
}

// of reports whether anything of err had to go.
func (s *split) of(err error) bool {
	if err == nil {
		return false
	}
	if gone, inner := s.cut(err); gone {
		if inner != nil && !s.of(inner) {
			s.apart = append(s.apart, inner)
		}
		return true
	}
	var whole []error
	found := false
	for _, child := range children(err) {
		if s.of(child) {
			found = true
		} else if child != nil {
			whole = append(whole, child)
		}
	}
	if found {
		s.above, s.apart = append(s.above, err), append(s.apart, whole...)
	}
	return found
}

func children(err error) []error {
	switch e := err.(type) { //nolint:errorlint // as errors.Is does it
	case interface{ Unwrap() error }:
		return []error{e.Unwrap()}
	case interface{ Unwrap() []error }:
		return e.Unwrap()
	}
	return nil
}

// same reports whether two errors are one value. Those of a type such as a slice
// have no equality of their own.
func same(a, b error) bool {
	if a == nil || b == nil || reflect.TypeOf(a) != reflect.TypeOf(b) {
		return false
	}
	if reflect.ValueOf(a).Comparable() {
		return a == b //nolint:errorlint // the value itself, and none that it wraps
	}
	return reflect.DeepEqual(any(a), any(b))
}
