package finikjournal

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/payclients/payclients-go/finik"
)

// Difference is a payout whose state or amount differs between journal and provider.
type Difference struct {
	Entry    Entry  // the payout before Check changed it
	Provider string // the payment's status, such as "FAILED"; with the provider's amount if that differs: "FAILED, amount 150.00"
	// Applied reports whether Check has stored what the provider says. It is false if apply
	// was not set, the payment has not ended, or the journal has stored the same before.
	Applied bool
}

// CheckReport is the result of [Journal.Check]. Each payout is counted once: in Checked,
// Unread or Unnamed.
type CheckReport struct {
	Checked     int          // payments that were read and compared
	Unread      int          // payments that could not be read, or whose answer has another id or TransactionID
	Unnamed     int          // payouts that were sent and whose PaymentID is not known
	Differences []Difference // in the order in which the payouts were added; nil if there are none
}

// Check compares the status and amount of payments with the journal, for a nightly job.
// It covers two groups of payouts: all that were sent and have not ended, and all that
// were sent and whose end was stored at or after start and before stop. A zero start or
// stop sets no limit.
//
// Check reads one payment after the other by [finik.Client.GetPayment], with its retries.
// A payment that cannot be read is counted in Unread, a sent payout without a PaymentID
// in Unnamed, and Check goes on. Each payout whose state or amount differs is in
// Differences.
//
// Without apply Check changes no payout. With apply Check changes each payout whose payment
// has ended in another way than the journal says, in one transaction for each payout:
//
//   - A payout that had not ended becomes paid or failed. Check calls the function of
//     [OnSettle] in the transaction.
//   - A failed payout whose payment succeeded becomes paid, with the flag Contradicted.
//     Check calls the function of OnSettle in the transaction.
//   - A paid payout whose payment failed stays paid, and gets the flag Contradicted. A
//     payout that waits for OnSettle to become paid stays waiting, and gets the flag too.
//     Check does not call the function of OnSettle.
//
// In each of these three cases the payout also gets the flag AmountDiffers if the amount
// differs. If only the amount differs, or the payment has not ended, Check changes nothing.
// Check never returns ErrBusy: it also changes a payout on which a process works.
//
// The errors are ErrInvalidRequest if c is nil, ErrOtherService if c has another base URL
// than the first client of the book ([New]), ctx's error, and errors of the database. If
// the function of OnSettle fails when a failed payout becomes paid, Check ends with that
// error. If it fails for any other payout, Check goes on: the payout becomes waiting, and
// a worker calls the function again. With an error the report has what was compared
// before.
//
// Finik API: GET /v2/payments/{paymentId}
func (j *Journal) Check(ctx context.Context, c *finik.Client, start, stop time.Time, apply bool) (CheckReport, error) {
	var report CheckReport
	if c == nil {
		return report, invalid("c: must not be nil")
	}
	if err := j.bindBook(ctx, c.String()); err != nil {
		return report, err
	}
	first, last := period(start, stop)
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
