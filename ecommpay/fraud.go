package ecommpay

import (
	"encoding/json"
	"time"

	"github.com/govalues/decimal"
)

// FraudOperation is an operation that a card network reports as fraud, not one
// that ecommpay itself suspects. Ids, times and Raw work as in [Operation]. The
// time zone is Unverified; UTC is assumed. A date without a time of day becomes
// midnight UTC. Amounts are in major units (580.00 is five hundred and eighty); an
// amount that is missing, null or "" is nil, also TrAmount. OperationID is never
// "".
//
// Printing a FraudOperation shows ids, type, amount and purchase date only.
type FraudOperation struct {
	OperationID       string           `json:"operation_id" wire:"strict"` // a number on the wire
	PaymentID         string           `json:"payment_id" wire:"strict"`   // unique within a project only
	ProjectID         string           `json:"project_id" wire:"strict"`
	ProjectName       string           `json:"project_name"`
	TrAmount          *decimal.Decimal `json:"tr_amount" wire:"strict"` // the full amount of the operation
	TrCurrency        string           `json:"tr_ccy" wire:"strict"`
	AccountNumber     string           `json:"account_number"` // a card's masked number; personal data
	PaymentMethodType string           `json:"payment_method_type"`
	RowUpdatedAt      time.Time        `json:"row_updated_at"`    // last change of this row
	CustomerID        string           `json:"customer_id"`       // the payer at the merchant; personal data
	CustomerEmail     string           `json:"customer_email"`    // personal data
	ARN               string           `json:"arn"`               // acquirer reference number
	FraudType         string           `json:"fraud_type"`        // code of the issuer, for example "6"
	FraudReportDate   time.Time        `json:"fraud_report_date"` // day on which the issuer reported it
	ReceivedOn        time.Time        `json:"received_on"`       // day on which the card network reported it
	PurchaseDate      time.Time        `json:"purchase_date"`     // day on which the operation was completed
	// ChannelAmountInUSD is the amount in US dollars, major units; nil if the
	// answer has none.
	ChannelAmountInUSD *decimal.Decimal `json:"channel_amount_in_usd"`
	IssuerCountry      string           `json:"issuer_country"` // ISO 3166-1 alpha-2 code
	IssuerBankName     string           `json:"issuer_bank_name"`
	BIN                string           `json:"bin"`
	CountryByIP        string           `json:"country_by_ip"` // ISO 3166-1 alpha-2 code
	// DaysToReport is the number of days from PurchaseDate to FraudReportDate, as the
	// service counts them; nil if the answer has none.
	DaysToReport *int64 `json:"report_and_purchase_date_difference"`

	// Unread names the members whose values do not fit their fields, as JSON pointers
	// (RFC 6901) in the order of the answer, for example "/customer_id". Such a field
	// is nil or zero, and Raw has its value. A missing or null member fits every field.
	// Unread is nil if everything fits. The row becomes a [BadRow] if "operation_id" is
	// missing, null or "", or if a value does not fit OperationID, PaymentID, ProjectID,
	// TrAmount or TrCurrency.
	Unread []string `json:"-"`

	// Raw is the row as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

func (o *FraudOperation) check() error { return checkOperationID(o.OperationID) }
