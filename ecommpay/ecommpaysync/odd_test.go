package ecommpaysync_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

// A page that cannot be verified, for good, is rejected, and costs no row of
// another second.
func TestUnverifiablePagesAreRejected(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		`{"operation_id":"7","payment_id":"p","payment_description":"A \ud83d"}`,
		"{\"operation_id\":\"7\",\"zz\":\"\xd0\"}",
		`{"operation_id":"7","zz":1,"\u007az":2}`,
	} {
		t.Run(fmt.Sprintf("%q", raw), func(t *testing.T) {
			t.Parallel()
			srv, m := fake(t, 500), newMemory()
			o := at(7, begin.Add(30*time.Hour))
			o.Raw = []byte(raw)
			srv.Seed(o)
			result, err := ecommpaysync.RunOnce(t.Context(), connect(t, srv), m, since)
			require.ErrorIs(t, err, ecommpaysync.ErrRejected)
			assert.True(t, result.CaughtUp)
			assert.Positive(t, result.Rejected)
			assert.Len(t, m.rows, 500)
			for page := range m.rejected {
				assert.Contains(t, page, raw)
			}
			assert.Less(t, len(srv.Requests()), 200)

			srv.Seed(at(1, time.Now().Add(-time.Minute)))
			pass(t, srv, m, since)
			assert.Len(t, m.rows, 501, "the sync goes on behind it")
		})
	}
}

// A second with more than a page of rows loses the bad page alone.
func TestUnverifiablePageOfABusySecond(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 0, ecommpaytest.WithPageLimit(1000)), newMemory()
	instant := begin.Add(30 * time.Hour)
	rows := make([]*ecommpay.Operation, 6000)
	for i := range rows {
		rows[i] = at(i+1, instant)
	}
	rows[3500].Raw = []byte(`{"operation_id":"3501","zz":"\ud83d"}`)
	srv.Seed(rows...)
	result, err := ecommpaysync.RunOnce(t.Context(), connect(t, srv), m, since)
	require.ErrorIs(t, err, ecommpaysync.ErrRejected)
	assert.True(t, result.CaughtUp)
	assert.Greater(t, len(m.rows), 4900)
	assert.NotEmpty(t, m.rejected)
}
