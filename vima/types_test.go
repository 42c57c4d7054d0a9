package vima_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
)

func TestDate(t *testing.T) {
	t.Parallel()
	late := time.Date(2026, time.January, 16, 2, 30, 0, 0, time.FixedZone("IST", 5*3600+1800))
	assert.Equal(t, day, vima.DateOf(late), "the UTC day, not the local one")
	assert.Equal(t, "2026-01-15", day.String())
	assert.Equal(t, vima.Date{Year: 2026, Month: time.March, Day: 1}, vima.Date{Year: 2026, Month: time.February, Day: 28}.AddDays(1))
	assert.Equal(t, time.Date(2026, time.January, 15, 0, 0, 0, 0, time.UTC), day.Time())
	assert.Equal(t, -1, day.Compare(day.AddDays(1)))
	assert.True(t, vima.Date{}.IsZero())
}

func TestDateAsText(t *testing.T) {
	t.Parallel()
	parsed, err := vima.ParseDate("2026-01-15")
	require.NoError(t, err)
	assert.Equal(t, day, parsed)
	for _, text := range []string{"", "2026-1-15", "2026-02-30", "15.01.2026", "2026-01-15T00:00:00Z", "0000-01-01", " 2026-01-15"} {
		t.Run(text, func(t *testing.T) {
			_, err := vima.ParseDate(text)
			require.ErrorIs(t, err, vima.ErrInvalidRequest, text)
		})
	}
	for _, d := range []vima.Date{{}, day} {
		t.Run(d.String(), func(t *testing.T) {
			var back vima.Date
			require.NoError(t, json.Unmarshal([]byte(mustJSON(t, d)), &back))
			assert.Equal(t, d, back)
		})
	}
	var d vima.Date
	require.Error(t, d.UnmarshalText([]byte("soon")))
}
