package vima

import (
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Status is the state of an operation; "" means that the collector sent none. Values
// that this package does not know are kept as received.
type Status string

// The documented statuses come first. The last three were seen in practice, and no
// document says what they mean: their meaning here is Unverified.
const (
	StatusSuccess           Status = "success"             // final: the money has moved
	StatusFail              Status = "fail"                // final: no money has moved
	StatusInProcess         Status = "in_process"          // not final
	StatusUserInputRequired Status = "user_input_required" // not final; which input is not documented

	StatusFailed          Status = "failed"     // the same as fail; Unverified
	StatusInProcessSpaced Status = "in process" // the same as in_process; Unverified
	StatusPending         Status = "pending"    // not final; Unverified
)

// Class returns what the status means. Upper and lower case do not matter.
//
//   - StatusClassSucceeded: success.
//   - StatusClassFailed: fail, failed.
//   - StatusClassPending: in_process, in process, user_input_required, pending.
//   - StatusClassUnknown: any other status, and "".
func (s Status) Class() StatusClass {
	switch Status(strings.ToLower(string(s))) {
	case StatusSuccess:
		return StatusClassSucceeded
	case StatusFail, StatusFailed:
		return StatusClassFailed
	case StatusInProcess, StatusInProcessSpaced, StatusUserInputRequired, StatusPending:
		return StatusClassPending
	}
	return StatusClassUnknown
}

// Final reports whether [Status.Class] is succeeded or failed. It returns false for
// a pending status, for "" and for a status that this package does not know.
func (s Status) Final() bool { return s.Class().Final() }

// Known projects. Any other string is a project too.
const (
	ProjectMonetix   = "monetix"
	ProjectCaroussel = "caroussel"
	Project91Game    = "91game"
)

// Date is a calendar day in UTC. The zero Date means no date. A call with a Date that
// is not in the calendar, such as February 30, returns ErrInvalidRequest.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the day of t in UTC; the time zone of t does not matter. For the
// zero time it returns 0001-01-01, which is not the zero Date.
func DateOf(t time.Time) Date {
	year, month, day := t.UTC().Date()
	return Date{year, month, day}
}

// ParseDate parses a day of the calendar as YYYY-MM-DD, years 0001 to 9999. For any
// other text, also "", it returns the zero Date and ErrInvalidRequest.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || !DateOf(t).valid() {
		return Date{}, invalid("date: must be a day of the calendar as YYYY-MM-DD")
	}
	return DateOf(t), nil
}

// IsZero reports whether d is the zero Date, which means no date.
func (d Date) IsZero() bool { return d == Date{} }

// Time returns midnight UTC at the beginning of d. Time does not check that d is a
// day of the calendar: it normalizes other values as time.Date does, so that
// February 30 becomes March 1 or 2. The zero Date becomes a time before the year 1,
// which is not the zero time.
func (d Date) Time() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

// AddDays returns the day n days after d, or before d for a negative n. AddDays does
// not check that d is a day of the calendar: it first normalizes d as [Date.Time]
// does. The result for the zero Date has no meaning.
func (d Date) AddDays(n int) Date { return DateOf(d.Time().AddDate(0, 0, n)) }

// Compare returns -1 if d is before e, 0 if they are the same day, and 1 if d is
// after e. The zero Date is before every day of the calendar. Values that are not
// in the calendar are normalized first, as by [Date.Time].
func (d Date) Compare(e Date) int { return d.Time().Compare(e.Time()) }

// String returns d as YYYY-MM-DD, and "0000-00-00" for the zero Date. It does not
// check that d is in the calendar.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// MarshalText returns d as YYYY-MM-DD, and nil for the zero Date. The error is always
// nil.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText sets d to the day in text, YYYY-MM-DD, for flags, files and JSON.
// Empty or nil text sets the zero Date. For text that is not a day of the calendar
// UnmarshalText sets the zero Date and returns ErrInvalidRequest.
func (d *Date) UnmarshalText(text []byte) (err error) {
	if *d = (Date{}); len(text) > 0 {
		*d, err = ParseDate(string(text))
	}
	return err
}

// EncodeValues sets the parameter called key in v to d as YYYY-MM-DD, "0000-00-00"
// for the zero Date, and replaces earlier values of the parameter.
// google/go-querystring calls EncodeValues. The error is always nil.
func (d Date) EncodeValues(key string, v *url.Values) error {
	v.Set(key, d.String())
	return nil
}

// valid reports whether d is a day of the calendar, in the years 1 to 9999.
func (d Date) valid() bool { return d.Year >= 1 && d.Year <= 9999 && DateOf(d.Time()) == d }

// OperationPage is one page of operations.
type OperationPage struct {
	// Date is the day that the request asked for, zero without one. In
	// OperationPagesByDay it is the UTC day of the page's operations, and in
	// OperationPagesByRange the Day of the page's [OperationRange].
	Date Date
	// Operations are the good rows, in the order of the answer.
	Operations []*Operation
	// Bad are the rows that did not decode. They are not in Operations. Nil means
	// that every row decoded.
	Bad []BadRow
	// NextCreateID and NextUpdateID are cursors of the two streams. Each is the
	// highest of the cursors in this page's rows, rows of Bad included, and of the
	// request's own cursor; "" means none. A sync stores, after it has processed the
	// page, the one by which the iteration goes: NextCreateID, or NextUpdateID if
	// AfterUpdateID is set. Do not store the other one: it covers this page alone.
	NextCreateID, NextUpdateID string
	// Ranges is the progress of OperationPagesByRange, with this page and those
	// before; zero in other pages.
	Ranges OperationRanges
}
