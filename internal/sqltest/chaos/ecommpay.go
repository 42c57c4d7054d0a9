package main

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

// ecommpaySubject identifies versions by their message, because one version may
// be spelled in several ways.
type ecommpaySubject struct{}

func (ecommpaySubject) name() string { return "ecommpay" }

// controls have no split: the checkpoint moves after the pages of an interval, in
// a commit without rows, and so cannot lose any. With few operations most would
// change again and repair what a plain cursor has lost.
func (ecommpaySubject) controls() map[mode]int { return map[mode]int{noFence: 5, noRewind: 1} }

func (ecommpaySubject) stored(ctx context.Context, pool *sql.DB) (map[string]string, error) {
	return versions(ctx, pool, `SELECT operation_id, payment_provider_message FROM ecommpay_operations`)
}

func (ecommpaySubject) open(url string, d database, pool *sql.DB, m mode, tell func(event)) (replica, error) {
	client, err := ecommpay.NewClient(url, ecommpaytest.DefaultCredentials(),
		ecommpay.WithRetry(ecommpay.RetryPolicy{MaxAttempts: attempts, MinWait: time.Microsecond, MaxWait: time.Millisecond}),
		ecommpay.WithObserver(func(context.Context, ecommpay.Attempt) { tell(fetched) }))
	if err != nil {
		return replica{}, err
	}
	dialect := ecommpaysync.SQLite
	if d.Kind == postgresql {
		dialect = ecommpaysync.PostgreSQL
	}
	right, err := ecommpaysync.NewSQLStore(pool, dialect, ecommpaysync.OnApply(func(ctx context.Context, tx *sql.Tx, a ecommpaysync.Applied) error {
		tell(applying)
		return d.record(ctx, tx, ecommpayVersion(a.Row))
	}))
	if err != nil {
		return replica{}, err
	}
	var store ecommpaysync.Store = right
	if m == noFence {
		store = &wrong[ecommpaysync.Checkpoint, ecommpaysync.Change, ecommpaysync.Commit]{
			store: right, mode: m,
			parts: func(c ecommpaysync.Change) (string, []version) { return string(c.Next), each(c.Rows, ecommpayVersion) },
			head: func(c ecommpaysync.Change) ecommpaysync.Change {
				return ecommpaysync.Change{From: c.From, Next: c.Next}
			},
			rest: func(c ecommpaysync.Change, from ecommpaysync.Checkpoint) ecommpaysync.Change {
				return ecommpaysync.Change{From: from, Next: c.Next, Rows: c.Rows, Bad: c.Bad}
			},
			done: func(to ecommpaysync.Checkpoint, counts ecommpaysync.Commit) ecommpaysync.Commit {
				counts.Checkpoint = to
				return counts
			},
			at: func(c ecommpaysync.Commit) ecommpaysync.Checkpoint { return c.Checkpoint },
			naive: naive{database: d, pool: pool, source: "ecommpay", tell: tell, upsert: func(ctx context.Context, tx *sql.Tx, v version) error {
				_, err := tx.ExecContext(ctx, d.bind(`INSERT INTO ecommpay_operations (operation_id, digest, checkpoint, project_id, payment_id,
operation_type, operation_status, currency, converted_currency, payment_method_name, payment_method_type, arn, rrn, payment_provider_code,
payment_provider_message) VALUES (?, '', 0, '', '', '', '', '', '', '', '', '', '', '', ?)
ON CONFLICT (operation_id) DO UPDATE SET payment_provider_message = excluded.payment_provider_message`), v.id, v.version)
				return err
			}},
		}
	}
	params := ecommpaysync.Params{Rewind: m.rewind(), From: ecommpayBegin()}
	return replica{
		migrate: right.Migrate, isFence: ecommpaysync.ErrFenced, again: ecommpay.ErrPaginationStalled,
		runOnce: func(ctx context.Context) (int, bool, error) {
			r, err := ecommpaysync.RunOnce(ctx, client, store, params)
			return r.Inserted + r.Updated, r.CaughtUp, err
		},
		runLoop: func(ctx context.Context, told func(error)) error {
			p := params
			p.OnPass = func(_ ecommpaysync.Result, err error) { told(err) }
			return ecommpaysync.Loop(ctx, client, right, p, betweenPasses)
		},
	}, nil
}

// ecommpayBegin returns the midnight at which the history begins, the same in all
// processes of a trial.
func ecommpayBegin() time.Time {
	return time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -historyDays-1)
}

// The sync reads up to some seconds before the present. This fake's clock is
// behind by as much, so that changes are read at once, and late ones have a time
// before what was read already.
const (
	ecommpayBehind = 5 * time.Second
	ecommpayLate   = time.Minute
)

const (
	ecommpayMoves = 40  // requests for an interval between which its rows move; while they do, no walk ends
	ecommpayPage  = 100 // its walks prove what they read, and shorter pages take more requests
)

func (ecommpaySubject) serve(_ context.Context, w weather) (fake, error) {
	f := &ecommpayFake{
		Server: ecommpaytest.NewServer(ecommpaytest.WithPageLimit(ecommpayPage),
			ecommpaytest.WithMoves(ecommpaytest.Moves{Arrive: 1, Change: 1, Requests: ecommpayMoves, Seed: w.seed})),
		weather: w,
	}
	for o := range (ecommpaytest.Plan{Operations: w.history, Seed: w.seed, From: ecommpayBegin(), Days: historyDays}).All() {
		f.Seed(o)
		f.ids = append(f.ids, o.OperationID)
	}
	return f, nil
}

type ecommpayFake struct {
	*ecommpaytest.Server
	weather weather
	ids     []string
	changes int
	last    time.Time // by this machine's clock
}

func (f *ecommpayFake) url() string { return f.URL() }
func (f *ecommpayFake) close()      { f.Close() }

func (f *ecommpayFake) storm() {
	for i, fault := range []ecommpaytest.Fault{
		{Status: 503, RetryAfter: "0"}, {Kind: ecommpaytest.FaultResetBefore}, {Kind: ecommpaytest.FaultTruncated}, {Kind: ecommpaytest.FaultHTML, Status: 502},
	} {
		fault.Probability, fault.Seed = faultShare, f.weather.seed+uint64(i)
		f.Inject(fault)
	}
}

func (f *ecommpayFake) change(random *rand.Rand) {
	f.last = time.Now()
	f.changes++
	at := f.last.UTC().Add(-ecommpayBehind)
	if f.weather.late && f.changes%lateEvery == 0 {
		at = at.Add(-ecommpayLate)
	}
	message := fmt.Sprintf("change %d", f.changes)
	if random.IntN(4) == 0 {
		id := fmt.Sprintf("7%09d", f.changes)
		f.ids = append(f.ids, id)
		f.Seed(&ecommpay.Operation{
			ProjectID: "11", OperationID: id, PaymentID: "payment-" + id, OperationType: ecommpay.TypeSale, OperationStatus: ecommpay.StatusProcessing,
			OperationCreatedAt: at, OperationCompletedAt: at, SumInitial: ecommpay.Sum{AmountMinor: 100, Currency: "EUR"}, PaymentProviderMessage: message,
		})
		return
	}
	f.Update(f.ids[random.IntN(len(f.ids))], at, func(o *ecommpay.Operation) {
		o.OperationStatus, o.PaymentProviderMessage = ecommpay.StatusSuccess, message
	})
}

// settle makes the remaining requests between which rows move, and waits until
// the sync may read the last change.
func (f *ecommpayFake) settle(ctx context.Context) error {
	f.ClearFaults()
	client, err := ecommpay.NewClient(f.URL(), ecommpaytest.DefaultCredentials())
	if err != nil {
		return err
	}
	last := f.last.Add(-ecommpayBehind)
	for range ecommpayMoves + 1 {
		if _, err := client.ListOperations(ctx, ecommpay.ListOperationsParams{From: last, To: last}); err != nil {
			return err
		}
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Until(f.last.Add(2 * time.Second))): // it reads whole seconds
		return nil
	}
}

func (f *ecommpayFake) versions() (map[string]string, error) {
	newest := map[string]string{}
	for _, o := range f.Rows(time.Unix(0, 0), time.Now()) {
		v := ecommpayVersion(o)
		newest[v.id] = v.version
	}
	return newest, nil
}

func ecommpayVersion(o *ecommpay.Operation) version {
	return version{o.OperationID, o.PaymentProviderMessage}
}
