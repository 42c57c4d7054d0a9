//go:build unix

// Package apps_test tries all programs in processes of their own, as a user starts them.
package apps_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik/finiktest"
)

// program is a row of the table.
type program struct {
	name    string
	outputs []string // flags that name a file to write, offline
	files   []string // the same, in the first of works
	short   []string // flags of a run that ends by itself; nil is offline
	serves  bool     // it does not end by itself
	works   []work
}

// work is a run that a signal ends in the middle. In env and args HANG is the address of a
// server that never answers, and SCRATCH a folder with keys of Finik and a file of payouts.
type work struct {
	env, args []string
	ready     string // it prints this in the middle; unless set, HANG was asked
	code      int    // it ends with this one
	says      string // it prints this then
}

const interrupted = "Interrupted"

var (
	ecommpay = []string{"ECOMMPAY_URL=http://HANG", "ECOMMPAY_TOKEN=t", "ECOMMPAY_SECRET=a-secret-of-a-test"}
	vima     = []string{"VIMA_URL=http://HANG", "VIMA_API_KEY=k"}
	gateway  = []string{"FINIK_URL=http://HANG", "FINIK_API_KEY=k", "FINIK_PRIVATE_KEY_FILE=SCRATCH/private.pem"}
	account  = []string{"-account", "account-1", "-user", "user-1"}
	payer    = []string{"WALLET_URL=http://HANG/v1", "WALLET_PHONE=+996000000001", "WALLET_PASSWORD=p"}
)

var programs = []program{
	{name: "chargeback-watch", works: []work{{env: ecommpay, code: 130, says: interrupted}}},
	{name: "ecommpay-export", works: []work{{env: ecommpay, code: 130, says: interrupted}}, outputs: []string{"-out"}},
	{
		name: "finik-payout", outputs: []string{"-report"}, files: []string{"-report", "-db"},
		works: []work{{env: gateway, args: slices.Concat(account, []string{"SCRATCH/payouts.csv"}), code: 130, says: "Interrupted. The same command goes on."}},
	},
	{
		name: "payout-service", files: []string{"-db"},
		works: []work{
			{env: gateway, args: slices.Concat(account, []string{"-listen", "127.0.0.1:0"}), ready: "payout-service listens", says: "payout-service stops"},
			{ready: "A gateway and processes", code: 130, says: interrupted},
		},
	},
	{
		name: "reconcile", outputs: []string{"-out", "-keep"},
		works: []work{{args: []string{"-db", "postgres://syncer@HANG/ops", "-ecommpay"}, code: 130, says: interrupted}},
	},
	{
		name: "sandbox", serves: true,
		works: []work{{args: []string{"-port", "0", "-vima", "0", "-ecommpay", "0", "-wallet", "0", "-finik", "0", "-transactions", "0"}, ready: "Ctrl-C stops", says: "Stopped."}},
	},
	{
		name: "syncd", outputs: []string{"-db"}, short: []string{"-for", "1s", "-rows", "100"},
		works: []work{{env: vima, args: []string{"-db", "SCRATCH/ops.db", "-every", "8h", "-http", "127.0.0.1:0"}, says: `"msg":"stopped"`}},
	},
	{
		name: "transactions-report", outputs: []string{"-csv"},
		works: []work{{env: []string{"TRANSACTIONS_URL=http://HANG", "TRANSACTIONS_TOKEN=t"}, code: 130, says: interrupted}},
	},
	{
		name: "vima-backfill", outputs: []string{"-out"},
		works: []work{{env: vima, args: []string{"-from", "2026-01-01", "-to", "2026-01-02"}, code: 130, says: interrupted}},
	},

	{
		name: "finik-webhooks", serves: true,
		works: []work{{env: []string{"FINIK_WEBHOOK_URL=https://shop.example.com/finik"}, args: []string{"-listen", "127.0.0.1:0"}, ready: "listening", says: "stopping: requests under way have 10 seconds"}},
	},
	{
		name: "kms-signer",
		works: []work{
			{
				env:  slices.Concat(gateway, []string{"KMS_URL=http://HANG", "KMS_PUBLIC_KEY_FILE=SCRATCH/public.pem"}),
				args: slices.Concat(account, []string{"-service", "finik", "-phone", "+996000000001"}),
				code: 130, says: "run it again with the same -transaction",
			},
		},
	},
	{name: "observer"}, // TestObserverIsInterrupted
	{name: "quickstart", works: []work{{env: vima, code: 130, says: interrupted}}},
	{
		name:  "transactions-oauth2",
		works: []work{{env: []string{"TRANSACTIONS_URL=http://HANG", "OAUTH2_TOKEN_URL=http://HANG", "OAUTH2_CLIENT_ID=c", "OAUTH2_CLIENT_SECRET=s"}, code: 130, says: interrupted}},
	},
	{
		name:  "wallet-payment",
		works: []work{{env: payer, args: []string{"-service", "834", "-account", "0000000001"}, code: 130, says: "ith the same -id"}},
	},
	{
		name: "wallet-webhooks", serves: true,
		works: []work{{env: slices.Concat(payer, []string{"WALLET_APP_ID=a", "WALLET_APP_SECRET=s"}), args: []string{"-listen", "127.0.0.1:0"}, ready: "listening", says: "stopping: requests under way have 10 seconds"}},
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
func start(t *testing.T, path string, env []string, stdout io.Writer, args ...string) (code int, stderr string) {
	t.Helper()
	var said bytes.Buffer
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = append(env, "HOME="+t.TempDir()), t.TempDir(), stdout, &said
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
				code, stderr := start(t, path, nil, &out, "-h")
				assert.Zero(t, code)
				assert.Empty(t, stderr)
				for _, part := range []string{"usage: " + p.name, "\nFlags:\n", "\nEnvironment:\n", "\nFiles:\n", "\nExit codes:\n", "\nThe real service:\n"} {
					assert.Contains(t, out.String(), part)
				}
			})
			t.Run("unknown flag", func(t *testing.T) {
				for _, args := range [][]string{{"-nosuch"}, {"-nosuch=1", "-h"}, {"one", "two"}} {
					var out bytes.Buffer
					code, stderr := start(t, path, nil, &out, args...)
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
				code, stderr := start(t, path, nil, full, "-h")
				assert.NotZero(t, code)
				assert.Contains(t, stderr, "The disk is full")
				if !p.serves {
					code, stderr = start(t, path, nil, full, p.short...)
					assert.NotZero(t, code)
					assert.NotContains(t, stderr, "could not be reached")
					assert.Contains(t, stderr, "no space left on device")
				}
			})
			t.Run("missing folder", func(t *testing.T) {
				missing := filepath.Join(t.TempDir(), "nosuch", "out")
				check := func(env []string, args ...string) {
					var out bytes.Buffer
					code, stderr := start(t, path, env, &out, args...)
					assert.Equal(t, 2, code, stderr)
					assert.Contains(t, stderr, "no such file or directory")
					assert.NotContains(t, stderr, "could not be reached")
					assert.Empty(t, out.String(), "it is reported before the work")
				}
				for _, flag := range p.outputs {
					check(nil, flag, missing)
				}
				for _, flag := range p.files {
					fill := filling(t, "127.0.0.1:1")
					check(fill(p.works[0].env), append([]string{flag, missing}, fill(p.works[0].args)...)...)
				}
			})
			t.Run("signal", func(t *testing.T) {
				for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
					for _, w := range p.works {
						w.interrupt(t, path, signal)
					}
				}
			})
		})
	}
}

// filling returns what fills in the words of a work.
func filling(t *testing.T, hang string) func(all []string) []string {
	t.Helper()
	scratch := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(scratch, name), []byte(text), 0o600))
	}
	public, err := x509.MarshalPKIXPublicKey(&finiktest.ClientKey().PublicKey)
	require.NoError(t, err)
	write("private.pem", string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(finiktest.ClientKey())})))
	write("public.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})))
	write("payouts.csv", "reference,service,phone,amount\nrow-1,finik,+996000000001,150.00\n")
	return func(all []string) (filled []string) {
		for _, text := range all {
			filled = append(filled, strings.NewReplacer("HANG", hang, "SCRATCH", scratch).Replace(text))
		}
		return filled
	}
}

// interrupt ends a program in the middle of its work.
func (w work) interrupt(t *testing.T, path string, signal os.Signal) {
	t.Helper()
	hang, reached := hanging(t)
	fill, scratch := filling(t, hang), t.TempDir()
	cmd := exec.CommandContext(t.Context(), path, fill(w.args)...)
	out := &watched{want: w.ready, seen: make(chan struct{})}
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = append(fill(w.env), "HOME="+scratch, "TMPDIR="+scratch), scratch, out, out
	cmd.Stdin = strings.NewReader("")
	require.NoError(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	if w.ready != "" {
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
	var exit *exec.ExitError
	if err != nil {
		require.ErrorAs(t, err, &exit)
	}
	t.Logf("%s %s: exit code %d: %s", filepath.Base(path), signal, cmd.ProcessState.ExitCode(), lastLine(out.text.String()))
	assert.Equal(t, w.code, cmd.ProcessState.ExitCode(), "%s", out.text.String())
	assert.Contains(t, out.text.String(), w.says)
	assert.NotContains(t, out.text.String(), "panic")
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
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
