package sqltest_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
	"github.com/payclients/payclients-go/transactions/transactionstest"
)

// transactionsSubject tells versions by what was received, as the table does.
type transactionsSubject struct{}

func (transactionsSubject) facts() facts {
	return facts{
		name: "transactions", table: "transactions_transactions", id: "id", text: "request_tr_id", status: "status",
		amount: "request_amount", currency: "request_ccy", day: "date", spoilt: "digest = CAST('older' AS %s)",
		service: "service", walk: "ListTransactions", refused: transactions.ErrForbidden, refusal: ", code error.http.403", secret: transactionstest.DefaultToken, overlapping: true, bytesCount: true, parts: 1,
		refuses: map[string]string{
			`{"id":1}`: "lastModifiedDate is missing",
		},
	}
}

// noon is when the first version of a row was made that has no time of its own.
var noon = time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)

// changed is the last modification of a row.
func (transactionsSubject) changed(r row) time.Time {
	at := noon
	if !r.created.IsZero() {
		at = r.created.UTC()
	}
	return at.Add(time.Duration(r.version) * time.Microsecond)
}

func (s transactionsSubject) json(r row) string {
	text := fmt.Sprintf(`{"id":%d,"lastModifiedDate":%q%s`, r.id, s.changed(r).Format(time.RFC3339Nano), r.members)
	if r.text != "" {
		text += `,"requestTrId":` + encoded(r.text)
	}
	if r.status != "" {
		text += `,"status":` + encoded(r.status)
	}
	if r.currency {
		text += fmt.Sprintf(`,"requestAmount":%d,"requestCcy":978`, r.minor)
	}
	if !r.created.IsZero() {
		text += `,"date":` + encoded(r.created.Format(time.RFC3339Nano))
	}
	return text + "}"
}

func (transactionsSubject) version(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

func (transactionsSubject) stored(t testing.TB, db *sql.DB) map[int64]string {
	t.Helper()
	return pairs(t, db, "SELECT id, digest FROM transactions_transactions", hex.EncodeToString)
}

type transactionsFake struct {
	*transactionstest.Server
	client *transactions.Client
	step   time.Duration // by which each change moves the clock
}

func (transactionsSubject) serve(t testing.TB, n int, o serving) fake {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Millisecond)
	if o.late { // the service's Date header is the machine's, and its clock stays behind that
		now = now.Add(-2 * time.Hour)
	}
	opts := []transactionstest.Option{transactionstest.WithClock(func() time.Time { return now })}
	if o.small {
		opts = append(opts, transactionstest.WithPageLimit(smallPage))
	}
	if o.late {
		opts = append(opts, transactionstest.WithPageLimit(25), transactionstest.WithLateRows(lateEvery, late))
	}
	f := transactionsFake{Server: transactionstest.NewServer(opts...), step: o.step()}
	t.Cleanup(f.Close)
	rows := transactionstest.Generate(transactionstest.Plan{Transactions: n, Seed: 7, From: firstDay, Days: 3})
	for i, row := range rows {
		if o.late { // the clock is right behind the rows, so that some are late
			row.Date = now.Add(time.Duration(i-n) * time.Second)
			row.CreatedDate, row.LastModifiedDate, row.Raw = row.Date, row.Date, nil
		}
		f.Seed(row)
	}
	return f.observed(nil)
}

func (f transactionsFake) observed(then func(int)) fake {
	opts := []transactions.Option{transactions.WithRetry(transactions.RetryPolicy{MaxAttempts: 8, MinWait: time.Microsecond, MaxWait: time.Millisecond})}
	if then != nil {
		made := 0
		opts = append(opts, transactions.WithRateLimit(1e6, 1), transactions.WithObserver(func(context.Context, transactions.Attempt) { made++; then(made) }))
	}
	var err error
	if f.client, err = transactions.NewClient(f.URL(), transactions.StaticToken(transactionstest.DefaultToken), opts...); err != nil {
		panic(err)
	}
	return f
}

func (f transactionsFake) change(id int64) {
	f.Update(id, func(row *transactions.Transaction) { row.SenderGateway = fmt.Sprint("change ", changes.Add(1)) })
	f.Advance(f.step)
}

// changeLate adds rows, because no change of a row is late.
func (f transactionsFake) changeLate(int64) {
	for range lateEvery { // one of which is late
		f.Seed(&transactions.Transaction{})
		f.Advance(f.step)
	}
}

func (f transactionsFake) showLate() { f.Advance(late) }

func (f transactionsFake) seed(r row, raw string) {
	if raw == "" {
		raw = transactionsSubject{}.json(r)
	}
	f.Seed(&transactions.Transaction{ID: r.id, Date: r.created, CreatedDate: r.created, LastModifiedDate: transactionsSubject{}.changed(r), Raw: []byte(raw)})
}

func (f transactionsFake) newest() map[int64]string {
	newest := map[int64]string{}
	for _, row := range f.Rows() {
		if t := new(transactions.Transaction); t.UnmarshalJSON(row.Raw) == nil && !t.LastModifiedDate.IsZero() {
			newest[t.ID] = transactionsSubject{}.version(row.Raw)
		}
	}
	return newest
}

func (f transactionsFake) ids() []int64 { return ascending(f.newest()) }
func (f transactionsFake) refuse(times int) {
	f.Inject(transactionstest.Fault{Status: 403, Times: times})
}
func (f transactionsFake) calm()         { f.ClearFaults() }
func (f transactionsFake) requests() int { return len(f.Requests()) }

func (f transactionsFake) storm() {
	for i, fault := range []transactionstest.Fault{
		{Status: 503, RetryAfter: "0"}, {Kind: transactionstest.FaultResetBefore}, {Kind: transactionstest.FaultTruncated}, {Kind: transactionstest.FaultHTML, Status: 502},
	} {
		fault.Probability, fault.Seed = 0.03, uint64(i)
		f.Inject(fault)
	}
}

type transactionsReplica struct{ *transactionssync.SQLStore }

func (s transactionsSubject) open(d database, db *sql.DB, o options) (replica, error) {
	dialect, opts := transactionssync.SQLite, []transactionssync.StoreOption(nil)
	if d.postgres {
		dialect = transactionssync.PostgreSQL
	}
	if o.apply != nil {
		opts = append(opts, transactionssync.OnApply(func(ctx context.Context, tx *sql.Tx, a transactionssync.Applied) error {
			is := applied{id: a.Row.ID, version: a.Version, told: a.Version, text: a.Row.RequestTrID, backfill: a.Backfill}
			if b := a.Before; b != nil {
				is.before = &before{b.Version, string(b.Status), shown(b.Amount), shown(b.Currency)}
			}
			return o.apply(ctx, tx, is)
		}))
	}
	if o.keepRaw != nil {
		opts = append(opts, transactionssync.KeepRaw(*o.keepRaw))
	}
	switch o.mapRow {
	case mapText:
		opts = append(opts, transactionssync.MapRow(func(r *transactions.Transaction) {
			r.ID, r.LastModifiedDate, r.RequestTrID = 99, r.LastModifiedDate.AddDate(1, 0, 0), "masked"
		}))
	case mapRaw:
		opts = append(opts, transactionssync.MapRow(func(r *transactions.Transaction) { r.Raw = []byte(`{}`) }))
	}
	store, err := transactionssync.NewSQLStore(db, dialect, opts...)
	return transactionsReplica{store}, err
}

func (r transactionsReplica) sentinels() (invalid, fenced, rejected error) {
	return transactionssync.ErrInvalidRequest, transactionssync.ErrFenced, transactionssync.ErrRejected
}

func (r transactionsReplica) load(ctx context.Context, stream string) (int64, string, error) {
	at, err := r.Load(ctx, stream)
	return at.Version, string(at.State), err
}

func (r transactionsReplica) commit(ctx context.Context, stream string, from int64, state string, rows []any, bad []string) (result, error) {
	c := transactionssync.Change{From: transactionssync.Checkpoint{Version: from}, Next: transactionssync.State(state)}
	c.Rows = rowsOf(rows, transactionsSubject{}, (*transactions.Transaction).UnmarshalJSON, func(t *transactions.Transaction, text string, raw []byte) {
		t.RequestTrID, t.Raw = text, raw
	})
	for _, raw := range bad {
		c.Bad = append(c.Bad, transactions.BadRow{Raw: []byte(raw), Err: errBad})
	}
	done, err := r.Commit(ctx, stream, c)
	if err == nil && done.Checkpoint != (transactionssync.Checkpoint{Version: from + 1, State: c.Next}) {
		panic(done.Checkpoint)
	}
	return result{Inserted: done.Inserted, Updated: done.Updated, Unchanged: done.Unchanged}, err
}

func transactionsParams(p params) transactionssync.Params {
	q := transactionssync.Params{Stream: p.stream, Rewind: p.rewind, MaxPages: p.maxPages, From: firstDay}
	if p.part > 1 { // there is one part only, and others come later
		q.From = firstDay.AddDate(0, 0, p.part)
	}
	if p.other {
		q.From = firstDay.AddDate(0, 0, -1)
	}
	return q
}

func (r transactionsReplica) pass(ctx context.Context, f fake, p params) (result, error) {
	done, err := transactionssync.RunOnce(ctx, f.(transactionsFake).client, r, transactionsParams(p))
	return result(done), err
}

// transactionsWatched shows each change before it is committed.
type transactionsWatched struct {
	transactionsReplica
	committing func(rows int, caughtUp time.Duration)
}

func (w transactionsWatched) Commit(ctx context.Context, stream string, c transactionssync.Change) (transactionssync.Commit, error) {
	w.committing(len(c.Rows), c.CaughtUp)
	return w.SQLStore.Commit(ctx, stream, c)
}

func (r transactionsReplica) passing(ctx context.Context, f fake, p params, committing func(int, time.Duration)) (result, error) {
	done, err := transactionssync.RunOnce(ctx, f.(transactionsFake).client, transactionsWatched{r, committing}, transactionsParams(p))
	return result(done), err
}

func (r transactionsReplica) loop(ctx context.Context, f fake, p params, every time.Duration, onPass func(result, error)) error {
	q := transactionsParams(p)
	if onPass != nil {
		q.OnPass = func(done transactionssync.Result, err error) { onPass(result(done), err) }
	}
	return transactionssync.Loop(ctx, f.(transactionsFake).client, r.SQLStore, q, every)
}

func (r transactionsReplica) check(ctx context.Context, f fake, first, last int) (days []day, err error) {
	tashkent := time.FixedZone("UZT", 5*3600) // days are UTC, whatever the zone of the arguments
	from, to := firstDay.AddDate(0, 0, first).Add(20*time.Hour).In(tashkent), firstDay.AddDate(0, 0, last).Add(23*time.Hour).In(tashkent)
	report, err := transactionssync.Check(ctx, f.(transactionsFake).client, r.SQLStore, transactionssync.CheckParams{From: from, To: to})
	for _, d := range report.Days {
		days = append(days, day{d.String(), d.OK(), d.API.Sums, d.Stored.Sums, d.API.Count, d.Rejected, d.Missing, d.Stale, d.Extra})
	}
	if err == nil && report.OK() != !slices.ContainsFunc(days, func(d day) bool { return !d.ok }) {
		panic("a report is not what its days are")
	}
	return days, err
}
