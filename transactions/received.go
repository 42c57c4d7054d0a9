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
	good *Transaction
	bad  BadRow
}

// id is 0 where it cannot be read.
func (r received) id() int64 {
	if r.good != nil {
		return r.good.ID
	}
	return r.bad.id()
}

// modified is zero where it cannot be read.
func (r received) modified() time.Time {
	if r.good != nil {
		return r.good.LastModifiedDate
	}
	return modifiedOf(r.bad.Raw)
}

// String names the row for an error.
func (r received) String() string {
	if id := r.id(); id != 0 {
		return fmt.Sprintf("transaction %d", id)
	}
	return fmt.Sprintf("bad row %d", r.bad.Index)
}

// asReceived are the rows of the page, good and bad, in the order of the answer.
// It is complete as long as none has been dropped.
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

// last is the last row of the answer, as asReceived has them.
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

// id is that of a row that does not decode, or 0.
func (b BadRow) id() int64 { return idOf(b.Raw) }

func idOf(raw []byte) int64 {
	text, _ := wire.Field(raw, "id")
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 0 {
		return 0
	}
	return id
}

// modifiedOf is the last modification of a row that is not decoded, or zero.
func modifiedOf(raw []byte) time.Time {
	text, _ := wire.Field(raw, "lastModifiedDate")
	t, _ := wire.Time(text)
	return t
}
