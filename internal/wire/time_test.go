package wire_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/wire"
)

// timeLayouts are those that Time reads, for package time.
var timeLayouts = []string{
	"2006-01-02", "2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05",
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z0700", "2006-01-02 15:04:05",
}

func TestTimeTexts(t *testing.T) {
	t.Parallel()
	base := time.Date(2026, 1, 15, 15, 46, 20, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"":                               {},
		"2026-01-15T15:46:20Z":           base,
		"2026-01-15T15:46:20.195Z":       base.Add(195 * time.Millisecond),
		"2026-01-15T15:46:20.123456789Z": base.Add(123456789),
		"2026-01-15T15:46:20.1+03:00":    base.Add(100*time.Millisecond - 3*time.Hour),
		"2026-01-15T15:46:20+0000":       base,
		"2026-01-15T15:46:20.832+0300":   base.Add(832*time.Millisecond - 3*time.Hour),
		"2026-01-15T15:46:20-0530":       base.Add(5*time.Hour + 30*time.Minute),
		"2026-01-15T15:46:20":            base,
		"2026-01-15 15:46:20":            base,
		"2026-01-15 15:46:20.195000":     base.Add(195 * time.Millisecond),
		"2026-01-15 15:46:20+00:00":      base,
		"2026-01-15":                     base.Truncate(24 * time.Hour),
		"2024-02-29":                     time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC),
		"0001-01-01T00:00:00Z":           {},
		"1768491980":                     base,
		"1768491980195":                  base.Add(195 * time.Millisecond),
	} {
		got, ok := wire.Time(text)
		assert.True(t, ok, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{
		" ", "now", "0000-00-00 00:00:00", "0000-00-00", "2026-1-5", "2026-13-01", "2026-00-01", "2026-01-00", "2026-01-32", "2026-02-29", "2100-02-29", "2026-04-31", "20260115", "2026",
		"2026-01-15T", "2026-01-15T15:46", "2026-01-15T15:46:2", "2026-01-15T24:00:00Z", "2026-01-15T15:60:00Z", "2026-01-15T15:46:60Z", "2026-01-15T15:46:20.Z", "2026-01-15T15:46:20.1234567890Z",
		"2026-01-15T15:46:20,5Z", "2026-01-15t15:46:20z", "2026-01-15T15:46:20 Z", "2026-01-15T15:46:20+3", "2026-01-15T15:46:20+03", "2026-01-15T15:46:20+24:00", "2026-01-15T15:46:20+03:60",
		"2026-01-15T15:46:20*03:00", "2026-01-15T15:46:20+03:0x", "2026-01-15T15:46:20Zx", "15/01/2026", "2026/01/15", "2026-01-15x15:46:20", "Thu, 15 Jan 2026 15:46:20 GMT",
		"-026-01-15", "２０２６-01-15", "176849198", "17684919801955", "1768491980.5", "-1768491980", "x768491980", "2026-01-15T15-46:20Z", "2026-01-15T15:46-20Z", "2026-01x15",
	} {
		got, ok := wire.Time(text)
		assert.False(t, ok, text)
		assert.True(t, got.IsZero(), text)
		var doc struct{ T time.Time }
		doc.T = base
		require.NoError(t, wire.Decode([]byte(`{"T":"`+text+`"}`), &doc), text)
		assert.True(t, doc.T.IsZero(), text)
	}
}

func TestTimeNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"0": "1970-01-01T00:00:00Z", "1768491980": "2026-01-15T15:46:20Z", "-1": "1969-12-31T23:59:59Z", "1768491980195": "2026-01-15T15:46:20.195Z", "-1.5": "1969-12-31T23:59:58.5Z",
		"1768491980.195": "2026-01-15T15:46:20.195Z", "1768491980.123456789": "2026-01-15T15:46:20.123456789Z", "1768491980.1234567890": "2026-01-15T15:46:20.123456789Z",
		"1768491980195.5": "2026-01-15T15:46:20.1955Z", "1768491980195.000001": "2026-01-15T15:46:20.195000001Z", "1.768491980195E9": "2026-01-15T15:46:20.195Z", "1.768491980195e12": "2026-01-15T15:46:20.195Z",
		"99999999999": "5138-11-16T09:46:39Z", "100000000000": "1973-03-03T09:46:40Z", "-100000000000": "1966-10-31T14:13:20Z", "253402300799999": "9999-12-31T23:59:59.999Z",
	} {
		var doc struct{ T time.Time }
		require.NoError(t, wire.Decode([]byte(`{"T":`+text+`}`), &doc), text)
		assert.Equal(t, want, doc.T.Format(time.RFC3339Nano), text)
		assert.Equal(t, time.UTC, doc.T.Location(), text)
	}
	for _, text := range []string{"null", "1768491980.1234567891", "1.0000000001", "1768491980195.0000001", "253402300800000", "1e18", "1e400", "9223372036854775807", "9999999999999999999", "-9999999999999999999"} {
		doc := struct{ T time.Time }{time.Now()}
		require.NoError(t, wire.Decode([]byte(`{"T":`+text+`}`), &doc), text)
		assert.True(t, doc.T.IsZero(), text)
	}
	for _, text := range []string{"true", "{}", "[]"} {
		require.Error(t, wire.Decode([]byte(`{"T":`+text+`}`), &struct{ T time.Time }{}), text)
	}
}

func TestTimeReadsWhatEncodePrints(t *testing.T) {
	t.Parallel()
	for i := range 2000 {
		at := time.Unix(int64(i)*7_919_777-40_000_000_000/5, int64(i)*1_000_003%1_000_000_000).In(time.FixedZone("x", i*7-7000))
		for _, layout := range timeLayouts[1:] {
			text := at.Format(layout)
			want, err := time.Parse(layout, text)
			require.NoError(t, err)
			got, ok := wire.Time(text)
			if _, offset := at.Zone(); offset%60 != 0 {
				continue // these layouts cannot spell it
			}
			require.True(t, ok, text)
			require.True(t, want.Equal(got), "%s: %v %v", text, want, got)
		}
		data, err := wire.Encode(map[string]time.Time{"t": at})
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf(`{"t":%q}`, at.UTC().Format(time.RFC3339Nano)), string(data))
		var back map[string]time.Time
		require.NoError(t, wire.Decode(data, &back))
		require.Equal(t, at.UTC(), back["t"])
	}
}
