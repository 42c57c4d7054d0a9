package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// TestMain makes the test binary the signing process where it is started so.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == signingProcess {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// env is a complete environment.
func env(pairs ...string) func(string) string {
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return values[name] }
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

func TestOfflinePrintsTheGoldenText(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &cli.Call{Env: env(), Out: &out}))
	assert.Equal(t, read(t, "testdata/offline.txt"), out.String())
}

func TestTheDocShowsWhatIsPrinted(t *testing.T) {
	t.Parallel()
	_, sample, ok := strings.Cut(read(t, "main.go"), "//\tPaying")
	require.True(t, ok)
	sample, _, ok = strings.Cut("//\tPaying"+sample, "//\n// Every attempt")
	require.True(t, ok)
	sample = strings.ReplaceAll(strings.ReplaceAll(sample, "//\t", ""), "//\n", "\n")
	assert.True(t, strings.HasPrefix(read(t, "testdata/offline.txt"), sample+"\n"), sample)
}

func startIt(t *testing.T, keyFile string) *signer {
	t.Helper()
	s, err := startSigner(t.Context(), keyFile, io.Discard)
	require.NoError(t, err)
	t.Cleanup(s.stop)
	return s
}

// keyFile is a key that the service knows.
func keyFile(t *testing.T) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(finiktest.ClientKey())
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "key.pem")
	require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
	return path
}

// service is the environment of srv.
func service(t *testing.T, srv *finiktest.Server) func(string) string {
	t.Helper()
	return env("FINIK_URL", srv.URL(), "FINIK_API_KEY", finiktest.DefaultAPIKey, "FINIK_PRIVATE_KEY_FILE", keyFile(t),
		"FINIK_ACCOUNT", finiktest.DefaultAccountID, "FINIK_USER", finiktest.DefaultUserID, "FINIK_SERVICE", finiktest.ServiceFinik,
		"FINIK_PHONE", finiktest.DefaultPhone, "FINIK_AMOUNT", "12.50", "FINIK_TRANSACTION_ID", "t-1")
}

func TestItPaysByAKeyThatAnotherProcessReads(t *testing.T) {
	t.Parallel()
	srv := finiktest.NewServer(finiktest.WithNamedDuplicates())
	defer srv.Close()
	for range 2 { // the second time it finds the payment
		var out bytes.Buffer
		require.NoError(t, run(t.Context(), &cli.Call{Env: service(t, srv), Out: &out}))
		assert.Contains(t, out.String(), "payment    SUCCEEDED")
		assert.Equal(t, 1, srv.Paid("t-1"))
	}
}

// All that a paying process ever asks for and gets, under the eyes of a tap.
func TestOnlyDigestsAndSignaturesCross(t *testing.T) {
	t.Parallel()
	s := startIt(t, "")
	var asked, got bytes.Buffer
	s.key.ask = io.MultiWriter(s.key.ask, &asked)
	s.key.get.Reset(io.TeeReader(s.key.pipe, &got))
	src := offline()
	url, stop := src.serve(s.key.public)
	defer stop()
	src.url = url
	require.NoError(t, pay(t.Context(), src, s.key, io.Discard))
	for line := range strings.Lines(asked.String()) {
		var q map[string][]byte
		require.NoError(t, json.Unmarshal([]byte(line), &q))
		assert.Len(t, q, 1)
		assert.Len(t, q["sha256"], 32)
	}
	for line := range strings.Lines(got.String()) {
		var a map[string][]byte
		require.NoError(t, json.Unmarshal([]byte(line), &a))
		assert.Len(t, a, 1)
		assert.Len(t, a["signature"], 256)
	}
	assert.Equal(t, 3, strings.Count(asked.String(), "\n"))
	assert.Equal(t, 3, strings.Count(got.String(), "\n"))
}

func TestWithoutItsSignerNothingIsSent(t *testing.T) {
	t.Parallel()
	s := startIt(t, "")
	src := offline()
	srv := finiktest.NewServer(finiktest.WithClient(finiktest.DefaultAPIKey, s.key.public))
	defer srv.Close()
	src.url = srv.URL()
	require.NoError(t, pay(t.Context(), src, s.key, io.Discard))
	srv.ResetRequests()
	require.NoError(t, s.cmd.Process.Kill())
	_, _ = s.cmd.Process.Wait()

	src.request.TransactionID = "another"
	err := pay(t.Context(), src, s.key, io.Discard)
	require.ErrorIs(t, err, errSigner)
	require.NotErrorIs(t, err, finik.ErrOutcomeUnknown)
	assert.Contains(t, program().Explain(err), "nothing was paid")
	assert.Equal(t, 1, program().ExitCode(err))
	assert.Empty(t, srv.Requests())
	assert.Zero(t, srv.Debits("another"))
}

// A signer that dies between two attempts leaves open what the first one did.
func TestASignerThatDiesHalfWayIsToldTruly(t *testing.T) {
	t.Parallel()
	s := startIt(t, "")
	src := offline()
	srv := finiktest.NewServer(finiktest.WithClient(finiktest.DefaultAPIKey, s.key.public))
	defer srv.Close()
	src.url = srv.URL()
	srv.Inject(finiktest.Fault{Operation: "CreatePayment", Kind: finiktest.FaultResetAfter, Match: func(finiktest.Request) bool {
		_ = s.cmd.Process.Kill()
		_, _ = s.cmd.Process.Wait()
		return true
	}})
	err := pay(t.Context(), src, s.key, io.Discard)
	require.ErrorIs(t, err, finik.ErrOutcomeUnknown)
	assert.Contains(t, program().Explain(err), "the same FINIK_TRANSACTION_ID")
	assert.Equal(t, 1, srv.Debits(src.request.TransactionID))
}

func TestAStrangeSignerIsFoundOut(t *testing.T) {
	t.Parallel()
	s := startIt(t, "")
	for want, answers := range map[string]string{
		"cannot be read": "signed, sealed\n",
		"that is no":     `{"error":"that is no SHA-256 digest"}` + "\n",
		"than an RSASSA": `{"signature":"AAAA"}` + "\n",
		"EOF":            "",
		"buffer full":    strings.Repeat("x", 2*maxLine),
	} {
		t.Run(want, func(t *testing.T) {
			key := &remoteKey{public: s.key.public, ask: io.Discard, get: newReader(answers)}
			signer, err := finik.RSASigner(key)
			require.NoError(t, err)
			_, err = signer.Sign(t.Context(), []byte("message"))
			require.ErrorContains(t, err, want)
			if want == "cannot be read" {
				key.get = newReader(`{"signature":"AAAA"}` + "\n")
				_, err = signer.Sign(t.Context(), []byte("message"))
				require.ErrorContains(t, err, "cannot be read", "what comes behind may be the answer to another question")
			}
		})
	}
	for i, answers := range []string{"", "{}\n", `{"publicKey":"AAAA"}` + "\n"} {
		t.Run(fmt.Sprint("answers ", i), func(t *testing.T) {
			_, err := newRemoteKey(io.Discard, strings.NewReader(answers))
			require.ErrorContains(t, err, "its public key")
		})
	}
}

func TestTheSigningProcessSignsDigestsOnly(t *testing.T) {
	t.Parallel()
	s := startIt(t, "")
	_, err := s.key.exchange(question{[]byte("short")})
	require.EqualError(t, err, errBadDigest.Error())
	_, err = s.key.Sign(nil, make([]byte, 32), &rsa.PSSOptions{Hash: crypto.SHA256})
	require.ErrorIs(t, err, errBadDigest)
	_, err = s.key.Sign(nil, make([]byte, 64), crypto.SHA512)
	require.ErrorIs(t, err, errBadDigest)
	var out bytes.Buffer
	require.NoError(t, serveKey(keyFile(t), strings.NewReader("hello\n"), &out))
	assert.JSONEq(t, `{"error":"that is no question"}`, out.String())
	require.ErrorIs(t, serveKey("nowhere", strings.NewReader(""), &out), os.ErrNotExist)
}

func TestManyMayAskAtATime(t *testing.T) {
	t.Parallel()
	s := startIt(t, "")
	signer, err := finik.RSASigner(s.key)
	require.NoError(t, err)
	var asking sync.WaitGroup
	for range 20 {
		asking.Go(func() {
			_, err := signer.Sign(t.Context(), []byte("message"))
			assert.NoError(t, err, "each gets its own signature, or it would not verify")
		})
	}
	asking.Wait()
	assert.Equal(t, crossed{20, 20 * 32, 20 * 256}, s.key.since())
}

func TestErrorsSayWhatToCheck(t *testing.T) {
	t.Parallel()
	for want, fault := range map[string]finiktest.Fault{
		"knows the public key":   {Status: 401, Body: `{"statusCode":401,"errorMessage":"x"}`},
		"check -account":         {Status: 400, Body: `{"statusCode":400,"errorMessage":"x"}`},
		"Nobody knows yet":       {Kind: finiktest.FaultHTML},
		"could not be reached":   {Operation: "CheckRecipient", Kind: finiktest.FaultResetBefore},
		"has failed: status 201": {Status: 201, Body: `{"id":"1","transactionId":"t-1","status":"FAILED","statusCode":201}`},
	} {
		t.Run(want, func(t *testing.T) {
			srv := finiktest.NewServer()
			fault.Times = -1
			if fault.Operation == "" {
				fault.Operation = "CreatePayment"
			}
			srv.Inject(fault)
			err := run(t.Context(), &cli.Call{Env: service(t, srv), Out: io.Discard})
			require.Error(t, err, want)
			assert.Contains(t, program().Explain(err), want)
			assert.Equal(t, 1, program().ExitCode(err))
			srv.Close()
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := run(ctx, &cli.Call{Env: env(), Out: io.Discard})
	assert.Equal(t, 130, program().ExitCode(err))
	assert.Contains(t, program().Explain(err), "before anything was paid")
}

func TestAWrongEnvironmentIsToldAtOnce(t *testing.T) {
	t.Parallel()
	srv := finiktest.NewServer()
	defer srv.Close()
	full := service(t, srv)
	but := func(name, value string) func(string) string {
		return func(asked string) string {
			if asked == name {
				return value
			}
			return full(asked)
		}
	}
	for want, env := range map[string]func(string) string{
		"credentials but no FINIK_URL": but("FINIK_URL", ""),
		"(or FINIK_USER)":              but("FINIK_USER", ""),
		"FINIK_AMOUNT) must be":        but("FINIK_AMOUNT", "1e2"),
		"no such file or folder":       but("FINIK_PRIVATE_KEY_FILE", "nowhere"),
		"Check FINIK_URL":              but("FINIK_URL", "http://api.example.com"),
	} {
		t.Run(want, func(t *testing.T) {
			err := run(t.Context(), &cli.Call{Env: env, Out: io.Discard})
			require.Error(t, err, want)
			assert.Contains(t, program().Explain(err), want)
			assert.Equal(t, 2, program().ExitCode(err))
		})
	}
	err := run(t.Context(), &cli.Call{Env: but("FINIK_PRIVATE_KEY_FILE", "main.go"), Out: io.Discard})
	require.ErrorContains(t, err, "asking the signing process for its public key")
	assert.Equal(t, 1, program().ExitCode(err))
	assert.Empty(t, srv.Requests())
}

func newReader(text string) *bufio.Reader {
	return bufio.NewReaderSize(strings.NewReader(text), maxLine)
}
