package sqltest_test

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// control is a journal that leaves a rule out. The zero value leaves out none.
type control struct {
	name   string
	begin  func(w *world)
	meddle func(w *world) error // happens again and again
	does   string               // the damage that it must do
}

var nothing control

// The kinds of damage.
const (
	paidTwice  = "paid twice"
	failedPaid = "failed or canceled though paid"
	movedBack  = "an end was overwritten"
	effects    = "OnSettle was lost or doubled"
)

func controls() []control {
	idle := "state = 'sending' AND (worker IS NULL OR next_at <= 1)"
	return []control{
		{"no-write-ahead", nil, func(w *world) error { // the id is made by the worker and stored with the answer
			for _, e := range w.all() {
				if e.State == finikjournal.Sending {
					execute(w.t, w.db, "UPDATE payout_entries SET state = 'queued', attempts = 0, first_sent = NULL, last_sent = NULL, transaction_id = '"+
						finik.NewTransactionID()+"' WHERE reference = '"+e.Reference+"' AND "+idle)
				}
			}
			return nil
		}, paidTwice},
		{"no-doubt", nil, func(w *world) error { // what was in doubt is begun again, and a refusal then counts as a no
			defer w.srv.ClearFaults()
			for _, f := range []finiktest.Fault{{Kind: finiktest.FaultResetAfter}, {Status: 404}} {
				f.Operation = "CreatePayment"
				w.srv.Inject(f)
				if err := w.step(w.t.Context()); err != nil && !expected(err) {
					return err
				}
				execute(w.t, w.db, "UPDATE payout_entries SET state = 'queued', attempts = 0, first_sent = NULL, last_sent = NULL WHERE "+idle)
			}
			return nil
		}, failedPaid},
		{"no-fence", func(w *world) { // a stopped worker writes over the newer state
			w.flaky.rewrite.Store(&rewriting{regexp.MustCompile(`AND version = \? AND (.*) AND worker = \?`), "AND ? > 0 AND $1 AND ? <> ''"})
		}, func(*world) error { return nil }, movedBack},
		{"auto-fail", nil, func(w *world) error { // what nobody knows counts as failed, and is paid again
			for _, e := range w.all() {
				if e.State != finikjournal.Unknown {
					continue
				}
				if _, err := w.j.Settle(w.t.Context(), e.Reference, finikjournal.Failed, "", clerk); err != nil {
					return err
				}
				w.next++
				if _, err := w.j.Reissue(w.t.Context(), nil, e.Reference, fmt.Sprint("again-", w.next), clerk); err != nil {
					return err
				}
			}
			return nil
		}, paidTwice},
		{"split", func(w *world) { // the effect is a transaction of its own
			silent := finikjournal.OnSettle(func(context.Context, *sql.Tx, finikjournal.Entry) error { return nil })
			w.j = w.d.journal(w.t, w.db, silent)
			w.params.OnEvent = func(e finikjournal.Event) {
				if e.Kind == finikjournal.EventMoved && e.To.Settled() {
					execute(w.t, w.db, fmt.Sprintf("INSERT INTO settled (reference, before, state) VALUES ('%s', '', '%s')", e.Entry.Reference, e.To))
				}
			}
		}, func(*world) error { return nil }, effects},
	}
}

// Each journal that leaves out a rule does the damage that the rule is against: the
// sequences would notice.
func TestJournalControlsAreCaught(t *testing.T) {
	t.Parallel()
	const tries = 300
	for _, c := range controls() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(tries) {
				caught := false
				t.Run(fmt.Sprint(seed), func(t *testing.T) {
					w := newWorld(t, memory(t), seed)
					if c.begin != nil {
						c.begin(w)
					}
					w.ids = map[string][]string{}
					w.add(w.wanted("0"))
					for range 25 {
						w.happens(c)
						w.remember()
					}
					caught = slices.Contains(w.damage(), c.does)
				})
				if caught {
					t.Logf("caught by sequence %d", seed)
					return
				}
			}
			assert.Fail(t, "it was not caught", c.name)
		})
	}
}

// remember keeps what is seen of payouts: their transaction ids and ends.
func (w *world) remember() {
	for _, e := range w.all() {
		if !slices.Contains(w.ids[e.Reference], e.TransactionID) {
			w.ids[e.Reference] = append(w.ids[e.Reference], e.TransactionID)
		}
	}
}

// damage is what a sequence has done that must not be.
func (w *world) damage() (all []string) {
	paid := map[string]int{}
	lost := 0
	for _, e := range w.all() {
		for _, id := range w.ids[e.Reference] {
			paid[e.Reference] += w.srv.Paid(id)
		}
		if paid[e.Reference]+paid[e.ReissueOf] > 1 {
			all = append(all, paidTwice)
		}
		if (e.State == finikjournal.Failed || e.State == finikjournal.Canceled) && w.srv.Paid(e.TransactionID) > 0 && len(w.ids[e.Reference]) == 1 {
			all = append(all, failedPaid)
		}
		history, err := w.j.History(w.t.Context(), e.Reference)
		require.NoError(w.t, err)
		last := finikjournal.State("")
		for _, c := range history {
			if c.Before != last && (last.Settled() || c.Before.Settled()) || last == finikjournal.Paid && !c.After.Settled() {
				all = append(all, movedBack)
			}
			if last = c.After; c.After.Settled() && c.Before != c.After && c.Who != "clerk" && c.Who != "webhook" {
				lost++
			}
		}
	}
	if len(w.ends()) != lost {
		all = append(all, effects)
	}
	return all
}
