package vima

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/govalues/decimal"
)

// Operation is one payment operation as the collector reports it. The collector
// reports an operation again, with a higher OperationUpdateID, after each change.
//
// Ids are strings, also where the JSON has a number, with no digit lost. A string
// that is missing or null is "". Times are in UTC. A time that is missing, null or
// in an unknown layout is the zero time; its text stays in Raw. Amounts are exact,
// and in two units: the requested amount is in minor units ([MinorAmount]),
// CompleteAmount and the amounts of CardStart and CardFinish are in major units.
//
// Printing an operation, with any verb or through log/slog, shows ids, status,
// amount and time only: no personal data.
type Operation struct {
	// OperationID is the collector's own id, the primary key. It is never "" in a
	// decoded operation.
	OperationID string `json:"operation_id" wire:"strict"`
	// ReferenceID is an external reference in hexadecimal.
	ReferenceID string `json:"reference_id" wire:"strict"`
	// ClientOperationID is the merchant's id of the operation, equal to
	// Identifiers.CID of CreateParams. It is the key for matching the operation with
	// records of other systems, such as PayShack.
	ClientOperationID string `json:"client_operation_id" wire:"strict"`

	Service    string `json:"service"`     // for example "multihub-api"
	ServiceEnv string `json:"service_env"` // environment of the service
	Project    string `json:"project"`     // see ProjectMonetix and its siblings; any string is a project
	ProjectEnv string `json:"project_env"` // for example "prod"

	UserID  string `json:"user_id"` // the payer at the merchant; personal data
	Contact string `json:"contact"` // e-mail or phone of the payer; personal data
	IPAddr  string `json:"ip_addr"` // may be ""; personal data

	// CreateParams is what the merchant requested. Its amount is in minor units.
	CreateParams CreateParams `json:"create_params"`

	// CurrentStatus is the main status. Whether the payment has succeeded is decided
	// by [Operation.Outcome], which returns CurrentStatus only if PaymentStatus is
	// "".
	CurrentStatus Status `json:"current_status" wire:"strict"`
	// PaymentStatus is the status that [Operation.Outcome] prefers, as it is
	// recommended for reconciliation; "" where the collector does not send it.
	PaymentStatus Status `json:"payment_status" wire:"strict"`
	// OperationState is the state of the collector's own work. It can be
	// "in_process" beside a CurrentStatus of "success" and says nothing about the
	// payment.
	OperationState string `json:"operation_state"`

	PaymentProduct    string `json:"payment_product"`
	PaymentMethodType string `json:"payment_method_type"` // for example "fiat"
	PaymentMethodCode string `json:"payment_method_code"` // for example "apm"
	IntegrationType   string `json:"integration_type"`    // for example "direct"
	CredentialsOwner  string `json:"credentials_owner"`

	OperationCreatedAt  time.Time `json:"operation_created_at"`
	OperationModifiedAt time.Time `json:"operation_modified_at"`

	CardStart  []CardStart  `json:"card_start"`  // requests to the payment gate; may be empty
	CardFinish []CardFinish `json:"card_finish"` // their results; may be empty

	// CompleteAmount is the final amount in major units (100.00000000 is a hundred
	// rupees). It is nil until the operation is finished, and for an amount of more
	// than 19 digits, see Unread.
	CompleteAmount     *decimal.Decimal `json:"complete_amount" wire:"strict,long"`
	CompleteCurrency   string           `json:"complete_currency" wire:"strict"` // ISO 4217 code; "" until finished
	CompleteCreatedAt  time.Time        `json:"complete_created_at"`
	CompleteModifiedAt time.Time        `json:"complete_modified_at"`

	// OperationCreateID is the place of the operation in the stream of new
	// operations: a cursor for ListOperationsParams.AfterCreateID.
	OperationCreateID string `json:"operation_create_id" wire:"strict"`
	// OperationUpdateID is the place of this version in the stream of changes: a
	// cursor for ListOperationsParams.AfterUpdateID. Of two versions the one with
	// the higher id is newer, see [CompareCursors].
	OperationUpdateID string `json:"operation_update_id" wire:"strict"`

	// PaymentCustomData is a free-form JSON value, kept as received.
	PaymentCustomData json.RawMessage `json:"payment_custom_data"`

	// Unread names the members whose values do not fit their fields, as JSON
	// pointers (RFC 6901) in the order of the answer, for example
	// "/create_params/service_id". Such a field is nil or zero, and Raw has its
	// value. CardStart or CardFinish is nil as a whole if an element is not a JSON
	// object. Unread is nil where everything fits.
	//
	// An operation becomes a [BadRow] only where OperationID is missing or where one
	// of these does not fit: OperationID, ReferenceID, ClientOperationID,
	// OperationCreateID, OperationUpdateID, CurrentStatus, PaymentStatus,
	// CompleteAmount, CompleteCurrency, CID of [Identifiers], and ActionID and
	// PaymentID of CardStart and CardFinish. A CompleteAmount of more than 19 digits
	// does not make an operation bad: CompleteAmount is then nil, and
	// [Operation.Amount] returns ok false.
	Unread []string `json:"-"`

	// Raw is the operation as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

// CreateParams is the merchant's request that created the operation. A level that
// the answer lacks is the zero value.
type CreateParams struct {
	Method    string       `json:"method"`     // "payment.in" or "payment.out"
	ServiceID string       `json:"service_id"` // a number in the JSON
	Params    MethodParams `json:"params"`
}

// MethodParams are the parameters of CreateParams.Method.
type MethodParams struct {
	Payment Payment `json:"payment"`
}

// Payment is the payment that the merchant requested.
type Payment struct {
	Payer       Payer       `json:"payer"`
	Amount      MinorAmount `json:"amount"`
	Client      ClientInfo  `json:"client"`
	Identifiers Identifiers `json:"identifiers"`
}

// Payer is the person who pays or is paid. All of it is personal data.
type Payer struct {
	Email           string          `json:"email"`
	Phone           string          `json:"phone"`
	Person          Person          `json:"person"`
	CustomerAccount CustomerAccount `json:"customer_account"`
}

// Person is the name of a payer.
type Person struct {
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
}

// CustomerAccount is the payer's account at the merchant.
type CustomerAccount struct {
	ID string `json:"id"`
}

// MinorAmount is the requested amount in minor units: 10000 INR is a hundred
// rupees. The collector's documentation says to divide by 100. Whether that also
// holds for currencies without two decimals is Unverified.
type MinorAmount struct {
	ValueMinor *int64 `json:"value"`    // nil where the answer has none
	Currency   string `json:"currency"` // ISO 4217 code
}

// ClientInfo is the country and language of the payer's client.
type ClientInfo struct {
	Country  string `json:"country"`  // ISO 3166-1 alpha-2 code
	Language string `json:"language"` // for example "EN"
}

// Identifiers are the merchant's ids of a payment.
type Identifiers struct {
	CID string `json:"c_id" wire:"strict"` // equals Operation.ClientOperationID; a number in the JSON
}

// CardStart is one request to a payment gate. A string that the answer lacks is "",
// and a time that it lacks is the zero time.
type CardStart struct {
	OperType        string           `json:"oper_type"` // for example "deposit"
	ActionID        string           `json:"action_id" wire:"strict"`
	PaymentID       string           `json:"payment_id" wire:"strict"`
	PaymentGate     string           `json:"payment_gate"`
	UserRef         string           `json:"user_ref"`         // personal data
	KYCVerification *int64           `json:"kyc_verification"` // 0 in the only known sample; nil where the answer has none
	Currency        string           `json:"currency"`         // ISO 4217 code
	Amount          *decimal.Decimal `json:"amount"`           // major units; nil where the answer has none
	CreatedAt       time.Time        `json:"created_at"`
	ModifiedAt      time.Time        `json:"modified_at"`
}

// CardFinish is the result of one request to a payment gate. Amount is in Currency;
// ChargedAmount and ChargedFee are in ChargedCurrency. Whether ChargedAmount includes
// ChargedFee, and when it differs from Amount, is Unverified. A string that is
// missing in the answer is "", and a missing time is the zero time.
type CardFinish struct {
	ActionID        string           `json:"action_id" wire:"strict"`
	PaymentID       string           `json:"payment_id" wire:"strict"`
	Currency        string           `json:"currency"`         // ISO 4217 code
	Amount          *decimal.Decimal `json:"amount"`           // major units; nil where the answer has none
	ChargedCurrency string           `json:"charged_currency"` // ISO 4217 code
	ChargedAmount   *decimal.Decimal `json:"charged_amount"`   // major units; nil where the answer has none
	ChargedFee      *decimal.Decimal `json:"charged_fee"`      // major units; nil where the answer has none
	Result          string           `json:"result"`           // for example "success"
	CreatedAt       time.Time        `json:"created_at"`
	ModifiedAt      time.Time        `json:"modified_at"`
}

// Outcome returns the status that decides whether the payment has succeeded:
// PaymentStatus, or CurrentStatus if PaymentStatus is "". It returns "" if both are
// "". A status is "" if its member is missing, null or "" in the answer. An
// operation with a status that cannot be read is a [BadRow] and not an Operation.
// Outcome never looks at OperationState.
func (o *Operation) Outcome() Status {
	if o.PaymentStatus != "" {
		return o.PaymentStatus
	}
	return o.CurrentStatus
}

// Amount returns the best known amount of the operation, in major units, with its
// currency, and ok true. It returns the first of these that the operation has:
//
//   - CompleteAmount,
//   - the amount of the first element of CardStart,
//   - the requested amount divided by 100 (Unverified for currencies without two
//     decimals).
//
// The currency is CompleteCurrency for CompleteAmount, and otherwise the currency
// beside the amount. It is an ISO 4217 code, or "" if the collector did not send it.
// An operation whose CompleteCurrency cannot be read is a [BadRow] and not an
// Operation. Amount does not round.
//
// Amount returns ok false, with zero values, if the operation has none of the three.
// It does not pass over an amount that was sent but could not be read, because the
// next amount of the list might be wrong. So ok is also false in these cases:
//
//   - CompleteAmount is in Unread.
//   - CompleteAmount is nil, and Unread has CardStart, or the amount or the currency
//     of its first element.
//   - The first two amounts are missing, and the requested amount or its currency is
//     in Unread.
func (o *Operation) Amount() (amount decimal.Decimal, currency string, ok bool) {
	if o.CompleteAmount != nil {
		return *o.CompleteAmount, o.CompleteCurrency, true
	}
	if o.unread("/complete_amount") || o.unread("/card_start") || o.unread("/card_start/0/amount") || o.unread("/card_start/0/currency") {
		return decimal.Decimal{}, "", false
	}
	if len(o.CardStart) > 0 && o.CardStart[0].Amount != nil {
		return *o.CardStart[0].Amount, o.CardStart[0].Currency, true
	}
	requested := o.CreateParams.Params.Payment.Amount
	if requested.ValueMinor == nil || o.unread("/create_params/params/payment/amount/currency") {
		return decimal.Decimal{}, "", false
	}
	major, err := decimal.New(*requested.ValueMinor, 2)
	return major, requested.Currency, err == nil
}

// unread reports whether Unread has the JSON pointer.
func (o *Operation) unread(pointer string) bool { return slices.Contains(o.Unread, pointer) }

// Fee returns the fee that the payment gate charged, in major units, its currency,
// and ok true: ChargedFee and ChargedCurrency of the first element of CardFinish. The
// currency is an ISO 4217 code, or "" if the collector did not send it. A fee of 0 is
// a fee: ok is true. Fee returns ok false, with zero values, if the collector sent no
// fee, or if the fee or its currency is in Unread.
func (o *Operation) Fee() (fee decimal.Decimal, currency string, ok bool) {
	if len(o.CardFinish) == 0 || o.CardFinish[0].ChargedFee == nil || o.unread("/card_finish/0/charged_currency") {
		return decimal.Decimal{}, "", false
	}
	return *o.CardFinish[0].ChargedFee, o.CardFinish[0].ChargedCurrency, true
}

// check returns an error for an operation that must be a bad row.
func (o *Operation) check() error {
	if o.OperationID == "" { // without its key a row cannot be stored
		return errors.New("operation_id is missing")
	}
	return nil
}

// String returns OperationID, ClientOperationID, the status from [Operation.Outcome],
// amount, currency and creation time, and no personal data. It shows the amount 0 for
// an operation without an amount.
func (o Operation) String() string {
	amount, currency, _ := o.Amount()
	return fmt.Sprintf("operation %s (client %s) %s %s %s %s", o.OperationID, o.ClientOperationID,
		o.Outcome(), amount, currency, o.OperationCreatedAt.Format(time.RFC3339))
}

// LogValue returns a group for log/slog: OperationID, ClientOperationID, the status
// from [Operation.Outcome], amount, currency and creation time, and no personal data.
// The amount is 0 for an operation without an amount.
func (o Operation) LogValue() slog.Value {
	amount, currency, _ := o.Amount()
	return slog.GroupValue(
		slog.String("operation_id", o.OperationID),
		slog.String("client_operation_id", o.ClientOperationID),
		slog.String("status", string(o.Outcome())),
		slog.String("amount", amount.String()),
		slog.String("currency", currency),
		slog.Time("created_at", o.OperationCreatedAt),
	)
}
