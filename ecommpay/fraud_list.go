package ecommpay

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"github.com/payclients/payclients-go/internal/paginate"
)

// ListFraudOperationsParams selects fraud operations. A field that is empty or
// zero adds no condition: the zero value selects all that the token reaches.
// Conditions of several fields must all hold. A value that is not allowed is
// refused with ErrInvalidRequest before sending.
type ListFraudOperationsParams struct {
	// Each of the three intervals must have both ends or neither.
	ReceivedOn      Interval // when the card network reported it
	PurchaseDate    Interval // when the operation was completed
	FraudReportDate Interval // when the issuer reported it
	IssuerCountries []string // ISO 3166-1 alpha-2 codes in capitals; any of them matches

	Limit  int // rows of a page: 1 to 1000000, 0 means 100; pagination needs 2 or more
	Offset int // rows to skip, 0 to 1000000000

	// Unchecked adds members to the request's filter: JSON values by name. A name must
	// not be empty, have a semicolon or colon, or be one of received_on, purchase_date,
	// fraud_report_date, issuer_country, token and signature. A value must be JSON
	// without a semicolon and without repeated names.
	Unchecked map[string]json.RawMessage
}

// FraudOperationPage is one page of fraud operations.
type FraudOperationPage struct {
	Operations []*FraudOperation
	// Bad holds the rows that did not decode. They are not in Operations. nil if
	// all decoded.
	Bad []BadRow
	// Offset and NextOffset work as in [OperationPage].
	Offset, NextOffset int
}

// ListFraudOperations reads one page of the operations that card networks
// report as fraud. The zero p asks for the first 100 of all that the token
// reaches. The token needs the role Risks or Merchant admin, and access to all
// projects. A short page is not the end of the list; an empty page is. Rows
// that do not decode are in FraudOperationPage.Bad; the call still succeeds.
//
// The call only reads. It is retried as [Client.ListChargebacks] is, and returns
// the same errors. The result is nil with every error.
//
// ecommpay Data API: POST /fraud/list
func (c *Client) ListFraudOperations(ctx context.Context, p ListFraudOperationsParams, opts ...CallOption) (*FraudOperationPage, error) {
	q := p.request(p.Offset)
	q.problems = p.problems()
	rows, err := do(ctx, c, q, newCall(opts), decodeRows[FraudOperation])
	if err != nil {
		return nil, err
	}
	return fraudPage(rows, Interval{}, p.Offset), nil
}

// FraudOperationPages iterates over all pages of fraud operations (pagination)
// from p.Offset on, in the service's own order, which is not documented. The
// zero p selects all that the token reaches. Requests are sent only while you
// range over the result, and each range statement starts again at p.Offset. The
// list ends where the service answers without rows; a short page is not the
// end. A page is yielded only if it has something to deliver in Operations or
// Bad.
//
// Each page overlaps the one before, see [Overlap]. An operation, and a row that
// does not decode, is delivered once, and again only if it changes during the
// iteration. If a change makes an operation enter or leave the list that p
// selects, the iteration may miss this operation.
//
// The iteration yields at most one error, as its last value, with a nil page:
//   - ErrInvalidRequest, before anything is sent, for a p.Limit of 1 and for a
//     p that [Client.ListFraudOperations] refuses
//   - ErrPaginationStalled if further pages bring nothing new, or if new rows
//     keep arriving at the front of the list
//   - another error of ListFraudOperations
//
// Each request is retried as in ListFraudOperations. Rows that do not decode
// are in FraudOperationPage.Bad, and the iteration goes on.
//
// ecommpay Data API: POST /fraud/list
func (c *Client) FraudOperationPages(ctx context.Context, p ListFraudOperationsParams, opts ...CallOption) iter.Seq2[*FraudOperationPage, error] {
	return walk[FraudOperation, FraudOperationPage]{
		client: c, call: newCall(opts), problems: p.problems(),
		decode: decodeRows[FraudOperation],
		page:   fraudPage,
		key:    "operation_id",
		id:     func(o *FraudOperation) (string, []byte) { return o.OperationID, o.Raw },
	}.whole(ctx, p.Limit, p.Offset, p.request)
}

// AllFraudOperations iterates over all fraud operations (pagination) from
// p.Offset on, in the service's own order, as [Client.FraudOperationPages]
// does. The zero p selects all that the token reaches. Each range statement
// starts again at p.Offset. An operation comes again if it changes during the
// iteration. Requests are retried as in FraudOperationPages.
//
// The iteration yields at most one error, as its last value, with a nil fraud
// operation: an error of FraudOperationPages, or a *DecodeError if rows of a
// page do not decode. This *DecodeError comes after the good rows of the page.
// Use FraudOperationPages to go on after bad rows.
//
// ecommpay Data API: POST /fraud/list
func (c *Client) AllFraudOperations(ctx context.Context, p ListFraudOperationsParams, opts ...CallOption) iter.Seq2[*FraudOperation, error] {
	return paginate.Flatten(c.FraudOperationPages(ctx, p, opts...), func(page *FraudOperationPage) ([]*FraudOperation, error) {
		return page.Operations, undecodedRows(listFraudOperations, page.Bad)
	})
}

const listFraudOperations = "ListFraudOperations"

func fraudPage(r rowPage[FraudOperation], _ Interval, offset int) *FraudOperationPage {
	return &FraudOperationPage{Operations: r.rows, Bad: r.bad, Offset: offset, NextOffset: offset + r.total}
}

// fraudFilter sends its periods as pairs [from, to]; no other endpoint does that.
type fraudFilter struct {
	ReceivedOn      []string `json:"received_on,omitzero"`
	PurchaseDate    []string `json:"purchase_date,omitzero"`
	FraudReportDate []string `json:"fraud_report_date,omitzero"`
	IssuerCountry   []string `json:"issuer_country,omitzero"`
}

// pairProblems returns what is wrong with an interval that must have both ends or
// neither, nil if nothing is.
func pairProblems(name string, i Interval) []string {
	return append(i.problems(name), i.missing(name, "the service takes both ends or none here")...)
}

// pair returns the two ends as the service takes them, nil for a zero interval.
func pair(i Interval) []string {
	p := newPeriod(i, timeForm)
	if p == nil {
		return nil
	}
	return []string{p.From, p.To}
}

// request returns the request for the page at offset.
func (p ListFraudOperationsParams) request(offset int) request {
	return request{
		operation: listFraudOperations,
		path:      []string{"fraud", "list"},
		body: struct {
			Filter     extended   `json:"filter,omitzero"`
			Pagination pagination `json:"pagination"`
		}{
			extended{fraudFilter{pair(p.ReceivedOn), pair(p.PurchaseDate), pair(p.FraudReportDate), p.IssuerCountries}, p.Unchecked},
			pagination{pageSize(p.Limit), offset},
		},
	}
}

// problems returns what is wrong with the parameters of a single page, nil if
// nothing is.
func (p ListFraudOperationsParams) problems() []string {
	problems := slices.Concat(
		pairProblems("ReceivedOn.", p.ReceivedOn), pairProblems("PurchaseDate.", p.PurchaseDate),
		pairProblems("FraudReportDate.", p.FraudReportDate),
		memberProblems("Unchecked", p.Unchecked, "token", "signature", "received_on", "purchase_date", "fraud_report_date", "issuer_country"),
	)
	for _, country := range p.IssuerCountries {
		if len(country) != 2 || strings.Trim(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			problems = append(problems, "IssuerCountries: must be two capital letters each")
			break
		}
	}
	return append(problems, pagingProblems(p.Limit, p.Offset)...)
}
