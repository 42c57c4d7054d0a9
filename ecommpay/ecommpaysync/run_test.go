package ecommpaysync_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
)

func TestRunOnceReadsEverything(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 5000), newMemory()
	result := pass(t, srv, m, since)
	m.has(t, srv)
	assert.True(t, result.CaughtUp)
	assert.Zero(t, result.Lag)
	assert.Equal(t, 6, result.Pages, "two a day")

	for i, id := range m.ids()[:200] {
		srv.Update(id, time.Now().Add(-time.Minute+time.Duration(i)*time.Millisecond), end)
	}
	srv.Seed(at(1, time.Now().Add(-time.Minute)))
	result = pass(t, srv, m, ecommpaysync.Params{})
	m.has(t, srv)
	assert.Equal(t, 1, result.Pages)
}
