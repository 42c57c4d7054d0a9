package ecommpay

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"github.com/payclients/payclients-go/internal/paginate"
)

// ListFraudOperationsParams selects fraud operations. The zero value selects all
// that the token reaches. Conditions of several fields all have to hold.
type ListFraudOperationsParams struct {
	// The three intervals need both ends, or none.
	ReceivedOn      Interval // when the card network reported it
	PurchaseDate    Interval // when the operation was completed
	FraudReportDate Interval // when the issuer reported it
	IssuerCountries []string // ISO 3166-1 alpha-2 codes; any of them

	Limit  int // rows of a page, at least 1; 0 is 100. No highest is set
	Offset int // rows before the first one

	// Unchecked are further members of the request's filter, as with
	// [ListOperationsParams].
	Unchecked map[string]json.RawMessage
}

// FraudOperationPage is one page of fraud operations.
type FraudOperationPage struct {
	Operations []*FraudOperation
	// Bad are the rows that did not decode. They are not in Operations.
	Bad []BadRow
	// Offset and NextOffset are as with [OperationPage].
	Offset, NextOffset int
}

// ListFraudOperations reads one page of the operations that card networks report
// as fraud. The token needs the role Risks or Merchant admin, and access to all
// projects. A short page is not the end of the list. Rows that do not decode are
// in FraudOperationPage.Bad and are no error.
//
// Its retries and errors are those of [Client.ListOperations].
//
// ecommpay Data API: POST /fraud/list
func (c *Client) ListFraudOperations(ctx context.Context, p ListFraudOperationsParams, opts ...CallOption) (*FraudOperationPage, error) {
	q := p.request(p.Offset)
	q.faults = p.faults()
	rows, err := do(ctx, c, q, newCall(opts), decodeRows[FraudOperation])
	if err != nil {
		return nil, err
	}
	return fraudPage(rows, Interval{}, p.Offset), nil
}

// FraudOperationPages walks the pages of a list of fraud operations from p.Offset
// on, as [Client.OperationPages] walks operations.
//
// ecommpay Data API: POST /fraud/list
func (c *Client) FraudOperationPages(ctx context.Context, p ListFraudOperationsParams, opts ...CallOption) iter.Seq2[*FraudOperationPage, error] {
	return walk[FraudOperation, FraudOperationPage]{
		client: c, call: newCall(opts), faults: p.faults(),
		decode: decodeRows[FraudOperation],
		page:   fraudPage,
		key:    "operation_id",
		id:     func(o *FraudOperation) (string, []byte) { return o.OperationID, o.Raw },
	}.whole(ctx, p.Limit, p.Offset, p.request)
}

// AllFraudOperations walks the fraud operations of a list, as FraudOperationPages
// does. A page with rows that do not decode gives its good ones and then ends the
// walk with *DecodeError; FraudOperationPages leaves the choice to the caller.
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

// fraudFilter has its periods as pairs: no other endpoint does that.
type fraudFilter struct {
	ReceivedOn      []string `json:"received_on,omitzero"`
	PurchaseDate    []string `json:"purchase_date,omitzero"`
	FraudReportDate []string `json:"fraud_report_date,omitzero"`
	IssuerCountry   []string `json:"issuer_country,omitzero"`
}

func pairFaults(name string, i Interval) []string {
	return append(i.faults(name), i.missing(name, "the service takes both ends or none here")...)
}

func pair(i Interval) []string {
	p := newPeriod(i, timeForm)
	if p == nil {
		return nil
	}
	return []string{p.From, p.To}
}

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

func (p ListFraudOperationsParams) faults() []string {
	faults := slices.Concat(
		pairFaults("ReceivedOn.", p.ReceivedOn), pairFaults("PurchaseDate.", p.PurchaseDate),
		pairFaults("FraudReportDate.", p.FraudReportDate),
		memberFaults("Unchecked", p.Unchecked, "token", "signature", "received_on", "purchase_date", "fraud_report_date", "issuer_country"),
	)
	for _, country := range p.IssuerCountries {
		if len(country) != 2 || strings.Trim(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			faults = append(faults, "IssuerCountries: must be two capital letters each")
			break
		}
	}
	return append(faults, pagingFaults(p.Limit, p.Offset)...)
}
