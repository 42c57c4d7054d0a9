package transactions

import (
	"net/url"
	"time"

	"github.com/govalues/decimal"
)

// Range is a condition on a number or a time. The zero value is none.
//
// A service that has Equals evaluates nothing else, one that has In nothing else
// but Equals; so each of the two stands alone. All others may be combined. NULL
// meets Specified: new(false) only, and not NotEquals or NotIn either.
//
// Times are sent in UTC with all of their digits. Prefer [Between] and [Day]: a
// range that ends at 23:59:59 loses what happens in that second.
type Range[T int32 | int64 | decimal.Decimal | time.Time] struct {
	Equals, NotEquals *T
	// In and NotIn hold at least one value. nil is no condition, and an empty
	// list is refused.
	In, NotIn []T
	Specified *bool // true: has a value; false: is NULL

	GreaterThan, LessThan               *T
	GreaterThanOrEqual, LessThanOrEqual *T
}

// Exact is a condition on a value of a closed set. The zero value is none.
//
// A service evaluates one of the operations only, so there may be only one. Names
// are sent as they are written: a service refuses one that it does not know. NULL
// meets Specified: new(false) only, and not NotEquals or NotIn either.
type Exact[T Status | PayType | bool] struct {
	Equals, NotEquals *T
	In, NotIn         []T   // nil is no condition, and an empty list is refused
	Specified         *bool // true: has a value; false: is NULL
}

// Text is a condition on a text. The zero value is none.
//
// A service evaluates one of the operations only, so there may be only one.
// Contains and DoesNotContain ignore case; whether the others do is up to the
// database. NULL meets Specified: new(false) only, and not NotEquals, NotIn or
// DoesNotContain either.
//
// A list of one value is taken apart at its commas by the service and loses the
// blanks at its ends: such a value goes with Equals or NotEquals.
//
// Contains selects the texts that hold the value as it is written. The service
// reads % as any text and _ as any character there and sends rows that do not
// hold the value; the client drops those, see [Filter]. In DoesNotContain the
// two would leave out rows that nobody gets back, so % and _ are refused there.
// A backslash takes the meaning from what follows it and is refused in both.
// [Filter].Unchecked takes all three, and the empty text too.
type Text struct {
	Equals, NotEquals        *string
	In, NotIn                []string // nil is no condition, and an empty list is refused
	Contains, DoesNotContain *string
	Specified                *bool // true: has a value; false: is NULL
}

// Between is the range from one time up to and not including another, which must
// be later.
func Between(from, to time.Time) Range[time.Time] {
	return Range[time.Time]{GreaterThanOrEqual: &from, LessThan: &to}
}

// Day is the whole day of the calendar that t belongs to in its own time zone,
// whatever the length of that day. Where clocks are put forward at midnight, the
// day begins with the first instant that it has.
func Day(t time.Time) Range[time.Time] {
	return Between(startOfDay(t, 0), startOfDay(t, 1))
}

// startOfDay is the first instant of the day that is so many days after that of
// t, in t's time zone. Midnight may be skipped there, or come twice.
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

// onTheClock is what the calendar and the clock show at t, as if it were UTC.
func onTheClock(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// IsZero reports whether there is no condition.
func (r Range[T]) IsZero() bool {
	return r.Equals == nil && r.NotEquals == nil && r.In == nil && r.NotIn == nil && r.Specified == nil &&
		r.GreaterThan == nil && r.LessThan == nil && r.GreaterThanOrEqual == nil && r.LessThanOrEqual == nil
}

// IsZero reports whether there is no condition.
func (e Exact[T]) IsZero() bool {
	return e.Equals == nil && e.NotEquals == nil && e.In == nil && e.NotIn == nil && e.Specified == nil
}

// IsZero reports whether there is no condition.
func (t Text) IsZero() bool {
	return t.Equals == nil && t.NotEquals == nil && t.In == nil && t.NotIn == nil && t.Contains == nil &&
		t.DoesNotContain == nil && t.Specified == nil
}

// EncodeValues adds the parameters of the condition on the field called name, for
// go-querystring. It is ErrInvalidRequest if the condition has faults.
func (r Range[T]) EncodeValues(name string, v *url.Values) error {
	return encode(name, &r, v)
}

// EncodeValues adds the parameters of the condition on the field called name, for
// go-querystring. It is ErrInvalidRequest if the condition has faults.
func (e Exact[T]) EncodeValues(name string, v *url.Values) error {
	return encode(name, &e, v)
}

// EncodeValues adds the parameters of the condition on the field called name, for
// go-querystring. It is ErrInvalidRequest if the condition has faults.
func (t Text) EncodeValues(name string, v *url.Values) error {
	return encode(name, &t, v)
}
