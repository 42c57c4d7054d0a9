package ecommpay

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/wire"
)

// FraudOperation is an operation that a card network reports as fraud: not one
// that ecommpay itself suspects. Ids, times and Raw are as with [Operation]; in
// which zone the times are is Unverified, UTC is assumed. Amounts are in major
// units, 580.00 is five hundred and eighty, and nil where the answer has none.
//
// Printing one shows ids, type, amount and date only.
type FraudOperation struct {
	OperationID       string           `json:"operation_id" wire:"strict"` // a number on the wire
	PaymentID         string           `json:"payment_id" wire:"strict"`   // unique within a project only
	ProjectID         string           `json:"project_id" wire:"strict"`
	ProjectName       string           `json:"project_name"`
	TrAmount          *decimal.Decimal `json:"tr_amount"` // the full amount of the operation
	TrCurrency        string           `json:"tr_ccy"`
	AccountNumber     string           `json:"account_number"` // a card's masked number; personal data
	PaymentMethodType string           `json:"payment_method_type"`
	RowUpdatedAt      time.Time        `json:"row_updated_at"` // last change of this row
	CustomerID        string           `json:"customer_id"`    // the payer at the merchant; personal data
	CustomerEmail     string           `json:"customer_email"` // personal data
	ARN               string           `json:"arn"`            // acquirer reference number
	FraudType         string           `json:"fraud_type"`     // code of the issuer, for example "6"
	FraudReportDate   time.Time        `json:"fraud_report_date"`
	ReceivedOn        time.Time        `json:"received_on"`   // day on which the card network reported it
	PurchaseDate      time.Time        `json:"purchase_date"` // day on which the operation was completed
	// ChannelAmountInUSD is the amount in US dollars.
	ChannelAmountInUSD *decimal.Decimal `json:"channel_amount_in_usd"`
	IssuerCountry      string           `json:"issuer_country"` // ISO 3166-1 alpha-2 code
	IssuerBankName     string           `json:"issuer_bank_name"`
	BIN                string           `json:"bin"`
	CountryByIP        string           `json:"country_by_ip"` // ISO 3166-1 alpha-2 code
	// DaysToReport is the number of days between purchase and report.
	DaysToReport int64 `json:"report_and_purchase_date_difference"`

	// Raw is the row as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

// ListFraudOperationsParams selects fraud operations. The zero value selects all
// that the token reaches. Conditions of several fields all have to hold.
type ListFraudOperationsParams struct {
	ReceivedOn      Interval // when the card network reported it
	PurchaseDate    Interval // when the operation was completed
	FraudReportDate Interval // when the issuer reported it
	IssuerCountries []string // ISO 3166-1 alpha-2 codes; any of them

	Limit  int // rows of a page, at least 1; 0 is 100. No highest is set
	Offset int // rows before the first one
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
// It is repeated after network errors and the statuses 429, 500, 502, 503 and
// 504. Its errors are those of ListOperations.
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
	call := newCall(opts)
	faults := p.faults()
	if p.Limit == 1 {
		faults = append(faults, oneRow)
	}
	w := walk[FraudOperation, FraudOperationPage]{
		client: c, call: call, faults: faults, parts: make([]Interval, 1), start: p.Offset, limit: p.limit(),
		request: func(_ Interval, offset int) request { return p.request(offset) },
		decode:  decodeRows[FraudOperation],
		page:    fraudPage,
		key:     "operation_id",
		id:      func(o *FraudOperation) (string, []byte) { return o.OperationID, o.Raw },
	}
	return paginate.Deliver(w.pages(ctx), call.capture)
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
			Filter     fraudFilter `json:"filter,omitzero"`
			Pagination pagination  `json:"pagination"`
		}{
			fraudFilter{pair(p.ReceivedOn), pair(p.PurchaseDate), pair(p.FraudReportDate), p.IssuerCountries},
			pagination{p.limit(), offset},
		},
	}
}

func (p ListFraudOperationsParams) limit() int {
	if p.Limit == 0 {
		return filteredLimit
	}
	return p.Limit
}

func (p ListFraudOperationsParams) faults() []string {
	faults := slices.Concat(
		intervalFaults("ReceivedOn", p.ReceivedOn), intervalFaults("PurchaseDate", p.PurchaseDate),
		intervalFaults("FraudReportDate", p.FraudReportDate),
	)
	for _, country := range p.IssuerCountries {
		if len(country) != 2 || strings.Trim(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			faults = append(faults, "IssuerCountries: must be two capital letters each")
			break
		}
	}
	return append(faults, pagingFaults(p.Limit, p.Offset)...)
}

type plainFraudOperation FraudOperation // FraudOperation without its methods

// UnmarshalJSON decodes an operation, one of the API or a stored Raw.
func (o *FraudOperation) UnmarshalJSON(data []byte) error {
	var plain plainFraudOperation
	if err := wire.DecodePHP(data, &plain); err != nil {
		return err
	}
	if plain.OperationID == "" {
		return errNoOperationID
	}
	*o = FraudOperation(plain)
	o.Raw = wire.Raw(data)
	return nil
}

// MarshalJSON gives Raw where there is one, and the typed fields where there is
// none.
func (o FraudOperation) MarshalJSON() ([]byte, error) {
	if o.Raw != nil {
		return o.Raw, nil
	}
	return wire.Encode(plainFraudOperation(o))
}
