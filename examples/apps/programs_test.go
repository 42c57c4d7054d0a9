//go:build unix

// Package apps_test tries all programs in processes of their own, as a user starts them.
package apps_test

import (
	"bytes"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// program is a row of the table.
type program struct {
	name    string
	outputs []string // flags that name a file to write
	env     []string // that leads the program to a service that never answers; HANG is its address
	args    []string // with env
	served  string   // what a program prints once it serves; it needs no env, and ends with code 0
	quick   bool     // it calls no service, and ends too soon for a signal
	slow    bool     // its offline run takes long; its own tests run it
}

var programs = []program{
	{name: "chargeback-watch", env: []string{"ECOMMPAY_URL=http://HANG", "ECOMMPAY_TOKEN=t", "ECOMMPAY_SECRET=a-secret-of-a-test"}},
	{name: "ecommpay-export", env: []string{"ECOMMPAY_URL=http://HANG", "ECOMMPAY_TOKEN=t", "ECOMMPAY_SECRET=a-secret-of-a-test"}, outputs: []string{"-out"}},
	{name: "finik-payout", outputs: []string{"-report"}},
	{name: "payout-service", slow: true},
	{name: "reconcile", args: []string{"-db", "postgres://syncer@HANG/ops", "-ecommpay"}, outputs: []string{"-out", "-keep"}},
	{name: "sandbox", args: []string{"-port", "0", "-vima", "0", "-ecommpay", "0", "-wallet", "0", "-finik", "0", "-transactions", "0"}, served: "Ctrl-C stops"},
	{name: "syncd", args: []string{"-db", "SCRATCH/ops.db", "-every", "8h", "-http", "127.0.0.1:0"}, env: []string{"VIMA_URL=http://HANG", "VIMA_API_KEY=k"}, outputs: []string{"-db"}},
	{name: "transactions-report", env: []string{"TRANSACTIONS_URL=http://HANG", "TRANSACTIONS_TOKEN=t"}, outputs: []string{"-csv"}},
	{name: "vima-backfill", args: []string{"-from", "2026-01-01", "-to", "2026-01-02"}, env: []string{"VIMA_URL=http://HANG", "VIMA_API_KEY=k"}, outputs: []string{"-out"}},

	{name: "finik-webhooks", args: []string{"-listen", "127.0.0.1:0"}, env: []string{"FINIK_WEBHOOK_URL=https://shop.example.com/finik"}, served: "listening"},
	{name: "kms-signer", quick: true},
	{name: "observer", quick: true},
	{name: "quickstart", env: []string{"VIMA_URL=http://HANG", "VIMA_API_KEY=k"}},
	{name: "transactions-oauth2", env: []string{"TRANSACTIONS_URL=http://HANG", "OAUTH2_TOKEN_URL=http://HANG", "OAUTH2_CLIENT_ID=c", "OAUTH2_CLIENT_SECRET=s"}},
	{
		name: "wallet-payment", args: []string{"-service", "834", "-account", "0000000001"},
		env: []string{"WALLET_URL=http://HANG/v1", "WALLET_PHONE=+996000000001", "WALLET_PASSWORD=p"},
	},
	{
		name: "wallet-webhooks", args: []string{"-listen", "127.0.0.1:0"}, served: "listening",
		env: []string{"WALLET_URL=http://HANG/v1", "WALLET_PHONE=+996000000001", "WALLET_PASSWORD=p", "WALLET_APP_ID=a", "WALLET_APP_SECRET=s"},
	},
}

// build builds all programs, of three modules, into a folder.
func build(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, from := range []struct{ module, packages string }{{".", "./..."}, {"../..", "./examples/..."}, {"../transactions-oauth2", "."}} {
		cmd := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-ldflags=-s -w", "-o", dir+"/", from.packages)
		cmd.Dir = from.module
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	built, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, built, len(programs), "each program has a row")
	return dir
}

// start runs a program to its end.
func start(t *testing.T, path string, stdout io.Writer, args ...string) (code int, stderr string) {
	t.Helper()
	var said bytes.Buffer
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = []string{"HOME=" + t.TempDir()}, t.TempDir(), stdout, &said
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil {
		require.ErrorAs(t, err, &exit)
	}
	return cmd.ProcessState.ExitCode(), said.String()
}

func TestEveryProgram(t *testing.T) {
	t.Parallel()
	dir := build(t)
	for _, p := range programs {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(dir, p.name)
			t.Run("help", func(t *testing.T) {
				var out bytes.Buffer
				code, stderr := start(t, path, &out, "-h")
				assert.Zero(t, code)
				assert.Empty(t, stderr)
				for _, part := range []string{"usage: " + p.name, "\nFlags:\n", "\nEnvironment:\n", "\nFiles:\n", "\nExit codes:\n", "\nThe real service:\n"} {
					assert.Contains(t, out.String(), part)
				}
			})
			t.Run("unknown flag", func(t *testing.T) {
				for _, args := range [][]string{{"-nosuch"}, {"-nosuch=1", "-h"}, {"one", "two"}} {
					var out bytes.Buffer
					code, stderr := start(t, path, &out, args...)
					assert.Equal(t, 2, code, args)
					assert.Empty(t, out.String())
					assert.Contains(t, stderr, p.name+" -h")
				}
			})
			t.Run("full disk", func(t *testing.T) {
				full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
				if err != nil {
					t.Skip("the system has no /dev/full")
				}
				defer full.Close()
				code, stderr := start(t, path, full, "-h")
				assert.NotZero(t, code)
				assert.Contains(t, stderr, "The disk is full")
				if p.served == "" && !p.slow {
					code, stderr = start(t, path, full, p.short()...)
					assert.NotZero(t, code)
					assert.NotContains(t, stderr, "could not be reached")
					assert.Contains(t, stderr, "no space left on device")
				}
			})
			t.Run("missing folder", func(t *testing.T) {
				for _, flag := range p.outputs {
					var out bytes.Buffer
					code, stderr := start(t, path, &out, flag, filepath.Join(t.TempDir(), "nosuch", "out"))
					assert.Equal(t, 2, code, stderr)
					assert.Contains(t, stderr, "no such file or directory")
					assert.NotContains(t, stderr, "could not be reached")
					assert.Empty(t, out.String(), "it is reported before the work")
				}
			})
			t.Run("signal", func(t *testing.T) {
				for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
					if !p.quick && (len(p.env) > 0 || len(p.args) > 0) {
						p.interrupt(t, path, signal)
					}
				}
			})
		})
	}
}

// short are the flags of a run that ends by itself.
func (p program) short() []string {
	if p.name == "syncd" {
		return []string{"-for", "1s", "-rows", "100"}
	}
	return nil
}

// interrupt ends a program that waits for a service, or that serves.
func (p program) interrupt(t *testing.T, path string, signal os.Signal) {
	t.Helper()
	hang, reached := hanging(t)
	scratch := t.TempDir()
	fill := func(all []string) (filled []string) {
		for _, text := range all {
			filled = append(filled, strings.NewReplacer("HANG", hang, "SCRATCH", scratch).Replace(text))
		}
		return filled
	}
	cmd := exec.CommandContext(t.Context(), path, fill(p.args)...)
	out := &watched{want: p.served, seen: make(chan struct{})}
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = append(fill(p.env), "HOME="+scratch), scratch, out, out
	cmd.Stdin = strings.NewReader("")
	require.NoError(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	if p.served != "" {
		reached = out.seen
	}
	select {
	case <-reached:
	case err := <-ended:
		require.Fail(t, "it ended by itself", "%v: %s", err, out.text.String())
	case <-time.After(2 * time.Minute):
		_ = cmd.Process.Kill()
		require.Fail(t, "it never came so far", out.text.String())
	}
	require.NoError(t, cmd.Process.Signal(signal))
	err := <-ended
	want := 130
	if p.served != "" || p.name == "syncd" {
		want = 0 // this is how it ends
	}
	var exit *exec.ExitError
	if err != nil {
		require.ErrorAs(t, err, &exit)
	}
	assert.Equal(t, want, cmd.ProcessState.ExitCode(), "%s", out.text.String())
	assert.NotContains(t, out.text.String(), "panic")
}

// hanging is a server that takes connections and never says a word.
func hanging(t *testing.T) (address string, reached chan struct{}) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	reached = make(chan struct{})
	go func() {
		for first := true; ; first = false {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
			if first {
				close(reached)
			}
		}
	}()
	return listener.Addr().String(), reached
}

// watched keeps what is written, and reports when it has seen a text. exec copies both
// outputs by one goroutine, since they are the same writer.
type watched struct {
	want string
	seen chan struct{}
	text bytes.Buffer
}

func (w *watched) Write(p []byte) (int, error) {
	before := strings.Contains(w.text.String(), w.want)
	n, err := w.text.Write(p)
	if !before && strings.Contains(w.text.String(), w.want) {
		close(w.seen)
	}
	return n, err
}
