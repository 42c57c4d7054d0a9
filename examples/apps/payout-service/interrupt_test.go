//go:build unix

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik/finikjournal"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// running is the service in a process of its own.
type running struct {
	cmd    *exec.Cmd
	url    string
	stderr *bufio.Reader
}

func serving(t *testing.T, env []string, db string) running {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], flags("-db", db)...)
	cmd.Env = append(os.Environ(), childVariable+"=1")
	for i := 0; i < len(env); i += 2 {
		cmd.Env = append(cmd.Env, env[i]+"="+env[i+1])
	}
	stderr, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	r := running{cmd: cmd, stderr: bufio.NewReader(stderr)}
	_, url, ok := strings.Cut(r.until(t, "listens"), "url=")
	require.True(t, ok)
	r.url = url
	return r
}

// until returns the first line with a text that the program prints.
func (r running) until(t *testing.T, text string) string {
	t.Helper()
	for {
		line, err := r.stderr.ReadString('\n')
		require.NoError(t, err, "no line with %q", text)
		if strings.Contains(line, text) {
			return strings.TrimSpace(line)
		}
	}
}

// ended waits for the end of the program and returns its exit code.
func (r running) ended(t *testing.T) int {
	t.Helper()
	_, err := io.Copy(io.Discard, r.stderr)
	require.NoError(t, err)
	_ = r.cmd.Wait() // the code says it
	return r.cmd.ProcessState.ExitCode()
}

// A signal while payouts are sent: the requests under way end, and the next process pays
// the others, each once.
func TestASignalLosesNothing(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(fmt.Sprint(signal), func(t *testing.T) {
			t.Parallel()
			const posted, before = 20, 3
			srv := finiktest.NewServer(finiktest.WithNamedDuplicates())
			t.Cleanup(srv.Close)
			var asked atomic.Int32
			reached, goOn := make(chan struct{}), make(chan struct{})
			srv.Inject(finiktest.Fault{Operation: "CreatePayment", Times: -1, Match: func(finiktest.Request) bool {
				n := asked.Add(1)
				if n == before {
					close(reached)
				}
				if n >= before {
					<-goOn
				}
				return false // it is answered as usual
			}})
			env, db := environment(t, srv.URL()), filepath.Join(t.TempDir(), "payouts.db")
			first := serving(t, env, db)
			for i := range posted {
				body := fmt.Sprintf(`{"reference":"order-%d","service":"finik","fields":{"phone":%q,"amount":"%d.00"}}`, i, finiktest.DefaultPhone, 100+i)
				answer, err := http.Post(first.url+"/payouts", "application/json", strings.NewReader(body))
				require.NoError(t, err)
				require.NoError(t, answer.Body.Close())
				require.Equal(t, http.StatusCreated, answer.StatusCode)
			}
			<-reached
			require.NoError(t, first.cmd.Process.Signal(signal))
			first.until(t, "requests under way may go on for 15 seconds")
			close(goOn)
			assert.Zero(t, first.ended(t))
			assert.Less(t, len(srv.Payments()), posted)

			second := serving(t, env, db)
			s, err := open(t.Context(), config{db: db, book: "payout-service-local"})
			require.NoError(t, err)
			t.Cleanup(func() { _ = s.db.Close() })
			tick := time.NewTicker(20 * time.Millisecond)
			defer tick.Stop()
			for open := true; open; <-tick.C {
				_, err := s.db.ExecContext(t.Context(), `UPDATE payout_entries SET next_at = 1 WHERE worker IS NULL AND next_at > 1 AND state IN ('queued', 'sending', 'waiting')`)
				require.NoError(t, err)
				stats, err := s.journal.Stats(t.Context())
				require.NoError(t, err)
				open = len(stats.Open) > 0
			}
			require.NoError(t, second.cmd.Process.Signal(signal))
			assert.Zero(t, second.ended(t))
			paid := 0
			for e, err := range s.journal.List(context.WithoutCancel(t.Context()), finikjournal.Filter{}) {
				require.NoError(t, err)
				assert.Equal(t, finikjournal.Paid, e.State, e.Reference)
				assert.Equal(t, 1, srv.Debits(e.TransactionID), e.Reference)
				paid++
			}
			assert.Equal(t, posted, paid)
			var orders int
			require.NoError(t, s.db.QueryRowContext(t.Context(), `SELECT count(*) FROM orders WHERE state = 'paid'`).Scan(&orders))
			assert.Equal(t, posted, orders)
			info, err := os.Stat(db)
			require.NoError(t, err)
			assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "it holds what was posted")
		})
	}
}
