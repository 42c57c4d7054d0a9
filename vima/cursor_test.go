package vima_test

import (
	"cmp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
)

func TestCursorTimeOfTheKnownSample(t *testing.T) {
	t.Parallel()
	at, ok := vima.CursorTime("1067250921664811008")
	require.True(t, ok)
	assert.Equal(t, "2026-01-15T15:46:20.18Z", at.Format(time.RFC3339Nano))
}

func TestCursorAtStandsBeforeItsTick(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Time{
		time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2026, 1, 15, 15, 46, 20, 195e6, time.UTC),
		time.Date(2026, 1, 15, 21, 16, 20, 195e6, time.FixedZone("IST", 5*3600+1800)),
		time.Date(2060, 12, 31, 23, 59, 59, 999999999, time.UTC),
	} {
		t.Run(at.String(), func(t *testing.T) {
			back, ok := vima.CursorTime(vima.CursorAt(at))
			require.True(t, ok)
			assert.Equal(t, at.UTC().Truncate(10*time.Millisecond), back)
		})
	}
}

func TestCursorAtIsClamped(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "0", vima.CursorAt(time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)))
	assert.Equal(t, "9223372036854775807", vima.CursorAt(time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)))
}

func TestCursorTimeRefuses(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", "-1", "+1", "1e3", "0x10", "1_000", " 1", "९", "9223372036854775808", "1.0"} {
		_, ok := vima.CursorTime(id)
		assert.False(t, ok, id)
	}
}

func TestCompareCursors(t *testing.T) {
	t.Parallel()
	ascending := []string{"", "1", "9", "10", "99", "100", "9223372036854775807", "18446744073709551616", "18446744073709551617"}
	for i, a := range ascending {
		for j, b := range ascending {
			assert.Equal(t, cmp.Compare(i, j), vima.CompareCursors(a, b), "%s %s", a, b)
			assert.Equal(t, cmp.Compare(i, j), vima.CompareCursors("00"+a, b), "00%s %s", a, b)
		}
	}
}

func FuzzCursorTime(f *testing.F) {
	for _, id := range []string{"1067250921664811008", "0", "", "-5", "99999999999999999999", "007"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		at, ok := vima.CursorTime(id)
		if !ok {
			return
		}
		n, err := strconv.ParseInt(id, 10, 64)
		require.NoError(t, err)
		again, err := strconv.ParseInt(vima.CursorAt(at), 10, 64)
		require.NoError(t, err)
		require.Equal(t, n>>26, again>>26)
	})
}
