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

// Failure returns the error of a call that got no answer, with the names of
// package and operation. err is what [Client.Do] returned.
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

// Classed returns err with a class. The text stays the same.
func Classed(err error, class string) error {
	return &classed{text: err.Error(), class: class, err: err}
}

// Ended returns err, about a context that ended between two calls, with the class
// of end.
func Ended(err, end error) error { return Classed(err, classOf(end)) }

// Error returns the package's text.
func (e *classed) Error() string { return e.text }

// Class returns the class.
func (e *classed) Class() string { return e.class }

// Is reports whether target is the sentinel of a write that may have been carried
// out, if this one may have been.
func (e *classed) Is(target error) bool { return target != nil && target == e.unknown }

// Unwrap returns the cause.
func (e *classed) Unwrap() error { return e.err }

// Format prints Error for every verb: %#v would print the cause.
func (e *classed) Format(s fmt.State, _ rune) { redact.Print(s, e.text) }
