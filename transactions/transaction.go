package transactions

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/govalues/decimal"
)

// Transaction is one transaction as the service reports it. It has three sides, each
// with its own currency: the request of an agent, the sender whose money is taken,
// and the recipient who gets it.
//
// A number or boolean that the service does not send is nil, which is common: a
// transaction that was only checked has no sender. A missing string is "", and a
// missing time is the zero time, as is a time in an unknown layout; the text of such
// a time stays in Raw. Times are in UTC.
//
// The *int64 fields whose names end in Amount are in minor units. How many digits
// minor units have depends on the agent's settings, which only the caller knows:
// decimal.New with that number of digits turns them into an amount. Currencies are
// numeric ISO 4217 codes: 860 is UZS.
//
// Printing a transaction, with any verb or through log/slog, shows ids, status,
// amount and time only: no personal data.
type Transaction struct {
	// ID is the service's own id, the primary key. It is positive and grows, but a
	// transaction may become visible after others with higher ids.
	ID int64 `json:"id" wire:"strict"`
	// Status is the state of the whole transaction; see [StatusSuccess].
	Status  Status    `json:"status" wire:"strict"`
	PayType PayType   `json:"payType"`
	Date    time.Time `json:"date"` // of the transaction
	Main    *bool     `json:"main"` // meaning Unverified

	RequestTrID       string `json:"requestTrId" wire:"strict"`   // the agent's id of the request: the key for reconciliation
	RequestLogin      string `json:"requestLogin"`                // of the agent; personal data
	RequestGroup      string `json:"requestGroup"`                // for example "mobile_app"
	RequestSubAccount string `json:"requestSubAccount"`           // personal data
	RequestAmount     *int64 `json:"requestAmount" wire:"strict"` // minor units of RequestCcy
	RequestCcy        *int32 `json:"requestCcy" wire:"strict"`    // numeric ISO 4217 code

	// SenderAccount may be a phone, a login, a card's token or its full number:
	// personal data.
	SenderAccount    string    `json:"senderAccount"`
	SenderName       string    `json:"senderName"` // personal data
	SenderServiceID  *int64    `json:"senderServiceId"`
	SenderBillID     *int64    `json:"senderBillId"`
	SenderAmount     *int64    `json:"senderAmount"`             // minor units of SenderCcy; most often RequestAmount plus the commission
	SenderCcy        *int32    `json:"senderCcy"`                // numeric ISO 4217 code
	SenderTrID       string    `json:"senderTrId" wire:"strict"` // id in the sender's system
	SenderSuccess    *bool     `json:"senderSuccess"`
	SenderDate       time.Time `json:"senderDate"` // in the sender's system
	SenderStatus     string    `json:"senderStatus"`
	SenderStatusText string    `json:"senderStatusText"` // for people
	SenderGateway    string    `json:"senderGateway"`
	SenderBean       string    `json:"senderBean"` // meaning Unverified

	// RecipientAccount may be the same kinds of account as SenderAccount: personal
	// data.
	RecipientAccount    string    `json:"recipientAccount"`
	RecipientName       string    `json:"recipientName"` // of a provider or a person; personal data
	RecipientServiceID  *int64    `json:"recipientServiceId"`
	RecipientBillID     *int64    `json:"recipientBillId"`
	RecipientAmount     *int64    `json:"recipientAmount"`             // minor units of RecipientCcy
	RecipientCcy        *int32    `json:"recipientCcy"`                // numeric ISO 4217 code
	RecipientTrID       string    `json:"recipientTrId" wire:"strict"` // id in the recipient's system
	RecipientSuccess    *bool     `json:"recipientSuccess"`
	RecipientDate       time.Time `json:"recipientDate"`   // in the recipient's system
	RecipientStatus     string    `json:"recipientStatus"` // a string, also where it is "true"
	RecipientStatusText string    `json:"recipientStatusText"`
	RecipientGateway    string    `json:"recipientGateway"`

	// GatewayAmount is the recipient's amount as the gateway computed it, before
	// rounding and commissions. Its unit is Unverified: the one known sample has
	// 1000 beside a RecipientAmount of 100000.
	GatewayAmount *decimal.Decimal `json:"gatewayAmount"`
	RoundAmount   *decimal.Decimal `json:"roundAmount"` // unit Unverified
	// AmountRatio is as received; this package computes nothing from it. That it is
	// the number of digits of the amounts is Unverified.
	AmountRatio *decimal.Decimal `json:"amountRatio"`
	CcyRate     *int64           `json:"ccyRate"` // rate of exchange; scale Unverified

	AgentFeeAmount             *int64           `json:"agentFeeAmount"`             // minor units
	SystemFeeAmount            *int64           `json:"systemFeeAmount"`            // minor units
	SystemFee                  *decimal.Decimal `json:"systemFee"`                  // unit Unverified
	SystemCommissionUpAmount   *int64           `json:"systemCommissionUpAmount"`   // minor units, added to the amount
	SystemCommissionDownAmount *int64           `json:"systemCommissionDownAmount"` // minor units, taken from the amount
	SystemCurrency             *int32           `json:"systemCurrency"`             // numeric ISO 4217 code

	EposMerchant string `json:"eposMerchant"` // "-" means none
	EposTerminal string `json:"eposTerminal"` // "-" means none
	Promo        string `json:"promo"`
	Category     string `json:"category"` // for example "mobile_connection"
	Comment      string `json:"comment"`  // personal data

	CreatedBy      string    `json:"createdBy"` // user or service
	CreatedDate    time.Time `json:"createdDate"`
	LastModifiedBy string    `json:"lastModifiedBy"` // user or service
	// LastModifiedDate distinguishes the versions of a transaction.
	LastModifiedDate time.Time `json:"lastModifiedDate" wire:"strict"`

	// Unread names the members whose values do not fit their fields, as JSON
	// pointers (RFC 6901) in the order of the answer, for example "/senderSuccess".
	// Such a field is nil or zero, and Raw has its value. Unread is nil where
	// everything fits. A transaction becomes a [BadRow] only where ID, RequestTrID,
	// SenderTrID, RecipientTrID, Status, RequestAmount, RequestCcy or
	// LastModifiedDate do not fit; a LastModifiedDate in an unknown layout does not
	// fit.
	Unread []string `json:"-"`

	// Raw is the transaction as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

// errNoID is the error of a row without its key.
var errNoID = errors.New("id is missing or not positive")

// check returns an error for a transaction that must be a bad row.
func (t *Transaction) check() error {
	if t.ID <= 0 { // without its key a row cannot be stored
		return errNoID
	}
	return nil
}

// String returns ID, RequestTrID, status, request amount and date, and no personal
// data. Without RequestAmount it shows "without amount".
func (t Transaction) String() string {
	return fmt.Sprintf("transaction %d (request %s) %s %s %s", t.ID, t.RequestTrID,
		t.Status, minorText(t.RequestAmount, t.RequestCcy), t.Date.Format(time.RFC3339))
}

// LogValue returns a group for log/slog with the same values that String prints.
func (t Transaction) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Int64("id", t.ID),
		slog.String("request_tr_id", t.RequestTrID),
		slog.String("status", string(t.Status)),
		slog.String("request_amount", minorText(t.RequestAmount, t.RequestCcy)),
		slog.Time("date", t.Date),
	)
}

// minorText returns an amount with its currency for String.
func minorText(amount *int64, currency *int32) string {
	switch {
	case amount == nil:
		return "without amount"
	case currency == nil:
		return fmt.Sprintf("%d minor units", *amount)
	}
	return fmt.Sprintf("%d minor units of %03d", *amount, *currency)
}
