//go:build unix

package apps_test

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/rsa"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik/finiktest"
)

// A payment whose answer did not come before the signal is made once, with the
// transaction that kms-signer has printed.
func TestKMSSignerIsInterruptedAndGoesOn(t *testing.T) {
	t.Parallel()
	path := buildOne(t, "../..", "./examples/kms-signer")
	for _, signal := range []os.Signal{syscall.SIGTERM, syscall.SIGINT} {
		srv := finiktest.NewServer(finiktest.WithNamedDuplicates())
		t.Cleanup(srv.Close)
		kms := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			digest, _ := io.ReadAll(r.Body)
			signature, err := rsa.SignPKCS1v15(nil, finiktest.ClientKey(), crypto.SHA256, digest)
			assert.NoError(t, err)
			_, _ = w.Write(signature)
		}))
		t.Cleanup(kms.Close)
		front, made := holding(t, srv.URL(), "/v2/payment")
		scratch := filling(t, front)
		run := func(more ...string) *exec.Cmd {
			args := append([]string{"-account", finiktest.DefaultAccountID, "-user", finiktest.DefaultUserID, "-service", finiktest.ServiceFinik, "-phone", finiktest.DefaultPhone}, more...)
			cmd := exec.CommandContext(t.Context(), path, args...)
			cmd.Env = scratch([]string{"FINIK_URL=http://HANG", "FINIK_API_KEY=" + finiktest.DefaultAPIKey, "KMS_URL=" + kms.URL, "KMS_PUBLIC_KEY_FILE=SCRATCH/public.pem"})
			return cmd
		}
		var said bytes.Buffer
		cmd := run()
		cmd.Stderr = &said
		stdout, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		line, err := bufio.NewReader(stdout).ReadString('\n')
		require.NoError(t, err, said.String())
		_, transaction, ok := strings.Cut(strings.TrimSpace(line), "with -transaction ")
		require.True(t, ok, line)
		<-made
		require.NoError(t, cmd.Process.Signal(signal))
		require.Error(t, cmd.Wait())
		assert.Equal(t, 130, cmd.ProcessState.ExitCode(), said.String())
		assert.Contains(t, said.String(), "run it again with the same -transaction, which pays once")
		out, err := run("-transaction", transaction).CombinedOutput()
		require.NoError(t, err, "%s", out)
		assert.Contains(t, string(out), "SUCCEEDED")
		assert.Equal(t, 1, srv.Debits(transaction))
	}
}

// buildOne builds a program.
func buildOne(t *testing.T, module, pkg string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), filepath.Base(pkg))
	cmd := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-ldflags=-s -w", "-o", path, pkg)
	cmd.Dir = module
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return path
}

// holding is the address of a proxy that holds the first answer of a path back until the
// client has gone. made is closed once the service has given it.
func holding(t *testing.T, target, path string) (address string, made chan struct{}) {
	t.Helper()
	to, err := url.Parse(target)
	require.NoError(t, err)
	var once sync.Once
	made = make(chan struct{})
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = to.Scheme, to.Host, r.In.Host
		}, // the host is signed
		ModifyResponse: func(answer *http.Response) error {
			if answer.Request.URL.Path == path {
				once.Do(func() {
					close(made)
					<-answer.Request.Context().Done()
				})
			}
			return nil
		},
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) {}, // the client has gone
	}
	front := httptest.NewServer(proxy)
	t.Cleanup(front.Close)
	return strings.TrimPrefix(front.URL, "http://"), made
}
