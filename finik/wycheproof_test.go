package finik_test

import (
	"crypto/rsa"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
)

// Signatures that are nearly right, through the verification of callbacks.
func TestWycheproof(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/wycheproof/rsa_signature_2048_sha256_test.json")
	require.NoError(t, err)
	var file struct {
		Groups []struct {
			Key   string `json:"publicKeyPem"`
			Tests []struct {
				ID        int    `json:"tcId"`
				Comment   string `json:"comment"`
				Message   string `json:"msg"`
				Signature string `json:"sig"`
				Result    string `json:"result"`
			} `json:"tests"`
		} `json:"testGroups"`
	}
	require.NoError(t, json.Unmarshal(text, &file))
	count := map[string]int{}
	for _, g := range file.Groups {
		key, err := finik.ParsePublicKey([]byte(g.Key))
		require.NoError(t, err)
		hook := finik.Webhook{Keys: []*rsa.PublicKey{key}}
		for _, c := range g.Tests {
			message, err := hex.DecodeString(c.Message)
			require.NoError(t, err)
			signature, err := hex.DecodeString(c.Signature)
			require.NoError(t, err)
			count[c.Result]++
			// What may be taken or left, an encoding without its NULL, is left.
			assert.Equal(t, c.Result == "valid", finik.Verifies(hook, message, signature), "%d %s", c.ID, c.Comment)
		}
	}
	assert.Equal(t, map[string]int{"valid": 9, "acceptable": 1, "invalid": 249}, count)
}
