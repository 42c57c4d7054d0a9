package vimasync_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// Sixteen workers against one walk, at 50 ms a request and by a clock that counts
// nothing else; the busiest days have ten times the operations of others.
func TestSixteenWorkersAreTenTimesAsFast(t *testing.T) {
	t.Parallel()
	took := func(p vimasync.Params) (d time.Duration, requests int) {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Until(january.AddDays(90).Time().Add(12 * time.Hour))) // bubbles begin in 2000
			srv := vimatest.NewServer(vimatest.InMemory(), vimatest.WithPageLimit(5))
			defer srv.Close()
			for i := range 90 {
				n := []int{10, 100, 30, 20, 60}[i%5] // operations of the day
				for j := range n {
					srv.Seed(at(1000*i+j+1, january.AddDays(i).Time().Add(time.Duration(j)*24*time.Hour/time.Duration(n))))
				}
			}
			srv.Inject(vimatest.Fault{Delay: 50 * time.Millisecond, Times: -1})
			c, err := vima.NewClient(srv.URL(), vimatest.DefaultCredentials(), vima.WithHTTPClient(srv.Client()))
			require.NoError(t, err)
			m, began := newMemory(), time.Now()
			result, err := vimasync.RunOnce(t.Context(), c, m, p)
			require.NoError(t, err)
			require.True(t, result.CaughtUp)
			d, requests = time.Since(began), len(srv.Requests())
			m.has(t, srv)
		})
		return d, requests
	}
	walk, pages := took(vimasync.Params{})
	one, onePages := took(vimasync.Params{From: january, Workers: 1})
	sixteen, sixteenPages := took(vimasync.Params{From: january, Workers: 16})
	t.Logf("one walk %s (%d requests), one worker %s (%d), sixteen %s (%d): %.1f and %.1f times", walk, pages, one, onePages, sixteen, sixteenPages,
		walk.Seconds()/sixteen.Seconds(), one.Seconds()/sixteen.Seconds())
	assert.GreaterOrEqual(t, walk, 10*sixteen)
	assert.GreaterOrEqual(t, one, 10*sixteen)
}
