package torture_test

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/torture"
	"github.com/payclients/payclients-go/internal/transport"
)

const (
	minWait = time.Second
	maxWait = 10 * time.Second
	forever = time.Duration(math.MaxInt64)
	nothing = time.Duration(-1) // the header says nothing: the usual back-off
)

// bubbleStart is what the clock shows at first in a test of faked time.
var bubbleStart = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

type retryAfter struct {
	values string // of the header, with | between them
	date   string // of the answer itself
	want   time.Duration
}

// asked are the cases that need no deadline.
func asked() []retryAfter {
	cases := []retryAfter{
		// seconds
		{values: "0"},
		{values: "000"},
		{values: "1", want: time.Second},
		{values: "5", want: 5 * time.Second},
		{values: "00007", want: 7 * time.Second},
		{values: "10", want: maxWait},
		{values: "11", want: 11 * time.Second},
		{values: "3600", want: time.Hour},
		{values: "86400", want: 24 * time.Hour},
		{values: "9223372036", want: 9223372036 * time.Second},
		{values: "9223372037", want: forever},
		{values: "1000000000000", want: forever},
		{values: "9223372036854775807", want: forever},
		{values: "9223372036854775808", want: forever},
		{values: "1" + strings.Repeat("0", 30), want: forever},
		// several headers: the longest that can be read
		{values: "3|7", want: 7 * time.Second},
		{values: "7|3", want: 7 * time.Second},
		{values: "0|0"},
		{values: "3|soon", want: 3 * time.Second},
		{values: "soon|3", want: 3 * time.Second},
		{values: "soon|NaN", want: nothing},
		{values: "5|3600", want: time.Hour},
		{values: "-1|4", want: 4 * time.Second},
		{values: "|6", want: 6 * time.Second},
		{values: stamp(4) + "|2", want: 4 * time.Second},
		// dates, against this machine's clock
		{values: stamp(0)},
		{values: stamp(1), want: time.Second},
		{values: stamp(10), want: maxWait},
		{values: stamp(11), want: 11 * time.Second},
		{values: stamp(-3600)},
		{values: "Mon, 01 Jan 0001 00:00:00 GMT"},
		{values: "Fri, 31 Dec 9999 23:59:59 GMT", want: forever},
		{values: at(5).Format("Monday, 02-Jan-06 15:04:05 GMT"), want: 5 * time.Second},
		{values: at(5).Format(time.ANSIC), want: 5 * time.Second},
		{values: "Sun, 01 Jan 2000 00:00:06 GMT", want: 6 * time.Second}, // another day of the week
		// dates, against the answer's own
		{values: stamp(3605), date: stamp(3600), want: 5 * time.Second},
		{values: stamp(-3595), date: stamp(-3600), want: 5 * time.Second},
		{values: stamp(3600), date: stamp(3600)},
		{values: stamp(3000), date: stamp(3600)},
		{values: stamp(5), date: "yesterday", want: 5 * time.Second},
		{values: "5", date: stamp(3600), want: 5 * time.Second},
	}
	for _, text := range []string{
		"-1", "-0", "+5", "1.5", "5.", "NaN", "Inf", "1e3", "0x10", "", "5s", "\uff15", "5,5", "1_000", "null",
		at(5).Format(time.RFC3339), at(5).Format("Mon, 02 Jan 2006 15:04:05 UTC"),
	} {
		cases = append(cases, retryAfter{values: text, want: nothing})
	}
	return cases
}

func at(seconds int) time.Time { return bubbleStart.Add(time.Duration(seconds) * time.Second) }
func stamp(seconds int) string { return at(seconds).Format(http.TimeFormat) }

// busy refuses the first request with a header, and replays the recording then.
type busy struct {
	next   http.RoundTripper
	status int
	header http.Header

	mu   sync.Mutex
	sent []time.Time
}

func (b *busy) RoundTrip(r *http.Request) (*http.Response, error) {
	b.mu.Lock()
	b.sent = append(b.sent, time.Now())
	first := len(b.sent) == 1
	b.mu.Unlock()
	if first {
		return torture.Answer{Status: b.status, Header: b.header}.Response(r), nil
	}
	return b.next.RoundTrip(r)
}

func refuseFirst(c retryAfter, status int, next http.RoundTripper) *busy {
	header := http.Header{"Retry-After": strings.Split(c.values, "|")}
	if c.date != "" {
		header.Set("Date", c.date)
	}
	return &busy{next: next, status: status, header: header}
}

func (b *busy) settings(o torture.Operation) torture.Settings {
	return torture.Settings{
		URL: "https://" + torture.Host + basePaths[o.Package], HTTPClient: &http.Client{Transport: b},
		Retry: transport.RetryPolicy{MaxAttempts: 2, MinWait: minWait, MaxWait: maxWait},
	}
}

func TestRetryAfterIsObeyedToTheSecond(t *testing.T) {
	t.Parallel()
	for k, o := range tried() {
		if o.Width > 1 || o.Live {
			continue // other requests go on meanwhile
		}
		cases := asked()
		if o.Provider != control { // which has all cases
			cases = share(cases, k, 5)
		}
		for i, c := range cases {
			status := []int{429, 503}[i%2]
			t.Run(fmt.Sprintf("%s, %d, %q, %q", named(o), status, c.values, c.date), func(t *testing.T) {
				t.Parallel()
				recording, err := torture.Record(t.Context(), o)
				require.NoError(t, err)
				synctest.Test(t, func(t *testing.T) { obeys(t, o, refuseFirst(c, status, recording), c.want) })
			})
		}
	}
}

func obeys(t *testing.T, o torture.Operation, b *busy, want time.Duration) {
	t.Helper()
	begun := time.Now()
	require.Equal(t, bubbleStart, begun.UTC())
	_, err := o.Call(t.Context(), b.settings(o))
	if !o.Kind.Repeatable() || want > maxWait {
		require.Error(t, err)
		assert.Zero(t, time.Since(begun), "handed back at once")
		assert.Len(t, b.sent, 1)
		wait, ok := o.RetryAfter(err)
		require.True(t, ok)
		if want == forever {
			assert.Greater(t, wait, 200*365*24*time.Hour)
		} else {
			assert.Equal(t, max(0, want), wait)
		}
		return
	}
	require.NoError(t, err)
	waited := b.sent[1].Sub(begun)
	if want == nothing {
		assert.GreaterOrEqual(t, waited, minWait)
		assert.LessOrEqual(t, waited, 2*minWait)
		return
	}
	assert.Equal(t, want, waited)
}

// A deadline that the wait would outlast ends the call at once, with the answer
// that there is; a cancelled wait ends with the context.
func TestAWaitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for _, o := range tried() {
		if o.Width > 1 || o.Live || !o.Kind.Repeatable() {
			continue
		}
		for _, c := range []retryAfter{{values: "5"}, {values: stamp(5)}, {values: "1|9"}, {values: "10"}} {
			t.Run(fmt.Sprintf("%s, deadline, %q", named(o), c.values), func(t *testing.T) {
				t.Parallel()
				recording, err := torture.Record(t.Context(), o)
				require.NoError(t, err)
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
					defer cancel()
					b := refuseFirst(c, 429, recording)
					begun := time.Now()
					_, err := o.Call(ctx, b.settings(o))
					assert.Zero(t, time.Since(begun))
					wait, ok := o.RetryAfter(err)
					require.True(t, ok, "%v", err)
					assert.GreaterOrEqual(t, wait, 5*time.Second)
				})
			})
			t.Run(fmt.Sprintf("%s, cancelled, %q", named(o), c.values), func(t *testing.T) {
				t.Parallel()
				recording, err := torture.Record(t.Context(), o)
				require.NoError(t, err)
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := context.WithCancel(t.Context())
					time.AfterFunc(2*time.Second, cancel)
					b := refuseFirst(c, 503, recording)
					begun := time.Now()
					_, err := o.Call(ctx, b.settings(o))
					assert.Equal(t, 2*time.Second, time.Since(begun), "at once")
					require.ErrorIs(t, err, context.Canceled)
					assert.Len(t, b.sent, 1)
				})
			})
		}
	}
}

func TestThereAreSixtyCasesOfRetryAfter(t *testing.T) {
	t.Parallel()
	assert.GreaterOrEqual(t, len(asked())+4, 60)
}
