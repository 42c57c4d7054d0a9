package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// transactionsSubject identifies versions by the bytes received, as the table
// does.
type transactionsSubject struct{}

func (transactionsSubject) name() string { return "transactions" }

// controls use the whole history for split: passes begin at whole seconds, and so
// repair what was lost of the present.
func (transactionsSubject) controls() map[mode]int {
	return map[mode]int{noFence: 5, split: 1, noRewind: 5}
}

func (transactionsSubject) stored(ctx context.Context, pool *sql.DB) (map[string]string, error) {
	stored := map[string]string{}
	_, err := query(ctx, pool, `SELECT id, digest FROM transactions_transactions`, func(rows *sql.Rows) (id string, err error) {
		var digest []byte
		err = rows.Scan(&id, &digest)
		stored[id] = hex.EncodeToString(digest)
		return id, err
	})
	return stored, err
}

func (transactionsSubject) open(url string, d database, pool *sql.DB, m mode, tell func(event)) (replica, error) {
	client, err := transactions.NewClient(url, transactions.StaticToken(transactionstest.DefaultToken),
		transactions.WithRetry(transactions.RetryPolicy{MaxAttempts: attempts, MinWait: time.Microsecond, MaxWait: time.Millisecond}),
		transactions.WithObserver(func(context.Context, transactions.Attempt) { tell(fetched) }))
	if err != nil {
		return replica{}, err
	}
	dialect := transactionssync.SQLite
	if d.Kind == postgresql {
		dialect = transactionssync.PostgreSQL
	}
	right, err := transactionssync.NewSQLStore(pool, dialect, transactionssync.OnApply(func(ctx context.Context, tx *sql.Tx, a transactionssync.Applied) error {
		tell(applying)
		return d.record(ctx, tx, version{strconv.FormatInt(a.Row.ID, 10), a.Version})
	}))
	if err != nil {
		return replica{}, err
	}
	var store transactionssync.Store = right
	if m == split || m == noFence {
		store = &wrong[transactionssync.Checkpoint, transactionssync.Change, transactionssync.Commit]{
			store: right, mode: m,
			parts: func(c transactionssync.Change) (string, []version) {
				return string(c.Next), each(c.Rows, transactionVersion)
			},
			head: func(c transactionssync.Change) transactionssync.Change {
				return transactionssync.Change{From: c.From, Next: c.Next}
			},
			rest: func(c transactionssync.Change, from transactionssync.Checkpoint) transactionssync.Change {
				return transactionssync.Change{From: from, Next: c.Next, Rows: c.Rows, Bad: c.Bad}
			},
			done: func(to transactionssync.Checkpoint, counts transactionssync.Commit) transactionssync.Commit {
				counts.Checkpoint = to
				return counts
			},
			at: func(c transactionssync.Commit) transactionssync.Checkpoint { return c.Checkpoint },
			naive: naive{database: d, pool: pool, source: "transactions", tell: tell, upsert: func(ctx context.Context, tx *sql.Tx, v version) error {
				digest, err := hex.DecodeString(v.version)
				if err != nil {
					return err
				}
				_, err = tx.ExecContext(ctx, d.bind(`INSERT INTO transactions_transactions (id, version, digest, status, pay_type, request_tr_id,
sender_account, sender_tr_id, sender_status, sender_gateway, recipient_account, recipient_tr_id, recipient_status, recipient_gateway,
epos_merchant, epos_terminal, last_modified_date)
VALUES (?, 0, ?, '', '', '', '', '', '', '', '', '', '', '', '', '', '2026-01-01T00:00:00.000000Z')
ON CONFLICT (id) DO UPDATE SET digest = excluded.digest`), v.id, digest)
				return err
			}},
		}
	}
	params := transactionssync.Params{Rewind: m.rewind()}
	return replica{
		migrate: right.Migrate, isFence: transactionssync.ErrFenced,
		runOnce: func(ctx context.Context) (int, bool, error) {
			r, err := transactionssync.RunOnce(ctx, client, store, params)
			return r.Inserted + r.Updated, r.CaughtUp, err
		},
		runLoop: func(ctx context.Context, told func(error)) error {
			p := params
			p.OnPass = func(_ transactionssync.Result, err error) { told(err) }
			return transactionssync.Loop(ctx, client, right, p, betweenPasses)
		},
	}, nil
}

// transactionsLate is how late a late transaction is. It must be more than a
// second, because passes begin at whole seconds.
const transactionsLate = time.Minute

func (transactionsSubject) serve(_ context.Context, w weather) (fake, error) {
	f := &transactionsFake{Server: transactionstest.NewServer(transactionstest.WithPageLimit(pageSize)), weather: w}
	from := time.Now().UTC().AddDate(0, 0, -historyDays-1)
	for t := range (transactionstest.Plan{Transactions: w.history, Seed: w.seed, From: from, Days: historyDays}).All() {
		f.Seed(t)
		f.ids = append(f.ids, t.ID)
	}
	return f, nil
}

// transactionsFake makes changes at the present time. A late transaction is new,
// and has a time before what was read already, as after a long database
// transaction.
type transactionsFake struct {
	*transactionstest.Server
	weather weather
	ids     []int64
	changes int
	last    time.Time
}

func (f *transactionsFake) url() string { return f.URL() }
func (f *transactionsFake) close()      { f.Close() }

func (f *transactionsFake) storm() {
	for i, fault := range []transactionstest.Fault{
		{Status: 503, RetryAfter: "0"}, {Kind: transactionstest.FaultResetBefore}, {Kind: transactionstest.FaultTruncated}, {Kind: transactionstest.FaultHTML, Status: 502},
	} {
		fault.Probability, fault.Seed = faultShare, f.weather.seed+uint64(i)
		f.Inject(fault)
	}
}

func (f *transactionsFake) change(random *rand.Rand) {
	now := time.Now().UTC().Truncate(time.Microsecond)
	if !now.After(f.last) {
		now = f.last.Add(time.Microsecond)
	}
	f.last = now
	f.changes++
	late := f.weather.late && f.changes%lateEvery == 0
	if late || random.IntN(2) == 0 {
		id := f.ids[len(f.ids)-1] + 1
		f.ids = append(f.ids, id)
		if late {
			now = now.Add(-transactionsLate)
		}
		f.Seed(&transactions.Transaction{ID: id, Date: now, CreatedDate: now, LastModifiedDate: now, Status: "PROCESSING"})
		return
	}
	f.Update(f.ids[random.IntN(len(f.ids))], func(t *transactions.Transaction) {
		t.LastModifiedDate, t.Status = now, transactions.StatusSuccess
	})
}

// settle does not wait: late transactions are visible at once.
func (f *transactionsFake) settle(context.Context) error {
	f.ClearFaults()
	return nil
}

func (f *transactionsFake) versions() (map[string]string, error) {
	newest := map[string]string{}
	for _, t := range f.Rows() {
		v := transactionVersion(t)
		newest[v.id] = v.version
	}
	return newest, nil
}

func transactionVersion(t *transactions.Transaction) version {
	digest := sha256.Sum256(t.Raw)
	return version{strconv.FormatInt(t.ID, 10), hex.EncodeToString(digest[:])}
}
