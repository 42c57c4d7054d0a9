package sqltest_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/internal/sqldb"
)

// states brings a payout called one into each state, on a fake that does not finish by
// itself.
var states = map[finikjournal.State]func(p *payouts){
	finikjournal.Held:   func(p *payouts) { held := topUp("one"); held.Hold = true; p.add(held) },
	finikjournal.Queued: func(p *payouts) { p.add(topUp("one")) },
	finikjournal.Sending: func(p *payouts) {
		p.add(topUp("one"))
		p.srv.Inject(finiktest.Fault{Kind: finiktest.FaultResetBefore, Operation: "CreatePayment"})
		p.once()
	},
	finikjournal.Waiting: func(p *payouts) { p.add(topUp("one")); p.once() },
	finikjournal.Unknown: func(p *payouts) {
		p.add(topUp("one"))
		p.srv.Inject(finiktest.Fault{Kind: finiktest.FaultResetAfter, Operation: "CreatePayment"})
		p.once()
		p.once()
	},
	finikjournal.Paid: func(p *payouts) { p.add(transfer("one")); p.once() },
	finikjournal.Failed: func(p *payouts) {
		p.add(topUp("one"))
		p.once()
		p.srv.Fail(p.get("one").PaymentID, 502)
		p.once()
	},
	finikjournal.Canceled: func(p *payouts) {
		p.add(topUp("one"))
		_, err := p.j.Cancel(p.t.Context(), "one", clerk)
		require.NoError(p.t, err)
	},
}

type personAct struct {
	name string
	do   func(ctx context.Context, j *finikjournal.Journal) error
	from map[finikjournal.State]finikjournal.State
	any  bool // it leaves the state as it is
}

func acts() []personAct {
	act := func(call func(*finikjournal.Journal, context.Context, string, finikjournal.Act) (finikjournal.Entry, error)) func(context.Context, *finikjournal.Journal) error {
		return func(ctx context.Context, j *finikjournal.Journal) error {
			_, err := call(j, ctx, "one", clerk)
			return err
		}
	}
	settle := func(as finikjournal.State) func(context.Context, *finikjournal.Journal) error {
		return func(ctx context.Context, j *finikjournal.Journal) error {
			_, err := j.Settle(ctx, "one", as, "payment-1", clerk)
			return err
		}
	}
	open := func(as finikjournal.State) map[finikjournal.State]finikjournal.State {
		return map[finikjournal.State]finikjournal.State{finikjournal.Sending: as, finikjournal.Waiting: as, finikjournal.Unknown: as}
	}
	return []personAct{
		{"release", act((*finikjournal.Journal).Release), map[finikjournal.State]finikjournal.State{finikjournal.Held: finikjournal.Queued}, false},
		{"cancel", act((*finikjournal.Journal).Cancel), map[finikjournal.State]finikjournal.State{finikjournal.Held: finikjournal.Canceled, finikjournal.Queued: finikjournal.Canceled}, false},
		{"resend", act((*finikjournal.Journal).Resend), map[finikjournal.State]finikjournal.State{finikjournal.Unknown: finikjournal.Sending}, false},
		{"settle paid", settle(finikjournal.Paid), open(finikjournal.Paid), false},
		{"settle failed", settle(finikjournal.Failed), open(finikjournal.Failed), false},
		{"note", act((*finikjournal.Journal).Note), nil, true},
		{"reissue", func(ctx context.Context, j *finikjournal.Journal) error {
			_, err := j.Reissue(ctx, nil, "one", "two", clerk)
			return err
		}, map[finikjournal.State]finikjournal.State{finikjournal.Failed: finikjournal.Failed, finikjournal.Canceled: finikjournal.Canceled}, false},
	}
}

// Each act of a person in each state: what the table has not is ErrState and changes
// nothing. K13: one that is killed is done or not, and done once when it is repeated.
func TestJournalActsInEachState(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		for state, reach := range states {
			for _, a := range acts() {
				p := fresh(d).payouts(d.t, []finiktest.Option{finiktest.WithManualProcessing()})
				reach(p)
				require.Equal(d.t, state, p.get("one").State)
				p.due(true)
				to, allowed := a.from[state]
				if a.any {
					to, allowed = state, true
				}
				if !allowed {
					require.ErrorIs(d.t, a.do(d.t.Context(), p.j), finikjournal.ErrState, "%s of %s", a.name, state)
					assert.Equal(d.t, state, p.get("one").State)
					p.close()
					continue
				}
				points := []string{}
				other := fresh(d).payouts(d.t, []finiktest.Option{finiktest.WithManualProcessing()})
				reach(other)
				require.Equal(d.t, state, other.get("one").State)
				other.due(true)
				require.NoError(d.t, a.do(sqldb.WithProbe(d.t.Context(), func(at string) { points = append(points, at) }), other.j))
				other.close()
				require.Len(d.t, points, 2)
				require.True(d.t, crashing(func() { _ = a.do(crashAt(d.t.Context(), points[0]), p.j) }), a.name)
				assert.Equal(d.t, state, p.get("one").State, "not committed")
				require.True(d.t, crashing(func() { _ = a.do(crashAt(d.t.Context(), points[1]), p.j) }), a.name)
				assert.Equal(d.t, to, p.get("one").State, "%s of %s", a.name, state)
				if err := a.do(d.t.Context(), p.j); !a.any && a.name != "reissue" {
					require.ErrorIs(d.t, err, finikjournal.ErrState, "it is done")
				} else {
					require.NoError(d.t, err)
				}
				p.close()
			}
		}
	})
}

// Each word of the provider in each state.
func TestJournalIsToldInEachState(t *testing.T) {
	t.Parallel()
	type end struct {
		state        finikjournal.State
		contradicted bool
	}
	told := map[finik.Status]map[finikjournal.State]end{
		finik.StatusSucceeded: {
			finikjournal.Held: {finikjournal.Unknown, true}, finikjournal.Queued: {finikjournal.Unknown, true}, finikjournal.Canceled: {finikjournal.Unknown, true},
			finikjournal.Sending: {finikjournal.Paid, false}, finikjournal.Waiting: {finikjournal.Paid, false}, finikjournal.Unknown: {finikjournal.Paid, false},
			finikjournal.Paid: {finikjournal.Paid, false}, finikjournal.Failed: {finikjournal.Paid, true},
		},
		finik.StatusFailed: {
			finikjournal.Held: {finikjournal.Unknown, true}, finikjournal.Queued: {finikjournal.Unknown, true}, finikjournal.Canceled: {finikjournal.Unknown, true},
			finikjournal.Sending: {finikjournal.Failed, false}, finikjournal.Waiting: {finikjournal.Failed, false}, finikjournal.Unknown: {finikjournal.Failed, false},
			finikjournal.Paid: {finikjournal.Paid, true}, finikjournal.Failed: {finikjournal.Failed, false},
		},
	}
	onBoth(t, func(d database) {
		for status, ends := range told {
			for state, reach := range states {
				p := fresh(d).payouts(d.t, []finiktest.Option{finiktest.WithManualProcessing()})
				reach(p)
				e := p.get("one")
				event := finiktest.Event{Body: []byte(`{"amount":100,"id":"event-1","status":"` + string(status) + `","statusCode":200,"transactionId":"` + e.TransactionID + `"}`)}
				assert.Equal(d.t, []int{http.StatusOK, http.StatusOK}, p.notify(event, event))
				e = p.get("one")
				got := end{e.State, e.Flags&finikjournal.Contradicted != 0}
				assert.Equal(d.t, ends[state], got, "%s told of %s", status, state)
				if ends[state].state == finikjournal.Unknown && state != finikjournal.Unknown {
					p.once()
					assert.Zero(d.t, p.srv.Debits(e.TransactionID), "it is not sent any more")
				}
				p.chained(e, flat(p.ends()))
				p.close()
			}
		}
	})
}

func flat(ends [][3]string) (all []string) {
	for _, s := range ends {
		all = append(all, s[1], s[2])
	}
	return all
}

// What a person settles, resends and reissues moves money as it says.
func TestJournalActsMoveMoneyOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		p := d.payouts(d.t, []finiktest.Option{finiktest.WithManualProcessing()})
		p.add(topUp("one"))
		p.once()
		p.srv.Fail(p.get("one").PaymentID, 502)
		p.once()
		two, err := p.j.Reissue(d.t.Context(), nil, "one", "two", clerk)
		require.NoError(d.t, err)
		assert.NotEqual(d.t, p.get("one").TransactionID, two.TransactionID)
		again, err := p.j.Reissue(d.t.Context(), nil, "one", "two", clerk)
		require.NoError(d.t, err)
		assert.Equal(d.t, two.TransactionID, again.TransactionID)
		_, err = p.j.Reissue(d.t.Context(), nil, "one", "three", clerk)
		require.ErrorIs(d.t, err, finikjournal.ErrState)

		// The first one turns out to be paid: the second one is not sent.
		event := finiktest.Event{Body: []byte(`{"id":"event-1","status":"SUCCEEDED","transactionId":"` + p.get("one").TransactionID + `"}`)}
		assert.Equal(d.t, []int{http.StatusOK}, p.notify(event))
		assert.Equal(d.t, finikjournal.Held, p.get("two").State)
		p.once()
		assert.Zero(d.t, p.srv.Debits(two.TransactionID))
		_, err = p.j.Settle(d.t.Context(), "one", finikjournal.Failed, "", clerk)
		require.NoError(d.t, err, "it is contradicted")
		assert.Equal(d.t, []string{"one  failed", "one failed paid", "one paid failed"}, sorted(p.settlements()))
		_, err = p.j.Release(d.t.Context(), "two", clerk)
		require.NoError(d.t, err)
		p.once()
		assert.Equal(d.t, 1, p.srv.Debits(two.TransactionID))

		_, err = p.j.Get(d.t.Context(), "none")
		require.ErrorIs(d.t, err, finikjournal.ErrNotFound)
		_, err = p.j.Cancel(d.t.Context(), "none", clerk)
		require.ErrorIs(d.t, err, finikjournal.ErrNotFound)
		_, err = p.j.Cancel(d.t.Context(), "two", finikjournal.Act{})
		require.ErrorIs(d.t, err, finikjournal.ErrInvalidRequest)
	})
}

// Guards hold payouts, until a person releases them.
func TestJournalGuards(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		p := d.payouts(d.t, nil, finikjournal.WithLimit("", decimal.MustNew(150, 0)), finikjournal.DuplicateWithin(time.Hour))
		above, later := transfer("above"), transfer("later")
		above.Fields, above.Recipient = finik.Fields{"phone": finiktest.DefaultPhone, "amount": "150.01"}, ""
		later.NotBefore = time.Now().Add(time.Hour)
		later.Recipient = ""
		p.add(above, transfer("first"), transfer("second"), later)
		_, err := p.j.RunOnce(d.t.Context(), p.client, p.params)
		require.NoError(d.t, err)
		want := map[string]finikjournal.State{"above": finikjournal.Held, "first": finikjournal.Paid, "second": finikjournal.Held, "later": finikjournal.Queued}
		for reference, state := range want {
			assert.Equal(d.t, state, p.get(reference).State, reference)
		}
		for _, reference := range []string{"above", "second"} {
			_, err := p.j.Release(d.t.Context(), reference, clerk)
			require.NoError(d.t, err)
		}
		p.once()
		for reference := range want {
			assert.Equal(d.t, finikjournal.Paid, p.get(reference).State, reference)
		}
		p.verify()
	})
}

// Once Pause has returned nothing begins to be sent, also what was claimed before.
func TestJournalPauses(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		for _, account := range []string{"", finiktest.DefaultAccountID} {
			p := fresh(d).payouts(d.t, nil)
			p.add(transfer("one"))
			ctx := sqldb.WithProbe(d.t.Context(), func(at string) {
				if at == "claim has committed" {
					require.NoError(d.t, p.j.Pause(context.WithoutCancel(d.t.Context()), account, clerk))
				}
			})
			e, err := p.j.Step(ctx, p.client, "one", p.params)
			require.NoError(d.t, err)
			assert.Equal(d.t, finikjournal.Queued, e.State)
			assert.Zero(d.t, p.once().Steps)
			_, err = p.j.Run(d.t.Context(), p.client, p.params)
			require.ErrorIs(d.t, err, finikjournal.ErrStopped)
			require.ErrorContains(d.t, err, "was paused by clerk: asked the provider")
			assert.Zero(d.t, p.srv.Debits(e.TransactionID))
			require.NoError(d.t, p.j.Resume(d.t.Context(), account, clerk))
			r, err := p.j.Run(d.t.Context(), p.client, p.params)
			require.NoError(d.t, err)
			assert.Equal(d.t, 1, r.Paid)
			p.close()
		}
	})
}

func sorted(all []string) []string { slices.Sort(all); return all }
