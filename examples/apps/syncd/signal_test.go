//go:build unix

package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// The first signal ends everything in good order, also in the middle of a pass.
func TestTheFirstSignalEndsItInGoodOrder(t *testing.T) {
	t.Parallel()
	for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(fmt.Sprint(s), func(t *testing.T) {
			srv, env := collector(t, 500)
			env["VIMA_PROJECT"] = vima.ProjectMonetix // tells its requests from those of a process that had the port before
			reached := make(chan struct{})
			srv.Inject(vimatest.Fault{Delay: time.Hour, Match: func(r vimatest.Request) bool {
				is := r.Query().Has("project")
				if is {
					close(reached)
				}
				return is
			}})
			cmd, log := process(t, env, "-db", filepath.Join(t.TempDir(), "sync.db"), "-every", "8h", "-http", "")
			<-reached
			require.NoError(t, cmd.Process.Signal(s))
			require.NoError(t, cmd.Wait(), log)
			assert.Contains(t, log.String(), `"outcome":"stopped"`)
			assert.Contains(t, log.String(), `"msg":"stopped"`)
		})
	}
}

// The second one ends the process as signals do.
func TestTheSecondSignalEndsItAtOnce(t *testing.T) {
	t.Parallel()
	_, env := collector(t, 5)
	cmd, log := process(t, env, "-db", filepath.Join(t.TempDir(), "sync.db"), "-every", "8h", "-http", "127.0.0.1:0")
	address := ""
	eventually(t, "an address", func() bool {
		_, rest, found := strings.Cut(log.String(), `"address":"`)
		address, _, _ = strings.Cut(rest, `"`)
		return found
	})
	// A request that does not come to its end keeps the server from stopping, once
	// the server has accepted it: whoever is answered later was accepted later.
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n")
	require.NoError(t, err)
	status, _ := get(t, "http://"+address+"/healthz")
	require.Equal(t, http.StatusOK, status)
	eventually(t, "a start", func() bool { return strings.Contains(log.String(), `"started"`) })
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	for ended := false; !ended; {
		select {
		case err = <-done:
			ended = true
		case <-time.After(50 * time.Millisecond):
			_ = cmd.Process.Signal(syscall.SIGTERM)
		}
	}
	require.Error(t, err)
	ended, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	require.True(t, ok)
	assert.Equal(t, syscall.SIGTERM, ended.Signal())
}
