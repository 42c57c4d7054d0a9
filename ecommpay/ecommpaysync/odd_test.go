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

// A second of many rows, in pages of any size, loses the bad row alone.
func TestUnverifiableRowOfABusySecond(t *testing.T) {
	t.Parallel()
	for _, size := range []int{100, 7} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			srv, m := fake(t, 0, ecommpaytest.WithPageLimit(size)), newMemory()
			instant := begin.Add(30 * time.Hour)
			rows := make([]*ecommpay.Operation, size*5/2)
			for i := range rows {
				rows[i] = at(i+1, instant)
			}
			odd := size * 3 / 2
			rows[odd].Raw = fmt.Appendf(nil, `{"operation_id":"%d","zz":"\ud83d"}`, odd+1)
			srv.Seed(rows...)
			result, err := ecommpaysync.RunOnce(t.Context(), connect(t, srv), m, since)
			require.ErrorIs(t, err, ecommpaysync.ErrRejected)
			assert.True(t, result.CaughtUp)
			assert.Equal(t, 1, result.Rejected)
			assert.Len(t, m.rows, len(rows)-1)
			for answer := range m.rejected {
				assert.Contains(t, answer, string(rows[odd].Raw))
			}
		})
	}
}
