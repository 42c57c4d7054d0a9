package finikjournal

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/govalues/decimal"
)

// Get returns a payout. The errors are ErrNotFound and those from the database.
func (j *Journal) Get(ctx context.Context, reference string) (Entry, error) {
	r, err := j.one(ctx, j.db, `SELECT `+j.columns()+` FROM payout_entries WHERE book = ? AND reference = ?`, j.book, reference)
	if err != nil {
		return Entry{}, failure("get", err)
	}
	if r == nil {
		return Entry{}, fmt.Errorf("%w: %s", ErrNotFound, reference)
	}
	return j.entry(r), nil
}

// Filter selects payouts that meet all of its fields. A zero field selects all payouts.
type Filter struct {
	Account string
	States  []State // any of these
	// From and To limit the time at which payouts were added: at From or later, before To.
	From, To time.Time
}

const page = 500

// List iterates over the payouts that f selects, in the order in which they were added. It
// reads pages of 500, without a transaction. It yields at most one error, as its last
// value: from the database, or ctx's. A payout that is added meanwhile comes last. A
// payout that changes its state meanwhile may be yielded or not.
func (j *Journal) List(ctx context.Context, f Filter) iter.Seq2[Entry, error] {
	var where []string
	var args []any
	and := func(condition string, values ...any) {
		where = append(where, condition)
		args = append(args, values...)
	}
	if f.Account != "" {
		and("account = ?", f.Account)
	}
	if len(f.States) > 0 {
		var states []any
		for _, s := range f.States {
			states = append(states, s)
		}
		and("state IN ("+marks(len(states))+")", states...)
	}
	if !f.From.IsZero() {
		and("added_at >= ?", f.From.UnixMilli())
	}
	if !f.To.IsZero() {
		and("added_at < ?", f.To.UnixMilli())
	}
	and("1 = 1")
	return j.walk(ctx, "list", strings.Join(where, " AND "), args...)
}

// Unsettled iterates over the payouts that a person should look at, in the order in which
// they were added: unknown and held ones, payouts with flags, payouts whose OnSettle
// fails, and payouts that were sent more than an hour ago and have not ended.
// Entry.Question is the question for the provider. Unsettled reads and yields as List does.
func (j *Journal) Unsettled(ctx context.Context) iter.Seq2[Entry, error] {
	return j.walk(ctx, "unsettled", `(settled_at IS NULL OR flags <> 0) AND (state IN ('held', 'unknown') OR flags <> 0 OR evidence <> ''
OR state IN ('sending', 'waiting') AND first_sent < `+j.sql.Now()+` - ?)`, overdue.Milliseconds())
}

// walk iterates over the payouts that meet a condition, page after page, in the order of
// their ids.
func (j *Journal) walk(ctx context.Context, what, condition string, args ...any) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for last := int64(0); ; {
			rows, err := j.several(ctx, j.db, `SELECT `+j.columns()+` FROM payout_entries WHERE book = ? AND id > ? AND `+condition+
				fmt.Sprintf(" ORDER BY id LIMIT %d", page), append([]any{j.book, last}, args...)...)
			if err != nil {
				yield(Entry{}, failure(what, err))
				return
			}
			for _, r := range rows {
				if last = r.id; !yield(j.entry(r), nil) {
					return
				}
			}
			if len(rows) < page {
				return
			}
		}
	}
}

// Change is a row of the history: one step of a payout.
type Change struct {
	Version       int64 // grows with each write of the payout; claims grow it too, and have no row
	At            time.Time
	Event         string // such as "intent" or "settle"
	Before, After State  // Before is "" for the first one
	Who           string // a worker, "caller", "webhook", "check", or By of an Act
	Code          int    // HTTP status or status code of the answer; 0 if none
	Note          string // Reason of an Act, or the reason of the change
}

// History returns all changes of a payout, the oldest first. This package never changes or
// deletes one. The errors are ErrNotFound and those from the database.
func (j *Journal) History(ctx context.Context, reference string) ([]Change, error) {
	var all []Change
	err := j.each(ctx, j.db, `SELECT h.version, h.at, h.event, h.before, h.after, h.who, h.code, h.note FROM payout_history h
JOIN payout_entries e ON e.id = h.entry_id WHERE e.book = ? AND e.reference = ? ORDER BY h.version`, []any{j.book, reference}, func(from scanner) error {
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

// WebhookEvent is what the journal keeps of a webhook event: ids, status, code and amount.
type WebhookEvent struct {
	TransactionID, PaymentID string
	Status                   string
	Code                     int              // 0 if none
	Amount                   *decimal.Decimal // in som (Unverified); nil if none, or if it has more than 6 decimals
	ReceivedAt               time.Time        // by the database's clock, in UTC
}

// Strangers iterates over the webhook events about payments that the book does not have,
// the oldest first. Possible reasons are another system that pays from the account, and a
// restored database. Strangers reads and yields as List does. A payout that is added later
// with such a TransactionID becomes unknown and is not sent.
func (j *Journal) Strangers(ctx context.Context) iter.Seq2[WebhookEvent, error] {
	return func(yield func(WebhookEvent, error) bool) {
		for last := int64(0); ; {
			var all []WebhookEvent
			err := j.each(ctx, j.db, `SELECT id, transaction_id, payment_id, status, code, amount_micros, received_at FROM payout_notices
WHERE book = ? AND entry_id IS NULL AND id > ? ORDER BY id LIMIT `+fmt.Sprint(page), []any{j.book, last}, func(from scanner) error {
				var n WebhookEvent
				var amount *int64
				var at int64
				err := from.Scan(&last, &n.TransactionID, &n.PaymentID, &n.Status, &n.Code, &amount, &at)
				if n.ReceivedAt = instant(at); amount != nil {
					d, _ := decimal.New(*amount, 6)
					n.Amount = new(d.Trim(2))
				}
				all = append(all, n)
				return err
			})
			if err != nil {
				yield(WebhookEvent{}, failure("strangers", err))
				return
			}
			for _, n := range all {
				if !yield(n, nil) {
					return
				}
			}
			if len(all) < page {
				return
			}
		}
	}
}
