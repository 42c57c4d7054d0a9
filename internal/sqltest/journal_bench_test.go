package sqltest_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finikjournal"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/internal/sqldb"
)

// stamp signs nothing: RSA would be most of a step.
type stamp struct{}

func (stamp) Sign(context.Context, []byte) ([]byte, error) { return []byte("signature"), nil }

// atOnce is a client of a provider that pays at once, without a network.
func atOnce(t testing.TB) *finik.Client {
	t.Helper()
	var n atomic.Int64
	answer := tripper(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		_, id, _ := strings.Cut(string(body), `"transactionId":"`)
		text := fmt.Sprintf(`{"id":"%d","transactionId":"%s","status":"SUCCEEDED","statusCode":200}`, n.Add(1), id[:36])
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(text)), Request: r}, nil
	})
	c, err := finik.NewClient("http://127.0.0.1:1", finik.Credentials{APIKey: finiktest.DefaultAPIKey, Signer: stamp{}}, finik.WithHTTPClient(&http.Client{Transport: answer}))
	require.NoError(t, err)
	return c
}

const benchWorkers = 8

// A whole step of a payout without a network, beside SQL by hand that makes the same
// commits: a share of a claim, the intent with its row of history, and the answer.
func BenchmarkJournalStep(b *testing.B) {
	for name, open := range opens() {
		for _, kind := range []string{"journal", "by hand"} {
			b.Run(name+"/"+kind, func(b *testing.B) {
				d := lasting(open(b))
				db := d.pool(b)
				j := queue(b, d, db, b.N)
				client := atOnce(b)
				b.ResetTimer()
				if kind == "journal" {
					r, err := j.RunOnce(b.Context(), client, finikjournal.Params{Workers: benchWorkers, SkipRecipient: func(string) bool { return true }})
					require.NoError(b, err)
					require.Equal(b, b.N, r.Paid)
				} else {
					byHand(b, d, db, client)
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "payouts/s")
			})
		}
	}
}

// lasting has commits wait for the disk, as they do in production.
func lasting(d database) database {
	d.dsn = strings.Replace(strings.Replace(d.dsn, "synchronous_commit=off", "synchronous_commit=on", 1), "synchronous(NORMAL)", "synchronous(FULL)", 1)
	return d
}

// queue is a journal with n payouts that are due.
func queue(b *testing.B, d database, db *sql.DB, n int) *finikjournal.Journal {
	b.Helper()
	dialect := finikjournal.SQLite
	if d.postgres {
		dialect = finikjournal.PostgreSQL
	}
	j, err := finikjournal.New(db, dialect, "test-payouts", finikjournal.Plain())
	require.NoError(b, err)
	require.NoError(b, j.Migrate(b.Context()))
	var all []finikjournal.Payout
	for i := range n {
		if all = append(all, transfer(fmt.Sprint("payout-", i))); len(all) == 1000 || i == n-1 {
			_, err := j.AddAll(b.Context(), nil, all)
			require.NoError(b, err)
			all = all[:0]
		}
	}
	if d.postgres {
		execute(b, db, "ANALYZE payout_entries")
	}
	return j
}

// byHand pays what is queued with as many workers.
func byHand(b *testing.B, d database, db *sql.DB, client *finik.Client) {
	b.Helper()
	bind := func(statement string) string {
		if !d.postgres {
			return statement
		}
		for i := 1; strings.Contains(statement, "?"); i++ {
			statement = strings.Replace(statement, "?", fmt.Sprintf("$%d", i), 1)
		}
		return statement
	}
	skip := ""
	if d.postgres {
		skip = " FOR UPDATE SKIP LOCKED"
	}
	within := func(do func(tx *sql.Tx) error) {
		tx, err := db.BeginTx(b.Context(), nil)
		require.NoError(b, err)
		require.NoError(b, do(tx))
		require.NoError(b, tx.Commit())
	}
	write := func(id int64, version int, state string) {
		within(func(tx *sql.Tx) error {
			_, err := tx.ExecContext(b.Context(), bind("UPDATE payout_entries SET state = ?, version = version + 1, first_sent = 1, last_sent = 1 WHERE id = ?"), state, id)
			if err == nil {
				_, err = tx.ExecContext(b.Context(), bind("INSERT INTO payout_history (entry_id, version, at, event, before, after, who, code, note) VALUES (?, ?, 1, 'step', 'queued', ?, 'me', 0, '')"), id, version, state)
			}
			return err
		})
	}
	for {
		var ids []int64
		within(func(tx *sql.Tx) error {
			rows, err := tx.QueryContext(b.Context(), bind("UPDATE payout_entries SET worker = 'me', next_at = 99999999999999 WHERE id IN (SELECT id FROM payout_entries WHERE state IN ('queued', 'sending') AND book = 'finik:test-payouts' AND account = 'account-1' AND next_at < 99999999999999 ORDER BY next_at, id LIMIT "+fmt.Sprint(benchWorkers)+skip+") RETURNING id"))
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var id int64
				if err := rows.Scan(&id); err != nil {
					return err
				}
				ids = append(ids, id)
			}
			return rows.Err()
		})
		if len(ids) == 0 {
			return
		}
		var group sync.WaitGroup
		for _, id := range ids {
			group.Go(func() {
				write(id, 2, "sending")
				p := transfer("")
				_, err := client.RunPayout(b.Context(), finik.CreatePaymentRequest{
					AccountID: p.Account, UserID: p.User, ServiceID: p.Service, Fields: p.Fields, TransactionID: finik.NewTransactionID(),
				}, finik.PayoutParams{SkipRecipient: true, NoWait: true})
				require.NoError(b, err)
				write(id, 3, "paid")
			})
		}
		group.Wait()
	}
}

// eachQueue runs a benchmark on both databases, where few and where many are queued beside
// the one payout of j.
func eachQueue(b *testing.B, run func(b *testing.B, j *finikjournal.Journal, d database, db *sql.DB, queued int)) {
	b.Helper()
	for name, open := range opens() {
		for _, queued := range []int{1_000, 1_000_000} {
			b.Run(fmt.Sprint(name, "/", queued), func(b *testing.B) {
				d := lasting(open(b))
				db := d.pool(b)
				run(b, queue(b, d, db, 1), d, db, queued)
			})
		}
	}
}

// Claims of 8 payouts, each with its commit, with few and with many that are queued. The
// process that claims ends after each claim, and its payouts go to the end of the queue.
func BenchmarkJournalClaim(b *testing.B) {
	eachQueue(b, func(b *testing.B, j *finikjournal.Journal, d database, db *sql.DB, queued int) {
		b.Helper()
		queueMany(b, d, db, queued)
		client := atOnce(b)
		claims := 0
		ctx := sqldb.WithProbe(b.Context(), func(point string) {
			if point == "claim has committed" {
				claims++
				runtime.Goexit()
			}
		})
		for b.Loop() {
			var process sync.WaitGroup
			process.Go(func() { _, _ = j.RunOnce(ctx, client, finikjournal.Params{Workers: benchWorkers}) })
			process.Wait()
			b.StopTimer()
			execute(b, db, fmt.Sprintf("UPDATE payout_entries SET worker = NULL, next_at = %d WHERE id IN (SELECT id FROM payout_entries "+
				"WHERE state IN ('queued', 'sending') AND book = 'finik:test-payouts' AND account = 'account-1' ORDER BY next_at DESC LIMIT %d)", time.Now().UnixMilli(), benchWorkers))
			b.StartTimer()
		}
		b.StopTimer()
		require.Equal(b, b.N, claims)
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "claims/s")
	})
}

// Payouts a second with few and with many that are queued, and the highest heap, which
// must grow neither with those that are queued nor with those that are paid (benchtime).
func BenchmarkJournalQueued(b *testing.B) {
	eachQueue(b, func(b *testing.B, j *finikjournal.Journal, d database, db *sql.DB, queued int) {
		b.Helper()
		queueMany(b, d, db, queued+b.N)
		client := atOnce(b)
		ctx, stop := context.WithCancel(b.Context())
		defer stop()
		var paid, peak atomic.Int64
		runtime.GC()
		b.ResetTimer()
		_, err := j.RunOnce(ctx, client, finikjournal.Params{
			Workers: benchWorkers, SkipRecipient: func(string) bool { return true },
			OnEvent: func(finikjournal.Event) {
				n := paid.Add(1)
				if n%100 == 0 {
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					peak.Store(max(peak.Load(), int64(m.HeapAlloc)))
				}
				if n == int64(b.N) {
					stop()
				}
			},
		})
		b.StopTimer()
		require.ErrorIs(b, err, context.Canceled)
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "payouts/s")
		b.ReportMetric(float64(peak.Load())/1e6, "peak-heap-MB")
	})
}

// queueMany makes n payouts of one, in SQL. Their requests are those of the first one, and
// so are their digests.
func queueMany(b *testing.B, d database, db *sql.DB, n int) {
	b.Helper()
	columns := "book, account, service, payment_id, amount_micros, recipient, mask, digest, request, state, version, next_at, attempts, refusals, tries, allowed, code, cause, flags, evidence, told, added_at"
	series, id := fmt.Sprintf("generate_series(1, %d) AS s(n)", n), "lpad(CAST(s.n AS text), 36, '0')"
	with := ""
	if !d.postgres {
		with = fmt.Sprintf("WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < %d) ", n)
		series, id = "s", "printf('%036d', s.n)"
	}
	execute(b, db, with+"INSERT INTO payout_entries ("+columns+", reference, transaction_id) SELECT "+columns+", 'many-' || s.n, "+id+" FROM payout_entries, "+series)
	if d.postgres {
		execute(b, db, "ANALYZE payout_entries")
	} else {
		execute(b, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
}
