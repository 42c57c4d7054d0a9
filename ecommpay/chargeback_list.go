package ecommpay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/payclients/payclients-go/internal/paginate"
	"github.com/payclients/payclients-go/internal/wire"
)

// Limits of the lists that are paged within the body. No document has a highest
// one; these bound what is computed with.
const (
	filteredLimit    = 100
	maxFilteredLimit = 1_000_000
)

// ListChargebacksParams selects chargebacks. The zero value selects all that the
// token reaches. Conditions of several fields all have to hold; of several values
// of a field, any.
type ListChargebacksParams struct {
	ReportDate  Interval // day on which the platform learned of it; only the UTC dates are sent
	RespondBy   Interval // last moment to respond
	CompletedAt Interval // when the final status was set

	ProjectIDs    []string
	ChargebackIDs []string
	OperationIDs  []string
	ARNs          []string
	Cards         []string // numbers of cards; personal data. Whether masked ones are meant is Unverified
	CardTypes     []CardType
	ReasonCodes   []string // of the card network, for example "10.4"
	Statuses      []ChargebackStatus
	ProviderIDs   []string // meaning and values are not documented

	Limit  int // rows of a page, at least 1; 0 is 100. The highest is not documented
	Offset int // rows before the first one
}

// ChargebackPage is one page of chargebacks.
type ChargebackPage struct {
	Chargebacks []*Chargeback
	// Bad are the rows that did not decode. They are not in Chargebacks.
	Bad []BadRow
	// Offset and NextOffset are as with [OperationPage].
	Offset, NextOffset int
}

// ListChargebacks reads one page of chargebacks. The token needs the role Risks
// or Merchant admin, and access to all projects asked for. A short page is not
// the end of the list. Rows that do not decode are in ChargebackPage.Bad and are
// no error.
//
// It is repeated after network errors and the statuses 429, 500, 502, 503 and
// 504. Its errors are those of ListOperations.
//
// ecommpay Data API: POST /chargeback/list
func (c *Client) ListChargebacks(ctx context.Context, p ListChargebacksParams, opts ...CallOption) (*ChargebackPage, error) {
	q := p.request(p.Offset)
	q.faults = p.faults()
	rows, err := do(ctx, c, q, newCall(opts), decodeRows[Chargeback])
	if err != nil {
		return nil, err
	}
	return chargebackPage(rows, Interval{}, p.Offset), nil
}

// ChargebackPages walks the pages of a list of chargebacks from p.Offset on, as
// [Client.OperationPages] walks operations. A chargeback whose status changes
// while it is walked over may be missed where p selects by what changes: then it
// is no longer in the list, or comes into it.
//
// ecommpay Data API: POST /chargeback/list
func (c *Client) ChargebackPages(ctx context.Context, p ListChargebacksParams, opts ...CallOption) iter.Seq2[*ChargebackPage, error] {
	call := newCall(opts)
	faults := p.faults()
	if p.Limit == 1 {
		faults = append(faults, oneRow)
	}
	w := walk[Chargeback, ChargebackPage]{
		client: c, call: call, faults: faults, parts: make([]Interval, 1), start: p.Offset, limit: p.limit(),
		request: func(_ Interval, offset int) request { return p.request(offset) },
		decode:  decodeRows[Chargeback],
		page:    chargebackPage,
		key:     "chargeback_id",
		id:      func(b *Chargeback) (string, []byte) { return b.ChargebackID, b.Raw },
	}
	return paginate.Deliver(w.pages(ctx), call.capture)
}

// AllChargebacks walks the chargebacks of a list, as ChargebackPages does. A page
// with rows that do not decode gives its good ones and then ends the walk with
// *DecodeError; ChargebackPages leaves the choice to the caller.
//
// ecommpay Data API: POST /chargeback/list
func (c *Client) AllChargebacks(ctx context.Context, p ListChargebacksParams, opts ...CallOption) iter.Seq2[*Chargeback, error] {
	return paginate.Flatten(c.ChargebackPages(ctx, p, opts...), func(page *ChargebackPage) ([]*Chargeback, error) {
		return page.Chargebacks, undecodedRows(listChargebacks, page.Bad)
	})
}

// ChargebackKey names one chargeback. Exactly one of its fields is set.
type ChargebackKey struct {
	ChargebackID string
	ARN          string // acquirer reference number
	OperationID  string // decimal
}

// GetChargeback reads one chargeback. The token needs the rights of
// ListChargebacks. A chargeback that does not exist is ErrNotFound where the
// service answers with an empty one: null, [] or {}. Whether it does, or refuses
// the request, is Unverified. An answer without the member chargeback, and one
// about another chargeback than the one asked for, is *DecodeError.
//
// It is repeated after network errors and the statuses 429, 500, 502, 503 and
// 504. Its other errors are those of ListOperations.
//
// ecommpay Data API: POST /chargeback/get
func (c *Client) GetChargeback(ctx context.Context, k ChargebackKey, opts ...CallOption) (*Chargeback, error) {
	q := request{operation: getChargeback, path: []string{"chargeback", "get"}, body: k.body(), faults: k.faults()}
	found, err := do(ctx, c, q, newCall(opts), func(body []byte) (*Chargeback, error) {
		var envelope map[string]json.RawMessage
		if err := wire.Decode(body, &envelope); err != nil {
			return nil, err
		}
		found, ok := envelope["chargeback"]
		if !ok {
			return nil, errNoChargeback
		}
		if empty(found) {
			return nil, nil //nolint:nilnil // the answer is that there is none
		}
		chargeback := new(Chargeback)
		if err := chargeback.UnmarshalJSON(found); err != nil {
			return nil, err
		}
		if !k.names(chargeback) {
			return nil, errOtherChargeback
		}
		return chargeback, nil
	})
	if err == nil && found == nil {
		err = fmt.Errorf("%w: %s", ErrNotFound, getChargeback)
	}
	return found, err
}

const (
	listChargebacks = "ListChargebacks"
	getChargeback   = "GetChargeback"
)

var (
	errNoChargeback    = errors.New("expected a chargeback, got an object without one")
	errOtherChargeback = errors.New("the answer is about another chargeback")
)

// empty is what PHP makes of nothing.
func empty(raw json.RawMessage) bool {
	text := string(bytes.TrimSpace(raw))
	return text == "" || text == "[]" || text == "{}"
}

func (k ChargebackKey) faults() []string {
	var given []string
	for _, id := range []string{k.ChargebackID, k.ARN, k.OperationID} {
		if id != "" {
			given = append(given, id)
		}
	}
	faults := textFaults("ChargebackKey", given)
	if len(given) != 1 {
		faults = append(faults, "ChargebackKey: must have exactly one of ChargebackID, ARN and OperationID")
	}
	if k.OperationID != "" && !number(k.OperationID) {
		faults = append(faults, "OperationID: must be a decimal number")
	}
	return faults
}

// body has operation_id as a number, as the documentation's sample has it.
func (k ChargebackKey) body() any {
	var operation json.RawMessage
	if k.OperationID != "" {
		operation = json.RawMessage(k.OperationID)
	}
	return struct {
		ChargebackID string          `json:"chargeback_id,omitzero"`
		ARN          string          `json:"arn,omitzero"`
		OperationID  json.RawMessage `json:"operation_id,omitzero"`
	}{k.ChargebackID, k.ARN, operation}
}

func (k ChargebackKey) names(c *Chargeback) bool {
	for _, id := range [][2]string{{k.ChargebackID, c.ChargebackID}, {k.ARN, c.ARN}, {k.OperationID, c.OperationID}} {
		if id[0] != "" && id[1] != "" && id[0] != id[1] {
			return false
		}
	}
	return true
}

func chargebackPage(r rowPage[Chargeback], _ Interval, offset int) *ChargebackPage {
	return &ChargebackPage{Chargebacks: r.rows, Bad: r.bad, Offset: offset, NextOffset: offset + r.total}
}

// pagination is the part of the body that pages chargebacks and fraud.
type pagination struct {
	Limit  int `json:"limit"`
	Offset int `json:"offset"`
}

type chargebackFilter struct {
	ReportDate   *period            `json:"report_date,omitzero"`
	RespondBy    *period            `json:"respond_by,omitzero"`
	CompletedAt  *period            `json:"chb_completed_at,omitzero"`
	ProjectID    []string           `json:"project_id,omitzero"`
	ChargebackID []string           `json:"chargeback_id,omitzero"`
	OperationID  []string           `json:"operation_id,omitzero"`
	ARN          []string           `json:"arn,omitzero"`
	Card         []string           `json:"card,omitzero"`
	CardType     []CardType         `json:"card_type,omitzero"`
	ReasonCode   []string           `json:"reason_code,omitzero"`
	Status       []ChargebackStatus `json:"status,omitzero"`
	ProviderID   []string           `json:"provider_id,omitzero"`
}

func (p ListChargebacksParams) request(offset int) request {
	return request{
		operation: listChargebacks,
		path:      []string{"chargeback", "list"},
		body: struct {
			Filter     chargebackFilter `json:"filter,omitzero"`
			Pagination pagination       `json:"pagination"`
		}{
			chargebackFilter{
				ReportDate: newPeriod(p.ReportDate, "2006-01-02"), RespondBy: newPeriod(p.RespondBy, timeForm),
				CompletedAt: newPeriod(p.CompletedAt, timeForm),
				ProjectID:   p.ProjectIDs, ChargebackID: p.ChargebackIDs, OperationID: p.OperationIDs, ARN: p.ARNs,
				Card: p.Cards, CardType: p.CardTypes, ReasonCode: p.ReasonCodes, Status: p.Statuses, ProviderID: p.ProviderIDs,
			}, pagination{p.limit(), offset},
		},
	}
}

func (p ListChargebacksParams) limit() int {
	if p.Limit == 0 {
		return filteredLimit
	}
	return p.Limit
}

func (p ListChargebacksParams) faults() []string {
	faults := slices.Concat(
		intervalFaults("ReportDate", p.ReportDate), intervalFaults("RespondBy", p.RespondBy),
		intervalFaults("CompletedAt", p.CompletedAt),
		textFaults("ProjectIDs", p.ProjectIDs), textFaults("ChargebackIDs", p.ChargebackIDs),
		textFaults("OperationIDs", p.OperationIDs), textFaults("ARNs", p.ARNs), textFaults("Cards", p.Cards),
		textFaults("CardTypes", p.CardTypes), textFaults("ReasonCodes", p.ReasonCodes),
		textFaults("Statuses", p.Statuses), textFaults("ProviderIDs", p.ProviderIDs),
	)
	return append(faults, pagingFaults(p.Limit, p.Offset)...)
}

// intervalFaults says what is wrong with an interval that may be left out.
func intervalFaults(name string, i Interval) []string {
	if i.IsZero() {
		return nil
	}
	return i.faults(name + ".")
}

func pagingFaults(limit, offset int) []string {
	var faults []string
	if limit < 0 || limit > maxFilteredLimit {
		faults = append(faults, "Limit: must be 1 to 1000000, or 0 for 100")
	}
	if offset < 0 || offset > maxOffset {
		faults = append(faults, "Offset: must be 0 to 1000000000")
	}
	return faults
}
