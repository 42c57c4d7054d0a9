package finik_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

func TestRunPayout(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]finik.CreatePaymentRequest{"synchronous": transfer(testID), "asynchronous": topUp(testID)} {
		srv, c := start(t, finiktest.WithProcessingReads(3))
		var checked finik.Recipient
		var ids []string
		p, err := c.RunPayout(t.Context(), r, finik.PayoutParams{
			Check: func(r finik.Recipient) error { checked = r; return nil }, Created: func(id string) error { ids = append(ids, id); return nil }, Wait: brisk,
		})
		require.NoError(t, err, name)
		assert.Equal(t, finik.StatusSucceeded, p.Status, name)
		assert.Equal(t, []string{p.ID}, ids, name)
		assert.Equal(t, 200, checked.StatusCode)
		assert.Equal(t, []int{1, 1}, []int{srv.Debits(testID), sent(srv, "/v2/recipient")})
	}
}

func TestRunPayoutThatFails(t *testing.T) {
	t.Parallel()
	for _, end := range []finik.Status{finik.StatusFailed, finik.StatusCanceled} {
		srv, c := start(t, finiktest.WithManualProcessing())
		p, err := c.RunPayout(t.Context(), topUp(testID), finik.PayoutParams{Wait: brisk, Created: func(id string) error {
			if end == finik.StatusFailed {
				srv.Fail(id, 402)
			} else {
				srv.Cancel(id)
			}
			return nil
		}})
		require.NoError(t, err, "a failed payment is a result")
		assert.Equal(t, end, p.Status)
		assert.Equal(t, []int{1, 0}, []int{srv.Debits(testID), srv.Paid(testID)})
	}
}

var errMine = errors.New("mine")

func TestRunPayoutStopsBeforeThePayment(t *testing.T) {
	t.Parallel()
	srv, c := start(t)
	stranger := transfer(testID)
	stranger.Fields = finik.Fields{"phone": "+996000000009", "amount": hundred}
	_, err := c.RunPayout(t.Context(), stranger, finik.PayoutParams{})
	require.ErrorIs(t, err, finik.ErrNotFound)
	require.NotErrorIs(t, err, finik.ErrOutcomeUnknown)
	_, err = c.RunPayout(t.Context(), transfer(testID), finik.PayoutParams{Check: func(finik.Recipient) error { return errMine }})
	require.ErrorIs(t, err, errMine)
	require.NotErrorIs(t, err, finik.ErrOutcomeUnknown)
	srv.Inject(finiktest.Fault{Status: 503, Operation: "CheckRecipient", Times: 3})
	_, err = c.RunPayout(t.Context(), transfer(testID), finik.PayoutParams{})
	require.Error(t, err)
	require.NotErrorIs(t, err, finik.ErrOutcomeUnknown)
	assert.Zero(t, sent(srv, "/v2/payment"))

	_, err = c.RunPayout(t.Context(), transfer(testID), finik.PayoutParams{SkipRecipient: true})
	require.NoError(t, err)
	assert.Equal(t, 1, srv.Debits(testID))
}

// The fields of the payment are those that the recipient was checked with.
func TestRunPayoutReadsFieldsOnce(t *testing.T) {
	t.Parallel()
	srv, c := start(t)
	request := transfer(testID)
	p, err := c.RunPayout(t.Context(), request, finik.PayoutParams{Wait: brisk, Check: func(finik.Recipient) error {
		request.Fields["amount"] = decimal.MustParse("9")
		request.Fields["bad"] = 1.5
		return nil
	}})
	require.NoError(t, err)
	assert.Equal(t, finik.StatusSucceeded, p.Status)
	requests := srv.Requests()
	paid := slices.IndexFunc(requests, func(r finiktest.Request) bool { return strings.HasSuffix(r.Path, "/v2/payment") })
	require.GreaterOrEqual(t, paid, 0)
	assert.Contains(t, string(requests[paid].Body), `"amount":"`+hundred.String()+`"`)
	assert.NotContains(t, string(requests[paid].Body), "bad")
}

// Whatever goes wrong once the payment may have been made is in doubt, and a
// second run brings it to its end without a second payment.
func TestRunPayoutIsResumed(t *testing.T) {
	t.Parallel()
	for _, named := range []bool{true, false} {
		for name, fault := range map[string]finiktest.Fault{
			"reset":        {Kind: finiktest.FaultResetAfter, Times: 3},
			"truncated":    {Kind: finiktest.FaultTruncated, Times: 2},
			"504":          {Status: 504, Process: true, Times: 3},
			"html":         {Kind: finiktest.FaultHTML, Process: true},
			"other answer": {Status: 200, Body: paid("another"), Process: true},
		} {
			opts := []finiktest.Option{finiktest.WithProcessingReads(2)}
			if named {
				opts = append(opts, finiktest.WithNamedDuplicates())
			}
			srv, c := start(t, opts...)
			fault.Operation = "CreatePayment"
			srv.Inject(fault)
			_, err := c.RunPayout(t.Context(), topUp(testID), finik.PayoutParams{Wait: brisk})
			require.ErrorIs(t, err, finik.ErrOutcomeUnknown, name)
			srv.ResetRequests()
			var ids []string
			p, err := c.RunPayout(t.Context(), topUp(testID), finik.PayoutParams{Resume: true, Wait: brisk, Created: func(id string) error { ids = append(ids, id); return nil }})
			assert.Equal(t, 1, srv.Debits(testID), name)
			assert.Zero(t, sent(srv, "/v2/recipient"), "not asked again")
			if !named {
				require.ErrorIs(t, err, finik.ErrDuplicate, name)
				require.ErrorIs(t, err, finik.ErrOutcomeUnknown, name)
				continue
			}
			require.NoError(t, err, name)
			assert.Equal(t, finik.StatusSucceeded, p.Status)
			assert.Equal(t, []string{p.ID}, ids)
		}
	}
}

// The first answer of a run is lost and its own repeat meets the payment: the
// run goes on by itself where it can.
func TestRunPayoutMeetsItsOwnPayment(t *testing.T) {
	t.Parallel()
	srv, c := start(t, finiktest.WithNamedDuplicates())
	srv.Inject(finiktest.Fault{Kind: finiktest.FaultResetAfter, Operation: "CreatePayment"})
	p, err := c.RunPayout(t.Context(), topUp(testID), finik.PayoutParams{Wait: brisk})
	require.NoError(t, err)
	assert.Equal(t, finik.StatusSucceeded, p.Status)
	assert.Equal(t, []int{1, 2}, []int{srv.Debits(testID), sent(srv, "/v2/payment")})
}

// An id that stands alone in a 500 may be that of a request.
func TestRunPayoutFollowsNoOtherID(t *testing.T) {
	t.Parallel()
	c, _ := counted(t, 500, `{"statusCode":500,"id":"7_x"}`)
	_, err := c.RunPayout(t.Context(), topUp(testID), finik.PayoutParams{SkipRecipient: true, Created: func(string) error {
		t.Error("no payment is known")
		return nil
	}})
	var e *finik.Error
	require.ErrorAs(t, err, &e)
	require.ErrorIs(t, err, finik.ErrOutcomeUnknown)
	assert.Empty(t, e.PaymentID)
}

// Whatever leaves the payment in doubt and names it is followed, not 409 alone.
func TestRunPayoutFollowsThePaymentThatAnAnswerNames(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{
		`409{"statusCode":409,"id":"7_x"}`,
		`500{"statusCode":500,"id":"7_x","transactionId":"` + testID + `"}`, `422{"statusCode":422,"id":"7_x","transactionId":"` + testID + `"}`,
		`402{"statusCode":402,"id":"7_x","status":"PENDING","transactionId":"` + testID + `"}`,
		`{"statusCode":402,"id":"7_x","status":"PENDING","transactionId":"` + testID + `"}`,
		`{"statusCode":503,"id":"7_x","status":"SUCCEEDED","transactionId":"` + testID + `"}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			var at []time.Duration
			var ids []string
			c := looks(t, &at, answer, state(finik.StatusSucceeded))
			p, err := c.RunPayout(t.Context(), topUp(testID), finik.PayoutParams{SkipRecipient: true, Created: func(id string) error { ids = append(ids, id); return nil }})
			require.NoError(t, err, answer)
			assert.Equal(t, finik.StatusSucceeded, p.Status)
			assert.Equal(t, []string{"7_x"}, ids, answer)
			assert.Equal(t, []time.Duration{0, 0}, at, answer)
		})
	}
	// Not where the answer is a definite no, unless the run is not the first.
	const failed = `402{"statusCode":402,"id":"7_x","status":"FAILED","transactionId":"` + testID + `"}`
	for _, resume := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var at []time.Duration
			p, err := looks(t, &at, failed, state(finik.StatusFailed)).RunPayout(t.Context(), topUp(testID), finik.PayoutParams{SkipRecipient: true, Resume: resume})
			if resume {
				require.NoError(t, err)
				assert.Equal(t, finik.StatusFailed, p.Status)
				return
			}
			require.ErrorIs(t, err, finik.ErrInsufficientFunds)
			require.NotErrorIs(t, err, finik.ErrOutcomeUnknown)
			assert.Len(t, at, 1)
		})
	}
	// Nor where it names another payment, or an id that is none.
	for _, answer := range []string{
		`402{"statusCode":402,"id":"7_x","status":"PENDING","transactionId":"other"}`, `409{"statusCode":409,"id":"a/b"}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			var at []time.Duration
			_, err := looks(t, &at, answer).RunPayout(t.Context(), topUp(testID), finik.PayoutParams{SkipRecipient: true, Created: func(string) error { return errMine }})
			require.ErrorIs(t, err, finik.ErrOutcomeUnknown)
			require.NotErrorIs(t, err, errMine)
			assert.Len(t, at, 1)
		})
	}
	synctest.Test(t, func(t *testing.T) { // and the one that is named must be ours
		var at []time.Duration
		c := looks(t, &at, `409{"statusCode":409,"id":"7_x"}`, `{"id":"7_x","status":"SUCCEEDED","transactionId":"other"}`)
		_, err := c.RunPayout(t.Context(), topUp(testID), finik.PayoutParams{SkipRecipient: true})
		require.ErrorIs(t, err, finik.ErrOtherPayment)
		require.ErrorIs(t, err, finik.ErrOutcomeUnknown)
	})
}

func TestRunPayoutByThePaymentsID(t *testing.T) {
	t.Parallel()
	srv, c := start(t)
	first, err := c.RunPayout(t.Context(), topUp(testID), finik.PayoutParams{Created: func(string) error { return errMine }})
	require.ErrorIs(t, err, errMine)
	require.ErrorIs(t, err, finik.ErrOutcomeUnknown, "the payment goes on")
	srv.ResetRequests()
	p, err := c.RunPayout(t.Context(), topUp(testID), finik.PayoutParams{PaymentID: first.ID, Wait: brisk})
	require.NoError(t, err)
	assert.Equal(t, finik.StatusSucceeded, p.Status)
	assert.Zero(t, sent(srv, "/v2/payment"))

	_, err = c.RunPayout(t.Context(), topUp("another"), finik.PayoutParams{PaymentID: first.ID, Wait: brisk})
	require.ErrorIs(t, err, finik.ErrOtherPayment)
	require.ErrorIs(t, err, finik.ErrOutcomeUnknown)
	_, err = c.RunPayout(t.Context(), topUp(testID), finik.PayoutParams{PaymentID: "unheard-of", Wait: brisk})
	require.ErrorIs(t, err, finik.ErrOutcomeUnknown)
}

// A wait that ends leaves the payment in doubt, for all that the run knows.
func TestRunPayoutThatIsGivenUp(t *testing.T) {
	t.Parallel()
	_, c := start(t, finiktest.WithManualProcessing())
	ctx, cancel := context.WithCancel(t.Context())
	p, err := c.RunPayout(ctx, topUp(testID), finik.PayoutParams{Wait: brisk, Created: func(string) error { cancel(); return nil }})
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, finik.ErrOutcomeUnknown)
	require.NotNil(t, p)
	assert.Equal(t, finik.StatusPending, p.Status)
}

// A resumed run takes no refusal for a no: the service may look at the balance
// first, which the first request has emptied.
func TestRunPayoutTakesNoRefusalForANoOnceResumed(t *testing.T) {
	t.Parallel()
	srv, c := start(t, finiktest.WithFundsFirst(), finiktest.WithManualProcessing())
	srv.AddAccount(finiktest.Account{ID: "once", UserIDs: []string{finiktest.DefaultUserID}, Balance: hundred})
	r := topUp(testID)
	r.AccountID = "once"
	srv.Inject(finiktest.Fault{Kind: finiktest.FaultHTML, Process: true, Operation: "CreatePayment"})
	_, err := c.RunPayout(t.Context(), r, finik.PayoutParams{Wait: brisk})
	require.ErrorIs(t, err, finik.ErrOutcomeUnknown)
	_, err = c.RunPayout(t.Context(), r, finik.PayoutParams{Wait: brisk})
	require.ErrorIs(t, err, finik.ErrInsufficientFunds)
	require.NotErrorIs(t, err, finik.ErrOutcomeUnknown, "the control: a run that was not told reads it as a no")
	_, err = c.RunPayout(t.Context(), r, finik.PayoutParams{Wait: brisk, Resume: true})
	require.ErrorIs(t, err, finik.ErrInsufficientFunds)
	require.ErrorIs(t, err, finik.ErrOutcomeUnknown)
	assert.Equal(t, 1, srv.Paid(testID))
}

// A payment that is older than the run is looked at at once; a read that does
// not name the transaction is of it all the same.
func TestRunPayoutLooksAtOnceAtAnOlderPayment(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		c := looks(t, &at, `409{"statusCode":409,"id":"7_x"}`, `{"id":"7_x","status":"SUCCEEDED"}`)
		p, err := c.RunPayout(t.Context(), topUp(testID), finik.PayoutParams{Resume: true})
		require.NoError(t, err)
		assert.Equal(t, finik.StatusSucceeded, p.Status)
		assert.Equal(t, []time.Duration{0, 0}, at)

		_, err = c.RunPayout(t.Context(), topUp(testID), finik.PayoutParams{PaymentID: "7_x"})
		require.NoError(t, err)
		assert.Equal(t, []time.Duration{0, 0, 0}, at)
	})
	synctest.Test(t, func(t *testing.T) { // and one of the run after 30 seconds
		var at []time.Duration
		c := looks(t, &at, `{"id":"7_x","status":"PENDING","transactionId":"`+testID+`"}`, `{"id":"7_x","status":"SUCCEEDED"}`)
		_, err := c.RunPayout(t.Context(), topUp(testID), finik.PayoutParams{SkipRecipient: true})
		require.NoError(t, err)
		assert.Equal(t, []time.Duration{0, 30 * time.Second}, at)
	})
}
