package finikjournal

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"time"

	"github.com/govalues/decimal"
)

// Get returns the payout with this Reference. The errors are ErrNotFound if no payout has
// it, ctx's error, and errors of the database; the Entry is then zero. Get does not retry.
func (j *Journal) Get(ctx context.Context, reference string) (Entry, error) {
	r, err := j.get(ctx, j.db, reference)
	if err := missing(r, reference, err); err != nil {
		return Entry{}, failure("get", err)
	}
	return j.entry(r), nil
}

// Filter selects the payouts that meet all of its fields. A zero field excludes no payout.
// An unknown Account or State selects none.
type Filter struct {
	Account string  // the debited account
	States  []State // the payout is in one of these states
	// From and To limit the time at which payouts were added: at From or later, before To.
	From, To time.Time
}

const page = 500

// List iterates over the payouts that f selects, in the order in which they were added. The
// zero Filter selects all payouts. List reads pages of 500, without a transaction. Each
// range statement starts over from the first payout.
//
// List yields at most one error, as its last value, with a zero Entry: ctx's error, or an
// error of the database. Nothing is retried. A payout that is added during the iteration
// comes last. A payout that changes its state during the iteration may be yielded or not.
func (j *Journal) List(ctx context.Context, f Filter) iter.Seq2[Entry, error] {
	first, last := period(f.From, f.To)
	where, args := "added_at >= ? AND added_at < ?", []any{first, last}
	if f.Account != "" {
		where += " AND account = ?"
		args = append(args, f.Account)
	}
	if len(f.States) > 0 {
		where += " AND state IN (" + tuples("?", len(f.States)) + ")"
		for _, s := range f.States {
			args = append(args, s)
		}
	}
	return j.walk(ctx, "list", where, args...)
}

// Unsettled iterates over the payouts that a person should look at, in the order in which
// they were added: payouts in state Unknown or Held, payouts with [Flags], payouts for
// which the function of [OnSettle] has failed and not yet succeeded, and payouts that were
// sent more than an hour ago and have not ended. Entry.Question is the question for the
// provider. Each range statement starts over.
//
// Unsettled yields at most one error, as its last value, with a zero Entry: ctx's error, or
// an error of the database. Nothing is retried.
func (j *Journal) Unsettled(ctx context.Context) iter.Seq2[Entry, error] {
	return j.walk(ctx, "unsettled", `(settled_at IS NULL OR flags <> 0) AND (state IN ('held', 'unknown') OR flags <> 0 OR evidence <> ''
OR state IN ('sending', 'waiting') AND first_sent < `+j.sql.Now()+` - ?)`, overdue.Milliseconds())
}

// walk iterates over the payouts that meet a condition, in the order of their ids.
func (j *Journal) walk(ctx context.Context, what, condition string, args ...any) iter.Seq2[Entry, error] {
	return pages(what, func(last int64) ([]Entry, int64, error) {
		rows, err := j.several(ctx, j.db, `SELECT `+j.columns()+` FROM payout_entries WHERE book = ? AND id > ? AND `+condition+
			fmt.Sprintf(" ORDER BY id LIMIT %d", page), append([]any{j.book, last}, args...)...)
		var all []Entry
		for _, r := range rows {
			last = r.id
			all = append(all, j.entry(r))
		}
		return all, last, err
	})
}

// pages iterates over rows, page after page. read returns the page behind an id, and the id
// of its last row.
func pages[T any](what string, read func(last int64) ([]T, int64, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for last := int64(0); ; {
			all, next, err := read(last)
			if err != nil {
				yield(*new(T), failure(what, err))
				return
			}
			for _, one := range all {
				if !yield(one, nil) {
					return
				}
			}
			if last = next; len(all) < page {
				return
			}
		}
	}
}

// Change is one change of a payout, as [Journal.History] returns it.
type Change struct {
	Version       int64     // grows from change to change, and may skip numbers
	At            time.Time // by the database's clock, in UTC
	Event         string    // what happened, for people to read: "add", "intent", "accepted", "settle" and others
	Before, After State     // the states before and after; Before is "" for the first change
	Who           string    // "worker …", "caller" (of Add), "webhook", "check", or By of an Act
	Code          int       // Entry.Code after the change: of the last answer so far; 0 if none
	Note          string    // Reason of an Act, or why the change was made; "" if there is nothing to say
}

// History returns all changes of the payout with this Reference, the oldest first. This
// package never changes or deletes a change. The errors are ErrNotFound if no payout has
// the Reference, ctx's error, and errors of the database. Do not use the changes with an
// error. History does not retry.
func (j *Journal) History(ctx context.Context, reference string) ([]Change, error) {
	var all []Change
	err := j.each(ctx, j.db, `SELECT h.version, h.at, h.event, h.before, h.after, h.who, h.code, h.note FROM payout_history h
JOIN payout_entries e ON e.id = h.entry_id WHERE e.book = ? AND e.reference = ? ORDER BY h.version`, []any{j.book, reference}, func(from *sql.Rows) error {
		var c Change
		var at int64
		err := from.Scan(&c.Version, &at, &c.Event, &c.Before, &c.After, &c.Who, &c.Code, &c.Note)
		c.At = instant(at)
		all = append(all, c)
		return err
	})
	if err == nil && len(all) == 0 {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, reference)
	}
	return all, failure("history", err)
}

// WebhookEvent is what the journal keeps of a webhook event, as [Journal.Strangers] yields
// it.
type WebhookEvent struct {
	TransactionID, PaymentID string
	Status                   string
	Code                     int              // statusCode of the payment; 0 if none
	Amount                   *decimal.Decimal // in som (Unverified); nil if none, or if it has more than 6 decimals
	ReceivedAt               time.Time        // by the database's clock, in UTC
}

// Strangers iterates over the webhook events that had no payout when they arrived, the
// oldest first. An event stays, also if its payout is added later. Possible reasons are
// another system that pays from the account, and a restored database. If a payout with the
// TransactionID of such an event is added later, a worker moves the payout to the state
// Unknown and does not send it. Each range statement starts over.
//
// Strangers yields at most one error, as its last value, with a zero WebhookEvent: ctx's
// error, or an error of the database. Nothing is retried.
func (j *Journal) Strangers(ctx context.Context) iter.Seq2[WebhookEvent, error] {
	return pages("strangers", func(last int64) (all []WebhookEvent, next int64, err error) {
		err = j.each(ctx, j.db, `SELECT id, transaction_id, payment_id, status, code, amount_micros, received_at FROM payout_notices
WHERE book = ? AND entry_id IS NULL AND id > ? ORDER BY id LIMIT `+fmt.Sprint(page), []any{j.book, last}, func(from *sql.Rows) error {
			var n WebhookEvent
			var amount *int64
			var at int64
			err := from.Scan(&next, &n.TransactionID, &n.PaymentID, &n.Status, &n.Code, &amount, &at)
			n.ReceivedAt = instant(at)
			if amount != nil {
				n.Amount = new(som(*amount))
			}
			all = append(all, n)
			return err
		})
		return all, next, err
	})
}
