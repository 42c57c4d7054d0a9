package vima

import (
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Status is the state of an operation. Values that this package does not know
// are kept as they came.
type Status string

// The documented statuses come first; the others were seen in the wild.
const (
	StatusSuccess           Status = "success"
	StatusFail              Status = "fail"
	StatusInProcess         Status = "in_process"
	StatusUserInputRequired Status = "user_input_required"

	StatusFailed          Status = "failed"     // another spelling of fail; Unverified
	StatusInProcessSpaced Status = "in process" // another spelling of in_process; Unverified
	StatusPending         Status = "pending"    // Unverified
)

// Class returns what the status means, whatever the case of its letters: success
// has succeeded; fail and failed have failed; in_process, in process,
// user_input_required and pending are pending. Any other status, and "", is
// unknown.
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

// Final reports whether the status is an end: one that has succeeded or failed,
// see [Status.Class]. It is false for a status that this package does not know.
func (s Status) Final() bool { return s.Class().Final() }

// Known projects. Any other text is a project too.
const (
	ProjectMonetix   = "monetix"
	ProjectCaroussel = "caroussel"
	Project91Game    = "91game"
)

// Date is a calendar day in UTC. The zero Date means no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the UTC day of t.
func DateOf(t time.Time) Date {
	year, month, day := t.UTC().Date()
	return Date{year, month, day}
}

// ParseDate reads a day as YYYY-MM-DD.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || !DateOf(t).valid() {
		return Date{}, invalid("date: must be a day of the calendar as YYYY-MM-DD")
	}
	return DateOf(t), nil
}

// IsZero reports whether d is the zero Date.
func (d Date) IsZero() bool { return d == Date{} }

// Time is the first instant of d, in UTC.
func (d Date) Time() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

// AddDays is the day that comes n days after d.
func (d Date) AddDays(n int) Date { return DateOf(d.Time().AddDate(0, 0, n)) }

// Compare is -1, 0 or 1 as d lies before, on or after e.
func (d Date) Compare(e Date) int { return d.Time().Compare(e.Time()) }

// String is d as YYYY-MM-DD.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// MarshalText gives String, and "" for the zero Date.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what MarshalText gives, for flags, files and JSON.
func (d *Date) UnmarshalText(text []byte) (err error) {
	if *d = (Date{}); len(text) > 0 {
		*d, err = ParseDate(string(text))
	}
	return err
}

// EncodeValues adds d to a query; it is what google/go-querystring calls.
func (d Date) EncodeValues(key string, v *url.Values) error {
	v.Set(key, d.String())
	return nil
}

func (d Date) valid() bool { return d.Year >= 1 && d.Year <= 9999 && DateOf(d.Time()) == d }

// OperationPage is one page of operations.
type OperationPage struct {
	// Date is the day that was asked for, zero where none was. A walk by day
	// tells by it what a page belongs to.
	Date       Date
	Operations []*Operation
	// Bad are the rows that did not decode. They are not in Operations.
	Bad []BadRow
	// NextCreateID and NextUpdateID are the highest cursors of each stream up
	// to this page: those of its rows, and the cursor that it was asked with.
	// They are what a sync stores once the page is processed. In a walk by the
	// create cursor NextUpdateID speaks of this page alone.
	NextCreateID, NextUpdateID string
}
