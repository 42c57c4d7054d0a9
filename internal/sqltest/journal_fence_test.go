package sqltest_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik/finikjournal"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/internal/sqldb"
)

// K14: a process that was stopped for longer than its lease goes on where it was, while
// another one has taken the payout.
func TestJournalFencesOffStoppedProcesses(t *testing.T) {
	t.Parallel()
	for _, stopped := range []string{"claim has committed", "intent is about to commit", "intent has committed", "answer is about to commit"} {
		t.Run(stopped, func(t *testing.T) {
			t.Parallel()
			onBoth(t, func(d database) {
				for _, options := range [][]finiktest.Option{nil, {finiktest.WithNamedDuplicates()}, {finiktest.WithManualProcessing()}} {
					for _, wanted := range []finikjournal.Payout{transfer("one"), topUp("one")} {
						p := fresh(d).payouts(d.t, options)
						p.add(wanted)
						other := p.d.journal(d.t, p.db)
						once := false
						ctx := sqldb.WithProbe(d.t.Context(), func(at string) {
							if at != stopped || once {
								return
							}
							once = true
							if at == "claim has committed" || at == "intent has committed" { // no lock is held
								p.due(true)
								_, err := other.Step(context.WithoutCancel(d.t.Context()), p.client, "one", p.params)
								require.NoError(d.t, err)
							}
						})
						_, err := p.j.Step(ctx, p.client, "one", p.params)
						require.NoError(d.t, err)
						require.True(d.t, once)
						p.recovers()
						assert.Equal(d.t, finikjournal.Paid, p.get("one").State)
						assert.Equal(d.t, []string{"one  paid"}, p.settlements())
						p.close()
					}
				}
			})
		})
	}
}

// K17: a run that has to end takes no more payouts, and ends the steps under way.
func TestJournalStopsGracefully(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		p := d.payouts(d.t, nil)
		for _, reference := range []string{"1", "2", "3", "4", "5", "6"} {
			p.add(transfer(reference))
		}
		ctx, stop := context.WithCancel(d.t.Context())
		defer stop()
		p.params.Workers = 2
		p.srv.Inject(finiktest.Fault{Operation: "CreatePayment", Times: -1, Match: func(finiktest.Request) bool { stop(); return false }})
		r, err := p.j.RunOnce(ctx, p.client, p.params)
		require.ErrorIs(d.t, err, context.Canceled)
		assert.LessOrEqual(d.t, r.Steps, 4)
		assert.Equal(d.t, r.Steps, r.Paid, "what was under way has come to its end")
		p.srv.ClearFaults()
		p.recovers()
		for e, err := range p.j.List(d.t.Context(), finikjournal.Filter{}) {
			require.NoError(d.t, err)
			assert.Equal(d.t, finikjournal.Paid, e.State)
		}
	})
}

// A loop ends with its context, without an error, and loses nothing.
func TestJournalLoops(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		p := d.payouts(d.t, nil)
		p.params.Poll = time.Millisecond
		ctx, stop := context.WithCancel(d.t.Context())
		ended := make(chan error, 2)
		for range 2 {
			j := d.journal(d.t, p.db)
			go func() { ended <- j.Loop(ctx, p.client, p.params) }()
		}
		for i := range 20 {
			p.add(transfer(string(rune('a' + i))))
		}
		require.Eventually(d.t, func() bool { return len(p.ends()) == 20 }, time.Minute, 10*time.Millisecond)
		stop()
		for range 2 {
			require.NoError(d.t, <-ended)
		}
		p.verify()
	})
}

// After a restore of an older copy nothing is paid twice: what was sent is in doubt.
func TestJournalIsRestored(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		p := d.payouts(d.t, nil)
		p.add(transfer("one"), transfer("two"))
		paid := p.once()
		assert.Equal(d.t, 2, paid.Paid)
		// The backup is from before: one is queued there, and two was not added yet.
		execute(d.t, p.db, "DELETE FROM settled")
		execute(d.t, p.db, "DELETE FROM payout_history WHERE version > 1 OR entry_id IN (SELECT id FROM payout_entries WHERE reference = 'two')")
		execute(d.t, p.db, "DELETE FROM payout_entries WHERE reference = 'two'")
		execute(d.t, p.db, "UPDATE payout_entries SET state = 'queued', version = 1, attempts = 0, told = '', settled_at = NULL, first_sent = NULL, last_sent = NULL, payment_id = '', worker = NULL")
		require.NoError(d.t, p.j.Pause(d.t.Context(), "", clerk))
		n, err := p.j.AssumeSent(d.t.Context(), clerk)
		require.NoError(d.t, err)
		assert.Equal(d.t, 1, n)
		p.add(transfer("two"))
		require.NoError(d.t, p.j.Resume(d.t.Context(), "", clerk))
		p.once()
		for _, reference := range []string{"one", "two"} {
			assert.Equal(d.t, finikjournal.Unknown, p.get(reference).State, "a duplicate that is not named")
		}
		p.recovers()
		assert.Equal(d.t, []string{"one  paid", "two  paid"}, p.settlements())
	})
}

// A webhook event that came before its payout was added: it is for a person, unsent.
func TestJournalMeetsAStranger(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		p := d.payouts(d.t, nil)
		tx, err := p.db.BeginTx(d.t.Context(), nil)
		require.NoError(d.t, err)
		e, _, err := p.j.Add(d.t.Context(), tx, transfer("one"))
		require.NoError(d.t, err)
		require.NoError(d.t, tx.Rollback())
		event := finiktest.Event{Body: []byte(`{"amount":100,"id":"event-1","status":"SUCCEEDED","statusCode":200,"transactionId":"` + e.TransactionID + `"}`)}
		assert.Equal(d.t, []int{200, 200}, p.notify(event, event))
		strangers := 0
		for n, err := range p.j.Strangers(d.t.Context()) {
			require.NoError(d.t, err)
			assert.Equal(d.t, e.TransactionID, n.TransactionID)
			assert.Equal(d.t, "100.00", n.Amount.String())
			strangers++
		}
		assert.Equal(d.t, 1, strangers)
		p.add(transfer("one"))
		p.once()
		e = p.get("one")
		assert.Equal(d.t, finikjournal.Unknown, e.State)
		assert.Equal(d.t, finikjournal.Contradicted, e.Flags)
		assert.Zero(d.t, p.srv.Debits(e.TransactionID))
	})
}
