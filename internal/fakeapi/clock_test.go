package fakeapi_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/internal/fakeapi"
)

func TestClockThatStands(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, time.January, 15, 12, 0, 0, 0, time.FixedZone("", 3600))
	c := fakeapi.NewClock(fakeapi.At(noon), time.Second)
	assert.Equal(t, noon.UTC(), c.Now())
	assert.Equal(t, noon.UTC().Add(time.Second), c.Tick())
	assert.Equal(t, noon.UTC().Add(2*time.Second), c.Tick())
	c.Advance(time.Minute)
	assert.Equal(t, noon.UTC().Add(62*time.Second), c.Now())
	assert.Equal(t, noon.UTC().Add(63*time.Second), c.Tick())
	c.Reach(noon)
	assert.Equal(t, noon.UTC().Add(63*time.Second), c.Now(), "never back")
	c.Reach(noon.UTC().Add(time.Hour))
	assert.Equal(t, noon.UTC().Add(time.Hour), c.Now())
}

func TestClockThatRuns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now().UTC()
		c := fakeapi.NewClock(time.Now, time.Millisecond)
		for range 100 {
			c.Tick()
		}
		assert.Equal(t, start.Add(100*time.Millisecond), c.Now(), "no two changes at a time")
		time.Sleep(time.Second)
		assert.Equal(t, start.Add(time.Second), c.Now(), "and no drift")
		c.Advance(time.Hour)
		time.Sleep(time.Second)
		assert.Equal(t, start.Add(time.Hour+2*time.Second), c.Now())
	})
}
