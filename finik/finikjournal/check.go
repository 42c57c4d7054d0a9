package finikjournal

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/payclients/payclients-go/finik"
)

// Difference is a payout about which journal and provider disagree.
type Difference struct {
	Entry    Entry  // as the journal had it
	Provider string // status, and amount where that differs, as the provider has them
	Applied  bool   // the journal has taken the provider's word
}

// CheckReport is what [Journal.Check] has found.
type CheckReport struct {
	Checked     int          // payments that were read
	Unread      int          // that could not be read, or are another payment
	Unnamed     int          // payouts that were sent and whose payment has no id
	Differences []Difference // in the order in which the payouts were added
}

// Check compares the journal with the provider, for a nightly job: it reads each payment
// whose id is known, of payouts that were settled from from to to (not included) and of
// all that were sent and are not at their end, one after the other. It compares
// TransactionID, status and amount. A zero time is no bound. With apply the provider's end
// is taken as if a webhook event had told it, else nothing is changed. A payment that
// cannot be read is counted and does not end the call. The errors are ErrInvalidRequest,
// ErrOtherService, those of the database and ctx's.
//
// Finik API: GET /v2/payments/{paymentId}
func (j *Journal) Check(ctx context.Context, c *finik.Client, from, to time.Time, apply bool) (CheckReport, error) {
	var report CheckReport
	if c == nil {
		return report, invalid("c: must not be nil")
	}
	if err := j.bindBook(ctx, c.String()); err != nil {
		return report, err
	}
	first, last := int64(0), closedForever
	if !from.IsZero() {
		first = from.UnixMilli()
	}
	if !to.IsZero() {
		last = to.UnixMilli()
	}
	for e, err := range j.walk(ctx, "check", `first_sent IS NOT NULL AND (settled_at IS NULL OR settled_at >= ? AND settled_at < ?)`, first, last) {
		if err != nil {
			return report, err
		}
		if e.PaymentID == "" {
			report.Unnamed++
			continue
		}
		p, err := c.GetPayment(ctx, e.PaymentID)
		if ctx.Err() != nil {
			return report, fmt.Errorf("finikjournal: check: %w", ctx.Err())
		}
		if err != nil || p.ID != e.PaymentID || p.TransactionID != "" && p.TransactionID != e.TransactionID {
			report.Unread++
			continue
		}
		report.Checked++
		if d := differs(e, p); d != nil {
			if apply {
				if d.Applied, err = j.correct(ctx, e, p); err != nil {
					return report, failure("check", err)
				}
			}
			report.Differences = append(report.Differences, *d)
		}
	}
	return report, nil
}

func differs(e Entry, p *finik.Payment) *Difference {
	end := judgePayment(p, eventLook).to
	amount := p.Amount != nil && p.Amount.Cmp(e.Amount) != 0
	if end == e.State && !amount || end == Waiting && e.State == Unknown && !amount || end == Waiting && e.State == Sending && !amount {
		return nil
	}
	d := &Difference{Entry: e, Provider: string(p.Status)}
	if amount {
		d.Provider += ", amount " + p.Amount.String()
	}
	return d
}

// correct applies what the provider has said of a payment.
func (j *Journal) correct(ctx context.Context, e Entry, p *finik.Payment) (applied bool, err error) {
	v := judgePayment(p, eventLook)
	if !v.to.Settled() {
		return false, nil
	}
	t := tidings{who: "check", paymentID: p.ID, code: p.StatusCode}
	if p.Amount != nil && p.Amount.Cmp(e.Amount) != 0 {
		t.flags = AmountDiffers
	}
	err = j.in(ctx, "check", func(tx *sql.Tx) error {
		r, err := j.lock(ctx, tx, "reference = ?", e.Reference)
		if err != nil || r == nil {
			return err
		}
		effect, err := j.told(ctx, tx, r, v.to, t)
		applied = effect != "stale"
		return err
	})
	return applied && err == nil, err
}
