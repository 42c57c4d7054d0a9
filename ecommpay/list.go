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
	maxOffset = 1_000_000_000 // no document has one; this bounds what is computed with
)

const (
	// longInterval is what the service answers without throttling.
	longInterval = 180 * 24 * time.Hour
	// settleTime is how long after its end an interval may still change: clocks
	// differ, and rows may become visible late.
	settleTime   = time.Hour
	maxIntervals = 100_000
)

// ListOperationsParams selects operations.
type ListOperationsParams struct {
	// From and To are the time of an operation's last update, both included. They
	// are sent in UTC, cut to whole seconds. Without both the service gives the
	// newest completed operations (Unverified). A single page may have one of them
	// alone (Unverified: one of the documents asks for both); walks need both.
	From, To time.Time

	ProjectIDs []string // decimal; none is all projects that the token reaches
	Types      []OperationType
	Statuses   []OperationStatus
	// CustomerIDs are the merchant's ids of payers.
	CustomerIDs   []string
	CustomerEmail string

	// Fields are those that the rows shall have; none is [DefaultFields]. Walks
	// need FieldOperationID, which tells rows apart, and see a change only in the
	// fields asked for. Without it the rows of a single page have no OperationID.
	Fields []Field

	Limit  int // rows of a page, 1 to 1000; 0 is 1000
	Offset int // rows before the first one

	// Unchecked are further members of the request, JSON texts by name: for what
	// the service knows and this package does not. They are signed like the
	// others. Names of members that have fields above, tz, token and signature are
	// refused, and semicolons, see [FinancialOperationsParams]. Unverified by
	// design.
	Unchecked map[string]json.RawMessage
}

// OperationPage is one page of operations.
type OperationPage struct {
	Operations []*Operation
	// Bad are the rows that did not decode. They are not in Operations.
	Bad []BadRow
	// Interval is the one that was asked for, as it was sent; of a walk that splits
	// it, the part that the page belongs to.
	Interval Interval
	// Offset is that of the first row of the answer, and NextOffset that behind
	// its last one. A walk leaves rows out that it has delivered before, so a page
	// of it may have less than NextOffset - Offset of them.
	Offset, NextOffset int
}

// ListOperations reads one page. A short page is not the end of the list: the
// service may give fewer rows than asked. Rows that do not decode are in
// OperationPage.Bad and are no error. The order of rows is not documented.
//
// An interval of more than 180 days is sent as it is; the service then answers
// an account's requests one by one, 10 seconds apart. Walks split it.
//
// It is repeated after network errors and the statuses 429, 500, 502, 503 and
// 504. Its errors are ErrInvalidRequest, *Error, *SignatureError, *DecodeError,
// ErrResponseTooLarge, and those of the context and the network.
//
// ecommpay Data API: POST /operations/get
func (c *Client) ListOperations(ctx context.Context, p ListOperationsParams, opts ...CallOption) (*OperationPage, error) {
	q := p.request(p.Offset)
	q.faults = p.faults()
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

// OperationPages walks the pages of a list from p.Offset on, in the service's own
// order. From and To are needed. The walk is right while rows leave the interval,
// arrive and change place: every operation that is in the interval from start to
// end of the walk is delivered. One that is given twice is delivered once; one
// that changes is delivered again, also when it changes back. It keeps about 50
// bytes for each operation.
//
// The service pages by offset and selects by the time of the last update, so that
// an operation that is updated leaves a past interval, and all behind it move up.
// Each page therefore overlaps the one before (see [Overlap]) and is taken only if
// it begins with operations that were seen, else the walk steps back, to the start
// if need be. Let To be in the past: while an interval is not over, operations may
// keep coming in front of others. A walk that sees that starts over, four times at
// most, and then ends with ErrPaginationStalled; it might miss one that comes to
// the front in the very moment in which another one in front of it leaves.
//
// An interval of more than 180 days is walked in parts of 180 days, one after the
// other, because the service throttles longer ones; then Offset must be 0.
//
// The walk is lazy and starts over with each range. It ends at an empty page,
// never at a short one. At most one error comes, last, with a nil page: those of
// ListOperations, and ErrPaginationStalled where pages lead no further. Each
// request is repeated as ListOperations is.
//
// Rows that do not decode are in OperationPage.Bad, and the walk goes on.
//
// ecommpay Data API: POST /operations/get
func (c *Client) OperationPages(ctx context.Context, p ListOperationsParams, opts ...CallOption) iter.Seq2[*OperationPage, error] {
	call := newCall(opts)
	faults := p.walkFaults()
	var parts []Interval
	if len(faults) == 0 {
		parts = SplitInterval(p.From, p.To, longInterval)
	}
	if len(parts) > 1 && p.Offset != 0 {
		faults = append(faults, "Offset: does not go with an interval of more than 180 days")
	}
	return paginate.Deliver(c.operationWalk(p, parts, call, faults).pages(ctx), call.capture)
}

// AllOperations walks the operations of a list, as OperationPages does. A page
// with rows that do not decode gives its good ones and then ends the walk with
// *DecodeError; OperationPages leaves the choice to the caller.
//
// ecommpay Data API: POST /operations/get
func (c *Client) AllOperations(ctx context.Context, p ListOperationsParams, opts ...CallOption) iter.Seq2[*Operation, error] {
	return paginate.Flatten(c.OperationPages(ctx, p, opts...), func(page *OperationPage) ([]*Operation, error) {
		return page.Operations, undecodedRows(listOperations, page.Bad)
	})
}

// OperationPagesByInterval walks the operations from p.From to p.To by several
// workers with an interval of step each, as [SplitInterval] makes them: for a
// backfill, whose pace latency sets. Pages come in order within an interval and
// intervals in any order; OperationPage.Interval tells which. Intervals that
// ended less than an hour ago, or are not over, come last, one after the other:
// operations that are updated meanwhile move into them. At most one page a worker
// is held, and Prefetch more where it is asked for; the rest of the contract is
// that of OperationPages. The first error ends every walk.
//
// step is 1 second to 180 days, workers is 1 to 64, and p.Offset must be 0.
//
// ecommpay Data API: POST /operations/get
func (c *Client) OperationPagesByInterval(ctx context.Context, step time.Duration, workers int, p ListOperationsParams, opts ...CallOption) iter.Seq2[*OperationPage, error] {
	call := newCall(opts)
	faults := problems.List(append(p.walkFaults(), call.faults...))
	faults.If(step < time.Second || step > longInterval || step%time.Second != 0, "step: must be whole seconds, 1 second to 180 days")
	faults.If(workers < 1 || workers > 64, "workers: must be 1 to 64")
	faults.If(p.Offset != 0, "Offset: does not go with a walk by intervals")
	faults.If(len(faults) == 0 && seconds(p.To).Sub(seconds(p.From))/step >= maxIntervals, "step: must make at most 100000 intervals")
	if len(faults) > 0 {
		return paginate.Fail[*OperationPage](invalid(faults...))
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

// operationsBody is the body of a request. Text and numbers sign alike.
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

// request sends tz, limit and offset always: the documents do not agree about
// the default of tz, and the others may change.
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

func (p ListOperationsParams) limit() int {
	if p.Limit == 0 {
		return maxLimit
	}
	return p.Limit
}

func (p ListOperationsParams) faults() []string {
	faults := problems.List(Interval{p.From, p.To}.faults(""))
	faults.If(p.Limit < 0 || p.Limit > maxLimit, "Limit: must be 1 to 1000, or 0 for 1000")
	faults.If(p.Offset < 0 || p.Offset > maxOffset, "Offset: must be 0 to 1000000000")
	faults.If(slices.ContainsFunc(p.ProjectIDs, func(id string) bool { return !number(id) }), "ProjectIDs: must be decimal numbers")
	faults.If(slices.ContainsFunc(p.Fields, func(f Field) bool { return !f.known() }), "Fields: must be names that the documentation has")
	faults = append(faults, textFaults("Types", p.Types)...)
	faults = append(faults, textFaults("Statuses", p.Statuses)...)
	faults = append(faults, textFaults("CustomerIDs", p.CustomerIDs)...)
	if p.CustomerEmail != "" {
		faults = append(faults, textFaults("CustomerEmail", []string{p.CustomerEmail})...)
	}
	return append(faults, memberFaults("Unchecked", p.Unchecked, "token", "signature", "interval", "tz", "project_id", "operation_type",
		"operation_status", "customer_id", "customer_email", "fields", "limit", "offset")...)
}

func (p ListOperationsParams) walkFaults() []string {
	of := Interval{p.From, p.To}
	faults := problems.List(append(p.faults(), of.missing("", "a walk needs From and To")...))
	faults.If(of.IsZero(), "From, To: a walk needs them")
	faults.If(!p.identified(), "Fields: must have FieldOperationID, which tells rows apart in a walk")
	return walkable(faults, p.Limit)
}

// identified reports whether the rows have their ids.
func (p ListOperationsParams) identified() bool {
	return len(p.Fields) == 0 || slices.Contains(p.Fields, FieldOperationID)
}

// rowPage is a page of any list.
type rowPage[T any] struct {
	rows  []*T
	bad   []BadRow
	total int // rows of the answer
}

// decodeRows reads the answer of every list: even chargebacks are called
// operations.
func decodeRows[T any, P interface {
	*T
	check() error
}](body []byte) (rowPage[T], error) {
	return decodeRowsBy(body, func(row *T) error { return P(row).check() })
}

// decodeRowsBy is decodeRows with a check of rows.
func decodeRowsBy[T any](body []byte, check func(*T) error) (rowPage[T], error) {
	var envelope struct {
		Operations json.RawMessage `json:"operations"`
	}
	if err := wire.Decode(body, &envelope); err != nil {
		return rowPage[T]{}, err
	}
	if err := arrayFault("operations", envelope.Operations); err != nil {
		return rowPage[T]{}, err
	}
	rows, found, err := wire.RowsOfPHP(envelope.Operations, check)
	if err != nil {
		return rowPage[T]{}, err
	}
	return rowPage[T]{rows: rows, bad: badRows(found), total: len(rows) + len(found)}, nil
}

// arrayFault reports that the member of an answer that holds the rows is not an
// array.
func arrayFault(name string, rows json.RawMessage) error {
	if rows == nil {
		return fmt.Errorf("expected an array of %s, got an object without one", name)
	}
	return transport.ValueFault(rows, "an array of "+name, "[")
}
