package fakeapi_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/internal/fakeapi"
)

func TestRandIsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	r := fakeapi.NewRand(1, 0)
	got := []string{fakeapi.Digits(r, 12), fakeapi.Hex(r, 16), fakeapi.Pick(r, "a", "b", "c")}
	assert.Equal(t, []string{"607075853140", "8afd9b3d6024a28f", "a"}, got)
	assert.NotEqual(t, fakeapi.Hex(fakeapi.NewRand(1, 1), 16), fakeapi.Hex(fakeapi.NewRand(1, 2), 16))
	assert.NotEqual(t, fakeapi.Hex(fakeapi.NewRand(1, 1), 16), fakeapi.Hex(fakeapi.NewRand(2, 1), 16))
}

func TestRandHelpers(t *testing.T) {
	t.Parallel()
	r := fakeapi.NewRand(3, 0)
	hits := 0
	for range 1000 {
		assert.Regexp(t, `^[1-9][0-9]{5}$`, fakeapi.Digits(r, 6))
		assert.Regexp(t, `^[0-9a-f]{8}$`, fakeapi.Hex(r, 8))
		if fakeapi.Chance(r, 0.12) {
			hits++
		}
	}
	assert.InDelta(t, 120, hits, 40)
	assert.Empty(t, fakeapi.Digits(r, 0))
}
