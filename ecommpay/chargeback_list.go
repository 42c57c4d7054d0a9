package ecommpay

import (
	"context"
	"encoding/json"
	"iter"
	"slices"

	"github.com/payclients/payclients-go/internal/paginate"
)

// ListChargebacksParams selects chargebacks. A field that is empty or zero adds
// no condition: the zero value selects all that the token reaches. Conditions of
// several fields must all hold; of several values in one field, one must hold. A
// value that is not allowed is refused with ErrInvalidRequest before sending. A
// string must be UTF-8 of 1 to 1024 bytes, must not contain a semicolon or a
// control character, and must not begin or end with whitespace.
type ListChargebacksParams struct {
	ReportDate  Interval // day on which the platform received it; only the UTC dates are sent
	RespondBy   Interval // last moment to respond
	CompletedAt Interval // when the final status was set

	ProjectIDs    []string
	ChargebackIDs []string
	OperationIDs  []string
	ARNs          []string
	Cards         []string // card numbers; personal data. Whether masked numbers are meant is Unverified
	CardTypes     []CardType
	ReasonCodes   []string // the card network's codes, for example "10.4"
	Statuses      []ChargebackStatus
	ProviderIDs   []string // meaning and values are not documented

	Limit  int // rows of a page: 1 to 1000000, 0 means 100; pagination needs 2 or more
	Offset int // rows to skip, 0 to 1000000000

	// Unchecked adds members to the request's filter: JSON values by name. A name must
	// not be empty, have a semicolon or colon, be token or signature, or be a name that
	// the fields above are sent under, such as report_date. A value must be JSON
	// without a semicolon and without repeated names.
	Unchecked map[string]json.RawMessage
}

// ChargebackPage is one page of chargebacks.
type ChargebackPage struct {
	Chargebacks []*Chargeback
	// Bad holds the rows that did not decode. They are not in Chargebacks. nil if
	// all decoded.
	Bad []BadRow
	// Offset and NextOffset work as in [OperationPage].
	Offset, NextOffset int
}

// ListChargebacks reads one page of chargebacks. The zero p asks for the first
// 100 of all that the token reaches. The token needs the role Risks or Merchant
// admin, and access to all projects asked for. A short page is not the end of
// the list; an empty page is. Rows that do not decode are in
// ChargebackPage.Bad; the call still succeeds.
//
// The call only reads. It is retried after network errors, a body cut short and
// the statuses 429, 500, 502, 503 and 504, see [WithRetry]. After a 401 it is
// sent once more if a [CredentialSource] has new credentials.
//
// The result is nil with every error. The errors are:
//   - ErrInvalidRequest if p or an option is wrong, before anything is sent
//   - *Error for a refusal, *SignatureError for a wrong or missing signature
//   - *DecodeError for an answer that cannot be read, ErrResponseTooLarge
//   - errors of the context, the network, a [Signer] and a [CredentialSource]
//
// ecommpay Data API: POST /chargeback/list
func (c *Client) ListChargebacks(ctx context.Context, p ListChargebacksParams, opts ...CallOption) (*ChargebackPage, error) {
	q := p.request(p.Offset)
	q.problems = p.problems()
	rows, err := do(ctx, c, q, newCall(opts), decodeRows[Chargeback])
	if err != nil {
		return nil, err
	}
	return chargebackPage(rows, Interval{}, p.Offset), nil
}

// ChargebackPages iterates over all pages of chargebacks (pagination) from
// p.Offset on, in the service's own order, which is not documented. The zero p
// selects all that the token reaches. Requests are sent only while you range
// over the result, and each range statement starts again at p.Offset. The list
// ends where the service answers without rows; a short page is not the end. A
// page is yielded only if it has something to deliver in Chargebacks or Bad.
//
// Each page overlaps the one before, see [Overlap]. A chargeback, and a row that
// does not decode, is delivered once, and again only if it changes during the
// iteration. If a change makes a chargeback enter or leave the list that p
// selects, the iteration may miss this chargeback.
//
// The iteration yields at most one error, as its last value, with a nil page:
//   - ErrInvalidRequest, before anything is sent, for a p.Limit of 1 and for a
//     p that [Client.ListChargebacks] refuses
//   - ErrPaginationStalled if further pages bring nothing new, or if rows keep
//     arriving at the front of the list
//   - another error of ListChargebacks
//
// Each request is retried as in ListChargebacks. Rows that do not decode are in
// ChargebackPage.Bad, and the iteration goes on.
//
// ecommpay Data API: POST /chargeback/list
func (c *Client) ChargebackPages(ctx context.Context, p ListChargebacksParams, opts ...CallOption) iter.Seq2[*ChargebackPage, error] {
	return walk[Chargeback, ChargebackPage]{
		client: c, call: newCall(opts), problems: p.problems(),
		decode: decodeRows[Chargeback],
		page:   chargebackPage,
		key:    "chargeback_id",
		id:     func(b *Chargeback) (string, []byte) { return b.ChargebackID, b.Raw },
	}.whole(ctx, p.Limit, p.Offset, p.request)
}

// AllChargebacks iterates over all chargebacks (pagination) from p.Offset on,
// in the service's own order, as [Client.ChargebackPages] does. The zero p
// selects all that the token reaches. Each range statement starts again at
// p.Offset. A chargeback comes again if it changes during the iteration.
// Requests are retried as in ChargebackPages.
//
// The iteration yields at most one error, as its last value, with a nil
// chargeback: an error of ChargebackPages, or a *DecodeError if rows of a page
// do not decode. This *DecodeError comes after the good rows of the page. Use
// ChargebackPages to go on after bad rows.
//
// ecommpay Data API: POST /chargeback/list
func (c *Client) AllChargebacks(ctx context.Context, p ListChargebacksParams, opts ...CallOption) iter.Seq2[*Chargeback, error] {
	return paginate.Flatten(c.ChargebackPages(ctx, p, opts...), func(page *ChargebackPage) ([]*Chargeback, error) {
		return page.Chargebacks, undecodedRows(listChargebacks, page.Bad)
	})
}

const listChargebacks = "ListChargebacks"

func chargebackPage(r rowPage[Chargeback], _ Interval, offset int) *ChargebackPage {
	return &ChargebackPage{Chargebacks: r.rows, Bad: r.bad, Offset: offset, NextOffset: offset + r.total}
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

// request returns the request for the page at offset.
func (p ListChargebacksParams) request(offset int) request {
	return request{
		operation: listChargebacks,
		path:      []string{"chargeback", "list"},
		body: struct {
			Filter     extended   `json:"filter,omitzero"`
			Pagination pagination `json:"pagination"`
		}{
			extended{chargebackFilter{
				ReportDate: newPeriod(p.ReportDate, "2006-01-02"), RespondBy: newPeriod(p.RespondBy, timeForm),
				CompletedAt: newPeriod(p.CompletedAt, timeForm),
				ProjectID:   p.ProjectIDs, ChargebackID: p.ChargebackIDs, OperationID: p.OperationIDs, ARN: p.ARNs,
				Card: p.Cards, CardType: p.CardTypes, ReasonCode: p.ReasonCodes, Status: p.Statuses, ProviderID: p.ProviderIDs,
			}, p.Unchecked}, pagination{pageSize(p.Limit), offset},
		},
	}
}

// problems returns what is wrong with the parameters of a single page, nil if
// nothing is.
func (p ListChargebacksParams) problems() []string {
	problems := slices.Concat(
		p.ReportDate.problems("ReportDate."), p.RespondBy.problems("RespondBy."), p.CompletedAt.problems("CompletedAt."),
		textProblems("ProjectIDs", p.ProjectIDs), textProblems("ChargebackIDs", p.ChargebackIDs),
		textProblems("OperationIDs", p.OperationIDs), textProblems("ARNs", p.ARNs), textProblems("Cards", p.Cards),
		textProblems("CardTypes", p.CardTypes), textProblems("ReasonCodes", p.ReasonCodes),
		textProblems("Statuses", p.Statuses), textProblems("ProviderIDs", p.ProviderIDs),
		memberProblems("Unchecked", p.Unchecked, "token", "signature", "report_date", "respond_by", "chb_completed_at", "project_id",
			"chargeback_id", "operation_id", "arn", "card", "card_type", "reason_code", "status", "provider_id"),
	)
	return append(problems, pagingProblems(p.Limit, p.Offset)...)
}
