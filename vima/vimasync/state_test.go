package vimasync_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// What this version writes is what the next one has to read.
func TestStateGolden(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 0, vimatest.WithPageLimit(2)), newMemory()
	day := time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)
	for i := range 5 {
		srv.Seed(at(i+1, day.Add(time.Duration(i)*4*time.Minute)))
	}
	pass(t, srv, m, vimasync.Params{Project: "", Rewind: 10 * time.Minute})
	mark := func(id, minute string) string {
		return `{"cursor":"` + id + `","time":"2026-01-15T12:` + minute + `:00Z"}`
	}
	assert.Equal(t, vimasync.State(`{"bootstrapped":true,`+
		`"created":{"high":"1067166229069824001","seen":"2026-01-15T12:16:00Z","marks":[`+
		mark("1067161397231616001", "04")+`,`+mark("1067163007844352001", "08")+`,`+
		mark("1067164618457088001", "12")+`,`+mark("1067166229069824001", "16")+`]},`+
		`"changed":{"high":"1067166229069824002","seen":"2026-01-15T12:16:00Z","marks":[`+
		mark("1067161397231616002", "04")+`,`+mark("1067163007844352002", "08")+`,`+
		mark("1067164618457088002", "12")+`,`+mark("1067166229069824002", "16")+`]}}`), m.checkpoints["default"].State)
}

// A state that somebody has tampered with may end a pass with an error, but not
// with a panic, and not in an endless walk.
func FuzzState(f *testing.F) {
	f.Add(`{}`)
	f.Add(`{"bootstrapped":true,"created":{"open":true},"changed":{"open":true,"high":"0"}}`)
	f.Add(`{"bootstrapped":true,"created":{"high":"99999999999999999999"},"changed":{"high":"x","scan":"y","open":true}}`)
	f.Add(`{"created":{"marks":[{"cursor":"-1","time":"2026-01-15T12:04:00Z"}],"high":"5"},"changed":{"marks":[{}]}}`)
	f.Add(`[1]`)
	f.Add(`{"project":"x"}`)
	f.Add(`{"from":"x","ranges":{}}`)
	f.Add(`{"ranges":{"next":"2026-01-02","open":[{"after":"1","until":"5"}],"tail":{"after":"5"}},"created":{},"changed":{"high":"0"}}`)
	f.Add(`{"ranges":{"next":"2026-13-02","first":"x"},"changed":{"high":"7"}}`)
	f.Add(`{"from":"2026-01-01","ranges":{"next":"2026-01-01","open":[{"until":"9"},{"until":"3"}],"tail":{"until":"9"}},"changed":{"high":"7"}}`)
	srv := fake(f, 30, vimatest.WithPageLimit(10))
	c := connect(f, srv, vima.WithRetry(vima.RetryPolicy{MaxAttempts: 1}))
	f.Fuzz(func(t *testing.T, text string) {
		m := newMemory()
		m.checkpoints["default"] = vimasync.Checkpoint{Version: 5, State: vimasync.State(text)}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		result, err := vimasync.RunOnce(ctx, c, m, vimasync.Params{})
		require.NoError(t, ctx.Err(), "it has to end")
		if err == nil {
			require.True(t, result.CaughtUp)
		}
	})
}
