package finiktest_test

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik/finiktest"
)

// Events have the members of the payout events that integrators have published.
func TestEventsLookLikePublishedOnes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../testdata/finik_signatures.json")
	require.NoError(t, err)
	var published struct {
		Webhooks []struct {
			Input struct{ Body string } `json:"input"`
		} `json:"webhooks"`
	}
	require.NoError(t, json.Unmarshal(text, &published))
	payout := ""
	for _, w := range published.Webhooks {
		if strings.Contains(w.Input.Body, "_CREDIT") { // _DEBIT is of the acquiring API
			payout = w.Input.Body
		}
	}
	srv := finiktest.Run(t)
	_, err = newClient(t, srv).CreatePayment(t.Context(), request("1"))
	require.NoError(t, err)
	srv.Settle(srv.Payments()[0].ID)
	require.Len(t, srv.Events(), 1)
	want, got := members(t, payout), members(t, string(srv.Events()[0].Body))
	assert.Equal(t, names(want), names(got))
	assert.Equal(t, names(members(t, string(want["service"]))), names(members(t, string(got["service"]))))
	assert.Equal(t, names(members(t, string(want["sender"]))), names(members(t, string(got["sender"]))))
}

func members(t *testing.T, object string) map[string]json.RawMessage {
	t.Helper()
	var out map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(object), &out), object)
	return out
}

func names(object map[string]json.RawMessage) []string { return slices.Sorted(maps.Keys(object)) }
