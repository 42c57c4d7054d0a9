package transport_test

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/transport"
)

const (
	noon     = "Sat, 01 Jan 2000 12:00:00 GMT"
	noonAnd5 = "Sat, 01 Jan 2000 12:00:05 GMT"
	forever  = time.Duration(math.MaxInt64)
)

var retryAfters = []struct {
	values []string
	date   string // of the answer
	wait   time.Duration
	ok     bool
}{
	{nil, "", 0, false},
	{[]string{""}, "", 0, false},
	{[]string{" "}, "", 0, false},
	{[]string{"0"}, "", 0, true},
	{[]string{"00"}, "", 0, true},
	{[]string{"1"}, "", time.Second, true},
	{[]string{"007"}, "", 7 * time.Second, true},
	{[]string{"120"}, "", 2 * time.Minute, true},
	{[]string{"86400"}, "", 24 * time.Hour, true},
	{[]string{"1000000000000"}, "", forever, true},
	{[]string{"9223372036"}, "", 9223372036 * time.Second, true},
	{[]string{"9223372037"}, "", forever, true},
	{[]string{"9223372036854775807"}, "", forever, true},
	{[]string{"9223372036854775808"}, "", forever, true},
	{[]string{"18446744073709551616"}, "", forever, true},
	{[]string{"99999999999999999999999999999999"}, "", forever, true},
	{[]string{"000000000000000000000000000000005"}, "", 5 * time.Second, true},
	{[]string{"-1"}, "", 0, false},
	{[]string{"-0"}, "", 0, false},
	{[]string{"+5"}, "", 0, false},
	{[]string{"-9223372036854775808"}, "", 0, false},
	{[]string{"1.5"}, "", 0, false},
	{[]string{"5."}, "", 0, false},
	{[]string{"1e3"}, "", 0, false},
	{[]string{"0x10"}, "", 0, false},
	{[]string{"1_000"}, "", 0, false},
	{[]string{"NaN"}, "", 0, false},
	{[]string{"Inf"}, "", 0, false},
	{[]string{"-Inf"}, "", 0, false},
	{[]string{"null"}, "", 0, false},
	{[]string{"5s"}, "", 0, false},
	{[]string{"5 s"}, "", 0, false},
	{[]string{" 5"}, "", 0, false}, // net/http has cut blanks around it already
	{[]string{"5 "}, "", 0, false},
	{[]string{"5\x00"}, "", 0, false},
	{[]string{"5, 6"}, "", 0, false},
	{[]string{"٥"}, "", 0, false},
	{[]string{"５"}, "", 0, false},
	{[]string{"soon"}, "", 0, false},
	{[]string{"5", "10"}, "", 10 * time.Second, true},
	{[]string{"10", "5"}, "", 10 * time.Second, true},
	{[]string{"soon", "5"}, "", 5 * time.Second, true},
	{[]string{"5", "soon"}, "", 5 * time.Second, true},
	{[]string{"0", "-1"}, "", 0, true},
	{[]string{"2", noonAnd5}, "", 5 * time.Second, true},
	{[]string{noonAnd5}, "", 5 * time.Second, true},
	{[]string{noon}, "", 0, true},
	{[]string{"Sat, 01 Jan 2000 11:59:59 GMT"}, "", 0, true},
	{[]string{"Thu, 01 Jan 1970 00:00:00 GMT"}, "", 0, true},
	{[]string{"Sun, 02 Jan 2000 12:00:00 GMT"}, "", 24 * time.Hour, true},
	{[]string{"Fri, 31 Dec 9999 23:59:59 GMT"}, "", forever, true},
	{[]string{"Saturday, 01-Jan-00 12:00:05 GMT"}, "", 5 * time.Second, true}, // RFC 850
	{[]string{"Sat Jan  1 12:00:05 2000"}, "", 5 * time.Second, true},         // asctime
	{[]string{"2000-01-01T12:00:05Z"}, "", 0, false},
	{[]string{"Sat, 01 Jan 2000 12:00:05 +0200"}, "", 0, false},
	{[]string{"Sat, 32 Jan 2000 12:00:05 GMT"}, "", 0, false},
	{[]string{"Sat, 01 Jan 2000 12:10:05 GMT"}, "Sat, 01 Jan 2000 12:10:00 GMT", 5 * time.Second, true}, // a clock ahead of ours
	{[]string{"Sat, 01 Jan 2000 11:00:05 GMT"}, "Sat, 01 Jan 2000 11:00:00 GMT", 5 * time.Second, true}, // behind
	{[]string{noonAnd5}, "yesterday", 5 * time.Second, true},
	{[]string{noonAnd5}, "Sat, 01 Jan 2000 12:00:06 GMT", 0, true},
	{[]string{"5"}, "Sat, 01 Jan 2000 11:00:00 GMT", 5 * time.Second, true},
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now, err := http.ParseTime(noon)
	require.NoError(t, err)
	for _, test := range retryAfters {
		header := http.Header{"Retry-After": test.values}
		if test.date != "" {
			header.Set("Date", test.date)
		}
		wait, ok := transport.RetryAfter(header, now)
		assert.Equal(t, test.wait, wait, "%q %s", test.values, test.date)
		assert.Equal(t, test.ok, ok, "%q %s", test.values, test.date)
	}
	wait, ok := transport.RetryAfter(nil, now)
	assert.Zero(t, wait)
	assert.False(t, ok)
}

// In a call: waited for exactly up to MaxWait, else the answer comes at once.
func TestRetryAfterInACall(t *testing.T) {
	t.Parallel()
	for _, status := range []int{429, 503} {
		for _, test := range retryAfters {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(12 * time.Hour) // noon of the day on which every bubble begins
				hits := 0
				c := config(t, api, wire(func(*http.Request) (*http.Response, error) {
					if hits++; hits > 1 {
						return answer(200, "{}"), nil
					}
					resp := answer(status, "slow down")
					resp.Header["Retry-After"] = test.values
					if test.date != "" {
						resp.Header.Set("Date", test.date)
					}
					return resp, nil
				}))
				c.Retry = transport.RetryPolicy{MinWait: time.Minute, MaxWait: 2 * time.Minute}
				start := time.Now()
				got, err := transport.New(c).Do(t.Context(), request(t, transport.Idempotent, "POST", api, "{}"))
				require.NoError(t, err)
				waited := time.Since(start)
				switch {
				case !test.ok: // a back-off of our own
					assert.Equal(t, 200, got.StatusCode)
					assert.GreaterOrEqual(t, waited, time.Minute)
					assert.LessOrEqual(t, waited, 2*time.Minute)
				case test.wait <= 2*time.Minute:
					assert.Equal(t, 200, got.StatusCode)
					assert.Equal(t, test.wait, waited, "%q", test.values)
				default:
					assert.Equal(t, status, got.StatusCode)
					assert.Equal(t, "slow down", string(got.Body))
					assert.Equal(t, test.values, got.Header.Values("Retry-After"))
					assert.Equal(t, 1, hits)
					assert.Zero(t, waited, "%q", test.values)
				}
			})
		}
	}
}

// Waits lie between MinWait and a ceiling that doubles up to MaxWait.
func TestBackoff(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for _, test := range []struct {
		policy   transport.RetryPolicy
		ceilings []time.Duration
		floor    time.Duration
	}{
		{transport.RetryPolicy{}, []time.Duration{500 * ms, 1000 * ms}, 250 * ms},
		{transport.RetryPolicy{MaxAttempts: 8}, []time.Duration{500 * ms, 1000 * ms, 2000 * ms, 4000 * ms, 5000 * ms, 5000 * ms, 5000 * ms}, 250 * ms},
		{transport.RetryPolicy{MaxAttempts: 1}, nil, 0},
		{transport.RetryPolicy{MaxAttempts: 3, MinWait: 10 * time.Second}, []time.Duration{10 * time.Second, 10 * time.Second}, 10 * time.Second},
		{transport.RetryPolicy{MaxAttempts: 3, MaxWait: 100 * ms}, []time.Duration{100 * ms, 100 * ms}, 100 * ms},
		{transport.RetryPolicy{MaxAttempts: 4, MinWait: 3, MaxWait: 10}, []time.Duration{6, 10, 10}, 3},
		{transport.RetryPolicy{MaxAttempts: 80, MinWait: 1, MaxWait: 2}, []time.Duration{2, 2, 2}, 1},
		{transport.RetryPolicy{MaxAttempts: 70, MinWait: 1, MaxWait: time.Hour}, []time.Duration{2, 4, 8, 16, 32, 64}, 1},
	} {
		var spread time.Duration
		longest := make([]time.Duration, len(test.ceilings))
		for range 20 {
			synctest.Test(t, func(t *testing.T) {
				var waits []time.Duration
				c := config(t, api, wire(func(*http.Request) (*http.Response, error) { return nil, errReset }))
				c.Retry = test.policy
				c.Observer = func(_ context.Context, a transport.Attempt) { waits = append(waits, a.Wait) }
				_, err := transport.New(c).Do(t.Context(), request(t, transport.ReadOnly, "GET", api, ""))
				require.Error(t, err)
				attempts := test.policy.MaxAttempts
				if attempts == 0 {
					attempts = 3
				}
				require.Len(t, waits, attempts)
				assert.Zero(t, waits[0])
				for i, ceiling := range test.ceilings {
					assert.GreaterOrEqual(t, waits[i+1], test.floor, "%+v", test.policy)
					assert.LessOrEqual(t, waits[i+1], ceiling, "%+v", test.policy)
					spread = max(spread, waits[i+1]-test.floor)
					longest[i] = max(longest[i], waits[i+1])
				}
			})
		}
		if len(test.ceilings) > 0 && test.ceilings[0] > test.floor+ms {
			assert.Positive(t, spread, "jitter")
			for i := 1; i < len(longest); i++ {
				if test.ceilings[i] == 2*test.ceilings[i-1] {
					assert.Greater(t, longest[i], test.ceilings[i-1], "growth")
				}
			}
		}
	}
	assert.NotPanics(t, func() { // the widest waits that there are
		for _, least := range []time.Duration{1, forever} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			c := config(t, api, wire(func(*http.Request) (*http.Response, error) { return nil, errReset }))
			c.Retry = transport.RetryPolicy{MinWait: least, MaxWait: forever, MaxAttempts: 2}
			_, err := transport.New(c).Do(ctx, request(t, transport.Once, "GET", api, ""))
			assert.Error(t, err)
			cancel()
		}
	})
}

func TestCancelledBackoffReturnsAtOnce(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"answer", "reset"} {
		for name, kind := range map[string]transport.Kind{"ReadOnly": transport.ReadOnly, "Idempotent": transport.Idempotent} {
			t.Run(first+"/"+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					hits := 0
					var finals []bool
					c := config(t, api, wire(func(*http.Request) (*http.Response, error) {
						if hits++; first == "reset" {
							return nil, errReset
						}
						return answer(503, "", "Retry-After", "50"), nil
					}))
					c.Retry = transport.RetryPolicy{MinWait: 40 * time.Second, MaxWait: time.Minute}
					c.Observer = func(_ context.Context, a transport.Attempt) { finals = append(finals, a.Final) }
					ctx, cancel := context.WithCancel(t.Context())
					time.AfterFunc(11*time.Second, cancel)
					start := time.Now()
					_, err := transport.New(c).Do(ctx, request(t, kind, "POST", api, "{}"))
					e := failureOf(t, err)
					require.ErrorIs(t, err, context.Canceled)
					assert.Equal(t, 11*time.Second, time.Since(start))
					assert.Equal(t, 1, hits)
					assert.Equal(t, kind != transport.ReadOnly, e.Ambiguous)
					assert.Equal(t, []bool{true}, finals)
				})
			})
		}
	}
}

// Waiting for what cannot come in time would only lose the answer that there is.
func TestDeadlineBeforeTheNextAttempt(t *testing.T) {
	t.Parallel()
	for _, retryAfter := range []int{0, 5, 10, 11, 30} {
		synctest.Test(t, func(t *testing.T) {
			hits := 0
			c := config(t, api, wire(func(*http.Request) (*http.Response, error) {
				if hits++; hits == 2 {
					return answer(200, "{}"), nil
				}
				return answer(429, "later", "Retry-After", strconv.Itoa(retryAfter)), nil
			}))
			c.Retry = transport.RetryPolicy{MaxWait: time.Minute}
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			start := time.Now()
			got, err := transport.New(c).Do(ctx, request(t, transport.Idempotent, "POST", api, "{}"))
			require.NoError(t, err)
			if retryAfter < 10 {
				assert.Equal(t, 200, got.StatusCode)
				assert.Equal(t, time.Duration(retryAfter)*time.Second, time.Since(start))
				return
			}
			assert.Equal(t, 429, got.StatusCode)
			assert.Equal(t, "later", string(got.Body))
			assert.Zero(t, time.Since(start))
		})
	}
}

// An answer that came before its context ended is still an answer.
func TestAnswerOutlivesItsContext(t *testing.T) {
	t.Parallel()
	for range 50 {
		ctx, cancel := context.WithCancel(t.Context())
		hits := 0
		c := config(t, api, wire(func(*http.Request) (*http.Response, error) { hits++; cancel(); return answer(503, "busy"), nil }))
		got, err := transport.New(c).Do(ctx, request(t, transport.Idempotent, "POST", api, "{}"))
		require.NoError(t, err)
		assert.Equal(t, 503, got.StatusCode)
		assert.True(t, got.Ambiguous)
		assert.Equal(t, 1, hits)
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, test := range retryAfters {
		for _, value := range test.values {
			f.Add(value, test.date)
		}
	}
	now, err := http.ParseTime(noon)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, value, date string) {
		wait, ok := transport.RetryAfter(http.Header{"Retry-After": {value}, "Date": {date}}, now)
		if wait < 0 || !ok && wait != 0 {
			t.Errorf("%q %q: %v %v", value, date, wait, ok)
		}
		if n, err := strconv.ParseUint(value, 10, 32); err == nil && (!ok || wait != time.Duration(n)*time.Second) {
			t.Errorf("%q: %v %v", value, wait, ok)
		}
	})
}
