package ecommpay

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/wire"
)

// Operation is one operation of a payment. An answer fills the fields named in
// ListOperationsParams.Fields, or the default ones; the rest of the 55 fields are
// zero.
//
// Ids are strings, with every digit that the answer has. Times are in UTC; a time
// that is missing, null, empty or in an unknown layout is the zero time, and Raw
// still has it. Amounts are exact and in minor units: 1000 is 10.00 USD, 1000 JPY
// and 1.000 KWD, see [Major].
//
// Printing an operation, with any verb or through log/slog, shows ids, type,
// status, amount and time of creation only: the payer's data stays out of logs.
type Operation struct {
	ProjectID string `json:"project_id" wire:"strict"`
	// OperationID is the primary key. It is "" only on a single page whose Fields
	// leave it out.
	OperationID string `json:"operation_id" wire:"strict"`
	// PaymentID is the merchant's id of the payment. It is unique within a
	// project only.
	PaymentID       string          `json:"payment_id" wire:"strict"`
	OperationType   OperationType   `json:"operation_type"`
	OperationStatus OperationStatus `json:"operation_status" wire:"strict"`
	// AccountNumber is a card's masked number, a wallet or another account;
	// personal data.
	AccountNumber      string `json:"account_number"`
	CustomerIP         string `json:"customer_ip"`         // personal data
	PaymentMethodName  string `json:"payment_method_name"` // for example "visa"
	PaymentMethodType  string `json:"payment_method_type"` // also "visa" in the sample; the difference is not documented
	PaymentDescription string `json:"payment_description"` // the merchant's words; may hold personal data

	OperationCreatedAt   time.Time `json:"operation_created_at"`
	OperationCompletedAt time.Time `json:"operation_completed_at"` // at the platform; zero before completion
	ProviderDate         time.Time `json:"provider_date"`          // completed at the provider
	ShipmentDate         time.Time `json:"shipment_date"`          // sent to clearing

	SumInitial   Sum `json:"sum_initial" wire:"strict"` // as requested
	SumConverted Sum `json:"sum_converted"`             // in the provider's currency

	ARN                    string `json:"arn"` // acquirer reference number
	RRN                    string `json:"rrn"` // retrieval reference number
	PaymentProviderCode    string `json:"payment_provider_code"`
	PaymentProviderMessage string `json:"payment_provider_message"`

	AcquirerBankName string `json:"acquirer_bank_name"`
	AuthCode         string `json:"auth_code"`          // of the issuer; "" if declined
	AVSPostCode      string `json:"avs_post_code"`      // personal data
	AVSResult        string `json:"avs_result"`         // one letter
	AVSStreetAddress string `json:"avs_street_address"` // personal data
	BalanceID        string `json:"balance_id"`         // masked
	BankName         string `json:"bank_name"`          // of the issuer
	BIN              string `json:"bin"`                // 6 to 8 digits
	CardEnrollCheck  string `json:"card_enroll_check"`  // E enrolled in 3-D Secure, N not, U undefined
	CardHolder       string `json:"card_holder"`        // personal data
	CardProductName  string `json:"card_product_name"`
	CardToken        string `json:"card_token"` // charges the card in later payments: treat it as a secret
	// CompletedRefundMinor is the refunded amount in minor units; nil if the
	// answer has none.
	CompletedRefundMinor *int64 `json:"completed_refund"`
	CountryByIP          string `json:"country_by_ip"`  // ISO 3166-1 alpha-2 code
	CountryByBIN         string `json:"country_by_bin"` // ISO 3166-1 alpha-2 code
	// CurrencyRate is the rate of a conversion; nil if the answer has none. Between
	// which currencies, and in which direction, is not documented.
	CurrencyRate         *decimal.Decimal `json:"currency_rate"`
	CustomerEmail        string           `json:"customer_email"`    // personal data
	CustomerID           string           `json:"customer_id"`       // the payer's id at the merchant; personal data
	ECI                  string           `json:"eci"`               // electronic commerce indicator
	ExpirationDate       string           `json:"expiration_date"`   // of the card, as received; the layout is not documented
	LegalEntityName      string           `json:"legal_entity_name"` // of the merchant
	MerchantID           string           `json:"merchant_id"`
	PaymentCurrency      string           `json:"payment_currency"` // ISO 4217 code
	PaymentType          PaymentType      `json:"payment_type"`
	ProjectName          string           `json:"project_name"`
	ProjectURL           string           `json:"project_url"`
	ProviderPaymentID    string           `json:"provider_payment_id"`
	RecurringID          string           `json:"recurring_id"`
	RecurringRegister    string           `json:"recurring_register"`   // "1" if a series of payments was registered, "0" if not
	RecurringValidThru   string           `json:"recurring_valid_thru"` // last day of the series; layout Unverified
	RemainingRefundMinor *int64           `json:"remaining_refund"`     // the amount that may still be refunded, in minor units; nil if the answer has none
	Secure3DSCheck       string           `json:"secure_3ds_check"`     // "1" if 3-D Secure was used, "0" if not

	TransactionCompletedAt time.Time     `json:"transaction_completed_at"` // when the payment was completed; zero if the answer has none
	TransactionCreatedAt   time.Time     `json:"transaction_created_at"`   // when the payment was created
	TransactionStatus      PaymentStatus `json:"transaction_status"`       // status of the payment

	// Unread names the members whose values do not fit their fields, as JSON pointers
	// (RFC 6901) in the order of the answer, for example "/customer_ip", or
	// "/sum_converted" for any part of it. Such a field is nil or zero, and Raw has
	// its value. A missing or null member fits every field. Unread is nil if everything
	// fits. The operation becomes a [BadRow] if a value does not fit ProjectID,
	// OperationID, PaymentID, OperationStatus or SumInitial, or if "operation_id" was
	// asked for and is missing, null or "".
	Unread []string `json:"-"`

	// Raw is the operation as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

// Sum is an amount in minor units. The zero Sum, without a currency, means that
// the answer has no amount. Whole numbers decode, as JSON numbers or strings. An
// amount with a decimal point (10.00) might be in major units and is refused: see
// the field Unread of the row, and [Sum.UnmarshalJSON].
type Sum struct {
	AmountMinor int64  `json:"amount" wire:"part,whole"`
	Currency    string `json:"currency" wire:"part"` // ISO 4217 code
}

// UnmarshalJSON decodes an object with the members amount and currency, and
// replaces both fields of s. amount is a whole number of minor units, as a JSON
// number or a string. currency is a string or a number. A member that is
// missing, null or "" sets its field to 0 or "". null, {} and [] decode to the
// zero Sum.
//
// UnmarshalJSON returns an error for
//   - any other amount, such as "10.00", and any other currency
//   - two members with the same name
//   - data other than null, [] or an object
//
// Do not use s after an error.
func (s *Sum) UnmarshalJSON(data []byte) error {
	var sum Sum
	err := wire.DecodePHP(data, &sum)
	*s = sum
	return err
}

// Major returns the amount in major units, see the function [Major]. For an
// unknown currency, or "", it returns 0 and ErrInvalidRequest.
func (s Sum) Major() (decimal.Decimal, error) { return Major(s.AmountMinor, s.Currency) }

// String returns the amount with its currency: in major units if [Major] knows
// the currency, otherwise in minor units with the words "minor units". It
// returns "without amount" for the zero Sum.
func (s Sum) String() string {
	if major, err := s.Major(); err == nil {
		return major.String() + " " + s.Currency
	}
	if s == (Sum{}) {
		return "without amount"
	}
	return fmt.Sprintf("%d minor units of %s", s.AmountMinor, s.Currency)
}

// minorUnits parses a whole number, which may be negative. "" is 0. It returns
// *wire.Error for anything else and for a number beyond int64.
func minorUnits(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || text[0] == '+' {
		return 0, &wire.Error{Kind: wire.KindRange, Pointer: "/amount"}
	}
	return n, nil
}

func (o *Operation) check() error { return checkOperationID(o.OperationID) }

// checkOperationID returns an error for a row without its primary key, which can be
// neither stored nor identified.
func checkOperationID(id string) error {
	if id == "" {
		return errors.New("operation_id is missing")
	}
	return nil
}

// String returns OperationID, PaymentID, OperationType, OperationStatus,
// SumInitial and OperationCreatedAt, and no personal data.
func (o Operation) String() string {
	return fmt.Sprintf("operation %s (payment %s) %s %s %s %s", o.OperationID, o.PaymentID,
		o.OperationType, o.OperationStatus, o.SumInitial, o.OperationCreatedAt.Format(time.RFC3339))
}

// LogValue returns a group for log/slog with the same values that String prints.
// The keys are operation_id, payment_id, type, status, amount and created_at.
func (o Operation) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("operation_id", o.OperationID),
		slog.String("payment_id", o.PaymentID),
		slog.String("type", string(o.OperationType)),
		slog.String("status", string(o.OperationStatus)),
		slog.String("amount", o.SumInitial.String()),
		slog.Time("created_at", o.OperationCreatedAt),
	)
}
