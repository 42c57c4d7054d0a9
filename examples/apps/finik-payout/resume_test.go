package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik/finiktest"
)

// once holds that each of the rows of file was paid once, for any transaction.
func once(t *testing.T, srv *finiktest.Server, rows int) {
	t.Helper()
	debits := map[string]int{}
	for _, p := range srv.Payments() {
		recipient, _ := p.Field("phone")
		debits[recipient]++
	}
	assert.Len(t, debits, rows)
	for recipient, n := range debits {
		assert.Equal(t, 1, n, recipient)
	}
}

func TestASecondRunTouchesNothingThatHasEnded(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	env, path := environment(t, srv), file(t, 5)
	out := filepath.Join(t.TempDir(), "report.csv")
	first := start(t, env, quick("-report", out, path)...)
	require.Zero(t, first.code, first.stderr)
	assert.Contains(t, first.stdout, "5 rows of "+path+", at 127.0.0.1:")
	assert.Contains(t, first.stdout, "; 0 ended before, 0 to go on with")
	assert.Contains(t, first.stdout, "paid        5  60.10\n")
	for i := range 5 {
		row := table(t, out)[fmt.Sprint("row-", i)]
		assert.Equal(t, "paid", row["state"])
		assert.Equal(t, fmt.Sprint(i+2), row["line"])
		assert.Equal(t, fmt.Sprintf("%d.%02d", 10+i, i), row["amount"])
		assert.Equal(t, 1, srv.Paid(row["transaction_id"]))
	}
	srv.ResetRequests()
	// The same file under another name beside the same database: its rows are known.
	other := filepath.Join(filepath.Dir(path), "copy.csv")
	require.NoError(t, os.WriteFile(other, []byte(read(t, path)), 0o600))
	for _, name := range []string{path, other} {
		again := start(t, env, quick(name)...)
		require.Zero(t, again.code, again.stderr)
		assert.Contains(t, again.stdout, "; 5 ended before, 0 to go on with")
		assert.Contains(t, again.stdout, "paid        5  60.10\n")
		assert.Contains(t, again.stdout, "KNOWN: these had come to their end before, and were not paid again\nLINE  REFERENCE  STATE  SETTLED\n2     row-0      paid   20")
	}
	for _, r := range srv.Requests() {
		assert.Equal(t, "/v2/services", r.Path)
	}
	assert.NotContains(t, read(t, out)+first.stdout, "+996", "no recipient is written anywhere")
	once(t, srv, 5)
	if info, err := os.Stat(filepath.Join(filepath.Dir(path), "payouts.db")); assert.NoError(t, err) {
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
}

// Without its database the file has the same transaction ids: nothing is paid twice.
func TestALostDatabasePaysNothingTwice(t *testing.T) {
	t.Parallel()
	for _, options := range [][]finiktest.Option{nil, {finiktest.WithNamedDuplicates()}} {
		srv := serve(t, options...)
		env, path := environment(t, srv), file(t, 5)
		require.Zero(t, start(t, env, quick(path)...).code)
		names, err := filepath.Glob(filepath.Join(filepath.Dir(path), "payouts.db*"))
		require.NoError(t, err)
		for _, name := range names {
			require.NoError(t, os.Remove(name))
		}
		got := start(t, env, quick(path)...)
		once(t, srv, 5)
		if options == nil {
			assert.Equal(t, 1, got.code)
			assert.Contains(t, got.stdout, "unknown     5  60.10\n")
			assert.Contains(t, got.stdout, "made, and the provider does not say which payment it is")
		} else {
			assert.Zero(t, got.code)
			assert.Contains(t, got.stdout, "paid        5  60.10\n")
		}
	}
}

func TestAnOldJournalIsFinishedFirst(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	env, path := environment(t, srv), file(t, 2)
	require.NoError(t, os.WriteFile(path+".journal", []byte("{}\n"), 0o600))
	got := start(t, env, quick(path)...)
	assert.Equal(t, 2, got.code)
	assert.Contains(t, got.stderr, "finish its file with the version that began it")
	assert.Empty(t, srv.Requests())
}

func TestARowThatChangedIsRefused(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	env, path := environment(t, srv), file(t, 3)
	require.Zero(t, start(t, env, quick(path)...).code)
	require.NoError(t, os.WriteFile(path, []byte(strings.Replace(read(t, path), "11.01", "12.01", 1)), 0o600))
	for _, more := range [][]string{nil, {"-dry-run"}} {
		got := start(t, env, quick(append(more, path)...)...)
		assert.Equal(t, 2, got.code)
		assert.Contains(t, got.stderr, "line 3: the row was begun with another content")
	}
	once(t, srv, 3)
}

func TestDryRunSendsNothing(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	env, path := environment(t, srv), file(t, 3)
	got := start(t, env, quick("-dry-run", path)...)
	require.Zero(t, got.code, got.stderr)
	assert.Contains(t, got.stdout, "Nothing was sent. A run would send:")
	assert.Contains(t, got.stdout, "TOTAL       3  33.03\n")
	assert.Empty(t, srv.Ledger())
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, entries, 1, "no file is written")
}

func TestTheSameRecipientAndAmountTwice(t *testing.T) {
	t.Parallel()
	srv := serve(t)
	env := environment(t, srv)
	const header = "reference,service,phone,amount\n"
	path := write(t, header+"a,mobile,+996000000001,10\nb,mobile,+996 000000001,10.00\n")
	got := start(t, env, quick(path)...)
	assert.Equal(t, 2, got.code)
	assert.Contains(t, got.stderr, "line 3: ")

	path = write(t, header+"a,mobile,+996000000001,10\n")
	require.Zero(t, start(t, env, quick(path)...).code)
	require.NoError(t, os.WriteFile(path, []byte(header+"b,mobile,+996000000001,10\n"), 0o600))
	got = start(t, env, quick(path)...)
	assert.Equal(t, 1, got.code)
	assert.Contains(t, got.stdout, "the same recipient has a payout of the same amount")
	assert.Len(t, srv.Payments(), 1)
	got = start(t, env, quick("-allow-duplicates", path)...)
	assert.Zero(t, got.code, got.stderr)
	assert.Len(t, srv.Payments(), 2)
}

// Refusals of the account stop the run, and the same command goes on.
func TestAnEmptyAccountStopsTheRun(t *testing.T) {
	t.Parallel()
	for status, advice := range map[int]string{401: "Check FINIK_API_KEY", 402: "top it up", 403: "Check -account and -user"} {
		srv := serve(t)
		env, path := environment(t, srv), file(t, 5)
		srv.Inject(finiktest.Fault{Operation: "CreatePayment", Status: status, Times: -1})
		got := start(t, env, quick(path)...)
		assert.Equal(t, 1, got.code, got.stderr)
		assert.Contains(t, got.stderr, advice)
		assert.Contains(t, got.stdout, "NOT SENT")
		assert.Empty(t, srv.Ledger())
	}
}

// Callbacks tell what no answer has.
func TestListenClearsUpWhatIsUnknown(t *testing.T) {
	t.Parallel()
	srv := serve(t, finiktest.WithProcessingTime(10*time.Millisecond))
	env, path := environment(t, srv), file(t, 3)
	const public = "https://pay.example.com/finik"
	srv.Inject(finiktest.Fault{Operation: "CreatePayment", Kind: finiktest.FaultResetAfter, Times: 1})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	cmd := command(t, env, quick("-listen", "127.0.0.1:0", "-public-url", public, "-listen-for", "60s", path)...)
	stderr, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	text := make([]byte, 200)
	n, err := stderr.Read(text)
	require.NoError(t, err)
	_, address, ok := strings.Cut(strings.TrimSpace(string(text[:n])), "callbacks at ")
	require.True(t, ok, string(text[:n]))
	go func() {
		for ctx.Err() == nil {
			_, _ = srv.DeliverWebhooks(ctx, "http://"+address+"/finik", finiktest.DeliverParams{Attempts: 1, PublicURL: public})
			<-time.After(20 * time.Millisecond)
		}
	}()
	require.NoError(t, cmd.Wait(), "all rows are paid")
	once(t, srv, 3)
}

// Killed at random moments, with 12 % of the requests failing, and run again by the same
// command, and then once more without the database.
func TestKilledAndRunAgainItPaysEachRowOnce(t *testing.T) {
	t.Parallel()
	rows, kills := 60, 3
	if os.Getenv("PAYCLIENTS_LONG") != "" {
		rows, kills = 2000, 12
	}
	srv := serve(t, finiktest.WithNamedDuplicates())
	for i, f := range []finiktest.Fault{{Kind: finiktest.FaultResetAfter}, {Status: 503, Process: true}, {Kind: finiktest.FaultTruncated}, {Status: 502}} {
		f.Probability, f.Seed = 0.03, uint64(i)
		srv.Inject(f)
	}
	env, path := environment(t, srv), file(t, rows)
	random := rand.New(rand.NewPCG(1, 1))
	for kill := range kills {
		cmd := command(t, env, quick(path)...)
		require.NoError(t, cmd.Start())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = cmd.Wait() // it says that it was killed
		}()
		for until, running := (kill+1)*rows/(kills+1), true; running && len(srv.Ledger()) < until; {
			select {
			case <-ended: // refusals can stop a run
				running = false
			case <-time.After(time.Duration(5+random.IntN(20)) * time.Millisecond):
			}
		}
		_ = cmd.Process.Kill() // it may have ended
		<-ended
	}
	out, err := command(t, env, quick(path)...).CombinedOutput()
	require.NoError(t, err, string(out))
	once(t, srv, rows)
	names, err := filepath.Glob(filepath.Join(filepath.Dir(path), "payouts.db*"))
	require.NoError(t, err)
	for _, name := range names {
		require.NoError(t, os.Remove(name))
	}
	out, err = command(t, env, quick(path)...).CombinedOutput()
	t.Logf("%d rows, %d kills, then without the database: %v\n%s", rows, kills, err, out)
	once(t, srv, rows)
}
