package transactions

import (
	"net/url"
	"time"

	"github.com/govalues/decimal"
)

// Range is a condition on a number or a time. The zero value sets no condition. A
// call with a filter that breaks one of the rules below returns ErrInvalidRequest.
//
// If Equals is set, the service evaluates nothing else; if In is set, nothing else
// but Equals. So each of the two must be the only operation of its Range. All
// others may be combined, and then all must hold. A row with NULL meets only
// Specified: new(false), and meets neither NotEquals nor NotIn. A range that no
// value can meet is refused.
//
// Times are sent in UTC with all of their digits; the zero time and a year outside 1
// to 9999 in UTC are refused. Prefer [Between] and [Day]: a range that ends at
// 23:59:59 loses what happens within that second.
type Range[T int32 | int64 | decimal.Decimal | time.Time] struct {
	Equals, NotEquals *T
	// In and NotIn are lists of at least one value. Nil sets no condition; an empty
	// list is refused.
	In, NotIn []T
	Specified *bool // true: has a value; false: is NULL; nil sets no condition

	GreaterThan, LessThan               *T
	GreaterThanOrEqual, LessThanOrEqual *T
}

// Exact is a condition on a value of a closed set. The zero value sets no
// condition.
//
// The service evaluates only one of the operations, so the client refuses an Exact
// that sets two, with ErrInvalidRequest. Names are sent as written. The client also
// refuses a name that is empty, begins with a digit, or has other characters than
// ASCII letters, digits and underscores. The service refuses a name that it does not
// know. A row with NULL meets only Specified: new(false), and meets neither
// NotEquals nor NotIn.
type Exact[T Status | PayType | bool] struct {
	Equals, NotEquals *T
	In, NotIn         []T   // nil sets no condition; an empty list is refused
	Specified         *bool // true: has a value; false: is NULL; nil sets no condition
}

// Text is a condition on a string. The zero value sets no condition. What is
// refused below makes the call that takes the filter return ErrInvalidRequest.
//
// The service evaluates only one of the operations, so setting two is refused.
// Control characters and invalid UTF-8 are refused. Contains and DoesNotContain
// ignore upper and lower case; whether the others do depends on the service's
// database. A row with NULL meets only Specified: new(false), and meets neither
// NotEquals, NotIn nor DoesNotContain. The empty string is refused everywhere.
//
// The service splits a list of one value at its commas and cuts the spaces at both
// ends. Therefore a list of one value with a comma, or with spaces at an end, is
// refused: use Equals or NotEquals.
//
// Contains selects the rows whose field contains the string exactly as written,
// except for upper and lower case. The service, however, reads % in it as any
// string and _ as any character, and sends rows that do not contain the string; the
// client drops those, see [Filter]. In DoesNotContain % and _ would exclude rows
// that the client cannot restore, so they are refused there. A backslash escapes
// the next character and is refused in both. Filter.Unchecked accepts all three,
// and the empty string.
type Text struct {
	Equals, NotEquals        *string
	In, NotIn                []string // nil sets no condition; an empty list is refused
	Contains, DoesNotContain *string
	Specified                *bool // true: has a value; false: is NULL; nil sets no condition
}

// Between returns the condition that a time is not before start, and is before end.
// Between does not check its arguments. If start or end is the zero time, or if end
// is not after start, the call that takes the filter returns ErrInvalidRequest.
func Between(start, end time.Time) Range[time.Time] {
	return Range[time.Time]{GreaterThanOrEqual: &start, LessThan: &end}
}

// Day returns the condition that a time is on the calendar day of t, in t's own time
// zone. The day begins at midnight, included, and ends at the next midnight,
// excluded, however long the day is. Where clocks skip midnight, the day begins with
// its first instant. Day does not check t. If t is the zero time, the call that takes
// the filter returns ErrInvalidRequest.
func Day(t time.Time) Range[time.Time] {
	return Between(startOfDay(t, 0), startOfDay(t, 1))
}

// startOfDay returns the first instant of the day that is days after the day of t,
// in t's time zone. Midnight may be skipped there, or come twice.
func startOfDay(t time.Time, days int) time.Time {
	y, m, d := t.Date()
	start := time.Date(y, m, d+days, 0, 0, 0, 0, t.Location())
	from, to := start.ZoneBounds()
	want := time.Date(y, m, d+days, 0, 0, 0, 0, time.UTC)
	switch got := onTheClock(start); {
	case got.Before(want):
		return to
	case got.After(want):
		return from
	case from.IsZero():
		return start
	}
	// Clocks may have been put back over midnight: then the first one counts.
	_, after := start.Zone()
	_, before := from.Add(-1).Zone()
	if first := start.Add(time.Duration(after-before) * time.Second); after < before && first.Before(from) {
		return first
	}
	return start
}

// onTheClock returns the date and time that a calendar and a clock show at t, as if
// in UTC.
func onTheClock(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// IsZero reports whether r has no condition: all fields are nil. An empty list that
// is not nil is a condition, and the call that takes it returns ErrInvalidRequest.
func (r Range[T]) IsZero() bool {
	return r.Equals == nil && r.NotEquals == nil && r.In == nil && r.NotIn == nil && r.Specified == nil &&
		r.GreaterThan == nil && r.LessThan == nil && r.GreaterThanOrEqual == nil && r.LessThanOrEqual == nil
}

// IsZero reports whether e has no condition: all fields are nil. An empty list that
// is not nil is a condition, and the call that takes it returns ErrInvalidRequest.
func (e Exact[T]) IsZero() bool {
	return e.Equals == nil && e.NotEquals == nil && e.In == nil && e.NotIn == nil && e.Specified == nil
}

// IsZero reports whether t has no condition: all fields are nil. An empty list that
// is not nil is a condition, and the call that takes it returns ErrInvalidRequest.
func (t Text) IsZero() bool {
	return t.Equals == nil && t.NotEquals == nil && t.In == nil && t.NotIn == nil && t.Contains == nil &&
		t.DoesNotContain == nil && t.Specified == nil
}

// EncodeValues adds the query parameters of r to v, for the field called name:
// "name.equals" and so on. Other parameters in v stay. go-querystring calls
// EncodeValues. A zero r adds nothing; for any other r, *v must not be a nil map. If
// r breaks a rule of [Range], EncodeValues adds nothing and returns
// ErrInvalidRequest, its only error.
func (r Range[T]) EncodeValues(name string, v *url.Values) error {
	return encode(name, &r, v)
}

// EncodeValues adds the query parameters of e to v, for the field called name:
// "name.equals" and so on. Other parameters in v stay. go-querystring calls
// EncodeValues. A zero e adds nothing; for any other e, *v must not be a nil map. If
// e breaks a rule of [Exact], EncodeValues adds nothing and returns
// ErrInvalidRequest, its only error.
func (e Exact[T]) EncodeValues(name string, v *url.Values) error {
	return encode(name, &e, v)
}

// EncodeValues adds the query parameters of t to v, for the field called name:
// "name.equals" and so on. Other parameters in v stay. go-querystring calls
// EncodeValues. A zero t adds nothing; for any other t, *v must not be a nil map. If
// t breaks a rule of [Text], EncodeValues adds nothing and returns
// ErrInvalidRequest, its only error.
func (t Text) EncodeValues(name string, v *url.Values) error {
	return encode(name, &t, v)
}
