package finik

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/payclients/payclients-go/internal/redact"
)

// Status is the state of a payment. Values that this package does not know are
// kept as they came. Compare with [Status.Is]: the provider writes them in
// capitals, but lower case has been seen.
type Status string

// The statuses of a payment.
const (
	StatusPending    Status = "PENDING"    // accepted, and not yet under way
	StatusProcessing Status = "PROCESSING" // under way
	StatusSucceeded  Status = "SUCCEEDED"  // paid
	StatusFailed     Status = "FAILED"     // not paid
	StatusCanceled   Status = "CANCELED"   // not paid
)

// Is reports whether two statuses are the same but for the case of letters.
// SUCCESS, which a neighbour API of the provider says, is SUCCEEDED.
func (s Status) Is(other Status) bool { return s.known() == other.known() }

// Final reports whether the status is an end: succeeded, failed or canceled. It
// is false for a status that this package does not know; see [Payment.Final].
func (s Status) Final() bool {
	switch s.known() {
	case StatusSucceeded, StatusFailed, StatusCanceled:
		return true
	}
	return false
}

// unpaid reports whether the status is an end without payment.
func (s Status) unpaid() bool { return s.Is(StatusFailed) || s.Is(StatusCanceled) }

// known is the status in its usual spelling.
func (s Status) known() Status {
	upper := Status(strings.ToUpper(string(s)))
	if upper == "SUCCESS" {
		return StatusSucceeded
	}
	return upper
}

// ServiceStatus says whether a service can be paid. Values that this package does
// not know are kept as they came.
type ServiceStatus string

// The statuses of a service.
const (
	ServiceStatusEnabled  ServiceStatus = "ENABLED"
	ServiceStatusDisabled ServiceStatus = "DISABLED"
	ServiceStatusInactive ServiceStatus = "INACTIVE"
)

// Locale is a language of names and labels.
type Locale string

// The languages of the service.
const (
	LocaleEN Locale = "EN" // English, the default
	LocaleKY Locale = "KY" // Kyrgyz
	LocaleRU Locale = "RU" // Russian
)

// KeyboardType says how a field is entered. Values that this package does not
// know are kept as they came.
type KeyboardType string

// The kinds of fields.
const (
	KeyboardTypePhone KeyboardType = "PHONE"
	KeyboardTypeMoney KeyboardType = "MONEY" // an amount
	KeyboardTypeText  KeyboardType = "TEXT"
)

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
	Operation  string        // name of the method called, for example "CreatePayment"
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
