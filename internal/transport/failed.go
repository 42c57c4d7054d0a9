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
	unknown error // matches too, unless nil
}

// Sentinels are a package's own words for failures.
type Sentinels struct {
	TooLarge error // for [ErrTooLarge]
	Unknown  error // for a write that may have taken place; nil in a package that has none
}

// Failure names the package and the operation of a call that got no answer. err is
// what [Client.Do] returned.
func Failure(pkg, operation string, err error, s Sentinels) error {
	out := &classed{text: fmt.Sprintf("%s: %s: %v", pkg, operation, err), class: classOf(err), err: err}
	ambiguous := false
	if e, ok := cause.Own[*Error](err); ok {
		out.class, ambiguous = e.Class, e.Ambiguous
	}
	if out.class == classTooLarge {
		// An answer came, so that there is no Error for those who look for one.
		out.text, out.err = fmt.Sprintf("%v: %s", s.TooLarge, operation), s.TooLarge
	}
	if ambiguous && s.Unknown != nil {
		out.text, out.unknown = out.text+", "+s.Unknown.Error(), s.Unknown
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

// Is matches the sentinel of a write that may have taken place, where that is so.
func (e *classed) Is(target error) bool { return target != nil && target == e.unknown }

// Unwrap returns the cause.
func (e *classed) Unwrap() error { return e.err }

// Format prints Error for every verb: %#v would print the cause.
func (e *classed) Format(s fmt.State, _ rune) { redact.Print(s, e.text) }
