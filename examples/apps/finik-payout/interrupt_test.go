//go:build unix

package main

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik/finiktest"
)

// A signal in the middle of a file: the requests under way end, no more rows are begun, and
// the same command pays the others, each once.
func TestInterruptedInTheMiddleItGoesOn(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGKILL} {
		t.Run(fmt.Sprint(signal), func(t *testing.T) {
			t.Parallel()
			const rows, before, workers = 20, 7, 2
			srv := serve(t, finiktest.WithNamedDuplicates())
			env, path := environment(t, srv), file(t, rows)
			var asked atomic.Int32
			reached, goOn := make(chan struct{}), make(chan struct{})
			srv.Inject(finiktest.Fault{Operation: "CreatePayment", Times: -1, Match: func(finiktest.Request) bool {
				switch n := asked.Add(1); {
				case n == before:
					close(reached)
					<-goOn
				case n > before:
					<-goOn
				}
				return false // it is answered as usual
			}})
			report := filepath.Join(t.TempDir(), "report.csv")
			again := quick("-workers", fmt.Sprint(workers), "-report", report, path)
			cmd := command(t, env, again...)
			var stdout bytes.Buffer
			cmd.Stdout = &stdout
			stderr, err := cmd.StderrPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			<-reached
			require.NoError(t, cmd.Process.Signal(signal))
			if signal != syscall.SIGKILL {
				got := make([]byte, len(child)+1)
				_, err := io.ReadFull(stderr, got)
				require.NoError(t, err)
				require.Equal(t, child+"\n", string(got), "it has the signal")
			}
			close(goOn)
			said, err := io.ReadAll(stderr)
			require.NoError(t, err)
			err = cmd.Wait()
			require.Error(t, err)
			begun := len(srv.Payments())
			assert.Less(t, begun, rows)
			if signal == syscall.SIGKILL {
				assert.NoFileExists(t, report)
			} else {
				assert.Equal(t, 130, cmd.ProcessState.ExitCode(), "%s", said)
				assert.Contains(t, string(said), "Interrupted. The same command goes on.")
				assert.LessOrEqual(t, begun, before+workers)
				assert.Regexp(t, fmt.Sprintf(`\nnot sent +%d `, rows-begun), stdout.String())
				states := map[string]int{}
				for _, row := range table(t, report) {
					states[row["state"]]++
				}
				assert.Equal(t, rows-begun, states["not sent"])
				assert.Equal(t, begun, states["paid"]+states["unknown"], "an unknown one was made, and its end was not read yet")
			}

			got := start(t, env, again...)
			require.Zero(t, got.code, got.stderr)
			once(t, srv, rows)
			all := table(t, report)
			assert.Len(t, all, rows)
			for reference, row := range all {
				assert.Equal(t, "paid", row["state"], reference)
				assert.Equal(t, 1, srv.Paid(row["transaction_id"]), reference)
			}
		})
	}
}
