package finikjournal

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/payclients/payclients-go/finik"
)

// Difference is a payout of which journal and provider have different ends or amounts.
type Difference struct {
	Entry    Entry  // as the journal had it
	Provider string // status, and amount where that differs, as the provider has them
	Applied  bool   // the journal has taken over the provider's end
}

// CheckReport is the result of [Journal.Check].
type CheckReport struct {
	Checked     int          // payments that were read
	Unread      int          // payments that could not be read, or have another id
	Unnamed     int          // payouts that were sent and whose payment id is not known
	Differences []Difference // in the order in which the payouts were added
}

// Check compares the journal with the provider, for a nightly job. It reads the payments of
// all payouts that were settled at from or later and before to, and of all payouts that
// were sent and have not ended, one after the other. A zero from or to sets no limit. It
// compares TransactionID, status and amount.
//
// With apply Check takes over the provider's end as if a webhook event had reported it.
// Without apply it changes nothing. Each payment is read by GetPayment, with its retries. A
// payment that cannot be read is counted in Unread, a payout whose payment has no known id
// in Unnamed, and Check goes on. The errors are ErrInvalidRequest (a nil c),
// ErrOtherService, errors of the database and ctx's error. With an error the report has
// what was compared before.
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
	first, last := period(from, to)
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
		d, err := j.compare(ctx, e, p, apply)
		if err != nil {
			return report, failure("check", err)
		}
		if d != nil {
			report.Differences = append(report.Differences, *d)
		}
	}
	return report, nil
}

// compare returns the difference of a payout and its payment, nil if there is none. With
// apply it applies the provider's end, if the payment has ended and the journal does not
// have that end already.
func (j *Journal) compare(ctx context.Context, e Entry, p *finik.Payment, apply bool) (*Difference, error) {
	v := judgePayment(p, eventLook)
	d := &Difference{Entry: e, Provider: string(p.Status)}
	if p.Amount != nil && p.Amount.Cmp(e.Amount) != 0 {
		v.flags = AmountDiffers
		d.Provider += ", amount " + p.Amount.String()
	}
	same := v.to == e.State || v.to == Waiting && (e.State == Unknown || e.State == Sending)
	if same && v.flags == 0 {
		return nil, nil //nolint:nilnil // as documented
	}
	if !apply || !v.to.Settled() {
		return d, nil
	}
	err := j.in(ctx, "check", func(tx *sql.Tx) error {
		r, err := j.lock(ctx, tx, "reference = ?", e.Reference)
		if err != nil || r == nil {
			return err
		}
		effect, err := j.told(ctx, tx, r, "check", v)
		d.Applied = effect != "stale"
		return err
	})
	return d, err
}
