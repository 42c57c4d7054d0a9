// Package cause keeps the cause of an ended context out of the errors of a call.
//
// net/http, drivers and callers' functions return [context.Cause] once a context
// has ended. That is often another call's error: errgroup ends its context with
// the first failure. A program that searched such an error chain would take that
// failure for its own call's.
package cause

import (
	"context"
	"fmt"
	"net/url"
	"reflect"
	"slices"

	"github.com/payclients/payclients-go/internal/redact"
)

// Hide returns err with ctx.Err() in place of the cause of ctx. Other errors that
// err wraps stay reachable by errors.Is, but not by errors.As if they wrapped the
// cause. If ctx has not ended, or err does not wrap the cause, Hide returns err
// unchanged; a nil err returns nil.
func Hide(ctx context.Context, err error) error {
	if hidden, foreign := hide(ctx, err); foreign == nil || !same(err, foreign) {
		return hidden
	}
	return ctx.Err()
}

// Keep does what Hide does, for an error that a caller's function chose to return:
// the cause itself stays reachable by errors.Is, but errors that the cause wraps
// do not. A nil err returns nil.
func Keep(ctx context.Context, err error) error {
	hidden, foreign := hide(ctx, err)
	if rest, ok := Own[*restError](hidden); ok && foreign != nil {
		rest.above = append(rest.above, foreign)
	}
	return hidden
}

// hide removes the cause of ctx from err. If err is or wraps the cause, hidden is a
// *restError: it prints and wraps ctx.Err() and wraps what else err wraps. foreign is
// the removed cause. In all other cases hidden is err itself and foreign is nil: err
// is nil, ctx has not ended, ctx has no cause of its own, or err does not wrap it.
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

// WithoutURL returns err without any *url.Error, because its text prints the URL.
// The error that a *url.Error wraps stays reachable. An err without a *url.Error
// is returned unchanged, and a nil err returns nil.
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

// Ended returns the context error that Hide or Keep put in place of a cause,
// context.Canceled or context.DeadlineExceeded. It returns nil if err is not
// itself an error made by Hide or Keep.
func Ended(err error) error {
	if r, ok := Own[*restError](err); ok {
		return r.ended
	}
	return nil
}

// Own returns err as a T, and true, if err itself is a T. It does not look at
// errors that err wraps: errors.As would also find errors of other calls, which a
// caller's functions and transports may wrap. Otherwise Own returns a zero T and
// false.
func Own[T error](err error) (T, bool) {
	own, ok := err.(T) //nolint:errorlint // that is the point
	return own, ok
}

// restError is what remains of an error chain.
type restError struct {
	ended error   // what replaces a cause; nil if none was removed
	above []error // errors that wrap what was removed and would print it; only errors.Is finds them
	apart []error // all other errors
}

// Error returns the text of the context's error. The text of an error that was
// taken apart would show what was removed.
func (r *restError) Error() string {
	if r.ended != nil {
		return r.ended.Error()
	}
	return "error without its URL"
}

// Is reports whether target is one of the errors in r.above, which wrapped the
// removed error and must not be printed.
func (r *restError) Is(target error) bool {
	return slices.ContainsFunc(r.above, func(err error) bool { return same(err, target) })
}

// Unwrap returns the remaining errors, which may be printed.
func (r *restError) Unwrap() []error { return r.apart }

// Format prints the text of Error for every verb, because %#v would print the
// chain.
func (r *restError) Format(s fmt.State, _ rune) { redact.Print(s, r.Error()) }

// split takes an error chain apart.
type split struct {
	// cut reports whether an error must go, and returns what it wraps that may
	// stay, or nil.
	cut          func(error) (gone bool, inner error)
	above, apart []error
}

// of reports whether err, or any error that it wraps, had to go. If so, it adds
// err's remaining parts to s.above and s.apart. It returns false for nil.
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

// same reports whether a and b are the same value. It returns false if either is
// nil. Values of types without ==, such as slices, are compared in depth.
func same(a, b error) bool {
	if a == nil || b == nil || reflect.TypeOf(a) != reflect.TypeOf(b) {
		return false
	}
	if reflect.ValueOf(a).Comparable() {
		return a == b //nolint:errorlint // the value itself, and none that it wraps
	}
	return reflect.DeepEqual(any(a), any(b))
}
