package vimatest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// Each setting is what the collector may take for a day.
func TestDays(t *testing.T) {
	t.Parallel()
	day := vima.Date{Year: 2026, Month: time.January, Day: 15}
	midnight := day.Time()
	instants := map[string]time.Time{
		"1": midnight.Add(-5*time.Hour - 31*time.Minute), "2": midnight.Add(-5 * time.Hour), "3": midnight, "4": midnight.Add(20 * time.Hour),
		"5": midnight.Add(24*time.Hour - time.Second), "6": midnight.Add(24*time.Hour - 500*time.Millisecond), "7": midnight.Add(24 * time.Hour),
	}
	on := func(d vima.Date) vima.ListOperationsParams { return vima.ListOperationsParams{Date: d} }
	for name, c := range map[string]struct {
		opt  vimatest.Option
		p    vima.ListOperationsParams
		want []string
	}{
		"UTC":                     {vimatest.WithDayZone(nil), on(day), []string{"3", "4", "5", "6"}},
		"a zone in the east":      {vimatest.WithDayZone(time.FixedZone("", 5*3600+1800)), on(day), []string{"2", "3"}},
		"a zone in the west":      {vimatest.WithDayZone(time.FixedZone("", -5*3600)), on(day), []string{"4", "5", "6", "7"}},
		"short days":              {vimatest.WithShortDays(), on(day), []string{"3", "4", "5"}},
		"short days, the next":    {vimatest.WithShortDays(), on(day.AddDays(1)), []string{"7"}},
		"short days, a period":    {vimatest.WithShortDays(), vima.ListOperationsParams{From: day.AddDays(-1), To: day.AddDays(1)}, []string{"1", "2", "3", "4", "5", "6", "7"}},
		"short days, its end":     {vimatest.WithShortDays(), vima.ListOperationsParams{To: day}, []string{"1", "2", "3", "4", "5"}},
		"an ignored date":         {vimatest.WithIgnoredDate(), on(day), []string{"1", "2", "3", "4", "5", "6", "7"}},
		"an ignored date, period": {vimatest.WithIgnoredDate(), vima.ListOperationsParams{To: day.AddDays(-9)}, []string{"1", "2", "3", "4", "5", "6", "7"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := vimatest.Run(t, c.opt)
			for id, at := range instants {
				srv.Seed(&vima.Operation{OperationID: id, OperationCreateID: id, OperationUpdateID: id, OperationCreatedAt: at})
			}
			client, err := vima.NewClient(srv.URL(), vimatest.DefaultCredentials())
			require.NoError(t, err)
			page, err := client.ListOperations(t.Context(), c.p)
			require.NoError(t, err)
			var got []string
			for _, o := range page.Operations {
				got = append(got, o.OperationID)
			}
			assert.Equal(t, c.want, got)
		})
	}
}
