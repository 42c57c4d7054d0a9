package ecommpay

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/payclients/payclients-go/internal/problems"
	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

const (
	maxLimit  = 1000
	maxOffset = 1_000_000_000 // no document has one; this bounds what is computed with
)

// ListOperationsParams selects operations.
type ListOperationsParams struct {
	// From and To are the time of an operation's last update, both included. They
	// are sent in UTC, cut to whole seconds. Without both the service gives the
	// newest completed operations (Unverified); walks need them.
	From, To time.Time

	ProjectIDs []string // decimal; none is all projects that the token reaches
	Types      []OperationType
	Statuses   []OperationStatus
	// CustomerIDs are the merchant's ids of payers.
	CustomerIDs   []string
	CustomerEmail string

	// Fields are those that the rows shall have; none is [DefaultFields]. They
	// need FieldOperationID. A walk sees a change only in the fields asked for.
	Fields []Field

	Limit  int // rows of a page, 1 to 1000; 0 is 1000
	Offset int // rows before the first one
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
	rows, err := do(ctx, c, q, newCall(opts), decodeRows[Operation])
	if err != nil {
		return nil, err
	}
	of := Interval{p.From, p.To}
	if !of.IsZero() {
		of = Interval{seconds(p.From), seconds(p.To)}
	}
	return operationPage(rows, of, p.Offset), nil
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

// period is an interval in the shape {from, to}.
type period struct {
	From string `json:"from"`
	To   string `json:"to"`
}

func newPeriod(i Interval, form string) *period {
	if i.IsZero() {
		return nil
	}
	return &period{seconds(i.From).Format(form), seconds(i.To).Format(form)}
}

// request sends tz, limit and offset always: the documents do not agree about
// the default of tz, and the others may change.
func (p ListOperationsParams) request(offset int) request {
	return request{
		operation: listOperations,
		path:      []string{"operations", "get"},
		body: operationsBody{
			Interval: newPeriod(Interval{p.From, p.To}, timeForm), TZ: "+00:00", ProjectID: numbers(p.ProjectIDs),
			Type: p.Types, Status: p.Statuses, CustomerID: p.CustomerIDs, CustomerEmail: p.CustomerEmail,
			Fields: wireNames(p.Fields), Limit: p.limit(), Offset: offset,
		},
	}
}

func (p ListOperationsParams) limit() int {
	if p.Limit == 0 {
		return maxLimit
	}
	return p.Limit
}

func (p ListOperationsParams) faults() []string {
	var faults problems.List
	if !p.From.IsZero() || !p.To.IsZero() {
		faults = Interval{p.From, p.To}.faults("")
	}
	faults.If(p.Limit < 0 || p.Limit > maxLimit, "Limit: must be 1 to 1000, or 0 for 1000")
	faults.If(p.Offset < 0 || p.Offset > maxOffset, "Offset: must be 0 to 1000000000")
	faults.If(slices.ContainsFunc(p.ProjectIDs, func(id string) bool { return !number(id) }), "ProjectIDs: must be decimal numbers")
	faults.If(slices.ContainsFunc(p.Fields, func(f Field) bool { return !f.known() }), "Fields: must be names that the documentation has")
	faults.If(len(p.Fields) > 0 && !slices.Contains(p.Fields, FieldOperationID), "Fields: must have FieldOperationID, which tells rows apart")
	faults = append(faults, textFaults("Types", p.Types)...)
	faults = append(faults, textFaults("Statuses", p.Statuses)...)
	faults = append(faults, textFaults("CustomerIDs", p.CustomerIDs)...)
	if p.CustomerEmail != "" {
		faults = append(faults, textFaults("CustomerEmail", []string{p.CustomerEmail})...)
	}
	return faults
}

// textFaults says what is wrong with texts of a request. A semicolon separates
// what is signed, and is not escaped: a text with one could be read in two ways
// under one signature.
func textFaults[T ~string](name string, texts []T) []string {
	var faults problems.List
	for _, t := range texts {
		text := string(t)
		faults.If(text == "", name+": must not be empty")
		faults.If(strings.Contains(text, ";"), name+": must not hold a semicolon")
		faults.If(!utf8.ValidString(text), name+": must be valid UTF-8")
		faults.If(strings.ContainsFunc(text, unicode.IsControl), name+": must not hold control characters")
		faults.If(len(text) > 1024, name+": must have at most 1024 bytes")
		faults.If(strings.TrimSpace(text) != text, name+": must not begin or end with whitespace")
	}
	return faults
}

// number reports whether text is a number without a zero in front.
func number(text string) bool {
	return text != "" && len(text) <= 19 && strings.Trim(text, "0123456789") == "" && (text == "0" || text[0] != '0')
}

func numbers(ids []string) []json.RawMessage {
	var out []json.RawMessage
	for _, id := range ids {
		out = append(out, json.RawMessage(id))
	}
	return out
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
	var envelope struct {
		Operations json.RawMessage `json:"operations"`
	}
	if err := wire.Decode(body, &envelope); err != nil {
		return rowPage[T]{}, err
	}
	if err := arrayFault("operations", envelope.Operations); err != nil {
		return rowPage[T]{}, err
	}
	rows, found, err := wire.RowsOfPHP(envelope.Operations, func(row *T) error { return P(row).check() })
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
