package transport

import (
	"fmt"

	"github.com/payclients/payclients-go/internal/cause"
	"github.com/payclients/payclients-go/internal/redact"
)

// classed is an error that a package returns, with the class of the failure.
type classed struct {
	text    string
	class   string
	err     error
	unknown error // also matched by errors.Is, unless nil
}

// Sentinels are the errors that a package exports for failures.
type Sentinels struct {
	TooLarge error // replaces [ErrTooLarge]
	Unknown  error // for a write that may have been carried out; nil in a package without writes
}

// Failure returns the error of a call that got no answer. pkg and operation are
// names for the error's text. err is the error of [Client.Do], which the result
// wraps. An error of the class too_large is replaced by s.TooLarge. If a write may
// have been carried out, errors.Is also finds s.Unknown, unless that is nil.
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

// Classed returns an error that wraps err and has the method Class, which returns
// class. The text stays the same. err must not be nil.
func Classed(err error, class string) error {
	return &classed{text: err.Error(), class: class, err: err}
}

// Ended returns an error that wraps err and has the class of end. end is the error
// of a context that ended between two calls, for example context.Canceled; err
// describes that and must not be nil.
func Ended(err, end error) error { return Classed(err, classOf(end)) }

// Error returns the text: the text of the package and operation from Failure, or
// the text of the error given to Classed.
func (e *classed) Error() string { return e.text }

// Class returns the class of the failure, for example "timeout".
func (e *classed) Class() string { return e.class }

// Is reports whether target is the error in e.unknown: the package's
// ErrOutcomeUnknown, if the write of e may have been carried out. It returns false
// for every other target; errors.Is then goes on with Unwrap.
func (e *classed) Is(target error) bool { return target != nil && target == e.unknown }

// Unwrap returns the wrapped error.
func (e *classed) Unwrap() error { return e.err }

// Format prints the text of Error for every verb, because %#v would print the
// cause.
func (e *classed) Format(s fmt.State, _ rune) { redact.Print(s, e.text) }
