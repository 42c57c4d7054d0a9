package wallet_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/wallet"
)

// script is a network that returns one answer after the other, the last one for
// ever, and notes when it was asked.
type script struct {
	answers []string
	asked   []time.Duration
	begun   time.Time
}

func (s *script) RoundTrip(*http.Request) (*http.Response, error) {
	s.asked = append(s.asked, time.Since(s.begun))
	text := s.answers[0]
	if len(s.answers) > 1 {
		s.answers = s.answers[1:]
	}
	if text == "" {
		return nil, errors.New("connection lost")
	}
	status, body, _ := strings.Cut(text, " ")
	code := map[string]int{"200": 200, "401": 401, "404": 404, "429": 429, "503": 503}[status]
	header := http.Header{}
	if code == 429 {
		header.Set("Retry-After", "45")
	}
	return newResponse(code, header, body), nil
}

const (
	processing = `200 {"meta":{"code":200},"data":{"id":1,"status":"processing"}}`
	unheardOf  = `200 {"meta":{"code":200},"data":{"id":1,"status":"brand_new_status"}}`
	done       = `200 {"meta":{"code":200},"data":{"id":1,"status":"completed"}}`
)

func waiting(t *testing.T, answers ...string) (*script, *wallet.Client) {
	t.Helper()
	s := &script{answers: answers, begun: time.Now()}
	return s, newClient(t, wallet.ProductionURL, wallet.WithHTTPClient(&http.Client{Transport: s}), wallet.WithRetry(wallet.RetryPolicy{MaxAttempts: 1}))
}

func TestWaitPaymentLooksAfterGrowingIntervals(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, client := waiting(t, processing, unheardOf, processing, "", "503 <html>", "429 ", processing, done)
		r, err := client.WaitPayment(t.Context(), 1, wallet.WaitParams{})
		require.NoError(t, err)
		assert.Equal(t, wallet.StatusCompleted, r.Payment.Status)
		const sec = time.Second
		assert.Equal(t, []time.Duration{0, 1 * sec, 3 * sec, 7 * sec, 15 * sec, 31 * sec, 76 * sec, 106 * sec}, s.asked)

		s, client = waiting(t, processing, processing, processing, processing, done)
		_, err = client.WaitPayment(t.Context(), 1, wallet.WaitParams{MinInterval: 2 * sec, MaxInterval: 3 * sec})
		require.NoError(t, err)
		assert.Equal(t, []time.Duration{0, 2 * sec, 5 * sec, 8 * sec, 11 * sec}, s.asked)
	})
}

func TestWaitPaymentEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		s, client := waiting(t, processing)
		r, err := client.WaitPayment(ctx, 1, wallet.WaitParams{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NotErrorIs(t, err, wallet.ErrOutcomeUnknown)
		require.EqualError(t, err, "wallet: WaitPayment: context deadline exceeded")
		assert.Equal(t, wallet.StatusProcessing, r.Payment.Status, "the last known state")
		assert.Equal(t, 10*time.Second, time.Since(s.begun), "at once")

		ctx, cancel = context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, client = waiting(t, processing, "503 ")
		r, err = client.WaitPayment(ctx, 1, wallet.WaitParams{})
		require.EqualError(t, err, "wallet: WaitPayment: context deadline exceeded, last read: wallet: GetPayment: status 503")
		assert.Equal(t, wallet.StatusProcessing, r.Payment.Status)
	})
}

func TestWaitPaymentEndsWithWhatDoesNotPass(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`401 {"meta":{"code":401}}`: "wallet: GetPayment: status 401 (unauthorized)",
		`404 `:                      "wallet: GetPayment: status 404 (not_found)",
		`200 <html>`:                "wallet: GetPayment: status 200 (undecodable): expected an object with meta, got text that is not JSON (a syntax error at its start)",
	} {
		t.Run(text, func(t *testing.T) {
			s, client := waiting(t, processing, text)
			r, err := client.WaitPayment(t.Context(), 1, brisk)
			require.EqualError(t, err, want)
			assert.Len(t, s.asked, 2)
			assert.Equal(t, wallet.StatusProcessing, r.Payment.Status)
		})
	}
	client, err := wallet.NewClient(wallet.ProductionURL, &rotating{})
	require.NoError(t, err)
	_, err = client.WaitPayment(t.Context(), 1, brisk)
	require.EqualError(t, err, "wallet: GetPayment: credentials were not available")
}
