package transactions

import (
	"strings"
	"time"
)

// Status is the state of a transaction. The service's list of values is not
// known: those that this package does not know are kept as they came.
type Status string

// The statuses that are known.
const (
	StatusSuccess Status = "SUCCESS"
	StatusCheckOK Status = "CHECK_OK" // checked and not paid; Unverified
)

// Class returns what the status means, whatever the case of its letters: SUCCESS
// has succeeded, and CHECK_OK is pending (Unverified). Any other status, and "", is
// unknown: the service's list of values is not known, and none is guessed.
func (s Status) Class() StatusClass {
	switch strings.ToUpper(string(s)) {
	case string(StatusSuccess):
		return StatusClassSucceeded
	case string(StatusCheckOK):
		return StatusClassPending
	}
	return StatusClassUnknown
}

// PayType is the kind of a transaction. Values that this package does not know
// are kept as they came.
type PayType string

// The kinds of transaction that are known.
const (
	PayTypePayment PayType = "PAYMENT"
	PayTypeRefund  PayType = "REFUND"
	PayTypeTest    PayType = "TEST"
)

// TransactionPage is one page of transactions.
type TransactionPage struct {
	// Day is the beginning of the day that was asked for, zero where none was. A
	// walk by day tells by it what a page belongs to.
	Day          time.Time
	Transactions []*Transaction
	// Bad are the rows that did not decode. They are not in Transactions.
	Bad []BadRow
	// Total is how many transactions the service counts for what was asked, nil
	// where it does not say. In a walk by key that is what remains, this page
	// included.
	Total *int64
	// NextID is the highest id up to this page in a walk by id, and 0 elsewhere:
	// a sync stores it once the page is processed, and goes on with it as
	// Filter.ID.GreaterThan.
	NextID int64
	// NextModified is the last modification up to which a walk by it has given
	// everything that there was, and the zero time elsewhere: a sync stores it
	// once the page is processed, and goes on with it as since. It is never later
	// than the answer (its Date header, else this machine's clock), so that a row
	// stamped in the future does not make a sync skip what comes until then.
	NextModified time.Time
}
