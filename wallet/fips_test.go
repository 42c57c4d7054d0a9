package wallet_test

import (
	"crypto/fips140"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// enforced runs the calling test once more in a process of its own under
// fips140=only, which no program can switch on later. It reports whether this is
// that process.
func enforced(t *testing.T) bool {
	t.Helper()
	if fips140.Enforced() {
		return true
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), "GODEBUG=fips140=only")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "--- PASS: "+t.Name())
	return false
}

func TestFIPS(t *testing.T) {
	if !enforced(t) {
		return
	}
	hook := wallet.Webhook{AppID: "app", AppSecret: "secret"}
	body := []byte(`{"created_at":"2026-01-02T03:04:05Z","type":"complete","from":"processing","to":"completed","payment":{"id":7}}`)
	r, err := wallettest.Run(t, wallettest.WithWebhook(hook)).NewWebhookRequest(t.Context(), "https://shop.example.com/hook", body)
	require.NoError(t, err)
	_, err = wallet.Webhook{AppID: "app", AppSecret: "other"}.Parse(r)
	assert.ErrorIs(t, err, wallet.ErrUnauthorized)
	event, err := hook.Parse(r)
	require.NoError(t, err)
	assert.Equal(t, int64(7), event.Payment.ID)
	assert.True(t, fips140.Enforced(), "after the exception too")
}
