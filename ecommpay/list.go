package ecommpay

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

const (
	maxLimit  = 1000
	maxOffset = 1_000_000_000 // the documents name no limit; this one keeps sums within int
)

const (
	// longInterval is the longest interval that the service answers without
	// throttling.
	longInterval = 180 * 24 * time.Hour
	// settleTime is how long after its end an interval may still change: clocks
	// differ, and rows may become visible late.
	settleTime   = time.Hour
	maxIntervals = 100_000
)

// ListOperationsParams selects operations. Conditions of several fields must
// all hold; of several values in one field, one must hold. A field that is
// empty or zero adds no condition. A value that is not allowed is refused with
// ErrInvalidRequest before sending. Strings must not contain a semicolon or a
// control character, begin or end with whitespace, or exceed 1024 bytes; a
// string in a list must not be empty.
type ListOperationsParams struct {
	// From and To bound the time of an operation's last update; both are
	// included. They are sent in UTC, cut to whole seconds, and a zero one is not
	// sent. From must not be after To. Both must be in the years 1970 to 9999.
	// Methods with pagination need both. ListOperations also takes one of them
	// (Unverified: one document asks for both). With neither the service returns the
	// newest completed operations (Unverified).
	From, To time.Time

	ProjectIDs []string // decimal numbers; empty means all projects that the token reaches
	Types      []OperationType
	Statuses   []OperationStatus
	// CustomerIDs are the payers' ids at the merchant.
	CustomerIDs   []string
	CustomerEmail string

	// Fields are the fields that each row has; empty means [DefaultFields]. Other
	// fields of [Operation] stay zero. Methods with pagination need
	// FieldOperationID, which identifies rows. They deliver an operation again if one
	// of these fields changes during the iteration. ListOperations also works without
	// FieldOperationID; its rows then have no OperationID.
	Fields []Field

	Limit  int // rows of a page: 1 to 1000, 0 means 1000; pagination needs 2 or more
	Offset int // rows to skip, 0 to 1000000000

	// Unchecked adds members to the request, JSON values by name, for what the
	// service knows and this package does not. The signature covers them. A name must
	// not be empty, have a semicolon or colon, or be one of interval, project_id,
	// operation_type, operation_status, customer_id, customer_email, fields, limit,
	// offset, tz, token and signature. A value must be JSON without a semicolon and
	// without repeated names. What the service does with them is Unverified.
	Unchecked map[string]json.RawMessage
}

// OperationPage is one page of operations.
type OperationPage struct {
	Operations []*Operation
	// Bad holds the rows that did not decode. They are not in Operations. nil if
	// all decoded.
	Bad []BadRow
	// Interval is the interval that was asked for, as it was sent. If pagination
	// splits the interval, it is the part that the page belongs to.
	Interval Interval
	// Offset is the offset of the answer's first row, and NextOffset the offset
	// after its last one. Pagination leaves out rows that it has already
	// delivered, so a page may hold fewer than NextOffset - Offset rows.
	Offset, NextOffset int
}

// ListOperations reads one page of the operations that p selects, at most 1000
// if p.Limit is 0. No field of p is required: the zero p returns the newest
// completed operations (Unverified). A value that [ListOperationsParams] does not
// allow returns ErrInvalidRequest.
//
// A short page is not the end of the list, because the service may return fewer
// rows than asked for; an empty page is. The order of rows is not documented.
// Rows that do not decode are in OperationPage.Bad; the call still succeeds.
//
// An interval of more than 180 days is sent as it is. The service then answers
// the account's requests one at a time, 10 seconds apart;
// [Client.OperationPages] splits such an interval.
//
// The call only reads. It is retried after network errors, a body cut short,
// and the statuses 429, 500, 502, 503 and 504, see [WithRetry]. After a 401 it
// is sent once more if a [CredentialSource] has new credentials.
//
// The errors are:
//   - ErrInvalidRequest if p or an option is wrong, before anything is sent
//   - *Error for a refusal by the service
//   - *SignatureError for a wrong or missing signature
//   - *DecodeError for an answer that cannot be read
//   - ErrResponseTooLarge, context.Canceled, context.DeadlineExceeded
//   - network errors
//   - the error of a [Signer] or [CredentialSource], which errors.Is finds
//
// The page is nil with every error.
//
// ecommpay Data API: POST /operations/get
func (c *Client) ListOperations(ctx context.Context, p ListOperationsParams, opts ...CallOption) (*OperationPage, error) {
	q := p.request(p.Offset)
	q.problems = p.problems()
	decode := decodeRows[Operation]
	if !p.identified() {
		decode = func(body []byte) (rowPage[Operation], error) {
			return decodeRowsBy(body, func(*Operation) error { return nil })
		}
	}
	rows, err := do(ctx, c, q, newCall(opts), decode)
	if err != nil {
		return nil, err
	}
	return operationPage(rows, Interval{seconds(p.From), seconds(p.To)}, p.Offset), nil
}

// OperationPages iterates over all pages of operations (pagination) from
// p.Offset on, in the service's own order. Requests are sent only while you
// range over the result, and each range statement starts again at p.Offset.
//
// The only value is ErrInvalidRequest, before anything is sent, if
//   - p.From or p.To is missing, or p.From is after p.To
//   - p.Limit is 1
//   - p.Fields is not empty and lacks FieldOperationID
//   - p.Offset is not 0 and the interval is longer than 180 days
//   - [Client.ListOperations] refuses p, or an option is wrong
//
// An operation that is between p.From and p.To during the whole iteration is
// delivered, also if other operations enter, leave or change places. There is
// one exception. If the operation moves to the front of the list, and another
// one leaves the list between the same two requests, the operation may be
// missed.
//
// If the service returns an operation twice, it is delivered once. If an
// operation changes during the iteration, it is delivered again, also if it
// changes back. The iteration keeps about 50 bytes in memory for each
// operation.
//
// The service pages by offset and selects by the time of the last update. So an
// updated operation leaves a past interval, and all rows behind it move up.
// Therefore each page overlaps the one before, see [Overlap]. If a page does
// not begin with operations that were seen, the iteration goes back, to the
// first page if needed.
//
// Choose a p.To in the past. As long as p.To is in the future, new operations
// may arrive in front of others. If the iteration detects such an arrival, it
// reads all pages again, at most four times, and delivers only what is new.
// After that it ends with ErrPaginationStalled.
//
// An interval of more than 180 days is read in parts of 180 days, one after the
// other, because the service throttles longer ones.
//
// The list ends where the service answers without rows; a short page is not the
// end. A page is yielded only if it has something to deliver in Operations or
// Bad. Rows that do not decode are in Bad, and the iteration goes on.
//
// The iteration yields at most one error, as its last value, with a nil page:
// an error of ListOperations, or ErrPaginationStalled, which also comes if
// further pages bring nothing new. Each request is retried as in
// ListOperations.
//
// ecommpay Data API: POST /operations/get
func (c *Client) OperationPages(ctx context.Context, p ListOperationsParams, opts ...CallOption) iter.Seq2[*OperationPage, error] {
	call := newCall(opts)
	found := p.walkProblems()
	var parts []Interval
	if len(found) == 0 {
		parts = SplitInterval(p.From, p.To, longInterval)
	}
	if len(parts) > 1 && p.Offset != 0 {
		found = append(found, "Offset: must be 0 with an interval of more than 180 days")
	}
	return paginate.Deliver(c.operationWalk(p, parts, call, found).pages(ctx), call.capture)
}

// AllOperations iterates over all operations (pagination) from p.Offset on, in
// the service's own order, as [Client.OperationPages] does. p.From and p.To are
// required. Each range statement starts again at p.Offset. An operation comes
// again if it changes during the iteration: count only its last version.
// Requests are retried as in OperationPages.
//
// The iteration yields at most one error, as its last value, with a nil
// operation: an error of OperationPages, or a *DecodeError if rows of a page do
// not decode. This *DecodeError comes after the good rows of the page. Use
// OperationPages to go on after bad rows.
//
// ecommpay Data API: POST /operations/get
func (c *Client) AllOperations(ctx context.Context, p ListOperationsParams, opts ...CallOption) iter.Seq2[*Operation, error] {
	return paginate.Flatten(c.OperationPages(ctx, p, opts...), func(page *OperationPage) ([]*Operation, error) {
		return page.Operations, undecodedRows(listOperations, page.Bad)
	})
}

// OperationPagesByInterval iterates over all pages of operations from p.From to
// p.To with several workers. It may miss or repeat operations that are updated
// during the iteration, see below. Use it for a first load, where latency
// limits the speed. Requests are sent only while you range over the result, and
// each range statement starts again at p.From.
//
// [SplitInterval] cuts the time from p.From to p.To into intervals of length
// step. Each worker reads one interval at a time. Pages of one interval come in
// order; intervals come in any order. OperationPage.Interval is the interval of
// the page.
//
// The service selects operations by their last update. So an operation that is
// updated during the iteration moves to the interval of the present. It may be
// delivered twice. If p.To is in the past, it leaves the time from p.From to
// p.To and may be missed. Intervals that ended less than an hour ago, or have
// not ended, are read last, one after the other.
//
// Each worker holds at most one finished page in memory, and with [Prefetch]
// also the pages fetched ahead. All workers stop if you leave the range
// statement, and at the first error. The iteration yields this error as its
// last value, with a nil page. Each interval is read as by
// [Client.OperationPages], with the same errors and retries.
//
// The only value is ErrInvalidRequest, before anything is sent, if
//   - step is not 1 second to 180 days in whole seconds
//   - step makes more than 100,000 intervals
//   - workers is not 1 to 64
//   - p.Offset is not 0
//   - OperationPages refuses p or an option
//
// ecommpay Data API: POST /operations/get
func (c *Client) OperationPagesByInterval(ctx context.Context, step time.Duration, workers int, p ListOperationsParams, opts ...CallOption) iter.Seq2[*OperationPage, error] {
	call := newCall(opts)
	found := problems.List(append(p.walkProblems(), call.problems...))
	found.If(step < time.Second || step > longInterval || step%time.Second != 0, "step: must be whole seconds, 1 second to 180 days")
	found.If(workers < 1 || workers > 64, "workers: must be 1 to 64")
	found.If(p.Offset != 0, "Offset: must be 0 for pagination by intervals")
	found.If(len(found) == 0 && seconds(p.To).Sub(seconds(p.From))/step >= maxIntervals, "step: must make at most 100000 intervals")
	if len(found) > 0 {
		return paginate.Fail[*OperationPage](invalid(found...))
	}
	parts := SplitInterval(p.From, p.To, step)
	return func(yield func(*OperationPage, error) bool) {
		over := 0
		for settled := time.Now().Add(-settleTime); over < len(parts) && parts[over].To.Before(settled); {
			over++
		}
		first := paginate.Parallel(ctx, workers, over, func(ctx context.Context, i int) iter.Seq2[delivery, error] {
			return c.operationWalk(p, parts[i:i+1], call, nil).pages(ctx)
		})
		for _, walk := range []iter.Seq2[delivery, error]{first, c.operationWalk(p, parts[over:], call, nil).pages(ctx)} {
			for page, err := range paginate.Deliver(walk, call.capture) {
				if !yield(page, err) || err != nil {
					return
				}
			}
		}
	}
}

const listOperations = "ListOperations"

func operationPage(r rowPage[Operation], of Interval, offset int) *OperationPage {
	return &OperationPage{Operations: r.rows, Bad: r.bad, Interval: of, Offset: offset, NextOffset: offset + r.total}
}

// operationsBody is the body of a request. Ids may be strings or numbers: both
// have the same signature.
type operationsBody struct {
	Interval      *period           `json:"interval,omitzero"`
	TZ            string            `json:"tz"`
	ProjectID     []json.RawMessage `json:"project_id,omitzero"`
	Type          []OperationType   `json:"operation_type,omitzero"`
	Status        []OperationStatus `json:"operation_status,omitzero"`
	CustomerID    []string          `json:"customer_id,omitzero"`
	CustomerEmail string            `json:"customer_email,omitzero"`
	Fields        []Field           `json:"fields,omitzero"`
	Limit         int               `json:"limit"`
	Offset        int               `json:"offset"`
}

// request returns the request for the page at offset. tz, limit and offset are
// always sent: the documents disagree about the default of tz, and the other
// defaults may change.
func (p ListOperationsParams) request(offset int) request {
	return request{
		operation: listOperations,
		path:      []string{"operations", "get"},
		body: extended{operationsBody{
			Interval: newPeriod(Interval{p.From, p.To}, timeForm), TZ: "+00:00", ProjectID: numbers(p.ProjectIDs),
			Type: p.Types, Status: p.Statuses, CustomerID: p.CustomerIDs, CustomerEmail: p.CustomerEmail,
			Fields: wireNames(p.Fields), Limit: p.limit(), Offset: offset,
		}, p.Unchecked},
	}
}

// limit returns the limit to send: 1000 for 0.
func (p ListOperationsParams) limit() int {
	if p.Limit == 0 {
		return maxLimit
	}
	return p.Limit
}

// problems returns what is wrong with the parameters of a single page, nil if
// nothing is.
func (p ListOperationsParams) problems() []string {
	found := problems.List(Interval{p.From, p.To}.problems(""))
	found.If(p.Limit < 0 || p.Limit > maxLimit, "Limit: must be 1 to 1000, or 0 for 1000")
	found.If(p.Offset < 0 || p.Offset > maxOffset, "Offset: must be 0 to 1000000000")
	found.If(slices.ContainsFunc(p.ProjectIDs, func(id string) bool { return !number(id) }), "ProjectIDs: must be decimal numbers")
	found.If(slices.ContainsFunc(p.Fields, func(f Field) bool { return !f.known() }), "Fields: must be names from AllFields, or members of a sum")
	found = append(found, textProblems("Types", p.Types)...)
	found = append(found, textProblems("Statuses", p.Statuses)...)
	found = append(found, textProblems("CustomerIDs", p.CustomerIDs)...)
	if p.CustomerEmail != "" {
		found = append(found, textProblems("CustomerEmail", []string{p.CustomerEmail})...)
	}
	return append(found, memberProblems("Unchecked", p.Unchecked, "token", "signature", "interval", "tz", "project_id", "operation_type",
		"operation_status", "customer_id", "customer_email", "fields", "limit", "offset")...)
}

// walkProblems returns what is wrong with the parameters of a walk, nil if nothing
// is.
func (p ListOperationsParams) walkProblems() []string {
	of := Interval{p.From, p.To}
	found := problems.List(append(p.problems(), of.missing("", "pagination needs both From and To")...))
	found.If(of.IsZero(), "From, To: must be set for pagination")
	found.If(!p.identified(), "Fields: must have FieldOperationID, which identifies the rows of pages")
	return walkable(found, p.Limit)
}

// identified reports whether rows will have an OperationID.
func (p ListOperationsParams) identified() bool {
	return len(p.Fields) == 0 || slices.Contains(p.Fields, FieldOperationID)
}

// rowPage is a decoded page of any list.
type rowPage[T any] struct {
	rows  []*T
	bad   []BadRow
	total int // rows of the answer, bad ones included
}

// decodeRows decodes the answer of every list; its array is named "operations"
// even for chargebacks. A row that does not decode or fails its check is in bad.
// It returns an error if the answer has no such array.
func decodeRows[T any, P interface {
	*T
	check() error
}](body []byte) (rowPage[T], error) {
	return decodeRowsBy(body, func(row *T) error { return P(row).check() })
}

// decodeRowsBy decodes like decodeRows, with check instead of the row's own
// check. A row for which check returns an error is in bad.
func decodeRowsBy[T any](body []byte, check func(*T) error) (rowPage[T], error) {
	var envelope struct {
		Operations json.RawMessage `json:"operations"`
	}
	if err := wire.Decode(body, &envelope); err != nil {
		return rowPage[T]{}, err
	}
	if err := checkArray("operations", envelope.Operations); err != nil {
		return rowPage[T]{}, err
	}
	rows, found, err := wire.RowsOfPHP(envelope.Operations, check)
	if err != nil {
		return rowPage[T]{}, err
	}
	return rowPage[T]{rows: rows, bad: badRows(found), total: len(rows) + len(found)}, nil
}

// checkArray returns nil if rows, the member of an answer that holds the rows, is
// an array, else an error that names what was found.
func checkArray(name string, rows json.RawMessage) error {
	if rows == nil {
		return fmt.Errorf("expected an array of %s, got an object without the member %[1]s", name)
	}
	return transport.CheckValue(rows, "an array of "+name, "[")
}
