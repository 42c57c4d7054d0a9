package payouts_test

import (
	"context"
	"crypto/rsa"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/internal/testform"
)

// Processes that are killed, and some that are stopped for longer than their lease, with
// 12 % of the requests failing, and webhook events that come late and twice.
func TestProcessesAreKilled(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"SQLite", "PostgreSQL"} {
		for _, processes := range []int{1, 3} {
			if !testform.Long() && (kind == "SQLite") != (processes == 1) {
				continue
			}
			t.Run(fmt.Sprint(kind, " ", processes), func(t *testing.T) {
				t.Parallel()
				tr := newTrial(t, kind, processes)
				tr.rampage(testform.Scale(10, 30))
				tr.heal()
				tr.audit()
			})
		}
	}
}

type trial struct {
	t         *testing.T
	kind      string
	orders    orders
	db        *sql.DB
	j         *finikjournal.Journal
	srv       *finiktest.Server
	random    *rand.Rand
	children  []*process
	added     int
	kills     int
	stops     int
	inBetween int // kills between intent and answer
}

func newTrial(t *testing.T, kind string, processes int) *trial {
	t.Helper()
	tr := &trial{t: t, kind: kind, random: rand.New(rand.NewPCG(1, uint64(processes)))}
	tr.orders.Driver, tr.orders.DSN = database(t, kind)
	tr.srv = finiktest.Run(t, finiktest.WithAnySignature())
	tr.srv.AddAccount(finiktest.Account{ID: finiktest.DefaultAccountID, UserIDs: []string{finiktest.DefaultUserID}, Balance: decimal.MustNew(1_000_000_000, 0)})
	tr.orders.URL = tr.srv.URL()
	for i, f := range []finiktest.Fault{{Kind: finiktest.FaultResetAfter}, {Status: 503, Process: true}, {Kind: finiktest.FaultTruncated}, {Status: 503}} {
		f.Probability, f.Seed = 0.03, uint64(i)
		tr.srv.Inject(f)
	}
	// The other answers take a while, so that many kills fall between intent and answer.
	tr.srv.Inject(finiktest.Fault{Operation: "CreatePayment", Delay: 50 * time.Millisecond, Times: -1})
	var err error
	tr.db, err = sql.Open(tr.orders.Driver, tr.orders.DSN)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, tr.db.Close()) })
	tr.j, err = tr.orders.journal(tr.db)
	require.NoError(t, err)
	require.NoError(t, tr.j.Migrate(t.Context()))
	tr.exec(`CREATE TABLE settled (reference VARCHAR(100) NOT NULL, before VARCHAR(20) NOT NULL, state VARCHAR(20) NOT NULL)`)
	for range processes {
		tr.children = append(tr.children, start(t, tr.orders))
	}
	t.Cleanup(func() {
		for _, p := range tr.children {
			_ = p.stdin.Close()
			_ = p.cmd.Process.Kill()
			<-p.finished
		}
	})
	return tr
}

func database(t *testing.T, kind string) (driver, dsn string) {
	t.Helper()
	if kind == "SQLite" {
		file := (&url.URL{Path: filepath.ToSlash(filepath.Join(t.TempDir(), "payouts.db"))}).EscapedPath()
		return "sqlite", "file:" + file + "?_pragma=busy_timeout(30000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)"
	}
	text := os.Getenv("PAYCLIENTS_POSTGRES")
	if text == "" {
		t.Skip("no PostgreSQL: set PAYCLIENTS_POSTGRES to a connection string to run this")
	}
	schema := fmt.Sprintf("payouts_%d_%d", os.Getpid(), rand.Uint32())
	admin, err := sql.Open("pgx", text)
	require.NoError(t, err)
	_, err = admin.ExecContext(t.Context(), "CREATE SCHEMA "+schema)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := admin.ExecContext(context.WithoutCancel(t.Context()), "DROP SCHEMA "+schema+" CASCADE")
		require.NoError(t, err)
		require.NoError(t, admin.Close())
	})
	address, err := url.Parse(text)
	require.NoError(t, err)
	query := address.Query()
	query.Set("search_path", schema)
	query.Set("synchronous_commit", "off")
	address.RawQuery = query.Encode()
	return "pgx", address.String()
}

func (tr *trial) exec(statement string) {
	tr.t.Helper()
	_, err := tr.db.ExecContext(tr.t.Context(), statement)
	require.NoError(tr.t, err)
}

// rampage kills until there were enough kills.
func (tr *trial) rampage(kills int) {
	tr.t.Helper()
	for tr.kills+tr.stops < kills {
		tr.add(6)
		tr.hurry()
		i := tr.random.IntN(len(tr.children))
		if tr.random.IntN(2) == 0 {
			tr.await(func() bool {
				if sends := slices.IndexFunc(tr.children, (*process).sending); sends >= 0 {
					i = sends
				}
				return tr.children[i].sending()
			})
		}
		p := tr.children[i]
		if !p.sending() {
			seen := p.answers.Load() + int64(tr.random.IntN(4))
			tr.await(func() bool { return p.answers.Load() > seen })
		}
		if p.sending() {
			tr.inBetween++
		}
		if tr.random.IntN(4) == 0 {
			tr.stops++
			require.NoError(tr.t, p.cmd.Process.Signal(syscall.SIGSTOP))
			tr.wait(2 * stepTimeout)
			require.NoError(tr.t, p.cmd.Process.Signal(syscall.SIGCONT))
			continue
		}
		tr.kills++
		require.NoError(tr.t, p.cmd.Process.Kill())
		<-p.finished
		tr.children[i] = start(tr.t, tr.orders)
		tr.notify(3)
	}
}

// await waits for something, for a while: a child may have nothing to do.
func (tr *trial) await(what func() bool) {
	for range 400 {
		if what() {
			return
		}
		tr.wait(5 * time.Millisecond)
		if tr.random.IntN(20) == 0 {
			tr.add(1)
			tr.hurry()
		}
	}
}

func (tr *trial) wait(d time.Duration) { <-time.After(d) }

// add adds payouts of both kinds, in a transaction of the caller's.
func (tr *trial) add(n int) {
	tr.t.Helper()
	tx, err := tr.db.BeginTx(tr.t.Context(), nil)
	require.NoError(tr.t, err)
	for range n {
		tr.added++
		p := finikjournal.Payout{
			Reference: fmt.Sprint("payout-", tr.added), Account: finiktest.DefaultAccountID, User: finiktest.DefaultUserID, Service: finiktest.ServiceFinik,
			Fields: finik.Fields{"phone": finiktest.DefaultPhone, "amount": "100.00"},
		}
		if tr.added%2 == 0 {
			p.Service, p.Fields["code"] = finiktest.ServiceMobile, finiktest.ServiceMobileCode
		}
		_, _, err := tr.j.Add(tr.t.Context(), tx, p)
		require.NoError(tr.t, err)
	}
	require.NoError(tr.t, tx.Commit())
}

// hurry makes due what no process has claimed, as time does.
func (tr *trial) hurry() {
	tr.exec("UPDATE payout_entries SET next_at = 1 WHERE worker IS NULL AND next_at > 1")
}

// notify sends some webhook events, in any order and more than once.
func (tr *trial) notify(n int) {
	tr.t.Helper()
	hook := finik.Webhook{PublicURL: "https://shop.example.com/hook", Keys: []*rsa.PublicKey{finiktest.PublicKey()}}
	events := tr.srv.Events()
	for range min(n, len(events)) {
		tr.send(hook, events[tr.random.IntN(len(events))])
	}
	if n < 0 {
		for _, e := range events {
			tr.send(hook, e)
		}
	}
}

func (tr *trial) send(hook finik.Webhook, e finiktest.Event) {
	r, err := tr.srv.NewWebhookRequest(tr.t.Context(), hook.PublicURL, e.Body)
	require.NoError(tr.t, err)
	w := httptest.NewRecorder()
	tr.j.Webhook(hook).ServeHTTP(w, r)
	assert.Equal(tr.t, 200, w.Code)
}

// heal ends the faults and lets the processes finish.
func (tr *trial) heal() {
	tr.t.Helper()
	tr.srv.ClearFaults()
	for range 600 {
		tr.hurry()
		for _, p := range tr.srv.Payments() {
			tr.srv.Settle(p.ID)
		}
		tr.notify(-1)
		s, err := tr.j.Stats(tr.t.Context())
		require.NoError(tr.t, err)
		if len(s.Open) == 0 {
			return
		}
		tr.wait(100 * time.Millisecond)
	}
	require.Fail(tr.t, "not everything came to its end")
}

// audit counts the damage.
func (tr *trial) audit() {
	tr.t.Helper()
	var settled int
	require.NoError(tr.t, tr.db.QueryRowContext(tr.t.Context(), "SELECT count(*) FROM settled").Scan(&settled))
	ends := map[finikjournal.State]int{}
	n := 0
	for e, err := range tr.j.List(tr.t.Context(), finikjournal.Filter{}) {
		require.NoError(tr.t, err)
		n++
		ends[e.State]++
		assert.LessOrEqual(tr.t, tr.srv.Debits(e.TransactionID), 1, "%s was paid twice", e)
		assert.Equal(tr.t, e.State == finikjournal.Paid, tr.srv.Paid(e.TransactionID) == 1, "%s", e)
	}
	assert.Equal(tr.t, tr.added, n, "lost")
	assert.Equal(tr.t, n, settled, "OnSettle was lost or doubled")
	assert.Len(tr.t, tr.srv.Payments(), ends[finikjournal.Paid]+ends[finikjournal.Failed])
	tr.t.Logf("%-10s %d processes: %d payouts, %d kills, %d stopped, %d of them between intent and answer: %v, paid twice 0, lost 0, OnSettle %d",
		tr.kind, len(tr.children), n, tr.kills, tr.stops, tr.inBetween, ends, settled)
}
