package wallet

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/govalues/decimal"
)

// Type is the kind of a payment. Values that this package does not know are kept as
// received.
type Type string

// The kinds of payments.
const (
	TypeOut   Type = "out"   // from the wallet to a service
	TypeP2P   Type = "p2p"   // from the wallet to another wallet
	TypeIn    Type = "in"    // from a card to the wallet
	TypeInOut Type = "inout" // from a card to a service, through the wallet
)

// Status is the state of a payment. Values that this package does not know are kept
// as received.
type Status string

// The statuses of a payment.
const (
	StatusCreated    Status = "created"    // waits for its execution; no money has moved
	StatusProcessing Status = "processing" // is being executed; may still be completed or declined
	StatusCompleted  Status = "completed"  // final: paid; it can only be undone, see [EventTypeUndo]
	StatusDeclined   Status = "declined"   // final: not paid, see Payment.DeclineReason
)

// Class returns what the status means: StatusClassSucceeded for completed,
// StatusClassFailed for declined, and StatusClassPending for created and processing. It
// returns StatusClassUnknown for any other status, also for "" and another spelling
// such as COMPLETED: this package never guesses that money has moved.
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

// Final reports whether the status is final: completed or declined. It returns
// false for a status that this package does not know. The service can undo a
// completed payment, and redo an undone payment. Only a webhook event reports such a
// change, see [EventTypeUndo]. What GetPayment returns after an undo or a redo is
// Unverified.
func (s Status) Final() bool { return s.Class().Final() }

// DeclineReason is why a payment was declined. Values that this package does not
// know are kept as received.
type DeclineReason string

// The reasons of a decline.
const (
	DeclineReasonInvalidData       DeclineReason = "invalid_data"       // for example a wrong phone or card number
	DeclineReasonInsufficientFunds DeclineReason = "insufficient_funds" // too little money in the wallet
	DeclineReasonInternalError     DeclineReason = "internal_error"     // a matter for the provider's support
)

// NextAction is what a payment waits for. Values that this package does not know
// are kept as received.
type NextAction string

// The next actions. Meta.NextAction is "" if an answer names none, as the answer of
// GetPayment may.
const (
	NextActionPay    NextAction = "pay"    // to be executed, for example by [Client.PayOnce]
	NextActionUpdate NextAction = "update" // for parameters that this package cannot send; Total is nil
	NextActionGet    NextAction = "get"    // for time to pass: read it later, for example by [Client.WaitPayment]
)

// CardState is the state of a card. Values that this package does not know are kept
// as received.
type CardState string

// The states of a card.
const (
	CardStateCreated CardState = "created" // belongs to a payment that is not executed yet
	CardStatePending CardState = "pending" // the user has to enter it on Card.PaymentPageURL
	CardStateActive  CardState = "active"  // stored: CreatePaymentRequest.Card may use it
	CardStateFailed  CardState = "failed"  // not stored, and never will be
	CardStateUsed    CardState = "used"    // was used for one payment and not stored
	CardStateDeleted CardState = "deleted" // Unverified
)

// Meta is the part that every answer has beside its data: what to do next, and the
// state of the wallet.
type Meta struct {
	Code       int        `json:"code" wire:"strict"`        // copy of the HTTP status; 0 where the answer has none
	NextAction NextAction `json:"next_action" wire:"strict"` // what the payment waits for; "" where the answer does not say
	// Time is how long the service took, in seconds, as the answer prints it; ""
	// where the answer has none.
	Time        string     `json:"time"`
	RequestTime time.Time  `json:"request_time"` // zero where the answer has none; Unverified
	UrgentData  UrgentData `json:"urgent_data"`
	Page        PageInfo   `json:"page"` // of a list; zero in other answers

	// Unread names the members whose values do not fit their fields, as JSON pointers
	// (RFC 6901) in the order of the answer, for example "/urgent_data/amount". Such a
	// field is nil or zero, and Raw has its value. An array with an element of another
	// kind is nil as a whole. Unread is nil where everything fits. Only Code and
	// NextAction have to fit: an answer in which they do not is *DecodeError.
	Unread []string `json:"-"`

	// Raw is meta as received, byte for byte, unknown fields included.
	Raw json.RawMessage `json:"-"`
}

// UrgentData is the state of the wallet after a call.
type UrgentData struct {
	Amount         *decimal.Decimal `json:"amount"`          // balance in roubles; nil where the answer has none
	UnseenPayments *int             `json:"unseen_payments"` // number of payments that no list has returned yet; nil where the answer has none
	// UnseenPaymentsBest is the number of Best transfers that no list has returned yet;
	// nil where the answer has none. Unverified.
	UnseenPaymentsBest *int `json:"unseen_payments_best"`
}

// PageInfo is the length of a list.
type PageInfo struct {
	// TotalElements is how many elements all pages have together; nil where the answer
	// has none. It may lag behind, so no iteration ends by it alone.
	TotalElements *int `json:"total_elements"`
}

// check accepts every meta and never fails.
func (m *Meta) check() error { return nil }

// String returns Code and NextAction of m.
func (m Meta) String() string { return fmt.Sprintf("meta %d %s", m.Code, m.NextAction) }

// PaymentResult is a payment with the Meta of the same answer. It does not say that
// the payment is paid: Payment.Status does.
type PaymentResult struct {
	Payment Payment
	Meta    Meta
}

// PaymentPage is one page of payments, the newest first.
type PaymentPage struct {
	Payments []*Payment
	// Bad are the rows that did not decode. They are not in Payments. Nil means
	// that every row decoded.
	Bad  []BadRow
	Meta Meta
}
