package sqltest_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik/finikjournal"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/internal/sqldb"
	"github.com/payclients/payclients-go/internal/testform"
)

// Random sequences of everything that can happen to a few payouts, each held against the
// fake's ledger. PostgreSQL has one in ten of them.
func TestJournalInRandomSequences(t *testing.T) {
	t.Parallel()
	const parts = 4
	n := testform.Scale(500, 10_000) / parts
	for part := range parts {
		t.Run(fmt.Sprint("SQLite ", part), func(t *testing.T) {
			t.Parallel()
			for seed := range n {
				t.Run(fmt.Sprint(part*n+seed), func(t *testing.T) {
					newWorld(t, memory(t), uint64(part*n+seed)).play(nothing)
				})
			}
		})
	}
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		for seed := range n * parts / 20 {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				d := postgres(t)
				d.t = t
				newWorld(t, d, uint64(seed)).play(nothing)
			})
		}
	})
}

// memory is a database of its own in memory, of one connection.
func memory(t *testing.T) database {
	t.Helper()
	return database{t: t, driver: "sqlite", dsn: ":memory:"}
}

// world is a journal with its provider and people, and everything that goes wrong.
type world struct {
	*payouts

	seed   uint64
	random *rand.Rand
	flaky  *flaky
	script []string
	next   int                 // reference of a reissue
	ids    map[string][]string // of controls: transaction ids by reference
}

func newWorld(t *testing.T, d database, seed uint64) *world {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 7))
	options := []finiktest.Option{finiktest.WithManualProcessing()}
	for _, option := range []finiktest.Option{finiktest.WithNamedDuplicates(), finiktest.WithFundsFirst()} {
		if random.IntN(3) == 0 {
			options = append(options, option)
		}
	}
	w := &world{seed: seed, random: random}
	d, w.flaky = d.flaky(t)
	w.payouts = d.payouts(t, append(options, finiktest.InMemory()))
	w.params.StepTimeout = 3 * time.Second
	w.params.ResendFor = time.Hour
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("seed %d: %v", seed, w.script)
		}
	})
	return w
}

// play goes through a sequence, lets everything heal, and judges.
func (w *world) play(c control) {
	w.add(w.wanted("0"))
	for range 12 + w.random.IntN(20) {
		w.happens(c)
		if w.t.Failed() {
			w.t.FailNow()
		}
	}
	w.heal(c)
	w.judge()
}

func (w *world) wanted(reference string) finikjournal.Payout {
	if len(reference)%2 == 1 && reference[0]%2 == 0 {
		return transfer(reference)
	}
	return topUp(reference)
}

// reference returns the Reference of one of the payouts.
func (w *world) reference() string {
	all := w.all()
	return all[w.random.IntN(len(all))].Reference
}

func (w *world) all() (all []finikjournal.Entry) {
	w.t.Helper()
	for e, err := range w.j.List(w.t.Context(), finikjournal.Filter{}) {
		require.NoError(w.t, err)
		all = append(all, e)
	}
	return all
}

// happens is one thing that happens.
func (w *world) happens(c control) {
	type thing struct {
		weight int
		name   string
		do     func() error
	}
	things := []thing{
		{2, "add", w.addOne},
		{6, "step", func() error { return w.step(w.t.Context()) }},
		{6, "step with a fault", func() error { w.fault(); defer w.srv.ClearFaults(); return w.step(w.t.Context()) }},
		{5, "step that is killed", w.killed},
		{4, "step that is stopped", w.stopped},
		{1, "step on a bad database", w.onBadDatabase},
		{4, "time", w.time},
		{3, "end", w.end},
		{3, "notices", w.notices},
		{1, "funds", w.funds},
		{2, "gate", w.gate},
		{4, "person", w.person},
		{1, "reissue", w.reissue},
		{1, "assume sent", func() error { _, err := w.j.AssumeSent(w.t.Context(), clerk); return err }},
	}
	if c.meddle != nil {
		things = append(things, thing{8, "control", func() error { return c.meddle(w) }})
	}
	total := 0
	for _, t := range things {
		total += t.weight
	}
	pick := w.random.IntN(total)
	for _, t := range things {
		if pick -= t.weight; pick < 0 {
			w.script = append(w.script, t.name)
			if err := t.do(); err != nil && !expected(err) {
				require.NoError(w.t, err, "seed %d: %v", w.seed, w.script)
			}
			return
		}
	}
}

// expected are errors that say what is so.
func expected(err error) bool {
	for _, known := range []error{finikjournal.ErrState, finikjournal.ErrBusy, finikjournal.ErrConflict, errFlaky} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}

func (w *world) addOne() error {
	p := w.wanted(fmt.Sprint(w.random.IntN(3)))
	p.Hold = w.random.IntN(5) == 0
	if w.random.IntN(5) == 0 {
		p.Fields["amount"] = "77.00"
	}
	_, _, err := w.j.Add(w.t.Context(), nil, p)
	return err
}

func (w *world) step(ctx context.Context) error {
	if w.random.IntN(4) > 0 {
		w.due(w.random.IntN(3) == 0)
	}
	_, err := w.j.Step(ctx, w.client, w.reference(), w.params)
	return err
}

// fault makes the next requests fail in one of the ways that leave it open what happened,
// or in one that does not.
func (w *world) fault() {
	f := finiktest.Fault{Times: 1 + w.random.IntN(2)}
	switch w.random.IntN(3) {
	case 0:
		f.Kind = finiktest.FaultKind(w.random.IntN(int(finiktest.FaultBrokenGzip) + 1))
		f.Process = w.random.IntN(2) == 0
		if f.Kind == finiktest.FaultAnswer {
			f.Status = 500
		}
	case 1: // as a refusal, without a payment
		f.Status = []int{400, 401, 402, 403, 404, 409, 429}[w.random.IntN(7)]
	case 2:
		f.Status = []int{408, 409, 429, 500, 502, 503, 504, 302, 422}[w.random.IntN(9)]
		f.Process = w.random.IntN(2) == 0
	}
	if w.random.IntN(2) == 0 {
		f.Operation = "CreatePayment"
	}
	w.srv.Inject(f)
}

// points are where a process may be killed or stopped.
var points = []string{
	"claim is about to commit", "claim has committed", "intent is about to commit", "intent has committed",
	"answer is about to commit", "answer has committed", "late is about to commit",
}

func (w *world) killed() error {
	at := points[w.random.IntN(len(points))]
	w.script = append(w.script, at)
	var err error
	crashing(func() { err = w.step(crashAt(w.t.Context(), at)) })
	return err
}

// stopped lets other processes work while one stands still, without a lock.
func (w *world) stopped() error {
	at, done := []string{"claim has committed", "intent has committed"}[w.random.IntN(2)], false
	return w.step(sqldb.WithProbe(w.t.Context(), func(point string) {
		if point != at || done {
			return
		}
		done = true
		if w.random.IntN(2) == 0 {
			w.fault()
		}
		for range 1 + w.random.IntN(3) {
			w.due(true)
			if err := w.step(w.t.Context()); err != nil && !expected(err) {
				require.NoError(w.t, err)
			}
		}
		w.srv.ClearFaults()
	}))
}

func (w *world) onBadDatabase() error {
	w.due(w.random.IntN(2) == 0)
	reference := w.reference()
	w.flaky.at.Store(int64(1 + w.random.IntN(25)))
	defer w.flaky.at.Store(0)
	_, err := w.j.Step(w.t.Context(), w.client, reference, w.params)
	return err
}

// time passes: what is leased falls due, and what was sent gets old.
func (w *world) time() error {
	w.due(true)
	if w.random.IntN(3) == 0 {
		execute(w.t, w.db, "UPDATE payout_entries SET first_sent = first_sent - 4000000, last_sent = last_sent - 4000000 WHERE first_sent IS NOT NULL")
	}
	return nil
}

// end brings a payment to its end at the provider.
func (w *world) end() error {
	all := w.srv.Payments()
	if len(all) == 0 {
		return nil
	}
	id := all[w.random.IntN(len(all))].ID
	switch w.random.IntN(3) {
	case 0:
		w.srv.Fail(id, 502)
	case 1:
		w.srv.Cancel(id)
	default:
		w.srv.Settle(id)
	}
	return nil
}

// notices come in any order and number.
func (w *world) notices() error {
	events := w.srv.Events()
	for range w.random.IntN(4) {
		if len(events) > 0 {
			assert.Equal(w.t, []int{http.StatusOK}, w.notify(events[w.random.IntN(len(events))]))
		}
	}
	return nil
}

func (w *world) funds() error {
	w.fund(int64(w.random.IntN(2)) * 100_000)
	return nil
}

func (w *world) fund(balance int64) {
	w.srv.AddAccount(finiktest.Account{ID: finiktest.DefaultAccountID, UserIDs: []string{finiktest.DefaultUserID}, Balance: decimal.MustNew(balance, 0)})
}

func (w *world) gate() error {
	account := []string{"", finiktest.DefaultAccountID}[w.random.IntN(2)]
	if w.random.IntN(3) == 0 {
		return w.j.Pause(w.t.Context(), account, clerk)
	}
	return w.j.Resume(w.t.Context(), account, clerk)
}

// person decides something, by what is so at the provider.
func (w *world) person() error {
	ctx, reference := w.t.Context(), w.reference()
	var err error
	switch w.random.IntN(5) {
	case 0:
		_, err = w.j.Release(ctx, reference, clerk)
	case 1:
		_, err = w.j.Cancel(ctx, reference, clerk)
	case 2:
		_, err = w.j.Resend(ctx, reference, clerk)
	case 3:
		_, err = w.j.Note(ctx, reference, clerk)
	case 4:
		_, err = w.settleAsIs(reference)
	}
	return err
}

func (w *world) settleAsIs(reference string) (finikjournal.Entry, error) {
	is, there := w.srv.Payment(w.get(reference).TransactionID)
	switch {
	case !there || is.Final() && w.srv.Paid(is.TransactionID) == 0:
		return w.j.Settle(w.t.Context(), reference, finikjournal.Failed, "", clerk)
	case is.Final():
		return w.j.Settle(w.t.Context(), reference, finikjournal.Paid, is.ID, clerk)
	}
	return finikjournal.Entry{}, nil
}

func (w *world) reissue() error {
	w.next++
	_, err := w.j.Reissue(w.t.Context(), nil, w.reference(), fmt.Sprint("again-", w.next), clerk)
	return err
}

// heal lets everything work again, and time pass.
func (w *world) heal(c control) {
	w.srv.ClearFaults()
	w.fund(100_000)
	for range 5 {
		require.NoError(w.t, w.j.Resume(w.t.Context(), "", clerk))
		require.NoError(w.t, w.j.Resume(w.t.Context(), finiktest.DefaultAccountID, clerk))
		w.due(true)
		_, err := w.j.RunOnce(w.t.Context(), w.client, w.params)
		require.NoError(w.t, err, "seed %d: %v", w.seed, w.script)
		if c.meddle != nil {
			require.NoError(w.t, c.meddle(w))
		}
		for _, made := range w.srv.Payments() {
			w.srv.Settle(made.ID)
		}
		for _, status := range w.notify(w.srv.Events()...) {
			assert.Equal(w.t, http.StatusOK, status)
		}
	}
}

// judge holds what verify does, that nothing moves any more, and that of a payout and the
// one in its place at most one is paid.
func (w *world) judge() {
	w.verify()
	paid := map[string]bool{}
	for _, e := range w.all() {
		assert.False(w.t, e.State.Moving(), "%s", e)
		if e.State == finikjournal.Unknown {
			assert.Zero(w.t, w.srv.Paid(e.TransactionID), "%s is known to the provider, and its webhook event has come", e)
		}
		paid[e.Reference] = w.srv.Paid(e.TransactionID) > 0
		assert.False(w.t, paid[e.Reference] && paid[e.ReissueOf], "%s was paid under two references", e)
	}
}
