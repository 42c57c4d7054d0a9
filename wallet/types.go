package wallet

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/govalues/decimal"
)

// Type is the kind of a payment. Values that this package does not know are kept
// as they came.
type Type string

// The kinds of payments.
const (
	TypeOut   Type = "out"   // from the wallet to a service
	TypeP2P   Type = "p2p"   // from the wallet to another wallet
	TypeIn    Type = "in"    // from a card to the wallet
	TypeInOut Type = "inout" // from a card to a service, through the wallet
)

// Status is the state of a payment. Values that this package does not know are
// kept as they came.
type Status string

// The statuses of a payment.
const (
	StatusCreated    Status = "created"    // waits for its execution; no money has moved
	StatusProcessing Status = "processing" // is being executed
	StatusCompleted  Status = "completed"  // the money has moved
	StatusDeclined   Status = "declined"   // refused, see Payment.DeclineReason
)

// Class returns what the status means: completed has succeeded, declined has failed,
// created and processing are pending. Any other status is unknown, and so are "" and
// another spelling such as COMPLETED: money is not taken to have moved by a guess.
func (s Status) Class() StatusClass {
	switch s {
	case StatusCompleted:
		return StatusClassSucceeded
	case StatusDeclined:
		return StatusClassFailed
	case StatusCreated, StatusProcessing:
		return StatusClassPending
	}
	return StatusClassUnknown
}

// Final reports whether the status is an end: completed or declined. It is false
// for a status that this package does not know. A completed payment can still be
// undone later, and that be undone in turn: a webhook tells, see [EventTypeUndo].
func (s Status) Final() bool { return s.Class().Final() }

// DeclineReason says why a payment was declined. Values that this package does
// not know are kept as they came.
type DeclineReason string

// The reasons of a decline.
const (
	DeclineReasonInvalidData       DeclineReason = "invalid_data"       // for example a wrong phone or card number
	DeclineReasonInsufficientFunds DeclineReason = "insufficient_funds" // too little money in the wallet
	DeclineReasonInternalError     DeclineReason = "internal_error"     // a matter for the provider's support
)

// NextAction is what a payment waits for. Values that this package does not know
// are kept as they came.
type NextAction string

// The next actions. A plain read may come without one.
const (
	NextActionPay    NextAction = "pay"    // its execution
	NextActionUpdate NextAction = "update" // more parameters; until then there is no Total
	NextActionGet    NextAction = "get"    // nothing but time: read it again
)

// CardState is the state of a card. Values that this package does not know are
// kept as they came.
type CardState string

// The states of a card.
const (
	CardStateCreated CardState = "created" // belongs to a payment that is not executed yet
	CardStatePending CardState = "pending" // the user has to enter it on Card.PaymentPageURL
	CardStateActive  CardState = "active"  // stored: CreatePaymentRequest.Card may name it
	CardStateFailed  CardState = "failed"  // not stored, and never will be
	CardStateUsed    CardState = "used"    // was used for one payment and not stored
	CardStateDeleted CardState = "deleted" // Unverified
)

// Meta is what an answer says beside its data.
type Meta struct {
	Code       int        `json:"code"`        // copy of the HTTP status; 0 where the wire has none
	NextAction NextAction `json:"next_action"` // what the payment waits for; "" where the wire says nothing
	// Time is how long the service took, in seconds and as it printed them; ""
	// where the wire has none.
	Time        string     `json:"time"`
	RequestTime time.Time  `json:"request_time"` // zero where the wire has none; Unverified
	UrgentData  UrgentData `json:"urgent_data"`
	Page        PageInfo   `json:"page"` // of a list

	// Raw is meta as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

// UrgentData is the state of the wallet after a call.
type UrgentData struct {
	Amount         *decimal.Decimal `json:"amount"`          // balance in roubles; nil where the wire has none
	UnseenPayments int              `json:"unseen_payments"` // payments that no list has given yet; absent is 0
	// UnseenPaymentsBest counts Best transfers. Unverified.
	UnseenPaymentsBest int `json:"unseen_payments_best"`
}

// PageInfo says how long a list is.
type PageInfo struct {
	TotalElements int `json:"total_elements"` // may lag behind the rows; no walk ends by it alone
}

func (m *Meta) check() error { return nil }

// String is the code and the next action.
func (m Meta) String() string { return fmt.Sprintf("meta %d %s", m.Code, m.NextAction) }

// PaymentResult is a payment with what the answer says beside it.
type PaymentResult struct {
	Payment Payment
	Meta    Meta
}

// PaymentPage is one page of payments.
type PaymentPage struct {
	Payments []*Payment
	// Bad are the rows that did not decode. They are not in Payments.
	Bad  []BadRow
	Meta Meta
}
