package transport

import (
	"fmt"

	"github.com/payclients/payclients-go/internal/cause"
	"github.com/payclients/payclients-go/internal/redact"
)

// classed is an error as a package returns it, with the class of what happened.
type classed struct {
	text    string
	class   string
	err     error
	unknown bool
}

// Failure names the package and the operation of a call that got no answer. err is
// what [Client.Do] returned; tooLarge is the package's sentinel for [ErrTooLarge].
func Failure(pkg, operation string, err, tooLarge error) error {
	out := &classed{text: fmt.Sprintf("%s: %s: %v", pkg, operation, err), class: classOf(err), err: err}
	if e, ok := cause.Own[*Error](err); ok {
		out.class, out.unknown = e.Class, e.Ambiguous
	}
	if out.class == classTooLarge {
		// An answer came, so that there is no Error for those who look for one.
		out.text, out.err = fmt.Sprintf("%v: %s", tooLarge, operation), tooLarge
	}
	if out.unknown {
		out.text += ", " + ErrOutcomeUnknown.Error()
	}
	return out
}

// Classed returns err with a class.
func Classed(err error, class string) error {
	return &classed{text: err.Error(), class: class, err: err}
}

// Ended returns err, which is about a context that ended between two calls, with
// the class of that end.
func Ended(err, end error) error { return Classed(err, classOf(end)) }

// Error prints what a package says about it.
func (e *classed) Error() string { return e.text }

// Class returns the class.
func (e *classed) Class() string { return e.class }

// Is matches ErrOutcomeUnknown where that is so.
func (e *classed) Is(target error) bool { return target == ErrOutcomeUnknown && e.unknown }

// Unwrap returns the cause.
func (e *classed) Unwrap() error { return e.err }

// Format prints Error for every verb: %#v would print the cause.
func (e *classed) Format(s fmt.State, _ rune) { redact.Print(s, e.text) }
