package sqltest_test

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/internal/sqldb"
)

// crash is what ends a process of these tests: a panic at a point, after which nothing
// of it goes on but the rollback that a database makes by itself.
type crash struct{}

func crashing(do func()) (crashed bool) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case crash:
			crashed = true
		default:
			panic(r)
		}
	}()
	do()
	return false
}

// crashAt is a context in which the process ends at a point.
func crashAt(ctx context.Context, at string) context.Context {
	return sqldb.WithProbe(ctx, func(point string) {
		if point == at {
			panic(crash{})
		}
	})
}

// wire is the way of requests, on which a process may end.
type wire func(r *http.Request, next http.RoundTripper) (*http.Response, error)

func (p *payouts) over(w wire) *finik.Client {
	return newFinik(p.t, p.srv, finik.WithMiddleware(func(next http.RoundTripper) http.RoundTripper {
		return tripper(func(r *http.Request) (*http.Response, error) { return w(r, next) })
	}))
}

type tripper func(*http.Request) (*http.Response, error)

func (t tripper) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

// recovers lets another process go on until nothing moves, with webhook events, and
// holds the journal against the fake.
func (p *payouts) recovers() {
	p.t.Helper()
	p.j = p.d.journal(p.t, p.db)
	p.hook = p.j.Webhook(finikHook)
	for range 6 {
		p.due(true)
		_, err := p.j.RunOnce(p.t.Context(), p.client, p.params)
		require.NoError(p.t, err)
		for _, made := range p.srv.Payments() {
			p.srv.Settle(made.ID)
		}
		for _, status := range p.notify(p.srv.Events()...) {
			require.Equal(p.t, http.StatusOK, status)
		}
	}
	p.verify()
}

// verify holds what must be true of every payout after any history.
func (p *payouts) verify() {
	p.t.Helper()
	ends := map[string][]string{}
	for _, s := range p.ends() {
		ends[s[0]] = append(ends[s[0]], s[1], s[2])
	}
	for e, err := range p.j.List(p.t.Context(), finikjournal.Filter{}) {
		require.NoError(p.t, err)
		debits, paid := p.srv.Debits(e.TransactionID), p.srv.Paid(e.TransactionID)
		assert.LessOrEqual(p.t, debits, 1, "%s was paid twice", e)
		switch e.State {
		case finikjournal.Paid:
			assert.Equal(p.t, 1, paid, "%s", e)
		case finikjournal.Failed, finikjournal.Held:
			assert.Equal(p.t, 0, paid, "%s", e)
		case finikjournal.Queued, finikjournal.Canceled:
			assert.Equal(p.t, 0, debits, "%s", e)
		case finikjournal.Sending, finikjournal.Waiting, finikjournal.Unknown:
		}
		p.chained(e, ends[e.Reference])
	}
}

// chained holds the history of a payout to be a chain, and to have an end for each time
// that OnSettle was called.
func (p *payouts) chained(e finikjournal.Entry, settled []string) {
	p.t.Helper()
	history, err := p.j.History(p.t.Context(), e.Reference)
	require.NoError(p.t, err)
	state, version := finikjournal.State(""), int64(0)
	var ends []string
	told := ""
	for _, c := range history {
		assert.Equal(p.t, state, c.Before, "%s: %v", e, history)
		assert.Greater(p.t, c.Version, version)
		if state, version = c.After, c.Version; c.After.Settled() && string(c.After) != told {
			ends = append(ends, told, string(c.After))
			told = string(c.After)
		}
	}
	assert.Equal(p.t, e.State, state)
	assert.Equal(p.t, ends, settled, "%s", e)
}

// ends are the rows that OnSettle has written, in their order for each payout.
func (p *payouts) ends() (all [][3]string) {
	p.t.Helper()
	rows, err := p.db.QueryContext(p.t.Context(), "SELECT reference, before, state FROM settled")
	require.NoError(p.t, err)
	defer rows.Close()
	for rows.Next() {
		var s [3]string
		require.NoError(p.t, rows.Scan(&s[0], &s[1], &s[2]))
		all = append(all, s)
	}
	require.NoError(p.t, rows.Err())
	return all
}

// Each is a point at which a process ends while it takes a payout a step, and what the
// payout is then.
func TestJournalIsKilledInAStep(t *testing.T) {
	t.Parallel()
	at := func(point string) func(p *payouts) (context.Context, *finik.Client) {
		return func(p *payouts) (context.Context, *finik.Client) { return crashAt(p.t.Context(), point), p.client }
	}
	onWire := func(path string, processed bool) func(p *payouts) (context.Context, *finik.Client) {
		return func(p *payouts) (context.Context, *finik.Client) {
			return p.t.Context(), p.over(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
				if r.URL.Path != path {
					return next.RoundTrip(r)
				}
				if processed {
					answer, err := next.RoundTrip(r)
					require.NoError(p.t, err)
					_ = answer.Body.Close()
				}
				panic(crash{})
			})
		}
	}
	for _, test := range []struct {
		name  string
		kill  func(p *payouts) (context.Context, *finik.Client)
		state finikjournal.State
		sent  int // debits at that moment
	}{
		{"K3 claim about to commit", at("claim is about to commit"), finikjournal.Queued, 0},
		{"K3 claimed", at("claim has committed"), finikjournal.Queued, 0},
		{"K3 recipient", onWire("/v2/recipient", true), finikjournal.Queued, 0},
		{"K4 intent about to commit", at("intent is about to commit"), finikjournal.Queued, 0},
		{"K5 intent stored", at("intent has committed"), finikjournal.Sending, 0},
		{"K6 request not received", onWire("/v2/payment", false), finikjournal.Sending, 0},
		{"K6 request on its way", onWire("/v2/payment", true), finikjournal.Sending, 1},
		{"K7 answer received", at("answer is about to commit"), finikjournal.Sending, 1},
		{"K8 answer stored", at("answer has committed"), "", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			onBoth(t, func(d database) {
				for _, options := range [][]finiktest.Option{nil, {finiktest.WithNamedDuplicates()}, {finiktest.WithFundsFirst()}} {
					for _, wanted := range []finikjournal.Payout{transfer("one"), topUp("one")} {
						p := fresh(d).payouts(d.t, options)
						p.add(wanted)
						ctx, client := test.kill(p)
						require.True(d.t, crashing(func() { _, _ = p.j.Step(ctx, client, "one", p.params) }))
						e := p.get("one")
						if test.state != "" {
							assert.Equal(d.t, test.state, e.State)
						}
						assert.Equal(d.t, test.sent, p.srv.Debits(e.TransactionID))
						if len(options) > 0 && test.sent > 0 { // a repeat that is refused for want of funds proves nothing
							p.srv.AddAccount(finiktest.Account{ID: finiktest.DefaultAccountID, UserIDs: []string{finiktest.DefaultUserID}})
						}
						p.recovers()
						assert.Equal(d.t, finikjournal.Paid, p.get("one").State)
						assert.Equal(d.t, 1, p.srv.Debits(e.TransactionID))
						assert.Equal(d.t, []string{"one  paid"}, p.settlements())
						p.close()
					}
				}
			})
		})
	}
}

// fresh is another empty database of the same kind.
func fresh(d database) database {
	if d.postgres {
		next := postgres(d.t)
		next.t = d.t
		return next
	}
	next := sqlite(d.t)
	next.t = d.t
	return next
}

// K1 and K2: what the caller has not committed is not there, and what it has is paid.
func TestJournalIsKilledWhileItIsAddedTo(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		p := d.payouts(d.t, nil)
		for _, commit := range []bool{false, true} {
			tx, err := p.db.BeginTx(d.t.Context(), nil)
			require.NoError(d.t, err)
			e, added, err := p.j.Add(d.t.Context(), tx, transfer("one"))
			require.NoError(d.t, err)
			assert.True(d.t, added)
			assert.Equal(d.t, finikjournal.Queued, e.State)
			if commit {
				require.NoError(d.t, tx.Commit())
			} else {
				require.NoError(d.t, tx.Rollback())
				assert.Zero(d.t, p.once().Steps)
			}
		}
		p.recovers()
		assert.Equal(d.t, []string{"one  paid"}, p.settlements())
	})
}

// K9, K10 and K12: a payment on its way is looked at again, and its webhook event comes
// again.
func TestJournalIsKilledWhileItWaits(t *testing.T) {
	t.Parallel()
	for _, kill := range []string{"nothing", "look", "answer is about to commit", "notice is about to commit", "notice has committed"} {
		t.Run(kill, func(t *testing.T) {
			t.Parallel()
			onBoth(t, func(d database) {
				p := d.payouts(d.t, []finiktest.Option{finiktest.WithManualProcessing()})
				p.add(topUp("one"))
				p.once()
				p.srv.Settle(p.get("one").PaymentID)
				ctx, client := crashAt(d.t.Context(), kill), p.client
				if kill == "look" {
					client = p.over(func(*http.Request, http.RoundTripper) (*http.Response, error) { panic(crash{}) })
				}
				crashed := crashing(func() {
					if kill == "notice is about to commit" || kill == "notice has committed" {
						r, err := p.srv.NewWebhookRequest(ctx, hookURL, p.srv.Events()[0].Body)
						require.NoError(d.t, err)
						p.hook.ServeHTTP(nil, r)
						return
					}
					p.due(true)
					_, _ = p.j.Step(ctx, client, "one", p.params)
				})
				assert.Equal(d.t, kill != "nothing", crashed)
				p.recovers()
				assert.Equal(d.t, []string{"one  paid"}, p.settlements())
			})
		})
	}
}

// K11: what OnSettle has done is undone with the end, and done once in the end.
func TestJournalIsKilledInOnSettle(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		p := d.payouts(d.t, nil)
		p.j = d.journal(d.t, p.db, finikjournal.OnSettle(func(ctx context.Context, tx *sql.Tx, e finikjournal.Entry) error {
			if err := d.settle(ctx, tx, e); err != nil {
				return err
			}
			panic(crash{})
		}))
		p.add(transfer("one"))
		require.True(d.t, crashing(func() { _, _ = p.j.Step(d.t.Context(), p.client, "one", p.params) }))
		assert.Equal(d.t, finikjournal.Sending, p.get("one").State)
		assert.Empty(d.t, p.settlements())
		p.recovers()
		assert.Equal(d.t, []string{"one  paid"}, p.settlements())
	})
}

var errLedger = errors.New("the ledger is closed")

// An error of OnSettle loses neither the provider's answer nor the effect, and asks the
// provider nothing more.
func TestJournalWhoseOnSettleFails(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		for _, wanted := range []finikjournal.Payout{transfer("one"), topUp("one")} {
			p := fresh(d).payouts(d.t, nil)
			broken := true
			p.j = d.journal(d.t, p.db, finikjournal.OnSettle(func(ctx context.Context, tx *sql.Tx, e finikjournal.Entry) error {
				if err := d.settle(ctx, tx, e); err != nil || !broken {
					return err
				}
				return errLedger
			}))
			p.add(wanted)
			for range 4 {
				p.once()
			}
			e := p.get("one")
			assert.Equal(d.t, finikjournal.Waiting, e.State)
			assert.Contains(d.t, e.Cause, "the ledger is closed")
			assert.Empty(d.t, p.settlements())
			var listed []string
			for e, err := range p.j.Unsettled(d.t.Context()) {
				require.NoError(d.t, err)
				listed = append(listed, e.Reference)
			}
			assert.Equal(d.t, []string{"one"}, listed)
			asked := len(p.srv.Requests())
			broken = false
			p.once()
			assert.Len(d.t, p.srv.Requests(), asked, "the provider was not asked again")
			assert.Equal(d.t, finikjournal.Paid, p.get("one").State)
			assert.Equal(d.t, []string{"one  paid"}, p.settlements())
			p.verify()
			p.close()
		}
	})
}
