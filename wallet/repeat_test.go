package wallet_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

// A list whose marks nobody needs is repeated like every read, and only then.
func TestAListIsRepeatedWhereTheCallerAllowsIt(t *testing.T) {
	t.Parallel()
	_, _, lists := calls(t)
	for name, call := range lists {
		t.Run(name, func(t *testing.T) {
			for i, fault := range []wallettest.Fault{
				{Status: 429},
				{Status: 500},
				{Status: 502},
				{Status: 503, RetryAfter: "0"},
				{Status: 504},
				{Kind: wallettest.FaultResetBefore},
				{Kind: wallettest.FaultResetAfter},
				{Kind: wallettest.FaultTruncated},
			} {
				t.Run(fmt.Sprint("fault ", i), func(t *testing.T) {
					srv, client := start(t)
					completed(t, client, 1)
					srv.ResetRequests()
					fault.Times = 2
					srv.Inject(fault)
					require.NoError(t, call(client, wallet.AllowRepeat()), "%s %+v", name, fault)
					assert.Len(t, srv.Requests(), 3, "%s %+v", name, fault)
				})
			}
			srv, client := start(t)
			srv.Inject(wallettest.Fault{Status: 503, Times: -1})
			err := call(client, wallet.AllowRepeat())
			require.Error(t, err)
			require.NotErrorIs(t, err, wallet.ErrOutcomeUnknown, name)
			assert.Len(t, srv.Requests(), 3, "as often as the policy says")
		})
	}
}

// The price of a repeat: what the lost answer held is marked as seen.
func TestARepeatedListMayHaveLostItsMarks(t *testing.T) {
	t.Parallel()
	srv, client := start(t)
	ids := completed(t, client, 3)
	srv.Inject(wallettest.Fault{Kind: wallettest.FaultTruncated, Operation: "ListPayments"})
	var got []int64
	for p, err := range client.AllPayments(t.Context(), wallet.ListPaymentsParams{}, wallet.AllowRepeat()) {
		require.NoError(t, err)
		assert.Nil(t, p.Unseen, "the answer that was lost had them as unseen")
		got = append(got, p.ID)
	}
	slices.Sort(got)
	slices.Sort(ids)
	assert.Equal(t, ids, got)
}

// In the middle of a walk the option holds too.
func TestAWalkIsRepeatedWhereTheCallerAllowsIt(t *testing.T) {
	t.Parallel()
	srv, client := start(t)
	completed(t, client, 5)
	failThird := wallettest.Fault{Status: 503, Match: func(r wallettest.Request) bool { return r.Query().Get("page") == "2" }}
	srv.Inject(failThird)
	n := 0
	for _, err := range client.AllPayments(t.Context(), wallet.ListPaymentsParams{Size: 2}, wallet.AllowRepeat()) {
		require.NoError(t, err)
		n++
	}
	assert.Equal(t, 5, n)

	srv.Inject(failThird)
	n = 0
	var last error
	for _, err := range client.AllPayments(t.Context(), wallet.ListPaymentsParams{Size: 2}) {
		if last = err; err == nil {
			n++
		}
	}
	require.EqualError(t, last, "wallet: ListPayments: status 503")
	assert.Equal(t, 4, n, "what was delivered stands")
}

// Nothing else takes the option: a payment must not be repeated by it, nor a
// count of unseen payments be reset twice.
func TestAllowRepeatIsForListsOnly(t *testing.T) {
	t.Parallel()
	reads, writes, _ := calls(t)
	all := maps.Clone(reads)
	maps.Copy(all, writes)
	all["PayOnce"] = func(c *wallet.Client, o ...wallet.CallOption) error {
		_, err := c.PayOnce(t.Context(), 1, wallet.ExecutePaymentRequest{}, o...)
		return err
	}
	all["RunPayment"] = func(c *wallet.Client, o ...wallet.CallOption) error {
		_, err := c.RunPayment(t.Context(), phoneBill(testID), yes, o...)
		return err
	}
	all["WaitPayment"] = func(c *wallet.Client, o ...wallet.CallOption) error {
		_, err := c.WaitPayment(t.Context(), 1, brisk, o...)
		return err
	}
	for name, call := range all {
		t.Run(name, func(t *testing.T) {
			srv, client := start(t)
			err := call(client, wallet.AllowRepeat())
			require.ErrorIs(t, err, wallet.ErrInvalidRequest, name)
			require.ErrorContains(t, err, "AllowRepeat: only for lists", name)
			assert.Empty(t, srv.Requests(), name)
		})
	}
}
