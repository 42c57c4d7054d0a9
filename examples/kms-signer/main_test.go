package main

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/clitest"
	"github.com/payclients/payclients-go/finik/finiktest"
)

func tried() *clitest.Program {
	return &clitest.Program{Program: program(), Run: run, Flags: []string{"-account", "-user", "-service", "-phone", "-amount", "-transaction"}}
}

func TestTheCommandLine(t *testing.T) {
	t.Parallel()
	tried().Check(t)
	tried().FullDisk(t)
	for _, amount := range []string{"1.500", "42.5000", "-5", "0", "1e2", "", "01"} {
		code, stdout, stderr := tried().Start(t, nil, "-amount", amount)
		assert.Equal(t, 2, code, amount)
		assert.Contains(t, stderr, "at most 2 decimals", amount)
		assert.Empty(t, stdout, amount)
	}
}

func TestOffline(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := tried().Start(t, nil)
	assert.Zero(t, code, stderr)
	assert.Contains(t, stdout, "SUCCEEDED; the KMS signed 3 digests\n", "a check, and two attempts of the payment")
}

// real is the environment of a service and a KMS that signs with the service's key.
func real(t *testing.T, srv *finiktest.Server, kms http.HandlerFunc) (env, args []string) {
	t.Helper()
	stand := httptest.NewServer(kms)
	t.Cleanup(stand.Close)
	der, err := x509.MarshalPKIXPublicKey(&finiktest.ClientKey().PublicKey)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "key.pem")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o600))
	return []string{"FINIK_URL", srv.URL(), "FINIK_API_KEY", finiktest.DefaultAPIKey, "KMS_URL", stand.URL, "KMS_PUBLIC_KEY_FILE", file},
		[]string{"-account", finiktest.DefaultAccountID, "-user", finiktest.DefaultUserID, "-service", finiktest.ServiceFinik, "-phone", finiktest.DefaultPhone, "-amount", "12.50", "-transaction", "t-1"}
}

// Nothing but digests goes to the KMS, and a second run pays nothing more.
func TestItPaysOnce(t *testing.T) {
	t.Parallel()
	srv := finiktest.NewServer(finiktest.WithNamedDuplicates())
	defer srv.Close()
	env, args := real(t, srv, func(w http.ResponseWriter, r *http.Request) {
		assert.EqualValues(t, 32, r.ContentLength)
		serve(w, r)
	})
	for range 2 {
		code, stdout, stderr := tried().Start(t, env, args...)
		require.Zero(t, code, stderr)
		assert.Contains(t, stdout, "SUCCEEDED")
		assert.Equal(t, 1, srv.Paid("t-1"))
	}
}

// Without a signature that the service would take, nothing is sent.
func TestAStrangeKMSIsFoundOut(t *testing.T) {
	t.Parallel()
	for name, kms := range map[string]http.HandlerFunc{
		"refuses":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) },
		"wrong key":  func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(bytes.Repeat([]byte{7}, 256)) },
		"goes away":  func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"talks much": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(bytes.Repeat([]byte("x"), 1<<20)) },
	} {
		t.Run(name, func(t *testing.T) {
			srv := finiktest.NewServer()
			defer srv.Close()
			env, args := real(t, srv, kms)
			code, _, stderr := tried().Start(t, env, args...)
			assert.Equal(t, 1, code, stderr)
			assert.Empty(t, srv.Requests())
		})
	}
}

func TestAWrongEnvironmentIsReportedAtOnce(t *testing.T) {
	t.Parallel()
	srv := finiktest.NewServer()
	defer srv.Close()
	env, args := real(t, srv, serve)
	for want, with := range map[string][]string{
		"no such file":    {"KMS_PUBLIC_KEY_FILE", "nowhere"},
		"KMS_PUBLIC_KEY_": {"KMS_PUBLIC_KEY_FILE", "main.go"},
		"plain http":      {"FINIK_URL", "http://api.example.com"},
	} {
		code, stdout, stderr := tried().Start(t, append(env[:len(env):len(env)], with...), args...)
		assert.Equal(t, 2, code, want)
		assert.Contains(t, stderr, want)
		assert.Empty(t, stdout, want)
	}
	code, _, stderr := tried().Start(t, env, args[:6]...)
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, "-phone is needed")
	assert.Empty(t, srv.Requests())

	srv.Inject(finiktest.Fault{Operation: "CreatePayment", Status: 201, Body: `{"id":"1","transactionId":"t-1","status":"FAILED","statusCode":201}`})
	code, _, stderr = tried().Start(t, env, args...)
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, "it is not paid: FAILED, status 201")
}
