package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/internal/testform"
)

// manyRows is how many rows the program is killed over.
var manyRows = testform.Scale(80, 2_000)

// killer ends the program some time after its start, or lets it be.
type killer func(cmd *exec.Cmd, journal string, ended <-chan struct{})

// afterAWhile kills at a random moment.
func afterAWhile(shortest, longest time.Duration) killer {
	return func(cmd *exec.Cmd, _ string, ended <-chan struct{}) {
		select {
		case <-time.After(shortest + rand.N(longest-shortest)):
			_ = cmd.Process.Kill()
		case <-ended:
		}
	}
}

// onceItHolds kills when the journal has grown to a size: before or after a
// request that its last lines announce.
func onceItHolds(size int64) killer {
	return func(cmd *exec.Cmd, journal string, ended <-chan struct{}) {
		for {
			if info, err := os.Stat(journal); err == nil && info.Size() >= size {
				_ = cmd.Process.Kill()
				return
			}
			select {
			case <-ended:
				return
			case <-time.After(20 * time.Microsecond):
			}
		}
	}
}

func letItBe(*exec.Cmd, string, <-chan struct{}) {}

// runKilled returns -1 for a program that was killed, as os/exec does.
func runKilled(t *testing.T, env map[string]string, way killer, journal string, args []string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := command(t, env, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	require.NoError(t, cmd.Start())
	ended, killed := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(killed)
		way(cmd, journal, ended)
	}()
	_ = cmd.Wait()
	close(ended)
	<-killed
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// truth is what the provider's ledger says of each recipient.
func truth(t *testing.T, srv *finiktest.Server) (debits, paid map[string]int, transactions map[string]string) {
	t.Helper()
	debits, paid, transactions = map[string]int{}, map[string]int{}, map[string]string{}
	recipients := map[string]string{}
	for _, p := range srv.Payments() {
		recipient, ok := p.Field("phone")
		require.True(t, ok)
		recipients[p.ID] = recipient
		transactions[recipient] = p.TransactionID
	}
	for _, transfer := range srv.Ledger() {
		recipient := recipients[transfer.PaymentID]
		if transfer.Kind == finiktest.TransferDebit {
			debits[recipient]++
			paid[recipient]++
		} else {
			paid[recipient]--
		}
	}
	return debits, paid, transactions
}

// judged holds a report against the ledger and counts its states.
func judged(t *testing.T, srv *finiktest.Server, rows int, report string) map[string]int {
	t.Helper()
	debits, paid, transactions := truth(t, srv)
	counts := map[string]int{}
	lines := table(t, report)
	require.Len(t, lines, rows)
	for i := range rows {
		row, recipient := lines[fmt.Sprint("row-", i)], phone(i)
		counts[row["state"]]++
		require.LessOrEqual(t, debits[recipient], 1, "row %d was paid twice", i)
		switch row["state"] {
		case reportPaid:
			require.Equal(t, 1, paid[recipient], "row %d is said to be paid", i)
		case reportFailed:
			require.Zero(t, paid[recipient], "row %d is said to have failed", i)
		default:
			require.Equal(t, reportUnknown, row["state"])
		}
		require.NotEmpty(t, row["transaction_id"])
		if debits[recipient] == 1 {
			require.Equal(t, transactions[recipient], row["transaction_id"])
		}
	}
	return counts
}

func TestKilledAndRunAgainItPaysEachRowOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rows    int
		named   bool // the 409 carries the payment's id
		listen  bool
		unknown bool // some rows stay so
	}{
		"409 with an id":         {manyRows, true, false, false},
		"callbacks":              {manyRows / 4, false, true, false},
		"neither":                {manyRows / 4, false, false, true},
		"409 with id, callbacks": {manyRows / 8, true, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.rows < manyRows {
				testform.OnlyLong(t)
			}
			opts := []finiktest.Option{finiktest.WithManualProcessing()}
			if c.named {
				opts = append(opts, finiktest.WithNamedDuplicates())
			}
			srv := serve(t, opts...)
			env, path := environment(t, srv), file(t, c.rows)
			journal := path + ".journal"
			gateway := newProvider(t, srv, journal)
			injectAll(srv, 100)
			report := path + ".report.csv"
			args := quick("-workers", "16", "-skip-recipient", "-first-look", "40ms", "-report", report)
			if c.listen {
				address := freeAddress(t)
				gateway.call(t, address)
				args = append(args, "-listen", address, "-public-url", publicURL, "-listen-for", "20s")
			}
			args = append(args, path)

			began := time.Now()
			kills := 0
			second := afterAWhile(50*time.Millisecond, 350*time.Millisecond)
			if !testform.Long() { // so few rows may have ended by then
				second = onceItHolds(int64(c.rows * 400))
			}
			for _, way := range []killer{onceItHolds(int64(c.rows * (50 + rand.IntN(250)))), second} {
				if got := runKilled(t, env, way, journal, args); got.code == -1 {
					kills++
					require.NoFileExists(t, report)
				}
			}
			if c.rows == manyRows {
				require.Equal(t, 2, kills)
			}
			got := runKilled(t, env, letItBe, journal, args)
			require.Equal(t, 1, got.code, got.stderr)
			counts := judged(t, srv, c.rows, report)
			t.Logf("%d rows, %d kills, %s: %v", c.rows, kills, time.Since(began).Round(time.Millisecond), counts)
			if !c.unknown {
				require.Zero(t, counts[reportUnknown], got.stdout)
				return
			}
			require.Positive(t, counts[reportUnknown])
			_, list, _ := strings.Cut(got.stdout, "\nUNKNOWN: ")
			for _, row := range table(t, report) {
				assert.Equal(t, row["state"] == reportUnknown, strings.Contains(list, " "+row["transaction_id"]+" "), "the unknown are listed with their transaction")
			}
			// Callbacks clear up what no call can.
			address := freeAddress(t)
			gateway.call(t, address)
			again := args[: len(args)-1 : len(args)-1]
			got = runKilled(t, env, letItBe, journal, append(again, "-listen", address, "-public-url", publicURL, "-listen-for", "20s", path))
			require.Equal(t, 1, got.code, got.stderr)
			require.Zero(t, judged(t, srv, c.rows, report)[reportUnknown], got.stdout)
		})
	}
}

// Rows whose recipients do not exist are never in doubt, whenever it is killed:
// no request for their payments leaves.
func TestKilledWhileItAsksAboutRecipients(t *testing.T) {
	t.Parallel()
	testform.OnlyLong(t)
	rows := manyRows / 4
	srv := serve(t, finiktest.WithManualProcessing(), finiktest.WithNamedDuplicates())
	text := strings.Split(read(t, file(t, rows)), "\n")
	for i := 0; i < rows; i += 3 {
		text[i+1] = strings.Replace(text[i+1], ",mobile,", ",finik,", 1) // which knows nobody
	}
	env, path := environment(t, srv), write(t, strings.Join(text, "\n"))
	journal, report := path+".journal", path+".report.csv"
	newProvider(t, srv, journal)
	injectAll(srv, 200)
	// Answers that take their time get most kills to where one is awaited.
	srv.Inject(finiktest.Fault{Operation: "CheckRecipient", Delay: 5 * time.Millisecond, Times: -1})
	args := quick("-workers", "16", "-first-look", "40ms", "-report", report, path)
	kills := 0
	for _, way := range []killer{onceItHolds(int64(rows * 80)), onceItHolds(int64(rows * 250)), onceItHolds(int64(rows * 400))} {
		if got := runKilled(t, env, way, journal, args); got.code == -1 {
			kills++
		}
		for line := range strings.Lines(read(t, journal)) {
			var r record
			if json.Unmarshal([]byte(line), &r) != nil || r.Reference == "" {
				continue
			}
			n, err := strconv.Atoi(strings.TrimPrefix(r.Reference, "row-"))
			require.NoError(t, err)
			if n%3 == 0 {
				require.Contains(t, []state{stateOpen, stateFailed}, r.State, line)
			}
		}
	}
	require.Equal(t, 3, kills)
	got := runKilled(t, env, letItBe, journal, args)
	require.Equal(t, 1, got.code, got.stderr)
	require.Zero(t, judged(t, srv, rows, report)[reportUnknown], got.stdout)
	for i := 0; i < rows; i += 3 {
		require.Equal(t, reportFailed, table(t, report)[fmt.Sprint("row-", i)]["state"])
	}
}

// Without its journal the file is known by its mark. The control: without the mark
// too the program makes new ids, and the same checks find that it pays twice.
func TestWithoutJournalAndMarkItPaysTwice(t *testing.T) {
	t.Parallel()
	const rows = 100
	srv := serve(t, finiktest.WithManualProcessing(), finiktest.WithNamedDuplicates())
	env, path := environment(t, srv), file(t, rows)
	args := quick("-workers", "16", "-skip-recipient", path)
	newProvider(t, srv, "") // requests of the killed one may still come in
	got := runKilled(t, env, onceItHolds(rows*250), path+".journal", args)
	require.Equal(t, -1, got.code)
	require.NoError(t, os.Remove(path+".journal"))
	got = runKilled(t, env, letItBe, path+".journal", args)
	require.Equal(t, 2, got.code)
	require.Contains(t, got.stderr, "were begun by the journal")
	marks, err := filepath.Glob(path + ".begun-*")
	require.NoError(t, err)
	require.Len(t, marks, 1)
	require.NoError(t, os.Remove(marks[0]))
	got = runKilled(t, env, letItBe, path+".journal", args)
	require.Equal(t, 1, got.code, got.stderr)
	debits, _, _ := truth(t, srv)
	twice := 0
	for _, n := range debits {
		if n > 1 {
			twice++
		}
	}
	assert.Positive(t, twice)
}
