package transport

import (
	"fmt"

	"github.com/payclients/payclients-go/internal/cause"
	"github.com/payclients/payclients-go/internal/redact"
)

// classed is an error that a package returns to its users. Failure, Classed and
// Ended make it.
type classed struct {
	text    string
	class   string // of the failure, for example "timeout"
	err     error  // what Unwrap returns
	unknown error  // errors.Is finds it too; nil means none
}

// Sentinels are the errors that a package exports for failures.
type Sentinels struct {
	TooLarge error // Failure puts it in place of [ErrTooLarge]; not nil
	Unknown  error // Failure adds it for a write that may have been carried out; nil in a package without writes
}

// Failure returns the error that a package returns for a call without an answer; it
// is never nil. err is the error of [Client.Do] and must not be nil. The method
// Class of the result returns the class of err, for example "timeout".
//
// The result wraps err, and its text is "pkg: operation: " and the text of err. Two
// rules change this:
//   - If the class is too_large, the result wraps s.TooLarge, which must not be
//     nil, and not err. The text is the text of s.TooLarge, ": " and operation,
//     without pkg.
//   - An err that is an *Error with Ambiguous true means that a write may have been
//     carried out. errors.Is then also finds s.Unknown in the result, and the text
//     ends with ", " and the text of s.Unknown. If s.Unknown is nil, nothing is
//     added.
func Failure(pkg, operation string, err error, s Sentinels) error {
	out := &classed{text: fmt.Sprintf("%s: %s: %v", pkg, operation, err), class: classOf(err), err: err}
	ambiguous := false
	if e, ok := cause.Own[*Error](err); ok {
		out.class, ambiguous = e.Class, e.Ambiguous
	}
	if out.class == classTooLarge {
		// An answer came, so errors.As must not find an Error.
		out.text, out.err = fmt.Sprintf("%v: %s", s.TooLarge, operation), s.TooLarge
	}
	if ambiguous && s.Unknown != nil {
		out.text, out.unknown = out.text+", "+s.Unknown.Error(), s.Unknown
	}
	return out
}

// Classed returns an error that wraps err, has the text of err, and has the
// method Class, which returns class. Classed panics if err is nil.
func Classed(err error, class string) error {
	return &classed{text: err.Error(), class: class, err: err}
}

// Ended returns an error that wraps err, has the text of err, and has the method
// Class. err says what ended. end is the error of a context that ended between two
// calls, and decides the class:
//   - "canceled" if end is or wraps context.Canceled
//   - "timeout" if end is or wraps context.DeadlineExceeded
//   - "" if end is nil
//
// errors.Is finds end in the result only if err wraps end. Ended panics if err is
// nil.
func Ended(err, end error) error { return Classed(err, classOf(end)) }

// Error returns the text that Failure composed, or the text of the error that
// Classed or Ended got.
func (e *classed) Error() string { return e.text }

// Class returns the class of the failure, for example "timeout", see [Attempt].
func (e *classed) Class() string { return e.class }

// Is reports whether target is e.unknown, the ErrOutcomeUnknown of a package. Only
// Failure sets e.unknown, for a write that may have been carried out. For every
// other target, also nil, Is returns false. errors.Is then goes on with the error
// that Unwrap returns.
func (e *classed) Is(target error) bool { return target != nil && target == e.unknown }

// Unwrap returns the wrapped error: the err of Failure, Classed or Ended, or
// Sentinels.TooLarge if Failure took that instead. It is never nil.
func (e *classed) Unwrap() error { return e.err }

// Format prints the text that Error returns, for every verb: %#v would otherwise
// print the wrapped error, which may hold secrets.
func (e *classed) Format(s fmt.State, _ rune) { redact.Print(s, e.text) }
