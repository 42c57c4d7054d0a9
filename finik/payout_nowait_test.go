package finik_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

func TestRunPayoutWithoutWaiting(t *testing.T) {
	t.Parallel()
	srv, c := start(t, finiktest.WithManualProcessing())
	p, err := c.RunPayout(t.Context(), topUp(testID), finik.PayoutParams{NoWait: true})
	require.NoError(t, err)
	assert.False(t, p.Final())
	assert.Equal(t, []int{1, 0}, []int{srv.Debits(testID), reads(srv)}, "the answer to the request is enough")

	known := finik.PayoutParams{NoWait: true, PaymentID: p.ID}
	again, err := c.RunPayout(t.Context(), topUp(testID), known)
	require.NoError(t, err)
	assert.False(t, again.Final())
	assert.Equal(t, []int{1, 1}, []int{srv.Debits(testID), reads(srv)}, "one read")
	srv.Settle(p.ID)
	again, err = c.RunPayout(t.Context(), topUp(testID), known)
	require.NoError(t, err)
	assert.Equal(t, finik.StatusSucceeded, again.Status)

	other := topUp(finik.NewTransactionID())
	_, err = c.RunPayout(t.Context(), other, known)
	require.ErrorIs(t, err, finik.ErrOtherPayment)
	require.ErrorIs(t, err, finik.ErrOutcomeUnknown)
}

// A duplicate that is named is read once; one whose read fails is not an end.
func TestRunPayoutWithoutWaitingMeetsADuplicate(t *testing.T) {
	t.Parallel()
	srv, c := start(t, finiktest.WithManualProcessing(), finiktest.WithNamedDuplicates())
	made, err := c.CreatePayment(t.Context(), topUp(testID))
	require.NoError(t, err)
	var told string
	params := finik.PayoutParams{NoWait: true, Resume: true, Created: func(id string) error { told = id; return nil }}
	p, err := c.RunPayout(t.Context(), topUp(testID), params)
	require.NoError(t, err)
	assert.Equal(t, []string{made.ID, made.ID}, []string{p.ID, told})
	assert.Equal(t, []int{1, 1}, []int{srv.Debits(testID), reads(srv)})

	srv.Inject(finiktest.Fault{Status: 503, Operation: "GetPayment", Times: -1})
	told = ""
	_, err = c.RunPayout(t.Context(), topUp(testID), params)
	require.ErrorIs(t, err, finik.ErrOutcomeUnknown)
	assert.Equal(t, made.ID, told, "the id is known all the same")
	assert.Equal(t, 1, srv.Debits(testID))
}

func TestValidateRequest(t *testing.T) {
	t.Parallel()
	require.NoError(t, transfer(testID).Validate())
	bad := transfer("")
	bad.Fields = finik.Fields{"amount": 1.5}
	err := bad.Validate()
	require.ErrorIs(t, err, finik.ErrInvalidRequest)
	require.ErrorContains(t, err, "TransactionID")
	require.ErrorContains(t, err, `Fields["amount"]`)
}

// reads is how many payments were asked for.
func reads(srv *finiktest.Server) (n int) {
	for _, r := range srv.Requests() {
		if strings.HasPrefix(r.Path, "/v2/payments/") {
			n++
		}
	}
	return n
}
