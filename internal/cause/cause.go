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

// Hide removes the cause of ctx from err, if ctx has ended. The cause is the error
// that [context.Cause] returns for ctx. ctx must not be nil.
//
// Hide returns err unchanged if ctx has not ended, if err is nil, or if err neither
// is nor wraps the cause. Hide also returns err unchanged if the cause is ctx.Err()
// itself, as after a cancel or a deadline without a cause of its own. Otherwise
// there are two cases:
//
//   - err itself is the cause: Hide returns ctx.Err().
//   - err wraps the cause: Hide returns a new error that prints and wraps ctx.Err(). The new error wraps neither the
//     cause nor what the cause wraps. errors.Is, but not errors.As, still finds the errors that wrapped the cause.
//     errors.Is and errors.As find all other errors in err, such as another error of errors.Join.
func Hide(ctx context.Context, err error) error {
	if hidden, foreign := hide(ctx, err); foreign == nil || !same(err, foreign) {
		return hidden
	}
	return ctx.Err()
}

// Keep removes the cause of ctx from err as [Hide] does. It is for an error that a
// function of the caller returned. There are two differences from Hide:
//
//   - errors.Is still finds the cause itself, but not the errors that the cause wraps.
//   - If err itself is the cause, Keep returns a new error that prints and wraps ctx.Err(), where Hide returns
//     ctx.Err().
//
// Keep returns err unchanged in the same cases as Hide, also for a nil err.
func Keep(ctx context.Context, err error) error {
	hidden, foreign := hide(ctx, err)
	if rest, ok := Own[*restError](hidden); ok && foreign != nil {
		rest.above = append(rest.above, foreign)
	}
	return hidden
}

// hide removes the cause of ctx (see [context.Cause]) from err, if ctx has ended.
// The first case that applies counts:
//
//   - ctx has not ended, err is nil, or the cause is ctx.Err() itself: hidden is err itself, and foreign is nil.
//   - err is or wraps the cause: hidden is a new *restError that prints and wraps ctx.Err() and wraps the rest of err.
//     foreign is the removed cause.
//   - err neither is nor wraps the cause: hidden is err itself, and foreign is nil.
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
	if !s.apply(err) {
		return err, nil
	}
	return &restError{ended: ended, above: s.above, apart: append([]error{ended}, s.apart...)}, foreign
}

// WithoutURL removes every *url.Error from err, because the text of a *url.Error
// prints the URL. As long as err itself is a *url.Error, WithoutURL replaces err
// by the error that the *url.Error wraps. The rest of err may be nil. There are
// two cases:
//
//   - The rest wraps no *url.Error, or is nil. WithoutURL returns the rest as it is.
//   - The rest wraps a *url.Error. WithoutURL returns a new error with the fixed text "error without its URL".
//     errors.Is, but not errors.As, still finds the errors that wrapped a *url.Error. errors.Is and errors.As find all
//     other errors in err, such as the error that the *url.Error wraps.
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
	if !s.apply(err) {
		return err
	}
	return &restError{above: s.above, apart: s.apart}
}

// Ended returns the context error that [Hide] or [Keep] put in place of a cause:
// context.Canceled or context.DeadlineExceeded, the ctx.Err() of their ctx. err
// itself must be the new error that Hide or Keep made. For any other err Ended
// returns nil: for nil, for an error that wraps the new error, and for a plain
// ctx.Err(), which Hide returns if its err was the cause itself.
func Ended(err error) error {
	if r, ok := Own[*restError](err); ok {
		return r.ended
	}
	return nil
}

// Own returns err as a T, and true, if err itself is a T. It does not look at
// errors that err wraps. errors.As would also find a T within err, which may
// belong to another call: functions and transports of a caller may wrap such
// errors. If err is nil or not a T, Own returns the zero value of T and false.
func Own[T error](err error) (T, bool) {
	own, ok := err.(T) //nolint:errorlint // that is the point
	return own, ok
}

// restError is what remains of an error chain after [Hide] or [Keep] removed a
// cause, or [WithoutURL] removed a *url.Error. The functions of this package make
// it.
type restError struct {
	ended error   // ctx.Err(), which replaces a cause; nil if only a *url.Error was removed
	above []error // errors that only errors.Is finds: they wrapped a removed error, or are the cause that Keep removed
	apart []error // the errors that may be printed; if ended is not nil, ended is the first
}

// Error returns r.ended.Error(), the text of the error of the ended context. If
// r.ended is nil, because only a *url.Error was removed, it returns "error without
// its URL". It never prints the other errors of r, because their text would show
// what was removed.
func (r *restError) Error() string {
	if r.ended != nil {
		return r.ended.Error()
	}
	return "error without its URL"
}

// Is reports whether target is one of the errors in r.above, as the function same
// compares them: errors that wrapped a removed error and, after [Keep], the cause
// itself. Is does not look at r.ended and r.apart: errors.Is finds those through
// Unwrap. A nil target returns false.
func (r *restError) Is(target error) bool {
	return slices.ContainsFunc(r.above, func(err error) bool { return same(err, target) })
}

// Unwrap returns r.apart, the errors that may be printed. The first is r.ended if
// r.ended is not nil. The result is nil if no such error is left.
func (r *restError) Unwrap() []error { return r.apart }

// Format prints the text of Error, for every verb and flag. Without Format, %#v
// would print the fields of r, and so the errors in r.above.
func (r *restError) Format(s fmt.State, _ rune) { redact.Print(s, r.Error()) }

// split takes an error chain apart: it removes the errors that the function cut
// selects. The caller sets cut and calls apply once. The results are in above and
// apart.
type split struct {
	// cut returns gone true if apply must remove the error. inner is then an error that
	// the removed error wraps and that stays, or nil if none stays. apply calls cut with
	// the errors of the chain, from the outside. Of the errors that a removed error wraps,
	// apply looks at inner only.
	cut   func(error) (gone bool, inner error)
	above []error // errors that wrapped a removed error, the innermost first
	apart []error // errors that stay
}

// apply sorts the chain of err, which begins with err itself, into s.above and
// s.apart. It does not change err. apply calls s.cut with one error after the
// other, from the outside. s.cut returns true for an error to remove, together with
// the inner error that stays in place of the removed error; nil if none stays.
//
// apply returns true if s.cut returned true for an error. Call an error whole if
// s.cut returns true neither for the error nor for an error that it wraps, directly
// or not. apply then appends
//
//   - to s.above: each error that wraps a removed error, directly or not, and is not removed itself.
//   - to s.apart: each whole error that an error in s.above wraps directly, such as the others of an errors.Join.
//   - to s.apart: the inner error of each removed error, if the inner error is whole. If it is not whole, apply sorts
//     the inner error as it sorts err. A nil inner error adds nothing.
//
// If there is nothing to remove, or err is nil, apply returns false and does not
// change s.
func (s *split) apply(err error) bool {
	if err == nil {
		return false
	}
	if gone, inner := s.cut(err); gone {
		if inner != nil && !s.apply(inner) {
			s.apart = append(s.apart, inner)
		}
		return true
	}
	var whole []error
	found := false
	for _, child := range children(err) {
		if s.apply(child) {
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

// same reports whether a and b have the same type and are equal by ==. If == would
// panic for them, because they hold slices for example, reflect.DeepEqual compares
// them. same returns false if a or b is nil. It does not look at wrapped errors.
func same(a, b error) bool {
	if a == nil || b == nil || reflect.TypeOf(a) != reflect.TypeOf(b) {
		return false
	}
	if reflect.ValueOf(a).Comparable() {
		return a == b //nolint:errorlint // the value itself, and none that it wraps
	}
	return reflect.DeepEqual(any(a), any(b))
}
