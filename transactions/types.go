package transactions

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/payclients/payclients-go/internal/redact"
)

// Status is the state of a transaction. The service's list of values is not
// known: those that this package does not know are kept as they came.
type Status string

// The statuses that are known.
const (
	StatusSuccess Status = "SUCCESS"
	StatusCheckOK Status = "CHECK_OK" // checked and not paid; Unverified
)

// PayType is the kind of a transaction. Values that this package does not know
// are kept as they came.
type PayType string

// The kinds of transaction that are known.
const (
	PayTypePayment PayType = "PAYMENT"
	PayTypeRefund  PayType = "REFUND"
	PayTypeTest    PayType = "TEST"
)

// TransactionPage is one page of transactions.
type TransactionPage struct {
	// Day is the beginning of the day that was asked for, zero where none was. A
	// walk by day tells by it what a page belongs to.
	Day          time.Time
	Transactions []*Transaction
	// Bad are the rows that did not decode. They are not in Transactions.
	Bad []BadRow
	// Total is how many transactions the service counts for what was asked, nil
	// where it does not say. In a walk by key that is what remains, this page
	// included.
	Total *int64
	// NextID is the highest id up to this page in a walk by id, and 0 elsewhere:
	// a sync stores it once the page is processed, and goes on with it as
	// Filter.ID.GreaterThan.
	NextID int64
	// NextModified is the last modification up to which a walk by it has given
	// everything that there was, and the zero time elsewhere: a sync stores it
	// once the page is processed, and goes on with it as since. It is never later
	// than the answer (its Date header, else this machine's clock), so that a row
	// stamped in the future does not make a sync skip what comes until then.
	NextModified time.Time
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
	Operation  string        // name of the method called, for example "ListTransactions"
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
