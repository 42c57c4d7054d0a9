package ecommpay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/transport"
	"github.com/payclients/payclients-go/internal/wire"
)

// Chargeback is a payment that the payer's bank disputes. Ids, times and Raw work
// as in [Operation]. The time zone is Unverified; UTC is assumed.
//
// Amounts come in two units, as the documentation's sample shows (Unverified):
// charged and channel amounts in minor units ("5000"), the others in major units
// ("50.00"). Each keeps the decimals that it came with, so that an amount in the
// wrong unit can be recognised. An amount that is missing, null or "" is nil, also
// ChbAmount. ChargebackID is never "".
//
// Printing a chargeback shows ids, status, reason, amount and the last moment to
// respond only.
type Chargeback struct {
	ChargebackID  string        `json:"chargeback_id" wire:"strict"` // the primary key
	CaseID        string        `json:"case_id" wire:"strict"`
	ProjectID     string        `json:"project_id" wire:"strict"`
	OperationID   string        `json:"operation_id" wire:"strict"` // the disputed operation
	OrderID       string        `json:"order_id" wire:"strict"`     // probably the merchant's payment id; Unverified
	MerchantID    string        `json:"merchant_id"`
	MerchantName  string        `json:"merchant_name"`
	ARN           string        `json:"arn"` // acquirer reference number
	AuthCode      string        `json:"auth_code"`
	OperationType OperationType `json:"operation_type"`

	ChargedAmount         *decimal.Decimal `json:"charged_amount"` // minor units
	ChargedCurrency       string           `json:"charged_currency"`
	ChannelAmount         *decimal.Decimal `json:"channel_amount"` // minor units
	ChannelCurrency       string           `json:"channel_currency"`
	ChbAmount             *decimal.Decimal `json:"chb_amount" wire:"strict"` // major units: the disputed amount
	ChbCurrency           string           `json:"chb_ccy" wire:"strict"`
	ChbSettlementAmount   *decimal.Decimal `json:"chb_settlement_amount"` // major units
	ChbSettlementCurrency string           `json:"chb_settlement_ccy"`
	ChbAmountInUSD        *decimal.Decimal `json:"chb_amount_in_usd"` // US dollars

	ReportDate     time.Time `json:"report_date"`      // day on which the platform received it; a date alone becomes midnight UTC
	RespondBy      time.Time `json:"respond_by"`       // last moment to respond
	TrDateTime     time.Time `json:"tr_date_time"`     // when the payment took place
	ChbCompletedAt time.Time `json:"chb_completed_at"` // when the final status was set; zero before
	RevDate        string    `json:"rev_date"`         // null in the only sample; probably the date of a reversal
	RevIndicator   string    `json:"rev_indicator"`    // null in the only sample

	ECISLI        string           `json:"eci_sli"`        // electronic commerce indicator
	ReasonCode    string           `json:"reason_code"`    // the card network's code, for example "10.4"
	CardType      CardType         `json:"card_type"`      // "VISA" in answers, CardVisa in filters
	Card          string           `json:"card"`           // masked; personal data
	CardHolder    string           `json:"card_holder"`    // personal data
	IssuerCountry string           `json:"issuer_country"` // "UK" in the only sample, so not quite ISO 3166-1
	Status        ChargebackStatus `json:"status" wire:"strict"`

	// Unread names the members whose values do not fit their fields, as JSON pointers
	// (RFC 6901) in the order of the answer, for example "/charged_amount". Such a
	// field is nil or zero, and Raw has its value. A missing or null member fits every
	// field. Unread is nil if everything fits. The chargeback becomes a [BadRow] if
	// "chargeback_id" is missing, null or "", or if a value does not fit ChargebackID,
	// CaseID, ProjectID, OperationID, OrderID, Status, ChbAmount or ChbCurrency.
	Unread []string `json:"-"`

	// Raw is the chargeback as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

// Final reports whether the chargeback is completed: ChbCompletedAt is not zero,
// or Status is ChargebackWon or ChargebackPartiallyWon. Final returns false for a
// zero ChbCompletedAt with any other Status. No status of a lost chargeback is
// known: only ChbCompletedAt shows that it is completed. That a chargeback stays
// completed is Unverified.
func (c Chargeback) Final() bool { return !c.ChbCompletedAt.IsZero() || c.Status.Final() }

// Open reports whether the chargeback may still need a response. It returns
// the opposite of [Chargeback.Final], so it stays true after RespondBy has
// passed.
func (c Chargeback) Open() bool { return !c.Final() }

// DueIn returns the time from now to RespondBy, and true. The duration is
// negative if RespondBy has passed. DueIn returns 0 and false if the
// chargeback is final, see [Chargeback.Final], or if RespondBy is zero
// (missing or unreadable). The time zone of RespondBy is Unverified, UTC is
// assumed: do not wait for the last hours.
func (c Chargeback) DueIn(now time.Time) (time.Duration, bool) {
	if c.Final() || c.RespondBy.IsZero() {
		return 0, false
	}
	return c.RespondBy.Sub(now), true
}

// ChargebackKey selects one chargeback. Exactly one field must be set. For any
// other number of fields, for an OperationID that is not a decimal number, and for
// a string that breaks the rules of [ListChargebacksParams],
// [Client.GetChargeback] returns ErrInvalidRequest before anything is sent.
type ChargebackKey struct {
	ChargebackID string
	ARN          string // acquirer reference number
	OperationID  string // a decimal number
}

// GetChargeback reads one chargeback. Exactly one field of k must be set. The
// token needs the same rights as for [Client.ListChargebacks].
//
// The call only reads. It is retried after network errors, a body cut short and
// the statuses 429, 500, 502, 503 and 504, see [WithRetry]. After a 401 it is
// sent once more if a [CredentialSource] has new credentials.
//
// The errors are:
//   - ErrInvalidRequest if k or an option is wrong, before anything is sent
//   - ErrNotFound if the member "chargeback" of the answer is null, [] or {}
//   - *Error for a refusal by the service; with status 404 it matches
//     ErrNotFound too
//   - *SignatureError for a wrong or missing signature
//   - *DecodeError for an answer that cannot be read, without the member
//     "chargeback", or with another chargeback than k selects
//   - ErrResponseTooLarge
//   - errors of the context, the network, a [Signer] and a [CredentialSource]
//
// The chargeback is nil with every error. How the service answers for a
// chargeback that does not exist is Unverified.
//
// ecommpay Data API: POST /chargeback/get
func (c *Client) GetChargeback(ctx context.Context, k ChargebackKey, opts ...CallOption) (*Chargeback, error) {
	q := request{operation: getChargeback, path: []string{"chargeback", "get"}, body: k.body(), problems: k.problems()}
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
		err = transport.Classed(fmt.Errorf("%w: %s", ErrNotFound, getChargeback), "not_found")
	}
	return found, err
}

const getChargeback = "GetChargeback"

var errNoChargebackID = errors.New("chargeback_id is missing")

var (
	errNoChargeback    = errors.New("expected a chargeback, got an object without the member chargeback")
	errOtherChargeback = errors.New("the answer is about another chargeback")
)

// empty reports whether raw is null, [] or {}: PHP encodes an absent value as any
// of them. wire.Decode has turned null into no bytes.
func empty(raw json.RawMessage) bool {
	text := string(bytes.TrimSpace(raw))
	return text == "" || text == "[]" || text == "{}"
}

// problems returns what is wrong with the key, nil if nothing is.
func (k ChargebackKey) problems() []string {
	var given []string
	for _, id := range []string{k.ChargebackID, k.ARN, k.OperationID} {
		if id != "" {
			given = append(given, id)
		}
	}
	problems := textProblems("ChargebackKey", given)
	if len(given) != 1 {
		problems = append(problems, "ChargebackKey: must have exactly one of ChargebackID, ARN and OperationID")
	}
	if k.OperationID != "" && !number(k.OperationID) {
		problems = append(problems, "OperationID: must be a decimal number")
	}
	return problems
}

// body returns the request's body. operation_id is sent as a number, as in the
// documentation's sample.
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

// names reports whether c may be the chargeback that k selects: it is false only
// if c has another value in the field that k sets.
func (k ChargebackKey) names(c *Chargeback) bool {
	for _, id := range [][2]string{{k.ChargebackID, c.ChargebackID}, {k.ARN, c.ARN}, {k.OperationID, c.OperationID}} {
		if id[0] != "" && id[1] != "" && id[0] != id[1] {
			return false
		}
	}
	return true
}

// check returns an error if the row has no chargeback_id, its primary key.
func (c *Chargeback) check() error {
	if c.ChargebackID == "" {
		return errNoChargebackID
	}
	return nil
}
