package vima

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/payclients/payclients-go/internal/redact"
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

// Final reports whether the status is an end: success, fail or failed. It is
// false for a status that this package does not know.
func (s Status) Final() bool {
	return s == StatusSuccess || s == StatusFail || s == StatusFailed
}

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

// BadRow is a row that did not decode. Printing one does not show Raw.
type BadRow struct {
	Index int             // place of the row in its answer, from 0
	Raw   json.RawMessage // the row as received
	Err   error           // what is wrong, by field and offset
}

// Format prints the index and the error for every verb.
func (b BadRow) Format(s fmt.State, _ rune) {
	redact.Print(s, fmt.Sprintf("bad row %d: %v", b.Index, b.Err))
}

// LogValue gives log/slog what Format prints.
func (b BadRow) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("index", b.Index), slog.Any("error", b.Err))
}

// RetryPolicy says how often and how patiently a call is repeated. A zero field
// is its default: 3 attempts, waits between 250 ms and 5 s.
type RetryPolicy struct {
	MaxAttempts      int // 1 is no retry
	MinWait, MaxWait time.Duration
}

// Attempt is one attempt of a call, as an observer sees it. It never holds a
// URL, a header, a body or a secret.
type Attempt struct {
	Operation  string        // name of the method called, for example "ListOperations"
	Method     string        // HTTP method
	Number     int           // from 1
	StatusCode int           // 0 where no answer came
	Duration   time.Duration // from the start of the attempt to the last byte of its body
	Wait       time.Duration // back-off and rate limit before the attempt
	// Class is "" for an answer that ends well, else what went wrong: "status",
	// "canceled", "timeout", "dns", "dial", "proxy", "tls", "reset", "truncated",
	// "too_large", "encoding", "credentials" or "network". New values may come.
	Class string
	Final bool // no further attempt follows
}

// Response is the HTTP answer behind a result, for [CaptureResponse]. Printing
// one shows the status and the number of attempts only.
type Response struct {
	StatusCode int
	Header     http.Header
	Body       []byte
	Attempts   int
}

// Format prints the status and the number of attempts for every verb.
func (r Response) Format(s fmt.State, _ rune) {
	redact.Print(s, fmt.Sprintf("status %d after %d attempts", r.StatusCode, r.Attempts))
}

// LogValue gives log/slog what Format prints.
func (r Response) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("status", r.StatusCode), slog.Int("attempts", r.Attempts))
}
