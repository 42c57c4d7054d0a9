package transactions

import (
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/payclients/payclients-go/internal/wire"
)

// received is a row of an answer: one that decoded, or one that did not.
type received struct {
	// nil if bad is set
	good *Transaction
	bad  BadRow
}

// id returns the row's id, 0 if it cannot be read.
func (r received) id() int64 {
	if r.good != nil {
		return r.good.ID
	}
	return r.bad.id()
}

// modified returns the row's last modification, zero if it cannot be read.
func (r received) modified() time.Time {
	if r.good != nil {
		return r.good.LastModifiedDate
	}
	return modifiedOf(r.bad.Raw)
}

// String identifies the row in an error.
func (r received) String() string {
	if id := r.id(); id != 0 {
		return fmt.Sprintf("transaction %d", id)
	}
	return fmt.Sprintf("bad row %d", r.bad.Index)
}

// asReceived yields the rows of the page, good and bad, in the order of the answer.
// The order is right as long as no row has been dropped.
func (p *TransactionPage) asReceived() iter.Seq[received] {
	return func(yield func(received) bool) {
		for good, bad := range inOrder(p.Transactions, p.Bad) {
			r := received{good: good}
			if bad != nil {
				r.bad = *bad
			}
			if !yield(r) {
				return
			}
		}
	}
}

// last returns the last row of the answer, zero for an empty one.
func (p *TransactionPage) last() received {
	good, bad := len(p.Transactions), len(p.Bad)
	switch {
	case bad > 0 && p.Bad[bad-1].Index == good+bad-1:
		return received{bad: p.Bad[bad-1]}
	case good > 0:
		return received{good: p.Transactions[good-1]}
	}
	return received{}
}

// id returns the id of a row that does not decode, or 0.
func (b BadRow) id() int64 { return idOf(b.Raw) }

// idOf returns the id in the JSON of a row, or 0.
func idOf(raw []byte) int64 {
	text, _ := wire.Field(raw, "id")
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 0 {
		return 0
	}
	return id
}

// modifiedOf returns the last modification in the JSON of a row, or zero.
func modifiedOf(raw []byte) time.Time {
	text, _ := wire.Field(raw, "lastModifiedDate")
	t, _ := wire.Time(text)
	return t
}
