package ecommpay

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/govalues/decimal"
)

// Chargeback is a payment that the payer's bank disputes. Ids, times and Raw are
// as with [Operation]; in which zone the times are is Unverified, UTC is assumed.
//
// Its amounts come in two units, as the documentation's sample shows (Unverified):
// charged and channel amounts in minor units ("5000"), the others in major units
// ("50.00"). All are kept with the decimals that they came with, so that an amount
// in the other unit can be told. They are nil where the answer has none.
//
// Printing one shows ids, status, reason, amount and dates only.
type Chargeback struct {
	ChargebackID  string        `json:"chargeback_id" wire:"strict"` // the primary key
	CaseID        string        `json:"case_id" wire:"strict"`
	ProjectID     string        `json:"project_id" wire:"strict"`
	OperationID   string        `json:"operation_id" wire:"strict"` // of the operation that is disputed
	OrderID       string        `json:"order_id" wire:"strict"`     // evidently the merchant's payment id; Unverified
	MerchantID    string        `json:"merchant_id"`
	MerchantName  string        `json:"merchant_name"`
	ARN           string        `json:"arn"` // acquirer reference number
	AuthCode      string        `json:"auth_code"`
	OperationType OperationType `json:"operation_type"`

	ChargedAmount         *decimal.Decimal `json:"charged_amount"` // minor units
	ChargedCurrency       string           `json:"charged_currency"`
	ChannelAmount         *decimal.Decimal `json:"channel_amount"` // minor units
	ChannelCurrency       string           `json:"channel_currency"`
	ChbAmount             *decimal.Decimal `json:"chb_amount"` // major units: what is disputed
	ChbCurrency           string           `json:"chb_ccy"`
	ChbSettlementAmount   *decimal.Decimal `json:"chb_settlement_amount"` // major units
	ChbSettlementCurrency string           `json:"chb_settlement_ccy"`
	ChbAmountInUSD        *decimal.Decimal `json:"chb_amount_in_usd"` // US dollars

	ReportDate     time.Time `json:"report_date"`      // day on which the platform learned of it
	RespondBy      time.Time `json:"respond_by"`       // last moment to respond
	TrDateTime     time.Time `json:"tr_date_time"`     // of the payment
	ChbCompletedAt time.Time `json:"chb_completed_at"` // of the final status
	RevDate        string    `json:"rev_date"`         // null in the only sample; evidently of a reversal
	RevIndicator   string    `json:"rev_indicator"`    // null in the only sample

	ECISLI        string           `json:"eci_sli"`        // electronic commerce indicator
	ReasonCode    string           `json:"reason_code"`    // of the card network, for example "10.4"
	CardType      CardType         `json:"card_type"`      // "VISA" in answers, CardVisa in filters
	Card          string           `json:"card"`           // masked; personal data
	CardHolder    string           `json:"card_holder"`    // personal data
	IssuerCountry string           `json:"issuer_country"` // "UK" in the only sample, so not quite ISO 3166-1
	Status        ChargebackStatus `json:"status"`

	// Raw is the chargeback as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

var errNoChargebackID = errors.New("chargeback_id is missing")

func (c *Chargeback) check() error {
	if c.ChargebackID == "" {
		return errNoChargebackID
	}
	return nil
}
