package transactions

import (
	"strings"
	"time"
)

// Status is the state of a transaction; "" means that the service sent none. The
// service's list of values is not known. Values that this package does not know are
// kept as received.
type Status string

// The known statuses. [Status.Class] says what they mean for the payment.
const (
	StatusSuccess Status = "SUCCESS" // final: the money has moved
	// StatusCheckOK means that the transaction was checked and is not paid yet. No
	// document says so, nor whether the status can become SUCCESS: Unverified.
	StatusCheckOK Status = "CHECK_OK"
)

// Class returns what the status means. Upper and lower case do not matter.
//
//   - StatusClassSucceeded: SUCCESS.
//   - StatusClassPending: CHECK_OK (Unverified).
//   - StatusClassUnknown: any other status, and "". The service's list of values is
//     not known, and this package does not guess.
func (s Status) Class() StatusClass {
	switch strings.ToUpper(string(s)) {
	case string(StatusSuccess):
		return StatusClassSucceeded
	case string(StatusCheckOK):
		return StatusClassPending
	}
	return StatusClassUnknown
}

// PayType is the kind of a transaction; "" means that the service sent none. Values
// that this package does not know are kept as received.
type PayType string

// The known kinds of transactions.
const (
	PayTypePayment PayType = "PAYMENT"
	PayTypeRefund  PayType = "REFUND"
	PayTypeTest    PayType = "TEST" // whether money moves is Unverified
)

// TransactionPage is one page of transactions.
type TransactionPage struct {
	// Day is the time at which the page's day begins, in the time zone of the
	// argument start of [Client.TransactionPagesByDay]. It is zero in the pages of
	// other methods.
	Day time.Time
	// Transactions are the good rows, in the order of the answer.
	Transactions []*Transaction
	// Bad are the rows that did not decode. They are not in Transactions. Nil means
	// that every row decoded.
	Bad []BadRow
	// Total is the number of transactions that the service counts for the request,
	// nil if it does not say. In the Walk methods and TransactionPagesByDay it is
	// the number that remains, this page included. Rows that the client drops, see
	// [Filter], are counted too.
	Total *int64
	// NextID is the highest id up to this page, rows of Bad included, in
	// [Client.WalkTransactionPages]; 0 in other pages, except that
	// [Client.TransactionPagesByDay] sets the highest id of the page's day so far. A
	// sync stores NextID after it has processed the page, and goes on with it as
	// Filter.ID.GreaterThan. An iteration without rows yields no page: keep the
	// stored id.
	NextID int64
	// NextModified is the last modification up to which [Client.WalkUpdatedPages]
	// has yielded everything that was visible; the zero time in other pages. A sync
	// stores NextModified after it has processed the page, and passes it as start to
	// the next iteration. NextModified is never later than the answer: the time in
	// its Date header, or this machine's clock if the header is missing or not a
	// date. So a row with a time in the future does not make a sync skip others.
	NextModified time.Time
}
