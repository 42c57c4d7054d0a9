package ecommpaysync_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

// What this version writes is what the next one has to read.
func TestStateGolden(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, m := new(feed), newMemory()
		start := time.Now() // midnight, 1 January 2000
		for i := range 40 {
			f.add(i+1, start.Add(time.Duration(i)*2*time.Hour), 0)
		}
		time.Sleep(73*time.Hour + 500*time.Millisecond)
		p := ecommpaysync.Params{From: start, ProjectIDs: []string{"12", "11"}}
		_, err := ecommpaysync.RunOnce(t.Context(), f.client(t), m, p)
		require.NoError(t, err)
		assert.Equal(t, ecommpaysync.State(`{"from":"2000-01-01T00:00:00Z","projects":["11","12"],`+
			`"sweep":{"safe":"2000-01-04T00:50:00Z","next":"2000-01-04T00:59:55Z"}}`), m.checkpoints["default"].State)

		time.Sleep(8 * time.Hour)
		m.fail = func(commit int) error {
			if commit%2 == 1 { // the end of an interval
				return errors.New("cut off")
			}
			return nil
		}
		for range 2 {
			_, err = ecommpaysync.RunOnce(t.Context(), f.client(t), m, p)
			require.Error(t, err)
			time.Sleep(time.Minute)
		}
		assert.Equal(t, ecommpaysync.State(`{"from":"2000-01-01T00:00:00Z","projects":["11","12"],`+
			`"sweep":{"safe":"2000-01-04T00:50:00Z","next":"2000-01-04T00:50:00Z","open":true},`+
			`"to":"2000-01-04T04:54:57Z","span":14697}`), m.checkpoints["default"].State)
	})
}

// A state that somebody has tampered with may end a pass with an error, but not
// with a panic, and not in an endless walk.
func FuzzState(f *testing.F) {
	f.Add(`{}`)
	f.Add(`{"from":"2026-01-01T00:00:00Z","sweep":{"safe":"2026-01-02T00:00:00Z","next":"2026-01-03T00:00:00Z"}}`)
	f.Add(`{"from":"2026-01-01T00:00:00Z","sweep":{"next":"2026-01-03T00:00:00Z","open":true,"hot":true},"to":"2026-01-03T00:00:01Z","span":-5}`)
	f.Add(`{"from":"0001-01-01T00:00:00Z","sweep":{"safe":"9999-01-02T00:00:00Z"},"to":"9999-12-31T23:59:59.999Z","span":9223372036854775807}`)
	f.Add(`{"sweep":{"safe":"1969-12-31T00:00:00.5Z","next":"1970-01-01T00:00:00.25Z"},"span":1}`)
	f.Add(`[1]`)
	f.Add(`{"projects":["x"]}`)
	srv := fake(f, 30, ecommpaytest.WithPageLimit(10))
	c := connect(f, srv, ecommpay.WithRetry(ecommpay.RetryPolicy{MaxAttempts: 1}))
	f.Fuzz(func(t *testing.T, text string) {
		m := newMemory()
		m.checkpoints["default"] = ecommpaysync.Checkpoint{Version: 5, State: ecommpaysync.State(text)}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		result, err := ecommpaysync.RunOnce(ctx, c, m, ecommpaysync.Params{From: time.Now(), Step: 179 * 24 * time.Hour})
		require.NoError(t, ctx.Err(), "it has to end")
		if err == nil {
			require.True(t, result.CaughtUp)
		}
	})
}
