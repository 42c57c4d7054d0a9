package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
)

// Days begin at midnight of their zone, also where a clock skips it.
func TestDaysOfAZone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		zone            string
		day             vima.Date
		from, end, text string
	}{
		"UTC":                {"UTC", vima.Date{Year: 2026, Month: 1, Day: 15}, "2026-01-15T00:00:00Z", "2026-01-16T00:00:00Z", "2026-01-15 UTC"},
		"half an hour":       {"Asia/Kolkata", vima.Date{Year: 2026, Month: 1, Day: 15}, "2026-01-14T18:30:00Z", "2026-01-15T18:30:00Z", "2026-01-15 Asia/Kolkata"},
		"23 hours":           {"Europe/Berlin", vima.Date{Year: 2026, Month: 3, Day: 29}, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "2026-03-29 Europe/Berlin"},
		"25 hours":           {"Europe/Berlin", vima.Date{Year: 2026, Month: 10, Day: 25}, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "2026-10-25 Europe/Berlin"},
		"no midnight":        {"America/Sao_Paulo", vima.Date{Year: 2018, Month: 11, Day: 4}, "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z", "2018-11-04 America/Sao_Paulo"},
		"before no midnight": {"America/Sao_Paulo", vima.Date{Year: 2018, Month: 11, Day: 3}, "2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z", "2018-11-03 America/Sao_Paulo"},
		"a day that was not": {"Pacific/Apia", vima.Date{Year: 2011, Month: 12, Day: 29}, "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-29 Pacific/Apia"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			zone, err := location("-zone", c.zone)
			require.NoError(t, err)
			p := newPeriod(c.day, c.day, 0, zone)
			assert.Equal(t, []string{c.from, c.end, c.text}, []string{instant(p.from), instant(p.end), p.String()})
		})
	}
}

func TestAbbreviationsOfZones(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{ // with the zone UTC, and Asia/Kolkata
		"16/01/2026 03:00:00 IST": {"", "2026-01-15T21:30:00Z"},
		"16/01/2026 03:00:00 UTC": {"2026-01-16T03:00:00Z", "2026-01-16T03:00:00Z"},
		"16/01/2026 03:00:00 GMT": {"2026-01-16T03:00:00Z", "2026-01-16T03:00:00Z"},
		"16/01/2026 03:00:00 MSK": {"", ""},
		"16/01/2026 03:00:00 EST": {"", ""},
	} {
		for i, name := range []string{"UTC", "Asia/Kolkata"} {
			zone, err := time.LoadLocation(name)
			require.NoError(t, err)
			got, _ := dates{layout: "02/01/2006 15:04:05 MST", zone: zone}.read(text)
			assert.Equal(t, want[i], instant(got), "%s in %s", text, name)
		}
	}
	got, ok := dates{layout: "2006-01-02 15:04:05 -0700 MST", zone: time.UTC}.read("2026-01-16 03:00:00 +0530 IST")
	assert.True(t, ok, "the offset says where the clock is")
	assert.Equal(t, "2026-01-15T21:30:00Z", instant(got))
}

func TestLayoutsWithoutADayAreRefused(t *testing.T) {
	t.Parallel()
	for layout, ok := range map[string]bool{
		"02/01/2006 15:04:05": true, "02.01.06": true, "Jan 2, 2006 3:04 PM": true, "2006-002": true, time.RFC1123Z: true, "20060102150405": true, "2006-01-02T15:04:05.000Z07:00": true,
		"02 Jan 15:04": false, "2006-01": false, "15:04:05": false, "02/2006": false, "dd/MM/yyyy": false, "2006-01-02 03:04:05": false, "Mon 15:04": false,
	} {
		assert.Equal(t, ok, layoutProblem(layout) == "", layout)
	}
}

func TestTheZoneIsNotGuessed(t *testing.T) {
	t.Parallel()
	args := []string{"-date-column", "created", "-date-layout", "02/01/2006 15:04:05 MST", "-from", "2026-01-15", "-to", "2026-01-15"}
	got, out := onCase(t, "case-04", "ist.csv", args...)
	assert.Equal(t, 1, got.code)
	assert.Equal(t, []string{"missing_in_vima+unreadable,LOST,unreadable date", "unreadable,Z1,unreadable date"}, first(t, 3, out))
	got, out = onCase(t, "case-04", "ist.csv", append(args, "-date-zone", "Asia/Kolkata")...)
	assert.Equal(t, 1, got.code)
	assert.Equal(t, []string{"missing_in_vima,LOST,"}, first(t, 3, out), "03:00 IST is 21:30 UTC of the day before")
	got, out = onCase(t, "case-04", "ist.csv", append(args, "-zone", "Asia/Kolkata")...)
	assert.Zero(t, got.code, got.stdout)
	assert.Empty(t, out, "in Kolkata it is the 16th")
	got, _ = onCase(t, "case-04", "noyear.csv", "-date-column", "created", "-date-layout", "02 Jan 15:04", "-from", "2026-01-15", "-to", "2026-01-15")
	assert.Equal(t, 2, got.code)
	assert.Contains(t, got.stderr, "-date-layout must have a year")
}
