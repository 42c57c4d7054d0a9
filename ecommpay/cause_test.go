package ecommpay_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
)

// A signer that fails while an answer is verified says nothing about the answer,
// whatever its error is, and nothing is written into that.
func TestVerificationThatFailsWithAnotherCallsError(t *testing.T) {
	t.Parallel()
	theirs := &ecommpay.SignatureError{Operation: "theirs", Err: errors.New("of another answer")}
	for _, caused := range []bool{false, true} {
		ctx, cancel := context.WithCancelCause(t.Context())
		calls := 0
		signer := signerFunc(func(_ context.Context, text []byte) ([]byte, error) {
			if calls++; calls == 1 { // for the request
				return hmacOf(testCredentials().Secret, text), nil
			}
			if caused {
				cancel(theirs)
			}
			return nil, theirs
		})
		srv, _ := fake(t)
		c, err := ecommpay.NewClient(srv.URL(), ecommpay.Credentials{Token: testCredentials().Token}, ecommpay.WithSigner(signer), quick)
		require.NoError(t, err)
		_, err = c.Balances(ctx)
		require.Error(t, err)
		assert.Equal(t, 2, calls)
		assert.Equal(t, "theirs", theirs.Operation)
		assert.Zero(t, theirs.StatusCode)
		if caused {
			assert.ErrorIs(t, err, context.Canceled)
			assert.NotErrorIs(t, err, ecommpay.ErrBadSignature)
		} else {
			assert.ErrorIs(t, err, theirs, "errors of callbacks stay reachable")
		}
		assert.NotContains(t, err.Error(), "theirs")
		cancel(nil)
	}
}
