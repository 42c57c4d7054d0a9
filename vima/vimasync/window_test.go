package vimasync_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/testform"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimasync"
)

// feed is a collector within a synctest bubble: pages of five new operations, no
// changes, and ids that hold no time.
type feed []feedRow

type feedRow struct {
	id          int
	at, visible time.Time // made, and to be seen from then on
}

func (f *feed) add(id int, at time.Time, late time.Duration) {
	*f = append(*f, feedRow{id: id, at: at, visible: at.Add(late)})
}

func (f *feed) RoundTrip(r *http.Request) (*http.Response, error) {
	q := r.URL.Query()
	after, _ := strconv.Atoi(q.Get("from_operation_create_id"))
	slices.SortFunc(*f, func(a, b feedRow) int { return a.id - b.id })
	var rows []string
	for _, row := range *f {
		if row.id > after && !row.visible.After(time.Now()) && len(rows) < 5 && !q.Has("from_operation_update_id") {
			rows = append(rows, fmt.Sprintf(`{"operation_id":%d,"operation_create_id":%d,"operation_update_id":%d,"operation_created_at":%q}`,
				row.id, row.id, row.id, row.at.Format(time.RFC3339)))
		}
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{}, Request: r,
		Body: io.NopCloser(strings.NewReader("[" + strings.Join(rows, ",") + "]")),
	}, nil
}

func (f *feed) client(t testing.TB) *vima.Client {
	t.Helper()
	c, err := vima.NewClient(vima.ProductionURL, vima.APIKey("master-00000000000000000000000000000000"), vima.WithHTTPClient(&http.Client{Transport: f}))
	require.NoError(t, err)
	return c
}

// Each row is late by up to the window. Passes come at any distance, some are cut
// off and go on much later: in the end no row is missing.
func TestNothingLateIsLost(t *testing.T) {
	t.Parallel()
	for _, every := range []time.Duration{time.Minute, 7 * time.Minute, time.Hour} {
		for _, rewind := range []time.Duration{10 * time.Minute, -1} {
			t.Run(fmt.Sprint("every ", every, ", rewind ", rewind), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					f, m := new(feed), newMemory()
					start := time.Now()
					for i := range 600 { // one a minute; each fourth is late
						late := time.Duration(i*i%10) * time.Minute
						if i%4 > 0 {
							late = 0
						}
						f.add(i+1, start.Add(time.Duration(i)*time.Minute), late)
					}
					cut := errors.New("cut off")
					m.fail = func(commit int) error {
						if commit%5 == 4 {
							return cut
						}
						return nil
					}
					for time.Since(start) < 12*time.Hour {
						if _, err := vimasync.RunOnce(t.Context(), f.client(t), m, vimasync.Params{Rewind: rewind}); err != nil {
							require.ErrorIs(t, err, cut)
						}
						time.Sleep(every)
					}
					m.fail = func(int) error { return nil }
					for range 2 {
						_, err := vimasync.RunOnce(t.Context(), f.client(t), m, vimasync.Params{Rewind: rewind})
						require.NoError(t, err)
					}
					switch {
					case rewind > 0:
						assert.Len(t, m.copied(), 600)
					case every == time.Minute: // the control
						assert.Less(t, len(m.copied()), 600)
					}
					for version, times := range m.applied {
						assert.Equal(t, 1, times, version)
					}
				})
			})
		}
	}
}

// A walk is cut off among the youngest rows and goes on an hour later: the part
// that it has left behind is read once more.
func TestWindowOfAnInterruptedWalk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, m := new(feed), newMemory()
		now := time.Now()
		for i := range 120 { // from an hour ago to in an hour
			f.add(10*(i+1), now.Add(time.Duration(i-60)*time.Minute), 0)
		}
		f.add(555, now.Add(-5*time.Minute), 9*time.Minute)
		m.fail = func(commit int) error {
			if commit == 13 { // all but the end of the walk is stored
				return errors.New("cut off")
			}
			return nil
		}
		for range 3 {
			_, _ = vimasync.RunOnce(t.Context(), f.client(t), m, vimasync.Params{})
			time.Sleep(time.Hour)
		}
		assert.Contains(t, m.copied(), "555")
		assert.Len(t, m.copied(), 121)
	})
}

// In a steady state a pass reads the window and what is new, and no more.
func TestWindowIsNoLonger(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, m := new(feed), newMemory()
		start := time.Now()
		rows := testform.Scale(1500, 6000)
		for i := range rows { // every ten seconds
			f.add(i+1, start.Add(time.Duration(i)*10*time.Second), 0)
		}
		for time.Since(start) < time.Duration(rows)*10*time.Second {
			result, err := vimasync.RunOnce(t.Context(), f.client(t), m, vimasync.Params{Rewind: 10 * time.Minute})
			require.NoError(t, err)
			assert.True(t, result.CaughtUp)
			assert.LessOrEqual(t, result.Pages, (15+2)*6/5+2) // a window, a mark's distance and five minutes
			time.Sleep(5 * time.Minute)
		}
	})
}

// A row from the future neither hides the lag nor ends the window.
func TestRowFromTheFuture(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, m := new(feed), newMemory()
		now := time.Now()
		for i := range 40 {
			f.add(i+1, now.Add(time.Duration(i-40)*time.Minute), 0)
		}
		*f = append(*f, feedRow{id: 41, at: now.AddDate(90, 0, 0), visible: now})
		p := vimasync.Params{MaxPages: 2}
		for range 10 {
			_, err := vimasync.RunOnce(t.Context(), f.client(t), m, p)
			require.NoError(t, err)
		}
		for i := range 40 {
			f.add(i+50, now.Add(time.Duration(i)*time.Minute), 0)
		}
		time.Sleep(time.Hour)
		result, err := vimasync.RunOnce(t.Context(), f.client(t), m, p)
		require.NoError(t, err)
		assert.False(t, result.CaughtUp)
		assert.GreaterOrEqual(t, result.Lag, 20*time.Minute)
	})
}
