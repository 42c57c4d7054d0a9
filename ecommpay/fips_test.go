package ecommpay_test

import (
	"crypto/fips140"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
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

// Secrets of 13 bytes need an exception, those of 14 none.
func TestFIPS(t *testing.T) {
	if !enforced(t) {
		return
	}
	for _, secret := range []string{"s", "s000000000000", "s0000000000000", "s00000000000000000000000000000000000000000000000000"} {
		body := []byte(`{"a":1}`)
		signature, err := ecommpay.Sign(secret, body)
		require.NoError(t, err)
		assert.NoError(t, ecommpay.Verify(secret, []byte(`{"a":1,"signature":"`+signature+`"}`)))
		assert.ErrorIs(t, ecommpay.Verify(secret+"x", []byte(`{"a":1,"signature":"`+signature+`"}`)), ecommpay.ErrBadSignature)
		for _, order := range [][]ecommpaytest.Option{nil, {ecommpaytest.WithByteOrder()}} {
			cred := ecommpay.Credentials{Token: "t0000000", Secret: secret}
			s := ecommpaytest.NewServer(append(order, ecommpaytest.WithCredentials(cred))...)
			c, err := ecommpay.NewClient(s.URL(), cred)
			require.NoError(t, err)
			_, err = c.Balances(t.Context())
			assert.NoError(t, err)
			s.Close()
		}
	}
	assert.True(t, fips140.Enforced(), "after the exceptions too")
}
