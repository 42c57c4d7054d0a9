package sqltest_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

// ecommpaySubject tells versions by all fields, because the same one is spelled in
// several ways.
type ecommpaySubject struct{}

func (ecommpaySubject) facts() facts {
	refused := refusedIDs("operation_id", `,"operation_status":"success"`, nil)
	return facts{
		name: "ecommpay", table: "ecommpay_operations", id: "operation_id", text: "payment_id", status: "operation_status",
		amount: "amount_minor", currency: "currency", day: "operation_created_at", spoilt: "digest = CAST('older' AS %s)",
		keepsRaw: true, service: "ecommpay", walk: "ListOperations", refused: ecommpay.ErrForbidden, stalled: ecommpay.ErrPaginationStalled,
		secret: ecommpaytest.DefaultCredentials().Secret, bigID: "18446744073709551615", lastCounts: true, bytesCount: true, parts: 2, refuses: refused,
	}
}

func (ecommpaySubject) json(r row) string {
	text := fmt.Sprintf(`{"operation_id":"%d","payment_provider_message":"version %d"%s`, r.id, r.version, r.members)
	if r.text != "" {
		text += `,"payment_id":` + encoded(r.text)
	}
	if r.status != "" {
		text += `,"operation_status":` + encoded(r.status)
	}
	if r.currency {
		text += fmt.Sprintf(`,"sum_initial":{"amount":%d,"currency":"EUR"}`, r.minor)
	}
	if !r.created.IsZero() {
		text += `,"operation_created_at":` + encoded(r.created.Format(time.RFC3339Nano))
	}
	return text + "}"
}

// version is that of an operation, however it is spelled.
func (ecommpaySubject) version(o ecommpay.Operation) string {
	o.Raw = nil
	raw, err := o.MarshalJSON()
	if err != nil {
		return "of no JSON"
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8])
}

func (s ecommpaySubject) stored(t testing.TB, db *sql.DB) map[int64]string {
	t.Helper()
	return pairs(t, db, "SELECT operation_id, raw FROM ecommpay_operations", func(raw []byte) string {
		var o ecommpay.Operation
		require.NoError(t, o.UnmarshalJSON(raw))
		return s.version(o)
	})
}

type ecommpayFake struct {
	*ecommpaytest.Server
	client *ecommpay.Client
}

func (ecommpaySubject) serve(t testing.TB, n int, o serving) fake {
	t.Helper()
	var opts []ecommpaytest.Option
	if o.small {
		opts = append(opts, ecommpaytest.WithPageLimit(smallPage))
	}
	if o.moves {
		opts = append(opts, ecommpaytest.WithPageLimit(25),
			ecommpaytest.WithMoves(ecommpaytest.Moves{Leave: 3, Arrive: 2, Change: 2, Requests: 20, Seed: 3}))
	}
	f := ecommpayFake{Server: ecommpaytest.NewServer(opts...)}
	t.Cleanup(f.Close)
	f.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: n, Seed: 7, From: firstDay, Days: 3})...)
	return f.observed(nil)
}

func (f ecommpayFake) observed(then func(int)) fake {
	opts := []ecommpay.Option{ecommpay.WithRetry(ecommpay.RetryPolicy{MaxAttempts: 8, MinWait: time.Microsecond, MaxWait: time.Millisecond})}
	if then != nil {
		made := 0
		opts = append(opts, ecommpay.WithRateLimit(1e6, 1), ecommpay.WithObserver(func(context.Context, ecommpay.Attempt) { made++; then(made) }))
	}
	var err error
	if f.client, err = ecommpay.NewClient(f.URL(), ecommpaytest.DefaultCredentials(), opts...); err != nil {
		panic(err)
	}
	return f
}

// changes counts updates, so that no two versions are alike.
var changes atomic.Int64

func (f ecommpayFake) touch(id int64, ago time.Duration) {
	f.Update(idText(id), time.Now().Add(-ago), func(o *ecommpay.Operation) {
		o.PaymentProviderMessage = fmt.Sprint("update ", changes.Add(1))
	})
}

func (f ecommpayFake) change(id int64)     { f.touch(id, time.Minute) } // what is younger than some seconds is not read yet
func (f ecommpayFake) changeLate(id int64) { f.touch(id, 8*time.Minute) }
func (f ecommpayFake) showLate()           {} // it is visible at once, behind what was read

func (f ecommpayFake) seed(r row, raw string) {
	if raw == "" {
		raw = ecommpaySubject{}.json(r)
	}
	o := &ecommpay.Operation{OperationID: idText(r.id), OperationCreatedAt: r.created, Raw: []byte(raw)}
	if r.created.IsZero() {
		o.OperationCreatedAt = time.Now().Add(-time.Minute)
	}
	f.Seed(o)
}

func (f ecommpayFake) newest() map[int64]string {
	newest := map[int64]string{}
	for _, served := range f.Rows(firstDay.AddDate(-1, 0, 0), time.Now().AddDate(1, 0, 0)) {
		o := new(ecommpay.Operation)
		if id, ok := decoded(o.UnmarshalJSON(served.Raw), &o.OperationID); ok {
			newest[id] = ecommpaySubject{}.version(*o)
		}
	}
	return newest
}

func (f ecommpayFake) ids() []int64     { return ascending(f.newest()) }
func (f ecommpayFake) refuse(times int) { f.Inject(ecommpaytest.Fault{Status: 403, Times: times}) }
func (f ecommpayFake) calm()            { f.ClearFaults() }
func (f ecommpayFake) requests() int    { return len(f.Requests()) }

func (f ecommpayFake) storm() {
	for i, fault := range []ecommpaytest.Fault{
		{Status: 503, RetryAfter: "0"}, {Kind: ecommpaytest.FaultResetBefore}, {Kind: ecommpaytest.FaultTruncated}, {Kind: ecommpaytest.FaultHTML, Status: 502},
	} {
		fault.Probability, fault.Seed = 0.03, uint64(i)
		f.Inject(fault)
	}
}

type ecommpayReplica struct{ *ecommpaysync.SQLStore }

func (s ecommpaySubject) open(d database, db *sql.DB, o options) (replica, error) {
	dialect, opts := ecommpaysync.SQLite, []ecommpaysync.StoreOption(nil)
	if d.postgres {
		dialect = ecommpaysync.PostgreSQL
	}
	if o.apply != nil {
		opts = append(opts, ecommpaysync.OnApply(func(ctx context.Context, tx *sql.Tx, a ecommpaysync.Applied) error {
			id, _ := decoded(nil, &a.Row.OperationID)
			is := applied{id: id, version: s.version(*a.Row), told: a.Version, text: a.Row.PaymentID, backfill: a.Backfill}
			if b := a.Before; b != nil {
				is.before = &before{b.Version, string(b.Status), shown(b.Amount), b.Currency}
			}
			return o.apply(ctx, tx, is)
		}))
	}
	if o.keepRaw != nil {
		opts = append(opts, ecommpaysync.KeepRaw(*o.keepRaw))
	}
	switch o.mapRow {
	case mapText:
		opts = append(opts, ecommpaysync.MapRow(func(r *ecommpay.Operation) { r.OperationID, r.PaymentID = "99", "masked" }))
	case mapRaw:
		opts = append(opts, ecommpaysync.MapRow(func(r *ecommpay.Operation) { r.Raw = []byte(`{}`) }))
	}
	store, err := ecommpaysync.NewSQLStore(db, dialect, opts...)
	return ecommpayReplica{store}, err
}

func (r ecommpayReplica) sentinels() (invalid, fenced, rejected error) {
	return ecommpaysync.ErrInvalidRequest, ecommpaysync.ErrFenced, ecommpaysync.ErrRejected
}

func (r ecommpayReplica) load(ctx context.Context, stream string) (int64, string, error) {
	at, err := r.Load(ctx, stream)
	return at.Version, string(at.State), err
}

func (r ecommpayReplica) commit(ctx context.Context, stream string, from int64, state string, rows []any, bad []string) (result, error) {
	c := ecommpaysync.Change{From: ecommpaysync.Checkpoint{Version: from}, Next: ecommpaysync.State(state)}
	c.Rows = rowsOf(rows, ecommpaySubject{}, (*ecommpay.Operation).UnmarshalJSON, func(o *ecommpay.Operation, text string, raw []byte) {
		o.PaymentID, o.Raw = text, raw
	})
	for _, raw := range bad {
		c.Bad = append(c.Bad, ecommpay.BadRow{Raw: []byte(raw), Err: errBad})
	}
	done, err := r.Commit(ctx, stream, c)
	if err == nil && done.Checkpoint != (ecommpaysync.Checkpoint{Version: from + 1, State: c.Next}) {
		panic(done.Checkpoint)
	}
	return result{Inserted: done.Inserted, Updated: done.Updated, Unchanged: done.Unchanged}, err
}

func ecommpayParams(p params) ecommpaysync.Params {
	q := ecommpaysync.Params{Stream: p.stream, Rewind: p.rewind, MaxPages: p.maxPages, From: firstDay}
	if p.part > 0 {
		q.ProjectIDs = []string{idText(int64(10 + p.part))}
	}
	if p.other {
		q.ProjectIDs = []string{"5"}
	}
	return q
}

func (r ecommpayReplica) pass(ctx context.Context, f fake, p params) (result, error) {
	done, err := ecommpaysync.RunOnce(ctx, f.(ecommpayFake).client, r, ecommpayParams(p))
	return result(done), err
}

// ecommpayWatched shows each change before it is committed.
type ecommpayWatched struct {
	ecommpayReplica
	committing func(rows int, caughtUp time.Duration)
}

func (w ecommpayWatched) Commit(ctx context.Context, stream string, c ecommpaysync.Change) (ecommpaysync.Commit, error) {
	w.committing(len(c.Rows), c.CaughtUp)
	return w.SQLStore.Commit(ctx, stream, c)
}

func (r ecommpayReplica) passing(ctx context.Context, f fake, p params, committing func(int, time.Duration)) (result, error) {
	done, err := ecommpaysync.RunOnce(ctx, f.(ecommpayFake).client, ecommpayWatched{r, committing}, ecommpayParams(p))
	return result(done), err
}

func (r ecommpayReplica) loop(ctx context.Context, f fake, p params, every time.Duration, onPass func(result, error)) error {
	q := ecommpayParams(p)
	if onPass != nil {
		q.OnPass = func(done ecommpaysync.Result, err error) { onPass(result(done), err) }
	}
	return ecommpaysync.Loop(ctx, f.(ecommpayFake).client, r.SQLStore, q, every)
}

func (r ecommpayReplica) check(ctx context.Context, f fake, first, last int) (days []day, err error) {
	report, err := ecommpaysync.Check(ctx, f.(ecommpayFake).client, r.SQLStore, ecommpaysync.CheckParams{
		From: firstDay.AddDate(0, 0, first), To: firstDay.AddDate(0, 0, last),
	})
	for _, d := range report.Days {
		days = append(days, day{d.String(), d.OK(), d.API.Sums, d.Stored.Sums, d.API.Count, d.Rejected, d.Missing, d.Stale, d.Extra})
	}
	if err == nil && report.OK() != !slices.ContainsFunc(days, func(d day) bool { return !d.ok }) {
		panic("a report is not what its days are")
	}
	return days, err
}

// The row says by which commit it was stored last.
func TestEcommpayCheckpointColumn(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d database) {
		t := d.t
		db, s := d.pool(t), ecommpaySubject{}
		r := d.store(t, s, db, options{})
		for _, rows := range [][]row{
			{{id: 1, version: 1}, {id: 2, version: 1}}, {{id: 1, version: 1}, {id: 2, version: 2}}, nil, {{id: 3, version: 1}},
		} {
			_, err := put(t, r, jsons(s, rows...)...)
			require.NoError(t, err)
		}
		for id, want := range map[string]string{"1": "1", "2": "2", "3": "4"} {
			assert.Equal(t, want, text(t, db, "SELECT checkpoint FROM ecommpay_operations WHERE operation_id = "+id))
		}
	})
}

// A day's operations that were updated later belong to it, and projects are
// compared with themselves.
func TestEcommpayCheckOfProjects(t *testing.T) {
	t.Parallel()
	d, s := sqlite(t), ecommpaySubject{}
	f, db := s.serve(t, 90, serving{}).(ecommpayFake), d.pool(t)
	for _, id := range f.ids()[:20] {
		f.change(id)
	}
	r := d.store(t, s, db, options{}).(ecommpayReplica)
	catchUp(t, r, f, params{})
	execute(t, db, "DELETE FROM ecommpay_operations WHERE project_id = '11'")
	report, err := ecommpaysync.Check(t.Context(), f.client, r.SQLStore, ecommpaysync.CheckParams{From: firstDay, To: firstDay, ProjectIDs: []string{"12", "12"}})
	require.NoError(t, err)
	require.True(t, report.OK(), report)
	_, err = ecommpaysync.Check(t.Context(), nil, nil, ecommpaysync.CheckParams{From: firstDay.AddDate(0, 0, 1), To: firstDay, ProjectIDs: []string{"x"}})
	require.EqualError(t, err, "ecommpaysync: invalid request: c: must not be nil; s: must not be nil; "+
		"From: must be a time from 1970 to 9999, of a day that is not after To's; ProjectIDs: must be decimal numbers; none at all is all of them")
}
