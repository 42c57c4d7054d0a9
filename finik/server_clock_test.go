package finik_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/finik"
	"github.com/payclients/payclients-go/finik/finiktest"
)

// skewed is a client of a fake service whose clock is wrong by skew.
func skewed(t *testing.T, skew time.Duration, opts ...finik.Option) (*finik.Client, *atomic.Int64) {
	t.Helper()
	c := &clock{skew: skew}
	srv := finiktest.NewServer(finiktest.WithClock(c.now))
	t.Cleanup(srv.Close)
	hits := new(atomic.Int64)
	counted := over(func(r *http.Request) (*http.Response, error) {
		hits.Add(1)
		w := httptest.NewRecorder()
		srv.Handler().ServeHTTP(w, received(r))
		return w.Result(), nil
	})
	return newClient(t, srv.URL(), append([]finik.Option{counted}, opts...)...), hits
}

// received is a request as a server gets it.
func received(r *http.Request) *http.Request {
	in := r.Clone(context.WithoutCancel(r.Context()))
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	return in
}

func TestTheServersClockIsLearned(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{24 * time.Hour, -24 * time.Hour, time.Minute, -11 * time.Second} {
		client, hits := skewed(t, skew)
		_, err := client.CreatePayment(t.Context(), transfer(testID))
		require.ErrorIs(t, err, finik.ErrUnauthorized, "the control: without the option")
		assert.EqualValues(t, 1, hits.Load())

		client, hits = skewed(t, skew, finik.WithServerClock())
		for want := range 3 {
			_, err = client.CreatePayment(t.Context(), transfer(finik.NewTransactionID()))
			require.NoError(t, err, skew)
			assert.EqualValues(t, want+2, hits.Load(), "learned once")
		}

		client, hits = skewed(t, skew, finik.WithClockOffset(skew))
		_, err = client.CreatePayment(t.Context(), transfer(testID))
		require.NoError(t, err, skew)
		assert.EqualValues(t, 1, hits.Load())
	}
}

// A 401 that the clock is not to blame for is not repeated.
func TestOther401AreLeftAlone(t *testing.T) {
	t.Parallel()
	for name, header := range map[string][]string{
		"the same time":    {"Date", time.Now().UTC().Format(http.TimeFormat)},
		"no date":          nil,
		"no date that is":  {"Date", "yesterday"},
		"the year of Rome": {"Date", "Sat, 21 Apr 0001 00:00:00 GMT"},
	} {
		hits := 0
		client := unsigned(t, finik.BetaURL, finik.WithServerClock(), over(func(*http.Request) (*http.Response, error) {
			hits++
			return newResponse(401, `{"statusCode":401,"errorMessage":"no"}`, header...), nil
		}))
		_, err := client.CreatePayment(t.Context(), transfer(testID))
		require.ErrorIs(t, err, finik.ErrUnauthorized, name)
		assert.NotErrorIs(t, err, finik.ErrOutcomeUnknown, name)
		assert.Equal(t, 1, hits, name)
	}
	hits := 0 // and one that it is to blame for is repeated once
	client := unsigned(t, finik.BetaURL, finik.WithServerClock(), over(func(*http.Request) (*http.Response, error) {
		hits++
		return newResponse(401, `{"statusCode":401,"errorMessage":"no"}`, "Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)), nil
	}))
	_, err := client.CreatePayment(t.Context(), transfer(testID))
	require.ErrorIs(t, err, finik.ErrUnauthorized)
	assert.Equal(t, 2, hits)
}

// Many calls at once find out about the clock, and each of them gets through.
func TestTheClockIsLearnedByManyAtOnce(t *testing.T) {
	t.Parallel()
	client, _ := skewed(t, 24*time.Hour, finik.WithServerClock())
	var calls sync.WaitGroup
	for range 50 {
		calls.Go(func() {
			_, err := client.CreatePayment(t.Context(), transfer(finik.NewTransactionID()))
			assert.NoError(t, err)
		})
	}
	calls.Wait()
}

// A call whose 401 comes after another one has learned the clock is not told
// from one that learns it itself: it was stamped by the old one.
func TestTheClockWasLearnedMeanwhile(t *testing.T) {
	t.Parallel()
	learned := make(chan struct{})
	waiting := make(chan struct{})
	hits := new(atomic.Int64)
	client := unsigned(t, finik.BetaURL, finik.WithServerClock(), over(func(r *http.Request) (*http.Response, error) {
		n := hits.Add(1)
		now := time.Now().Add(time.Hour)
		millis, err := strconv.ParseInt(r.Header.Get("X-Api-Timestamp"), 10, 64)
		if err != nil {
			return nil, err
		}
		if now.Sub(time.UnixMilli(millis)) < 10*time.Second {
			return newResponse(200, paid(testID)), nil
		}
		if n == 1 {
			close(waiting)
			<-learned
		}
		return newResponse(401, `{"statusCode":401,"errorMessage":"no"}`, "Date", now.UTC().Format(http.TimeFormat)), nil
	}))
	var first sync.WaitGroup
	first.Go(func() {
		_, err := client.CreatePayment(t.Context(), transfer(testID))
		assert.NoError(t, err)
	})
	<-waiting
	_, err := client.CreatePayment(t.Context(), transfer(testID))
	require.NoError(t, err)
	close(learned)
	first.Wait()
	assert.EqualValues(t, 4, hits.Load())
}

// The clock jumps while a signed request waits for its connection: another call
// learns that it is a day off, either way.
func TestTheClockJumpsBetweenSigningAndSending(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			c := clock{skew: skew}
			var signed, refused atomic.Int64
			network := pipes(t, func(n int) time.Duration {
				if n == 1 {
					return 3 * time.Second // the first call waits
				}
				return 0
			}, func(r *http.Request) *http.Response {
				answer := newResponse(200, paid(testID))
				if c.see(t, r).Abs() > 10*time.Second {
					refused.Add(1)
					c.ages = nil
					answer = newResponse(401, `{"statusCode":401,"errorMessage":"expired"}`)
				}
				answer.Header.Set("Date", c.now().UTC().Format(http.TimeFormat))
				return answer
			})
			client := clockClient(t, counting(&signed, 0), finik.WithHTTPClient(network), finik.WithServerClock())
			var first sync.WaitGroup
			first.Go(func() {
				_, err := client.CreatePayment(t.Context(), transfer(testID))
				assert.NoError(t, err)
			})
			time.Sleep(time.Second)
			_, err := client.CreatePayment(t.Context(), transfer(testID))
			require.NoError(t, err)
			first.Wait()
			assert.EqualValues(t, 1, refused.Load(), "of the call that learned it")
			for _, age := range c.ages {
				assert.LessOrEqual(t, age.Abs(), 5*time.Second)
			}
			network.CloseIdleConnections()
		})
	}
}
