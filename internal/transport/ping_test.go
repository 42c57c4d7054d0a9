package transport

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A ping that is not answered ends a connection within an attempt, and pings are
// no load.
func TestPings(t *testing.T) {
	t.Parallel()
	assert.GreaterOrEqual(t, pingAfter, 5*time.Second)
	assert.GreaterOrEqual(t, pingTimeout, 5*time.Second)
	assert.Less(t, pingAfter+pingTimeout, DefaultTimeout)
	own := newPool(new(http.Transport))
	require.NotNil(t, own.HTTP2)
	assert.Equal(t, pingAfter, own.HTTP2.SendPingTimeout)
	assert.Equal(t, pingTimeout, own.HTTP2.PingTimeout)

	chosen := &http.Transport{HTTP2: &http.HTTP2Config{SendPingTimeout: time.Minute, MaxReadFrameSize: 1 << 20}}
	own = newPool(chosen)
	assert.Equal(t, http.HTTP2Config{SendPingTimeout: time.Minute, PingTimeout: pingTimeout, MaxReadFrameSize: 1 << 20}, *own.HTTP2)
	assert.Zero(t, chosen.HTTP2.PingTimeout, "a clone is changed")
}
