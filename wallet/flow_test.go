package wallet_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
	"github.com/payclients/payclients-go/wallet/wallettest"
)

func created(t *testing.T, client *wallet.Client, r wallet.CreatePaymentRequest) int64 {
	t.Helper()
	result, err := client.CreatePayment(t.Context(), r)
	require.NoError(t, err)
	return result.Payment.ID
}

func TestPayOnceExecutesOnce(t *testing.T) {
	t.Parallel()
	srv, client := start(t, wallettest.WithUnguardedPay())
	id := created(t, client, phoneBill(testID))
	for range 5 {
		r, err := client.PayOnce(t.Context(), id, wallet.ExecutePaymentRequest{})
		require.NoError(t, err)
		assert.NotEqual(t, wallet.StatusCreated, r.Payment.Status)
	}
	assert.Equal(t, 1, srv.Debits(testID))
	assert.Equal(t, 1, sent(srv, http.MethodPost, "/pay"))
}

// What a lost answer to the execution leads to.
func TestPayOnceReadsAgainAfterALostAnswer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault wallettest.Fault
		paid  bool
	}{
		"reset before":  {wallettest.Fault{Kind: wallettest.FaultResetBefore}, false},
		"reset after":   {wallettest.Fault{Kind: wallettest.FaultResetAfter}, true},
		"truncated":     {wallettest.Fault{Kind: wallettest.FaultTruncated}, true},
		"502 before":    {wallettest.Fault{Status: 502}, false},
		"504 after":     {wallettest.Fault{Status: 504, Process: true}, true},
		"500 after":     {wallettest.Fault{Status: 500, Process: true}, true},
		"408":           {wallettest.Fault{Status: 408}, false},
		"302":           {wallettest.Fault{Status: 302, Header: http.Header{"Location": {"/"}}}, false},
		"html after":    {wallettest.Fault{Kind: wallettest.FaultHTML, Process: true}, true},
		"garbage":       {wallettest.Fault{Kind: wallettest.FaultGarbage, Process: true}, true},
		"empty after":   {wallettest.Fault{Kind: wallettest.FaultEmpty, Process: true}, true},
		"gzip":          {wallettest.Fault{Kind: wallettest.FaultBrokenGzip}, true},
		"other payment": {wallettest.Fault{Status: 200, Body: `{"meta":{"code":200},"data":{"id":25818,"status":"processing"}}`, Process: true}, true},
		"nothing":       {wallettest.Fault{}, true},
	} {
		t.Run(name, func(t *testing.T) {
			srv, client := start(t, wallettest.WithUnguardedPay())
			id := created(t, client, phoneBill(testID))
			c.fault.Operation = "ExecutePayment"
			srv.Inject(c.fault)
			r, err := client.PayOnce(t.Context(), id, wallet.ExecutePaymentRequest{})
			require.NotNil(t, r, name)
			assert.Equal(t, 1, sent(srv, http.MethodPost, "/pay"), name)
			if c.paid {
				require.NoError(t, err, name)
				assert.Equal(t, id, r.Payment.ID, name)
				assert.NotEqual(t, wallet.StatusCreated, r.Payment.Status, name)
			} else {
				require.ErrorIs(t, err, wallet.ErrOutcomeUnknown, name)
				assert.Equal(t, wallet.StatusCreated, r.Payment.Status, name)
				_, err = client.PayOnce(t.Context(), id, wallet.ExecutePaymentRequest{})
				require.NoError(t, err, name)
			}
			assert.Equal(t, 1, srv.Debits(testID), name)
		})
	}
}

// A service that executes, and says that the status does not allow it: somebody
// else was quicker.
func TestPayOnceBelievesTheStatusAndNotTheRefusal(t *testing.T) {
	t.Parallel()
	srv, client := start(t)
	id := created(t, client, phoneBill(testID))
	refusal := `{"meta":{"code":422,"error":"invalid_payment_status"}}`
	srv.Inject(wallettest.Fault{Operation: "ExecutePayment", Status: 422, Body: refusal, Process: true})
	r, err := client.PayOnce(t.Context(), id, wallet.ExecutePaymentRequest{})
	require.NoError(t, err)
	assert.Equal(t, wallet.StatusProcessing, r.Payment.Status)

	other := created(t, client, phoneBill(wallet.NewClientPaymentID()))
	srv.Inject(wallettest.Fault{Operation: "ExecutePayment", Status: 422, Body: refusal})
	r, err = client.PayOnce(t.Context(), other, wallet.ExecutePaymentRequest{})
	require.EqualError(t, err, "wallet: ExecutePayment: status 422, code invalid_payment_status")
	assert.Equal(t, wallet.StatusCreated, r.Payment.Status)
}

func TestPayOnceEndsWithWhatItKnows(t *testing.T) {
	t.Parallel()
	srv, client := start(t)
	id := created(t, client, phoneBill(testID))
	down := wallettest.Fault{Operation: "GetPayment", Status: 503, Times: 3}

	srv.Inject(down) // the first read: nothing is executed
	r, err := client.PayOnce(t.Context(), id, wallet.ExecutePaymentRequest{})
	require.Error(t, err)
	require.NotErrorIs(t, err, wallet.ErrOutcomeUnknown)
	assert.Nil(t, r)
	assert.Zero(t, sent(srv, http.MethodPost, "/pay"))

	srv.Inject(wallettest.Fault{Operation: "ExecutePayment", Kind: wallettest.FaultResetAfter})
	srv.Inject(wallettest.Fault{Operation: "GetPayment"}, down) // the second read
	r, err = client.PayOnce(t.Context(), id, wallet.ExecutePaymentRequest{})
	require.ErrorIs(t, err, wallet.ErrOutcomeUnknown)
	var e *wallet.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 503, e.StatusCode)
	assert.Equal(t, wallet.StatusCreated, r.Payment.Status, "the last known state")

	_, err = client.PayOnce(t.Context(), 1, wallet.ExecutePaymentRequest{})
	require.ErrorIs(t, err, wallet.ErrNotFound)
}

func TestPayOnceAndContexts(t *testing.T) {
	t.Parallel()
	srv, client := start(t)
	id := created(t, client, phoneBill(testID))
	ctx, cancel := context.WithCancel(t.Context())
	ending := newClient(t, srv.URL(), wallet.WithHTTPClient(&http.Client{Transport: wire(func(r *http.Request) (*http.Response, error) {
		resp, err := http.DefaultTransport.RoundTrip(r)
		if strings.HasSuffix(r.URL.Path, "/pay") {
			cancel() // when the service has done its work
			_ = resp.Body.Close()
			return nil, context.Canceled
		}
		return resp, err
	})}))
	r, err := ending.PayOnce(ctx, id, wallet.ExecutePaymentRequest{})
	require.ErrorIs(t, err, wallet.ErrOutcomeUnknown)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, id, r.Payment.ID)
	_, err = client.PayOnce(t.Context(), id, wallet.ExecutePaymentRequest{})
	require.NoError(t, err)
	assert.Equal(t, 1, srv.Debits(testID))
}

func TestAnAnswerAboutAnotherPaymentEndsAFlow(t *testing.T) {
	t.Parallel()
	other := `{"meta":{"code":200,"next_action":"pay"},"data":{"id":2,"client_payment_id":"071c6d23-7508-4e35-ad92-852308a47689","status":"created","amount":100,"total":103}}`
	client := answer(t, 200, other)
	_, err := client.PayOnce(t.Context(), 1, wallet.ExecutePaymentRequest{})
	require.ErrorIs(t, err, wallet.ErrOtherPayment)
	require.NotErrorIs(t, err, wallet.ErrOutcomeUnknown)
	_, err = client.WaitPayment(t.Context(), 1, brisk)
	require.ErrorIs(t, err, wallet.ErrOtherPayment)
	_, err = client.RunPayment(t.Context(), phoneBill(testID), yes)
	require.ErrorIs(t, err, wallet.ErrOtherPayment)
}

// The change of kind: a payment from the wallet that is paid by card after all.
func TestAPaymentChangesItsKind(t *testing.T) {
	t.Parallel()
	srv, client := start(t)
	srv.AddCard(wallettest.DefaultPhone, wallettest.Card{ID: 7222, Title: "541715******6825", Type: "MasterCard"})
	r, err := client.PayOnce(t.Context(), created(t, client, phoneBill(testID)), wallet.ExecutePaymentRequest{Type: wallet.TypeInOut, Card: 7222})
	require.NoError(t, err)
	assert.Equal(t, wallet.TypeInOut, r.Payment.Type)
	assert.Equal(t, int64(7222), r.Payment.Card.ID)
	assert.Equal(t, "card 7222", srv.Ledger()[0].From)
	assert.Equal(t, "10000", srv.Balance(wallettest.DefaultPhone).String())
}

func TestRunPaymentEndsInItsThreeStates(t *testing.T) {
	t.Parallel()
	srv, client := start(t, wallettest.WithProcessingReads(0))
	var shown []string
	confirm := func(r wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
		shown = append(shown, r.Payment.Total.String())
		return wallet.ExecutePaymentRequest{}, nil
	}
	r, err := client.RunPayment(t.Context(), phoneBill(testID), confirm)
	require.NoError(t, err)
	assert.Equal(t, wallet.StatusCompleted, r.Payment.Status)
	assert.Equal(t, []string{"103.00"}, shown)

	for reason, id := range map[wallet.DeclineReason]int{wallet.DeclineReasonInvalidData: 1, "": 2} {
		t.Run(fmt.Sprint("reason=", reason), func(t *testing.T) {
			srv.AddService(wallettest.Service{ID: id, Declines: true, DeclineReason: reason})
			request := wallet.NewOut(wallet.NewClientPaymentID(), id, hundred, map[string]string{"a": "b"})
			r, err = client.RunPayment(t.Context(), request, yes)
			require.NoError(t, err, "a decline is a result")
			assert.Equal(t, wallet.StatusDeclined, r.Payment.Status)
			assert.Equal(t, reason, r.Payment.DeclineReason)
			assert.Zero(t, srv.Paid(request.ClientPaymentID))
		})
	}
	poor := wallet.NewOut(wallet.NewClientPaymentID(), wallettest.ServiceMobile, decimal.MustParse("9999"), phoneBill(testID).Parameters)
	r, err = client.RunPayment(t.Context(), poor, yes)
	require.NoError(t, err)
	assert.Equal(t, wallet.DeclineReasonInsufficientFunds, r.Payment.DeclineReason)

	card := wallet.NewIn(wallet.NewClientPaymentID(), hundred)
	card.StoreCard = true
	r, err = client.RunPayment(t.Context(), card, yes)
	require.NoError(t, err)
	require.True(t, r.Payment.NeedsCardPage())
	assert.True(t, strings.HasPrefix(r.Payment.Card.PaymentPageURL, "https://pay.example.com/"))
	again, err := client.RunPayment(t.Context(), card, func(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
		return wallet.ExecutePaymentRequest{}, errors.New("asked again")
	})
	require.NoError(t, err, "repeated, it hands the page back once more")
	assert.Equal(t, r.Payment.Card.PaymentPageURL, again.Payment.Card.PaymentPageURL)
	srv.EnterCard(r.Payment.ID, "541715******2399", "MasterCard")
	r, err = client.WaitPayment(t.Context(), r.Payment.ID, wallet.WaitParams{})
	require.NoError(t, err)
	assert.Equal(t, wallet.StatusCompleted, r.Payment.Status)
	assert.Equal(t, wallet.CardStateActive, r.Payment.Card.State)

	saved := wallet.NewInOut(wallet.NewClientPaymentID(), wallettest.ServiceMobile, hundred, phoneBill(testID).Parameters)
	saved.Card = r.Payment.Card.ID
	r, err = client.RunPayment(t.Context(), saved, yes)
	require.NoError(t, err)
	assert.Equal(t, wallet.StatusCompleted, r.Payment.Status, "a stored card needs no page")
}

func TestRunPaymentWithoutConsent(t *testing.T) {
	t.Parallel()
	srv, client := start(t, wallettest.WithProcessingReads(0))
	errNo := errors.New("too dear")
	r, err := client.RunPayment(t.Context(), phoneBill(testID), func(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
		return wallet.ExecutePaymentRequest{}, errNo
	})
	require.ErrorIs(t, err, errNo)
	require.NotErrorIs(t, err, wallet.ErrOutcomeUnknown)
	assert.Equal(t, wallet.StatusCreated, r.Payment.Status)
	assert.Zero(t, sent(srv, http.MethodPost, "/pay"))
	r, err = client.RunPayment(t.Context(), phoneBill(testID), yes)
	require.NoError(t, err)
	assert.Equal(t, wallet.StatusCompleted, r.Payment.Status)
	assert.Len(t, srv.Payments(), 1)

	ctx, cancel := context.WithCancel(t.Context())
	_, err = client.RunPayment(ctx, phoneBill(wallet.NewClientPaymentID()), func(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
		cancel()
		return wallet.ExecutePaymentRequest{}, nil
	})
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, wallet.ErrOutcomeUnknown, "nothing was executed")
	assert.Equal(t, 1, sent(srv, http.MethodPost, "/pay"))
}

// While more parameters are wanted there is no price, and nobody is asked.
func TestNoPriceIsShownBeforeThereIsOne(t *testing.T) {
	t.Parallel()
	srv, client := start(t, wallettest.WithProcessingReads(0))
	request := wallet.NewOut(testID, wallettest.ServiceBank, hundred, map[string]string{"BIK": "044583151"})
	never := func(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
		t.Error("a price was shown")
		return wallet.ExecutePaymentRequest{}, nil
	}
	r, err := client.RunPayment(t.Context(), request, never)
	require.ErrorIs(t, err, wallet.ErrNotPayable)
	assert.EqualError(t, err, "wallet: payment not payable: it waits for more parameters (next action update) and has no total until then")
	require.NotNil(t, r)
	assert.Nil(t, r.Payment.Total)
	assert.Equal(t, wallet.NextActionUpdate, r.Meta.NextAction)
	_, err = client.PayOnce(t.Context(), r.Payment.ID, wallet.ExecutePaymentRequest{})
	require.ErrorIs(t, err, wallet.ErrNotPayable)
	assert.Zero(t, sent(srv, http.MethodPost, "/pay"))
	_, err = client.ExecutePayment(t.Context(), r.Payment.ID, wallet.ExecutePaymentRequest{})
	require.ErrorIs(t, err, wallet.ErrInvalidParameter, "invalid_next_action")

	srv.Price(r.Payment.ID)
	r, err = client.RunPayment(t.Context(), request, yes)
	require.NoError(t, err)
	assert.Equal(t, wallet.StatusCompleted, r.Payment.Status)

	for body, want := range map[string]string{
		`{"meta":{"code":200,"next_action":"pay"},"data":{"id":1,"status":"created","amount":1}}`:                 "it has no total",
		`{"meta":{"code":200,"next_action":"brand_new"},"data":{"id":1,"status":"created","amount":1,"total":1}}`: "its next action is not pay",
	} {
		t.Run(body, func(t *testing.T) {
			_, err := answer(t, 200, body).RunPayment(t.Context(), request, never)
			require.ErrorIs(t, err, wallet.ErrNotPayable)
			assert.ErrorContains(t, err, want)
		})
	}
}

// A price that changes between consent and execution is asked for again.
func TestAChangedPriceIsConfirmedAgain(t *testing.T) {
	t.Parallel()
	srv, client := start(t, wallettest.WithProcessingReads(0))
	var shown []string
	confirm := func(r wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
		if len(shown) == 0 {
			id := r.Payment.ID
			srv.AddService(wallettest.Service{ID: wallettest.ServiceMobile, Fee: decimal.MustParse("5")})
			srv.Price(id)
		}
		shown = append(shown, r.Payment.Total.String())
		return wallet.ExecutePaymentRequest{}, nil
	}
	mobile := wallettest.Service{ID: wallettest.ServiceMobile, Fee: decimal.MustParse("3")}
	srv.AddService(mobile)
	r, err := client.RunPayment(t.Context(), phoneBill(testID), confirm)
	require.NoError(t, err)
	assert.Equal(t, wallet.StatusCompleted, r.Payment.Status)
	assert.Equal(t, []string{"103.00", "105"}, shown)
}

// The kind of a payment is decided when its fee is known.
func TestConfirmSaysHowToExecute(t *testing.T) {
	t.Parallel()
	srv, client := start(t, wallettest.WithProcessingReads(0))
	byCard := func(r wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
		assert.Equal(t, "103.00", r.Payment.Total.String())
		return wallet.ExecutePaymentRequest{Type: wallet.TypeInOut}, nil
	}
	r, err := client.RunPayment(t.Context(), phoneBill(testID), byCard)
	require.NoError(t, err)
	assert.Equal(t, wallet.TypeInOut, r.Payment.Type)
	assert.True(t, r.Payment.NeedsCardPage())

	wrong := func(wallet.PaymentResult) (wallet.ExecutePaymentRequest, error) {
		return wallet.ExecutePaymentRequest{Card: 7}, nil
	}
	r, err = client.RunPayment(t.Context(), phoneBill(wallet.NewClientPaymentID()), wrong)
	require.ErrorIs(t, err, wallet.ErrInvalidRequest)
	require.NotErrorIs(t, err, wallet.ErrOutcomeUnknown)
	assert.EqualError(t, err, "wallet: invalid request: Card, StoreCard: must be set with Type inout only, as confirm returned it")
	assert.Equal(t, wallet.StatusCreated, r.Payment.Status)
	assert.Equal(t, 1, sent(srv, http.MethodPost, "/pay"))
}

// A crash between any two requests is mended by calling again.
func TestRunPaymentAfterACrashAnywhere(t *testing.T) {
	t.Parallel()
	for _, opts := range [][]wallettest.Option{{}, {wallettest.WithReplayedCreate()}} {
		t.Run(fmt.Sprint("replayed=", len(opts) > 0), func(t *testing.T) {
			for step := range 6 {
				for _, after := range []bool{false, true} {
					srv, client := start(t, append(opts, wallettest.WithUnguardedPay(), wallettest.WithProcessingReads(0))...)
					ctx, crash := context.WithCancel(t.Context())
					n := 0
					dying := newClient(t, srv.URL(), wallet.WithHTTPClient(&http.Client{Transport: wire(func(r *http.Request) (*http.Response, error) {
						if n++; n-1 != step {
							return http.DefaultTransport.RoundTrip(r)
						}
						if after {
							if resp, err := http.DefaultTransport.RoundTrip(r); err == nil {
								_ = resp.Body.Close()
							}
						}
						crash()
						return nil, context.Canceled
					})}))
					_, err := dying.RunPayment(ctx, phoneBill(testID), yes)
					assert.Equal(t, step < n, err != nil, "step %d", step)
					r, err := client.RunPayment(t.Context(), phoneBill(testID), yes)
					require.NoError(t, err)
					assert.Equal(t, wallet.StatusCompleted, r.Payment.Status)
					assert.Equal(t, 1, srv.Debits(testID), "step %d, after %t", step, after)
					crash()
				}
			}
		})
	}
}

// Undone and done again: only a webhook tells, and a read confirms.
func TestACompletedPaymentMayBeUndone(t *testing.T) {
	t.Parallel()
	srv, client := start(t, wallettest.WithProcessingReads(0))
	r, err := client.RunPayment(t.Context(), phoneBill(testID), yes)
	require.NoError(t, err)
	for _, c := range []struct {
		turn func(int64)
		want wallet.Status
		paid int
	}{{srv.Undo, wallet.StatusDeclined, 0}, {srv.Redo, wallet.StatusCompleted, 1}} {
		t.Run(fmt.Sprint(c.paid), func(t *testing.T) {
			c.turn(r.Payment.ID)
			r, err = client.GetPayment(t.Context(), r.Payment.ID)
			require.NoError(t, err)
			assert.Equal(t, c.want, r.Payment.Status)
			assert.Equal(t, c.paid, srv.Paid(testID))
			again, err := client.RunPayment(t.Context(), phoneBill(testID), yes)
			require.NoError(t, err)
			assert.Equal(t, c.want, again.Payment.Status, "it is not paid anew")
		})
	}
	assert.Equal(t, 1, srv.Debits(testID))
}
