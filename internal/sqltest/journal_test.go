package sqltest_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// payouts is a journal on a database, with the fake that it pays through.
type payouts struct {
	t      testing.TB
	d      database
	db     *sql.DB
	j      *finikjournal.Journal
	srv    *finiktest.Server
	client *finik.Client
	params finikjournal.Params
	hook   http.Handler

	mu     sync.Mutex
	events []finikjournal.Event
}

var clerk = finikjournal.Act{By: "clerk", Reason: "asked the provider"}

// journal is a journal over db with a table of what was settled.
func (d database) journal(t testing.TB, db *sql.DB, opts ...finikjournal.Option) *finikjournal.Journal {
	t.Helper()
	return d.book(t, db, "test-payouts", finikjournal.Plain(), opts...)
}

// book is a journal of the book name with this privacy.
func (d database) book(t testing.TB, db *sql.DB, name string, privacy finikjournal.Privacy, opts ...finikjournal.Option) *finikjournal.Journal {
	t.Helper()
	dialect := finikjournal.SQLite
	if d.postgres {
		dialect = finikjournal.PostgreSQL
	}
	j, err := finikjournal.New(db, dialect, name, privacy, append([]finikjournal.Option{finikjournal.OnSettle(d.settle)}, opts...)...)
	require.NoError(t, err)
	return j
}

// settle enters an end in the table settled.
func (d database) settle(ctx context.Context, tx *sql.Tx, e finikjournal.Entry) error {
	statement := "INSERT INTO settled (reference, before, state) VALUES (?, ?, ?)"
	if d.postgres {
		statement = "INSERT INTO settled (reference, before, state) VALUES ($1, $2, $3)"
	}
	_, err := tx.ExecContext(ctx, statement, e.Reference, string(e.Before), string(e.State))
	return err
}

func (d database) payouts(t testing.TB, opts []finiktest.Option, more ...finikjournal.Option) *payouts {
	t.Helper()
	p := &payouts{t: t, d: d, db: d.pool(t)}
	p.j = d.journal(t, p.db, more...)
	require.NoError(t, p.j.Migrate(t.Context()))
	execute(t, p.db, `CREATE TABLE settled (reference VARCHAR(100) NOT NULL, before VARCHAR(20) NOT NULL, state VARCHAR(20) NOT NULL)`)
	p.srv = finiktest.Run(t, append([]finiktest.Option{finiktest.WithAnySignature(), finiktest.WithTimestampWindow(time.Hour)}, opts...)...)
	p.client = newFinik(t, p.srv)
	p.hook = p.j.Webhook(finikHook)
	p.params.OnEvent = func(e finikjournal.Event) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.events = append(p.events, e)
	}
	return p
}

const hookURL = "https://shop.example.com/webhooks/finik"

func newFinik(t testing.TB, srv *finiktest.Server, opts ...finik.Option) *finik.Client {
	t.Helper()
	c, err := finik.NewClient(srv.URL(), finiktest.DefaultCredentials(), append([]finik.Option{finik.WithHTTPClient(srv.Client()), finik.WithRetry(finik.RetryPolicy{MaxAttempts: 1})}, opts...)...)
	require.NoError(t, err)
	return c
}

// transfer is a payout of a synchronous service, and topUp one of another.
func transfer(reference string) finikjournal.Payout {
	return finikjournal.Payout{
		Reference: reference, Account: finiktest.DefaultAccountID, User: finiktest.DefaultUserID, Service: finiktest.ServiceFinik,
		Fields: finik.Fields{"phone": finiktest.DefaultPhone, "amount": decimal.MustNew(10000, 2)}, Recipient: finiktest.DefaultPhone, Mask: "+996…001",
	}
}

func topUp(reference string) finikjournal.Payout {
	p := transfer(reference)
	p.Service = finiktest.ServiceMobile
	p.Fields["code"] = finiktest.ServiceMobileCode
	return p
}

func (p *payouts) add(all ...finikjournal.Payout) {
	p.t.Helper()
	_, err := p.j.AddAll(p.t.Context(), nil, all)
	require.NoError(p.t, err)
}

// close returns the connections before the test is over.
func (p *payouts) close() { require.NoError(p.t, p.db.Close()) }

// due makes every payout due, as time does; those that are claimed too with all.
func (p *payouts) due(all bool) {
	p.t.Helper()
	statement := "UPDATE payout_entries SET next_at = 1"
	if !all {
		statement += " WHERE worker IS NULL"
	}
	execute(p.t, p.db, statement)
}

func (p *payouts) once() finikjournal.Result {
	p.t.Helper()
	p.due(true)
	r, err := p.j.RunOnce(p.t.Context(), p.client, p.params)
	require.NoError(p.t, err)
	return r
}

func (p *payouts) get(reference string) finikjournal.Entry {
	p.t.Helper()
	e, err := p.j.Get(p.t.Context(), reference)
	require.NoError(p.t, err)
	return e
}

// notify sends webhook events and returns the statuses of the answers.
func (p *payouts) notify(events ...finiktest.Event) []int {
	p.t.Helper()
	return deliver(p.t, p.srv, p.hook, events...)
}

// settlements are the rows that OnSettle has written, as "reference before state".
func (p *payouts) settlements() (all []string) {
	p.t.Helper()
	rows, err := p.db.QueryContext(p.t.Context(), "SELECT reference, before, state FROM settled ORDER BY reference")
	require.NoError(p.t, err)
	defer rows.Close()
	for rows.Next() {
		var reference, before, state string
		require.NoError(p.t, rows.Scan(&reference, &before, &state))
		all = append(all, fmt.Sprintf("%s %s %s", reference, before, state))
	}
	require.NoError(p.t, rows.Err())
	return all
}

func TestJournalPays(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		p := d.payouts(d.t, nil)
		p.add(transfer("one"), topUp("two"))
		r := p.once()
		assert.Equal(d.t, finikjournal.Result{Steps: 2, Paid: 1, Waiting: 1}, r)
		assert.Equal(d.t, finikjournal.Paid, p.get("one").State)
		two := p.get("two")
		assert.Equal(d.t, finikjournal.Waiting, two.State)
		assert.NotEmpty(d.t, two.PaymentID)
		p.once()
		p.once()
		assert.Equal(d.t, finikjournal.Paid, p.get("two").State)
		for _, reference := range []string{"one", "two"} {
			assert.Equal(d.t, 1, p.srv.Debits(p.get(reference).TransactionID))
		}
		assert.Equal(d.t, []string{"one  paid", "two  paid"}, p.settlements())
		history, err := p.j.History(d.t.Context(), "one")
		require.NoError(d.t, err)
		var events []string
		for _, c := range history {
			events = append(events, c.Event)
		}
		assert.Equal(d.t, []string{"add", "intent", "ended"}, events)
		again, added, err := p.j.Add(d.t.Context(), nil, transfer("one"))
		require.NoError(d.t, err)
		assert.False(d.t, added)
		assert.Equal(d.t, finikjournal.Paid, again.State)
		other := transfer("one")
		other.Fields["amount"] = "1.00"
		_, _, err = p.j.Add(d.t.Context(), nil, other)
		require.ErrorIs(d.t, err, finikjournal.ErrConflict)
		stats, err := p.j.Stats(d.t.Context())
		require.NoError(d.t, err)
		assert.Empty(d.t, stats.Open)
		report, err := p.j.Report(d.t.Context(), p.get("one").AddedAt, p.get("two").AddedAt.Add(1e9))
		require.NoError(d.t, err)
		require.Len(d.t, report, 1)
		assert.Equal(d.t, "200.00", report[0].Amount.String())
		check, err := p.j.Check(d.t.Context(), p.client, p.get("one").AddedAt, p.get("two").SettledAt.Add(1e9), false)
		require.NoError(d.t, err)
		assert.Equal(d.t, finikjournal.CheckReport{Checked: 2}, check)
	})
}
