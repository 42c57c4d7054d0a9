package main

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

type vimaSubject struct{}

func (vimaSubject) name() string { return "vima" }

func (vimaSubject) serve(w weather) fake {
	opts := []vimatest.Option{vimatest.WithMaxCount(pageSize)}
	if w.late {
		opts = append(opts, vimatest.WithLateRows(lateEvery, lateFor))
	}
	f := &vimaFake{Server: vimatest.NewServer(opts...), seed: w.seed}
	from := vima.DateOf(time.Now()).AddDays(-historyDays - 1)
	for o := range (vimatest.Plan{Operations: w.history, Seed: w.seed, From: from, Days: historyDays}).All() {
		f.Seed(o)
		f.ids = append(f.ids, o.OperationID)
	}
	return f
}

func (vimaSubject) stored(ctx context.Context, pool *sql.DB) (map[string]string, error) {
	stored := map[string]string{}
	_, err := query(ctx, pool, `SELECT operation_id, operation_update_id FROM vima_operations`, func(rows *sql.Rows) (v version, err error) {
		err = rows.Scan(&v.id, &v.version)
		stored[v.id] = v.version
		return v, err
	})
	return stored, err
}

func (vimaSubject) open(url string, d database, pool *sql.DB, m mode, tell func(event)) (replica, error) {
	client, err := vima.NewClient(url, vima.APIKey(vimatest.DefaultAPIKey),
		vima.WithRetry(vima.RetryPolicy{MaxAttempts: 10, MinWait: time.Microsecond, MaxWait: time.Millisecond}),
		vima.WithObserver(func(vima.Attempt) { tell(fetched) }))
	if err != nil {
		return nil, err
	}
	dialect := vimasync.SQLite
	if d.Kind == postgresql {
		dialect = vimasync.PostgreSQL
	}
	store, err := vimasync.NewSQLStore(pool, dialect, vimasync.OnApply(func(ctx context.Context, tx *sql.Tx, o *vima.Operation) error {
		tell(applying)
		return d.record(ctx, tx, vimaVersion(o))
	}))
	if err != nil {
		return nil, err
	}
	r := &vimaReplica{client: client, store: store, mode: m, tell: tell, naive: naive{
		database: d, pool: pool, source: "vima", tell: tell,
		upsert: `INSERT INTO vima_operations (operation_id, operation_update_id, client_operation_id, reference_id, project, method,
status, current_status, payment_status, payment_method_code, currency, requested_currency, complete_currency, fee_currency)
VALUES (?, ?, '', '', '', '', '', '', '', '', '', '', '', '')
ON CONFLICT (operation_id) DO UPDATE SET operation_update_id = excluded.operation_update_id`,
	}}
	if !m.rewinds() {
		r.params.Rewind = -1
	}
	return r, nil
}

// vimaFake makes changes at the present time, as the live service does.
type vimaFake struct {
	*vimatest.Server
	seed uint64
	ids  []string
	last int64 // cursor
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

// settle asks for everything once, and then as often as late rows stay away.
func (f *vimaFake) settle(ctx context.Context) error {
	f.ClearFaults()
	client, err := vima.NewClient(f.URL(), vima.APIKey(vimatest.DefaultAPIKey))
	if err != nil {
		return err
	}
	for _, err := range client.AllOperations(ctx, vima.ListOperationsParams{}) {
		if err != nil {
			return err
		}
	}
	for range lateFor {
		if _, err := client.ListOperations(ctx, vima.ListOperationsParams{Count: 1}); err != nil {
			return err
		}
	}
	return nil
}

func (f *vimaFake) versions() (map[string]string, error) {
	newest := map[string]string{}
	for _, raw := range f.Rows() {
		var o vima.Operation
		if err := o.UnmarshalJSON(raw); err != nil {
			return nil, err
		}
		newest[o.OperationID] = o.OperationUpdateID
	}
	return newest, nil
}

func vimaVersion(o *vima.Operation) version { return version{o.OperationID, o.OperationUpdateID} }

type vimaReplica struct {
	client *vima.Client
	store  *vimasync.SQLStore
	params vimasync.Params
	mode   mode
	tell   func(event)
	naive  naive
}

func (r *vimaReplica) migrate(ctx context.Context) error { return r.store.Migrate(ctx) }

func (r *vimaReplica) pass(ctx context.Context) (outcome, error) {
	var store vimasync.Store = r.store
	if r.mode == split || r.mode == noFence {
		store = &vimaWrong{r}
	}
	result, err := vimasync.RunOnce(ctx, r.client, store, r.params)
	if errors.Is(err, vimasync.ErrFenced) {
		return outcome{fenced: true}, nil
	}
	return outcome{changed: result.Inserted + result.Updated, caughtUp: result.CaughtUp}, err
}

func (r *vimaReplica) loop(ctx context.Context) (failed error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	p := r.params
	p.OnPass = func(_ vimasync.Result, err error) {
		switch {
		case errors.Is(err, vimasync.ErrFenced):
			r.tell(fenced)
		case errors.Is(err, context.DeadlineExceeded): // a database that is too busy to give the lease in time: it is asked again
		case err == nil:
			r.tell(passed)
		case ctx.Err() == nil:
			failed = err
			stop()
		}
	}
	if err := vimasync.Loop(ctx, r.client, r.store, p, betweenPasses); err != nil {
		return err
	}
	return failed
}

// vimaWrong is a Store that leaves out what Commit promises.
type vimaWrong struct{ *vimaReplica }

func (w *vimaWrong) Load(ctx context.Context, stream string) (vimasync.Checkpoint, error) {
	return w.store.Load(ctx, stream)
}

func (w *vimaWrong) Commit(ctx context.Context, stream string, from vimasync.Checkpoint, next vimasync.State, rows []*vima.Operation, bad []vima.BadRow) (vimasync.Checkpoint, error) {
	if w.mode == noFence {
		versions := make([]version, len(rows))
		for i, o := range rows {
			versions[i] = vimaVersion(o)
		}
		err := w.naive.commit(ctx, stream, string(next), versions)
		return vimasync.Checkpoint{Version: from.Version + 1, State: next}, err
	}
	at, err := w.store.Commit(ctx, stream, from, next, nil, nil)
	if err != nil {
		return at, err
	}
	apart, err := w.Load(ctx, "rows")
	if err != nil {
		return at, err
	}
	_, err = w.store.Commit(ctx, "rows", apart, "{}", rows, bad)
	return at, err
}
