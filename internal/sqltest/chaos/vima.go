package main

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// vimaSubject identifies versions by operation_update_id.
type vimaSubject struct{}

func (vimaSubject) name() string { return "vima" }

// controls use little history: what is lost of it comes again with changes.
func (vimaSubject) controls() map[mode]int {
	return map[mode]int{noFence: 5, split: 5, noRewind: 5, dayEnds: 2, cursorAtEnd: 2, rewindFromEnd: 2}
}

func (vimaSubject) stored(ctx context.Context, pool *sql.DB) (map[string]string, error) {
	return versions(ctx, pool, `SELECT operation_id, operation_update_id FROM vima_operations`)
}

func (vimaSubject) open(url string, d database, pool *sql.DB, m mode, tell func(event)) (replica, error) {
	client, err := vima.NewClient(url, vima.APIKey(vimatest.DefaultAPIKey),
		vima.WithRetry(vima.RetryPolicy{MaxAttempts: attempts, MinWait: time.Microsecond, MaxWait: time.Millisecond}),
		vima.WithObserver(func(context.Context, vima.Attempt) { tell(fetched) }))
	if err != nil {
		return replica{}, err
	}
	dialect := vimasync.SQLite
	if d.Kind == postgresql {
		dialect = vimasync.PostgreSQL
	}
	right, err := vimasync.NewSQLStore(pool, dialect, vimasync.OnApply(func(ctx context.Context, tx *sql.Tx, a vimasync.Applied) error {
		tell(applying)
		return d.record(ctx, tx, vimaVersion(a.Row))
	}))
	if err != nil {
		return replica{}, err
	}
	var store vimasync.Store = right
	if m == split || m == noFence {
		store = &wrong[vimasync.Checkpoint, vimasync.Change, vimasync.Commit]{
			store: right, mode: m,
			parts: func(c vimasync.Change) (string, []version) { return string(c.Next), each(c.Rows, vimaVersion) },
			head:  func(c vimasync.Change) vimasync.Change { return vimasync.Change{From: c.From, Next: c.Next} },
			rest: func(c vimasync.Change, from vimasync.Checkpoint) vimasync.Change {
				return vimasync.Change{From: from, Next: c.Next, Rows: c.Rows, Bad: c.Bad}
			},
			done: func(to vimasync.Checkpoint, counts vimasync.Commit) vimasync.Commit {
				counts.Checkpoint = to
				return counts
			},
			at: func(c vimasync.Commit) vimasync.Checkpoint { return c.Checkpoint },
			naive: naive{database: d, pool: pool, source: "vima", tell: tell, upsert: func(ctx context.Context, tx *sql.Tx, v version) error {
				_, err := tx.ExecContext(ctx, d.bind(`INSERT INTO vima_operations (operation_id, operation_update_id, client_operation_id, reference_id,
project, method, status, current_status, payment_status, payment_method_code, currency, requested_currency, complete_currency, fee_currency)
VALUES (?, ?, '', '', '', '', '', '', '', '', '', '', '', '')
ON CONFLICT (operation_id) DO UPDATE SET operation_update_id = excluded.operation_update_id`), v.id, v.version)
				return err
			}},
		}
	}
	params := vimasync.Params{Rewind: m.rewind()}
	runOnce := func(ctx context.Context) (int, bool, error) {
		r, err := vimasync.RunOnce(ctx, client, store, params)
		return r.Inserted + r.Updated, r.CaughtUp, err
	}
	if m.ranges() {
		runOnce = vimaStart{client: client, store: store, mode: m, params: params}.runOnce
	}
	return replica{
		migrate: right.Migrate, isFence: vimasync.ErrFenced, again: errTurned, runOnce: runOnce,
		runLoop: func(ctx context.Context, told func(error)) error {
			p := params
			p.OnPass = func(_ vimasync.Result, err error) { told(err) }
			return vimasync.Loop(ctx, client, right, p, betweenPasses)
		},
	}, nil
}

// vimaLate is how late a late version is.
const vimaLate = 2 * time.Second

func (vimaSubject) serve(ctx context.Context, w weather) (fake, error) {
	opts := []vimatest.Option{vimatest.WithPageLimit(pageSize)}
	if w.late {
		opts = append(opts, vimatest.WithLateRows(lateEvery, vimaLate))
	}
	days := historyDays
	if w.ranges {
		days = startDays
		opts = append(opts, vimatest.WithShortDays())
	}
	f := &vimaFake{Server: vimatest.NewServer(opts...), seed: w.seed}
	from := vima.DateOf(time.Now()).AddDays(-days - 1)
	for o := range (vimatest.Plan{Operations: w.history, Seed: w.seed, From: from, Days: days}).All() {
		f.Seed(o)
		f.ids = append(f.ids, o.OperationID)
	}
	if w.ranges {
		f.older = seedBorders(f.Server, from)
	}
	return f, f.settle(ctx)
}

// vimaFake makes changes at the present time, as the live service does.
type vimaFake struct {
	*vimatest.Server
	seed uint64
	ids  []string
	last int64 // cursor of the last change
	// older holds the versions of operations from before Params.From, which are
	// copied only when they change.
	older map[string]string
}

func (f *vimaFake) url() string { return f.URL() }
func (f *vimaFake) close()      { f.Close() }

func (f *vimaFake) storm() {
	for i, fault := range []vimatest.Fault{
		{Status: 503, RetryAfter: "0"}, {Kind: vimatest.FaultResetBefore}, {Kind: vimatest.FaultTruncated}, {Kind: vimatest.FaultHTML, Status: 502},
	} {
		fault.Probability, fault.Seed = faultShare, f.seed+uint64(i)
		f.Inject(fault)
	}
}

func (f *vimaFake) change(random *rand.Rand) {
	now := time.Now().UTC().Truncate(time.Millisecond)
	present, _ := strconv.ParseInt(vima.CursorAt(now), 10, 64)
	f.last = max(f.last+1, present)
	cursor := strconv.FormatInt(f.last, 10)
	if random.IntN(4) == 0 {
		f.ids = append(f.ids, cursor)
		f.Seed(&vima.Operation{
			OperationID: cursor, OperationCreateID: cursor, OperationUpdateID: cursor, OperationCreatedAt: now, OperationModifiedAt: now,
			ClientOperationID: cursor, Project: vima.ProjectMonetix, CurrentStatus: vima.StatusInProcess,
		})
		return
	}
	f.Update(f.ids[random.IntN(len(f.ids))], func(o *vima.Operation) {
		o.OperationUpdateID, o.OperationModifiedAt, o.CurrentStatus = cursor, now, vima.StatusSuccess
	})
}

// settle moves the clock until late versions are visible.
func (f *vimaFake) settle(context.Context) error {
	f.ClearFaults()
	f.Advance(vimaLate)
	return nil
}

func (f *vimaFake) versions() (map[string]string, error) {
	newest := map[string]string{}
	for _, raw := range f.Rows() {
		var o vima.Operation
		if err := o.UnmarshalJSON(raw); err != nil {
			return nil, err
		}
		if f.older[o.OperationID] != o.OperationUpdateID {
			newest[o.OperationID] = o.OperationUpdateID
		}
	}
	return newest, nil
}

func vimaVersion(o *vima.Operation) version { return version{o.OperationID, o.OperationUpdateID} }
