package main

import (
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// env is a complete environment.
func env(pairs ...string) func(string) string {
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return values[name] }
}

func TestOfflinePrintsTheGoldenLog(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("testdata/offline.txt")
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &cli.Call{Env: env(), Out: &out}))
	assert.Equal(t, string(golden), out.String())
	assert.NotContains(t, out.String(), "access_token")
	assert.NotContains(t, out.String(), "+996", "no phone either")
}

func TestTheDocShowsWhatIsPrinted(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("testdata/offline.txt")
	require.NoError(t, err)
	source, err := os.ReadFile("main.go")
	require.NoError(t, err)
	_, sample, ok := strings.Cut(string(source), "//\tListening")
	require.True(t, ok)
	sample, _, ok = strings.Cut("//\tListening"+sample, "//\n// A token of")
	require.True(t, ok)
	assert.Equal(t, strings.TrimSuffix(string(golden), hint), strings.ReplaceAll(strings.ReplaceAll(sample, "//\t", ""), "//\n", "\n"))
}

// walletEnv and finikEnv are the environments of one service each.
func walletEnv(srv *wallettest.Server) []string {
	return []string{
		"WALLET_URL", srv.URL(), "WALLET_PHONE", wallettest.DefaultPhone, "WALLET_PASSWORD", wallettest.DefaultPassword,
		"WALLET_APP_ID", "app", "WALLET_APP_SECRET", "s", "WEBHOOK_LISTEN", "127.0.0.1:0",
	}
}

func finikEnv(t *testing.T) []string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(finiktest.PublicKey())
	require.NoError(t, err)
	return []string{"FINIK_WEBHOOK_URL", publicURL, "FINIK_WEBHOOK_KEY", base64.StdEncoding.EncodeToString(der), "WEBHOOK_LISTEN", "127.0.0.1:0"}
}

// With services it serves until it is told to end.
func TestItServesUntilItIsEnded(t *testing.T) {
	t.Parallel()
	srv := wallettest.NewServer(wallettest.WithProcessingReads(0))
	defer srv.Close()
	for want, pairs := range map[string][]string{
		"127.0.0.1:0, path /wallet; Ctrl-C ends it\n\n\n":             walletEnv(srv),
		"127.0.0.1:0, path /finik; Ctrl-C ends it\n\n\n":              finikEnv(t),
		"127.0.0.1:0, paths /wallet and /finik; Ctrl-C ends it\n\n\n": append(walletEnv(srv), finikEnv(t)...),
	} {
		t.Run(want, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			out := &firstLine{written: make(chan struct{})}
			ended := make(chan error, 1)
			go func() { ended <- run(ctx, &cli.Call{Env: env(pairs...), Out: out}) }()
			<-out.written
			cancel()
			require.NoError(t, <-ended)
			assert.Equal(t, "Listening on "+want, out.text.String())
		})
	}
}

// firstLine tells when something has been written.
type firstLine struct {
	written chan struct{}
	told    bool
	text    bytes.Buffer
}

func (f *firstLine) Write(p []byte) (int, error) {
	if !f.told {
		f.told = true
		close(f.written)
	}
	return f.text.Write(p)
}

// The published keys are those of two worlds, and one of them moves no money.
func TestABetaNoticeIsNothingInProduction(t *testing.T) {
	t.Parallel()
	production, err := newFinikSource(env("FINIK_WEBHOOK_URL", publicURL))
	require.NoError(t, err)
	assert.Equal(t, []*rsa.PublicKey{finik.ProductionWebhookKey()}, production.hook.Keys)
	beta, err := newFinikSource(env("FINIK_WEBHOOK_URL", publicURL, "FINIK_WEBHOOK_KEY", "beta"))
	require.NoError(t, err)
	assert.Equal(t, []*rsa.PublicKey{finik.BetaWebhookKey()}, beta.hook.Keys)
}

func TestTheFirstEndOfAPayoutCounts(t *testing.T) {
	t.Parallel()
	p := newPayouts(func(id string) bool { return id != "theirs" })
	for _, step := range []struct{ id, transaction, status, want string }{
		{"1", "a", "pending", "pending     of a  not at its end"},
		{"1", "a", "PROCESSING", "PROCESSING  of a  not at its end"},
		{"1", "a", "REVERSED", "REVERSED    of a  not at its end"},
		{"1", "a", "failed", "failed      of a"},
		{"1", "a", "FAILED", "FAILED      of a  seen before"},
		{"1", "a", "SUCCEEDED", "SUCCEEDED   of a  was failed, a person has to look"},
		{"2", "a", "SUCCEEDED", "SUCCEEDED   of a  was failed, a person has to look"},
		{"1", "a", "PENDING", "PENDING     of a  late, it is failed already"},
		{"3", "theirs", "SUCCEEDED", "SUCCEEDED   of theirs  not ours"},
	} {
		var line string
		ctx := context.WithValue(t.Context(), lineKey{}, &line)
		require.NoError(t, p.notice(ctx, &finik.Event{ID: step.id, TransactionID: step.transaction, Status: finik.Status(step.status)}))
		assert.Equal(t, step.want, line)
	}
	assert.Equal(t, "a is failed\n", p.sum())
}

func TestAWrongEnvironmentIsToldAtOnce(t *testing.T) {
	t.Parallel()
	for want, pairs := range map[string][]string{
		"credentials but no WALLET_URL":     {"WALLET_APP_SECRET", "s"},
		"WALLET_URL needs WALLET_PHONE":     {"WALLET_URL", wallet.SandboxURL},
		"WALLET_URL needs WALLET_APP_ID":    {"WALLET_URL", wallet.SandboxURL, "WALLET_PHONE", "+996000000001", "WALLET_PASSWORD", "p"},
		"scheme must be https":              {"WALLET_URL", "ftp://a", "WALLET_PHONE", "+996000000001", "WALLET_PASSWORD", "p", "WALLET_APP_ID", "a", "WALLET_APP_SECRET", "s"},
		"BasicAuth: phone must be a plus":   {"WALLET_URL", wallet.SandboxURL, "WALLET_PHONE", "1", "WALLET_PASSWORD", "p", "WALLET_APP_ID", "a", "WALLET_APP_SECRET", "s"},
		"FINIK_WEBHOOK_KEY but no":          {"FINIK_WEBHOOK_KEY", "beta"},
		"FINIK_WEBHOOK_URL must be":         {"FINIK_WEBHOOK_URL", "shop.example.com"},
		"FINIK_WEBHOOK_KEY: finik: invalid": {"FINIK_WEBHOOK_URL", publicURL, "FINIK_WEBHOOK_KEY", "master-00000000000000000000000000000000"},
		"wallet: invalid request: BasicAut": {"WALLET_URL", wallet.SandboxURL, "WALLET_PHONE", "x", "WALLET_PASSWORD", "p", "WALLET_APP_ID", "a", "WALLET_APP_SECRET", "s"},
	} {
		t.Run(want, func(t *testing.T) {
			err := run(t.Context(), &cli.Call{Env: env(pairs...), Out: io.Discard})
			require.ErrorContains(t, err, want)
			assert.Equal(t, 2, program().ExitCode(err))
		})
	}
	err := run(t.Context(), &cli.Call{Env: env("WALLET_URL", wallet.SandboxURL, "WALLET_PHONE", "+996000000001", "WALLET_PASSWORD", "p",
		"WALLET_APP_ID", "a", "WALLET_APP_SECRET", "s", "WEBHOOK_LISTEN", "nowhere"), Out: io.Discard})
	require.ErrorContains(t, err, "listening on nowhere")
	assert.Equal(t, 1, program().ExitCode(err))
}
