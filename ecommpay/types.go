package ecommpay

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/payclients/payclients-go/internal/redact"
)

// Interval is a span of time. Both ends belong to it. They are sent in UTC, cut
// to whole seconds.
type Interval struct{ From, To time.Time }

// IsZero reports whether there is no interval.
func (i Interval) IsZero() bool { return i.From.IsZero() && i.To.IsZero() }

// SplitInterval cuts the span from from to to, both included, into intervals of
// step each, which touch and do not overlap: [from, from+step-1s], [from+step, …],
// the last one ending at to. from, to and step are cut to whole seconds. A step
// below a second, and a from after to, give nothing.
func SplitInterval(from, to time.Time, step time.Duration) []Interval {
	from, to, step = seconds(from), seconds(to), step.Truncate(time.Second)
	var parts []Interval
	for step > 0 && !from.After(to) {
		next := from.Add(step)
		end := next.Add(-time.Second)
		if end.After(to) {
			end = to
		}
		parts = append(parts, Interval{from, end})
		from = next
	}
	return parts
}

// seconds is t as it is sent.
func seconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

const timeForm = "2006-01-02 15:04:05"

func (i Interval) faults(name string) []string {
	var faults []string
	for _, end := range []struct {
		name string
		time time.Time
	}{{name + "From", i.From}, {name + "To", i.To}} {
		if year := end.time.UTC().Year(); end.time.IsZero() || year < 1970 || year > 9999 {
			faults = append(faults, end.name+": must be a time from 1970 to 9999")
		}
	}
	if len(faults) == 0 && seconds(i.From).After(seconds(i.To)) {
		faults = append(faults, name+"From: must not be after "+name+"To")
	}
	return faults
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
