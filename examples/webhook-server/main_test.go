package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
	require.NoError(t, run(t.Context(), env(), &out))
	assert.Equal(t, string(golden), out.String())
	assert.NotContains(t, out.String(), "access_token")
}

func TestTheDocShowsWhatIsPrinted(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("testdata/offline.txt")
	require.NoError(t, err)
	source, err := os.ReadFile("main.go")
	require.NoError(t, err)
	_, sample, ok := strings.Cut(string(source), "//\tListening")
	require.True(t, ok)
	sample, _, ok = strings.Cut("//\tListening"+sample, "//\n// The last notice")
	require.True(t, ok)
	assert.Equal(t, string(golden), strings.ReplaceAll(strings.ReplaceAll(sample, "//\t", ""), "//\n", "\n"))
}

// With a service it serves until it is told to end.
func TestItServesUntilItIsEnded(t *testing.T) {
	t.Parallel()
	srv := wallettest.NewServer(wallettest.WithProcessingReads(0))
	defer srv.Close()
	ctx, cancel := context.WithCancel(t.Context())
	out := &firstLine{written: make(chan struct{})}
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, env("WALLET_URL", srv.URL(), "WALLET_PHONE", wallettest.DefaultPhone, "WALLET_PASSWORD", wallettest.DefaultPassword,
			"WALLET_APP_ID", "app", "WALLET_APP_SECRET", "s", "WEBHOOK_LISTEN", "127.0.0.1:0"), out)
	}()
	<-out.written
	cancel()
	require.NoError(t, <-ended)
}

// firstLine tells when something has been written.
type firstLine struct {
	written chan struct{}
	told    bool
}

func (f *firstLine) Write(p []byte) (int, error) {
	if !f.told {
		f.told = true
		close(f.written)
	}
	return len(p), nil
}

func TestAWrongEnvironmentIsToldAtOnce(t *testing.T) {
	t.Parallel()
	for want, pairs := range map[string][]string{
		"credentials but no WALLET_URL":     {"WALLET_APP_SECRET", "s"},
		"WALLET_URL needs WALLET_PHONE":     {"WALLET_URL", wallet.SandboxURL},
		"WALLET_URL needs WALLET_APP_ID":    {"WALLET_URL", wallet.SandboxURL, "WALLET_PHONE", "+996000000001", "WALLET_PASSWORD", "p"},
		"scheme must be https":              {"WALLET_URL", "ftp://a", "WALLET_PHONE", "+996000000001", "WALLET_PASSWORD", "p", "WALLET_APP_ID", "a", "WALLET_APP_SECRET", "s"},
		"BasicAuth: phone must be a plus":   {"WALLET_URL", wallet.SandboxURL, "WALLET_PHONE", "1", "WALLET_PASSWORD", "p", "WALLET_APP_ID", "a", "WALLET_APP_SECRET", "s"},
		"wallet: invalid request: BasicAut": {"WALLET_URL", wallet.SandboxURL, "WALLET_PHONE", "x", "WALLET_PASSWORD", "p", "WALLET_APP_ID", "a", "WALLET_APP_SECRET", "s"},
	} {
		err := run(t.Context(), env(pairs...), io.Discard)
		require.ErrorContains(t, err, want)
		assert.Equal(t, 2, exitCode(err))
	}
	err := run(t.Context(), env("WALLET_URL", wallet.SandboxURL, "WALLET_PHONE", "+996000000001", "WALLET_PASSWORD", "p",
		"WALLET_APP_ID", "a", "WALLET_APP_SECRET", "s", "WEBHOOK_LISTEN", "nowhere"), io.Discard)
	require.ErrorContains(t, err, "listening on nowhere")
	assert.Equal(t, 1, exitCode(err))
}
