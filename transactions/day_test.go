package transactions_test

import (
	"fmt"
	"iter"
	"testing"
	"time"
	_ "time/tzdata" // the zones below, wherever the test runs

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/transactions"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	require.NoError(t, err)
	return z
}

// Days whose midnight is skipped, or comes twice, by what they begin and end
// with.
func TestDaysWithoutAMidnight(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, day, from, to string }{
		{"America/Santiago", "2026-09-05", "2026-09-05T00:00:00-04:00", "2026-09-06T01:00:00-03:00"},
		{"America/Santiago", "2026-09-06", "2026-09-06T01:00:00-03:00", "2026-09-07T00:00:00-03:00"},
		{"America/Havana", "2026-03-08", "2026-03-08T01:00:00-04:00", "2026-03-09T00:00:00-04:00"},
		{"America/Havana", "2026-11-01", "2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00"}, // its first hour twice
		{"America/Sao_Paulo", "2018-11-03", "2018-11-03T00:00:00-03:00", "2018-11-04T01:00:00-02:00"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00"},
		{"America/Sao_Paulo", "2018-02-17", "2018-02-17T00:00:00-02:00", "2018-02-18T00:00:00-03:00"}, // its last hour twice
		{"Pacific/Apia", "2011-12-29", "2011-12-29T00:00:00-10:00", "2011-12-31T00:00:00+14:00"},      // the 30th is skipped
		{"Africa/Cairo", "2026-04-24", "2026-04-24T01:00:00+03:00", "2026-04-25T00:00:00+03:00"},
		{"Asia/Bishkek", "2026-01-15", "2026-01-15T00:00:00+06:00", "2026-01-16T00:00:00+06:00"},
	} {
		t.Run(c.day, func(t *testing.T) {
			of, err := time.ParseInLocation("2006-01-02 15", c.day+" 12", zone(t, c.zone))
			require.NoError(t, err)
			got := transactions.Day(of)
			assert.Equal(t, c.from, got.GreaterThanOrEqual.Format(time.RFC3339), "%s in %s", c.day, c.zone)
			assert.Equal(t, c.to, got.LessThan.Format(time.RFC3339), "%s in %s", c.day, c.zone)
		})
	}
}

// A day contains what it was made of, and nothing of another date.
func TestADayContainsItsArgument(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"UTC", "America/Santiago", "America/Havana", "America/Sao_Paulo", "America/Asuncion", "Asia/Beirut", "Asia/Tehran", "Asia/Gaza",
		"Africa/Cairo", "Atlantic/Azores", "Pacific/Apia", "Australia/Lord_Howe", "Europe/Berlin", "Asia/Tashkent",
	} {
		t.Run(name, func(t *testing.T) {
			z := zone(t, name)
			for at := range aroundChanges(time.Date(2008, time.January, 1, 0, 0, 0, 0, z)) {
				day := transactions.Day(at)
				if at.Before(*day.GreaterThanOrEqual) || !at.Before(*day.LessThan) {
					require.Fail(t, "not in its day", "%s: %s to %s", at, day.GreaterThanOrEqual, day.LessThan)
				}
				if date := at.Format(time.DateOnly); day.GreaterThanOrEqual.Format(time.DateOnly) != date || day.LessThan.Add(-1).Format(time.DateOnly) != date {
					require.Fail(t, "more than its day", "%s: %s to %s", at, day.GreaterThanOrEqual, day.LessThan)
				}
			}
		})
	}
}

// aroundChanges are times near each change of clocks from one time on, to 2027.
func aroundChanges(at time.Time) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		for at.Year() < 2027 {
			for minutes := -25 * 60; minutes < 25*60; minutes += 10 {
				if !yield(at.Add(time.Duration(minutes) * time.Minute)) {
					return
				}
			}
			if _, at = at.ZoneBounds(); at.IsZero() {
				return
			}
		}
	}
}

// A walk by day that begins at midnight has each date once.
func TestDaysOfAWalkWithoutAMidnight(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone       string
		from, days int
		month      time.Month
		year       int
		want       []string
	}{
		{"America/Santiago", 5, 3, time.September, 2026, []string{"2026-09-05T00:00:00-04:00", "2026-09-06T01:00:00-03:00", "2026-09-07T00:00:00-03:00"}},
		{"America/Santiago", 6, 2, time.September, 2026, []string{"2026-09-06T01:00:00-03:00", "2026-09-07T00:00:00-03:00"}},
		{"America/Sao_Paulo", 3, 2, time.November, 2018, []string{"2018-11-03T00:00:00-03:00", "2018-11-04T01:00:00-02:00"}},
		{"Pacific/Apia", 29, 3, time.December, 2011, []string{"2011-12-29T00:00:00-10:00", "2011-12-31T00:00:00+14:00"}},
	} {
		t.Run(fmt.Sprint(c.zone, ", ", c.from), func(t *testing.T) {
			srv, client := start(t)
			z := zone(t, c.zone)
			first := transactions.Day(time.Date(c.year, c.month, c.from, 12, 0, 0, 0, z)).GreaterThanOrEqual
			last := transactions.Day(time.Date(c.year, c.month, c.from+c.days-1, 12, 0, 0, 0, z)).LessThan
			for hour := *first; hour.Before(*last); hour = hour.Add(time.Hour) {
				srv.Seed(&transactions.Transaction{Date: hour})
			}
			var got []string
			rows := 0
			for page, err := range client.TransactionPagesByDay(t.Context(), *first, *last, 1, transactions.Filter{}) {
				require.NoError(t, err)
				got = append(got, page.Day.Format(time.RFC3339))
				for _, row := range page.Transactions {
					rows++
					assert.Equal(t, page.Day.Format(time.DateOnly), row.Date.In(z).Format(time.DateOnly))
				}
			}
			assert.Equal(t, c.want, got)
			assert.Len(t, srv.Rows(), rows)
		})
	}
}
