package sqltest_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// vimaSubject tells versions by operation_update_id.
type vimaSubject struct{}

func (vimaSubject) facts() facts {
	return facts{
		name: "vima", table: "vima_operations", id: "operation_id", text: "client_operation_id", status: "status",
		amount: "amount", currency: "currency", day: "operation_created_at", spoilt: "operation_update_id = 1",
		keepsRaw: true, service: "collector", walk: "ListOperations", refused: vima.ErrForbidden,
		secret: vimatest.DefaultAPIKey, bigID: "18446744073709551615", overlapping: true, parts: 3,
		refuses: refusedIDs("operation_id", `,"operation_update_id":"1"`, refusedIDs("operation_update_id", `,"operation_id":"1"`, nil)),
	}
}

// refusedIDs are rows with an id that is not a number of 63 bits, and what is said of
// them, and more of them.
func refusedIDs(member, others string, more map[string]string) map[string]string {
	refused := map[string]string{}
	for _, id := range []string{"abc", "-1", "+1", "1.0", "0x1", "9223372036854775808", "99999999999999999999999"} {
		refused[`{"`+member+`":"`+id+`"`+others+`}`] = member + " must be a number of at most 63 bits"
	}
	for row, want := range more {
		refused[row] = want
	}
	return refused
}

func (vimaSubject) json(r row) string {
	text := fmt.Sprintf(`{"operation_id":"%d","operation_create_id":"%d","operation_update_id":"%d"%s`, r.id, r.id, r.id+int64(r.version), r.members)
	if r.text != "" {
		text += `,"client_operation_id":` + encoded(r.text)
	}
	if r.status != "" {
		text += `,"current_status":` + encoded(r.status)
	}
	if r.currency {
		text += fmt.Sprintf(`,"complete_amount":%d.%02d,"complete_currency":"EUR"`, r.minor/100, r.minor%100)
	}
	if !r.created.IsZero() {
		text += `,"operation_created_at":` + encoded(r.created.Format(time.RFC3339Nano))
	}
	return text + "}"
}

func (vimaSubject) stored(t testing.TB, db *sql.DB) map[int64]string {
	t.Helper()
	return pairs(t, db, "SELECT operation_id, operation_update_id FROM vima_operations", func(version []byte) string { return string(version) })
}

type vimaFake struct {
	*vimatest.Server
	client *vima.Client
	step   time.Duration // by which each change moves the clock
}

func (vimaSubject) serve(t testing.TB, n int, o serving) fake {
	t.Helper()
	var opts []vimatest.Option
	if o.small {
		opts = append(opts, vimatest.WithPageLimit(smallPage))
	}
	if o.late {
		opts = append(opts, vimatest.WithPageLimit(25), vimatest.WithLateRows(lateEvery, late))
	}
	f := vimaFake{Server: vimatest.NewServer(opts...), step: o.step()}
	t.Cleanup(f.Close)
	f.Seed(vimatest.Generate(vimatest.Plan{Operations: n, Seed: 7, From: vima.DateOf(firstDay), Days: 3})...)
	return f.observed(nil)
}

func (f vimaFake) observed(then func(int)) fake {
	opts := []vima.Option{vima.WithRetry(vima.RetryPolicy{MaxAttempts: 8, MinWait: time.Microsecond, MaxWait: time.Millisecond})}
	if then != nil {
		made := 0
		opts = append(opts, vima.WithRateLimit(1e6, 1), vima.WithObserver(func(context.Context, vima.Attempt) { made++; then(made) }))
	}
	var err error
	if f.client, err = vima.NewClient(f.URL(), vima.APIKey(vimatest.DefaultAPIKey), opts...); err != nil {
		panic(err)
	}
	return f
}

func (f vimaFake) change(id int64) {
	f.Update(idText(id), func(o *vima.Operation) { o.CurrentStatus = vima.StatusFail })
	f.Advance(f.step)
}
func (f vimaFake) changeLate(id int64) { f.change(id) }
func (f vimaFake) showLate()           { f.Advance(late) }

func (f vimaFake) seed(r row, raw string) {
	if raw == "" {
		raw = vimaSubject{}.json(r)
	}
	id := idText(r.id)
	f.Seed(&vima.Operation{OperationID: id, OperationCreateID: id, OperationUpdateID: id, OperationCreatedAt: r.created, Raw: []byte(raw)})
}

func (f vimaFake) newest() map[int64]string {
	newest := map[int64]string{}
	for _, raw := range f.Rows() {
		o := new(vima.Operation)
		if id, ok := decoded(o.UnmarshalJSON(raw), &o.OperationID); ok {
			newest[id] = o.OperationUpdateID
		}
	}
	return newest
}

func (f vimaFake) ids() []int64     { return ascending(f.newest()) }
func (f vimaFake) refuse(times int) { f.Inject(vimatest.Fault{Status: 403, Times: times}) }
func (f vimaFake) calm()            { f.ClearFaults() }
func (f vimaFake) requests() int    { return len(f.Requests()) }

func (f vimaFake) storm() {
	for i, fault := range []vimatest.Fault{
		{Status: 503, RetryAfter: "0"}, {Kind: vimatest.FaultResetBefore}, {Kind: vimatest.FaultTruncated}, {Kind: vimatest.FaultHTML, Status: 502},
	} {
		fault.Probability, fault.Seed = 0.03, uint64(i)
		f.Inject(fault)
	}
}

type vimaReplica struct{ *vimasync.SQLStore }

func (vimaSubject) open(d database, db *sql.DB, o options) (replica, error) {
	dialect, opts := vimasync.SQLite, []vimasync.StoreOption(nil)
	if d.postgres {
		dialect = vimasync.PostgreSQL
	}
	if o.apply != nil {
		opts = append(opts, vimasync.OnApply(func(ctx context.Context, tx *sql.Tx, a vimasync.Applied) error {
			id, _ := decoded(nil, &a.Row.OperationID)
			is := applied{id: id, version: a.Version, told: a.Version, text: a.Row.ClientOperationID, backfill: a.Backfill}
			if b := a.Before; b != nil {
				is.before = &before{b.Version, string(b.Status), shown(b.Amount), b.Currency}
			}
			return o.apply(ctx, tx, is)
		}))
	}
	if o.keepRaw != nil {
		opts = append(opts, vimasync.KeepRaw(*o.keepRaw))
	}
	switch o.mapRow {
	case mapText:
		opts = append(opts, vimasync.MapRow(func(r *vima.Operation) {
			r.OperationID, r.OperationCreateID, r.OperationUpdateID, r.ClientOperationID = "99", "98", "97", "masked"
		}))
	case mapRaw:
		opts = append(opts, vimasync.MapRow(func(r *vima.Operation) { r.Raw = []byte(`{}`) }))
	}
	store, err := vimasync.NewSQLStore(db, dialect, opts...)
	return vimaReplica{store}, err
}

func (r vimaReplica) sentinels() (invalid, fenced, rejected error) {
	return vimasync.ErrInvalidRequest, vimasync.ErrFenced, vimasync.ErrRejected
}

func (r vimaReplica) load(ctx context.Context, stream string) (int64, string, error) {
	at, err := r.Load(ctx, stream)
	return at.Version, string(at.State), err
}

func (r vimaReplica) commit(ctx context.Context, stream string, from int64, state string, rows []any, bad []string) (result, error) {
	c := vimasync.Change{From: vimasync.Checkpoint{Version: from}, Next: vimasync.State(state)}
	c.Rows = rowsOf(rows, vimaSubject{}, (*vima.Operation).UnmarshalJSON, func(o *vima.Operation, text string, raw []byte) {
		o.ClientOperationID, o.Raw = text, raw
	})
	for _, raw := range bad {
		c.Bad = append(c.Bad, vima.BadRow{Raw: []byte(raw), Err: errBad})
	}
	done, err := r.Commit(ctx, stream, c)
	if err == nil && done.Checkpoint != (vimasync.Checkpoint{Version: from + 1, State: c.Next}) {
		panic(done.Checkpoint)
	}
	return result{Inserted: done.Inserted, Updated: done.Updated, Unchanged: done.Unchanged}, err
}

func vimaParams(p params) vimasync.Params {
	projects := []string{"", vima.ProjectMonetix, vima.ProjectCaroussel, vima.Project91Game}
	q := vimasync.Params{Stream: p.stream, Rewind: p.rewind, MaxPages: p.maxPages, Project: projects[p.part]}
	if p.other {
		q.Project = "another"
	}
	return q
}

func (r vimaReplica) pass(ctx context.Context, f fake, p params) (result, error) {
	done, err := vimasync.RunOnce(ctx, f.(vimaFake).client, r, vimaParams(p))
	return vimaResult(done), err
}

func vimaResult(r vimasync.Result) result {
	return result{r.Inserted, r.Updated, r.Unchanged, r.Rejected, r.Pages, r.Lag, r.CaughtUp}
}

// vimaWatched shows each change before it is committed.
type vimaWatched struct {
	vimaReplica
	committing func(rows int, caughtUp time.Duration)
}

func (w vimaWatched) Commit(ctx context.Context, stream string, c vimasync.Change) (vimasync.Commit, error) {
	w.committing(len(c.Rows), c.CaughtUp)
	return w.SQLStore.Commit(ctx, stream, c)
}

func (r vimaReplica) passing(ctx context.Context, f fake, p params, committing func(int, time.Duration)) (result, error) {
	done, err := vimasync.RunOnce(ctx, f.(vimaFake).client, vimaWatched{r, committing}, vimaParams(p))
	return vimaResult(done), err
}

func (r vimaReplica) loop(ctx context.Context, f fake, p params, every time.Duration, onPass func(result, error)) error {
	q := vimaParams(p)
	if onPass != nil {
		q.OnPass = func(done vimasync.Result, err error) { onPass(vimaResult(done), err) }
	}
	return vimasync.Loop(ctx, f.(vimaFake).client, r.SQLStore, q, every)
}

func (r vimaReplica) check(ctx context.Context, f fake, first, last int) (days []day, err error) {
	from := vima.DateOf(firstDay)
	report, err := vimasync.Check(ctx, f.(vimaFake).client, r.SQLStore, vimasync.CheckParams{From: from.AddDays(first), To: from.AddDays(last)})
	for _, d := range report.Days {
		days = append(days, day{d.String(), d.OK(), d.API.Sums, d.Stored.Sums, d.API.Count, d.Rejected, d.Missing, d.Stale, d.Extra})
	}
	if err == nil && report.OK() != !slices.ContainsFunc(days, func(d day) bool { return !d.ok }) {
		panic("a report is not what its days are")
	}
	return days, err
}

// A project is compared with itself; the others' faults are theirs.
func TestVimaCheckOfProjects(t *testing.T) {
	t.Parallel()
	d, s := sqlite(t), vimaSubject{}
	f, db := s.serve(t, 90, serving{}).(vimaFake), d.pool(t)
	r := d.store(t, s, db, options{}).(vimaReplica)
	catchUp(t, r, f, params{})
	execute(t, db, "DELETE FROM vima_operations WHERE project = '"+vima.ProjectCaroussel+"'")
	day := vima.DateOf(firstDay)
	days := vimasync.CheckParams{From: day, To: day, Projects: []string{vima.ProjectMonetix, vima.Project91Game, vima.ProjectMonetix}}
	report, err := vimasync.Check(t.Context(), f.client, r.SQLStore, days)
	require.NoError(t, err)
	require.True(t, report.OK(), report)
	require.Positive(t, report.Days[0].API.Count)
	require.Less(t, report.Days[0].API.Count, 30)
	require.Equal(t, []string{vima.ProjectMonetix, vima.Project91Game, vima.ProjectMonetix}, days.Projects, "the caller's")
	_, err = vimasync.Check(t.Context(), nil, nil, vimasync.CheckParams{From: day, To: day.AddDays(-1), Projects: []string{vima.ProjectMonetix, ""}})
	require.EqualError(t, err, "vimasync: invalid request: c: must not be nil; s: must not be nil; "+
		"From: must be a day that is not after To; Projects: must not hold an empty string; leave Projects empty for all projects")
	for _, days := range []vimasync.CheckParams{{From: vima.Date{Year: 2026, Month: 2, Day: 30}, To: day}, {From: day, To: vima.Date{Year: 9999, Month: 2, Day: 30}}} {
		_, err = vimasync.Check(t.Context(), f.client, r.SQLStore, days)
		require.ErrorIs(t, err, vimasync.ErrInvalidRequest)
		require.ErrorContains(t, err, "From and To: must be days of the calendar")
	}
}
