package transactionssync_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/internal/testform"
	"github.com/payclients/payclients-go/transactions"
	"github.com/payclients/payclients-go/transactions/transactionssync"
)

// feed is a service within a synctest bubble: pages of five transactions in the
// versions that are visible.
type feed []feedRow

type feedRow struct {
	id             int64
	stamp, visible time.Time // of its last modification, and to be seen from then on
	bad            bool      // it does not decode
}

// add makes a version that is visible late.
func (f *feed) add(id int64, stamp time.Time, late time.Duration) {
	*f = append(*f, feedRow{id: id, stamp: stamp, visible: stamp.Add(late)})
}

// newest are the versions that are visible, in the order of a walk.
func (f *feed) newest() []feedRow {
	versions := map[int64]feedRow{}
	for _, row := range *f {
		if old, there := versions[row.id]; !row.visible.After(time.Now()) && (!there || old.visible.Before(row.visible)) {
			versions[row.id] = row
		}
	}
	var rows []feedRow
	for _, row := range versions {
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b feedRow) int {
		if c := a.stamp.Compare(b.stamp); c != 0 {
			return c
		}
		return int(a.id - b.id)
	})
	return rows
}

func (r feedRow) String() string {
	return fmt.Sprintf(`{"id":%d,"lastModifiedDate":%q,"main":%v}`, r.id, r.stamp.UTC().Format(time.RFC3339Nano), map[bool]string{false: "true", true: "0.5"}[r.bad])
}

func (f *feed) RoundTrip(r *http.Request) (*http.Response, error) {
	from, err := time.Parse(time.RFC3339Nano, r.URL.Query().Get("lastModifiedDate.greaterThanOrEqual"))
	if err != nil {
		return nil, err
	}
	var rows []string
	total := 0
	for _, row := range f.newest() {
		if row.stamp.Before(from) {
			continue
		}
		if total++; total <= 5 {
			rows = append(rows, row.String())
		}
	}
	return &http.Response{
		StatusCode: http.StatusOK, Request: r,
		Header: http.Header{"X-Total-Count": {fmt.Sprint(total)}, "Date": {time.Now().UTC().Format(http.TimeFormat)}},
		Body:   io.NopCloser(strings.NewReader("[" + strings.Join(rows, ",") + "]")),
	}, nil
}

func (f *feed) client(t testing.TB) *transactions.Client {
	t.Helper()
	c, err := transactions.NewClient("https://payments.example.com", transactions.StaticToken("master-00000000000000000000000000000000"),
		transactions.WithHTTPClient(&http.Client{Transport: f}))
	require.NoError(t, err)
	return c
}

// lost are the versions that are visible and not stored.
func (f *feed) lost(m *memory) (lost []int64) {
	got := m.copied()
	for _, row := range f.newest() {
		if !row.bad && got[row.id] != row.String() {
			lost = append(lost, row.id)
		}
	}
	return lost
}

// Each change is late by up to the window. Passes come at any distance, some are
// cut off and go on much later, some read a page only: in the end no version is
// missing.
func TestNothingLateIsLost(t *testing.T) {
	t.Parallel()
	for _, every := range []time.Duration{time.Minute, 7 * time.Minute, time.Hour} {
		for _, most := range []int{0, 20} {
			for _, rewind := range []time.Duration{10 * time.Minute, -1} {
				t.Run(fmt.Sprint("every ", every, ", ", most, " pages, rewind ", rewind), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						f, m := new(feed), newMemory()
						start := time.Now()
						for i := range int64(300) { // one a minute; each fourth is late, each fifth a change
							late := time.Duration(i*i%10) * time.Minute
							if i%4 > 0 {
								late = 0
							}
							id := i + 1
							if i%5 == 4 {
								id = i/2 + 1
							}
							f.add(id, start.Add(time.Duration(i)*time.Minute), late)
						}
						cut := errors.New("cut off")
						m.fail = func(commit int) error {
							if commit%5 == 4 {
								return cut
							}
							return nil
						}
						p := transactionssync.Params{Rewind: rewind, MaxPages: most}
						for time.Since(start) < 6*time.Hour {
							if _, err := transactionssync.RunOnce(t.Context(), f.client(t), m, p); err != nil {
								require.ErrorIs(t, err, cut)
							}
							time.Sleep(every)
						}
						m.fail = func(int) error { return nil }
						for caught := 0; caught < 2; {
							result, err := transactionssync.RunOnce(t.Context(), f.client(t), m, p)
							require.NoError(t, err)
							if result.CaughtUp {
								caught++
							}
						}
						switch {
						case rewind > 0:
							assert.Empty(t, f.lost(m))
							for version, times := range m.applied {
								assert.Equal(t, 1, times, version)
							}
						case every == time.Minute: // the control
							assert.NotEmpty(t, f.lost(m))
						}
					})
				})
			}
		}
	}
}

// A row became visible while nothing ran, long after the window had passed on
// this machine's clock.
func TestLateRowDuringAnOutage(t *testing.T) {
	t.Parallel()
	for _, rewind := range []time.Duration{10 * time.Minute, -1} {
		t.Run(rewind.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f, m := new(feed), newMemory()
				now := time.Now()
				for i := range int64(60) {
					f.add(i+1, now.Add(time.Duration(i-59)*time.Minute), 0)
				}
				f.add(99, now.Add(-9*time.Minute), 9*time.Minute+time.Second)
				p := transactionssync.Params{Rewind: rewind}
				for range 3 {
					_, err := transactionssync.RunOnce(t.Context(), f.client(t), m, p)
					require.NoError(t, err)
				}
				time.Sleep(5 * time.Hour)
				f.add(100, time.Now(), 0)
				_, err := transactionssync.RunOnce(t.Context(), f.client(t), m, p)
				require.NoError(t, err)
				if rewind > 0 {
					assert.Empty(t, f.lost(m))
				} else {
					assert.Equal(t, []int64{99}, f.lost(m), "the control")
				}
			})
		})
	}
}

// A pass stands still for longer than the window, before each of its commits in
// turn, while the next page is there already and rows become visible that are not
// on it: it does not count as read what could not be seen yet.
func TestLongPause(t *testing.T) {
	t.Parallel()
	for pause := 1; pause <= 20; pause++ {
		for late := range int64(7) {
			t.Run(fmt.Sprint("at commit ", pause, ", late ", late), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					f, m := new(feed), newMemory()
					now := time.Now()
					for i := range int64(120) { // from an hour ago to in an hour
						f.add(i+1, now.Add(time.Duration(i-60)*time.Minute), map[bool]time.Duration{true: 9 * time.Minute}[i%7 == late])
					}
					m.fail = func(commit int) error {
						if commit == pause {
							time.Sleep(40 * time.Minute)
						}
						return nil
					}
					for range 3 {
						_, err := transactionssync.RunOnce(t.Context(), f.client(t), m, transactionssync.Params{})
						require.NoError(t, err)
						time.Sleep(5 * time.Minute)
					}
					time.Sleep(2 * time.Hour)
					_, err := transactionssync.RunOnce(t.Context(), f.client(t), m, transactionssync.Params{})
					require.NoError(t, err)
					assert.Empty(t, f.lost(m))
				})
			})
		}
	}
}

// In a steady state a pass reads the window and what is new, and no more.
func TestWindowIsNoLonger(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, m := new(feed), newMemory()
		start := time.Now()
		rows := testform.Scale(750, 1500)
		for i := range int64(rows) { // every ten seconds
			f.add(i+1, start.Add(time.Duration(i)*10*time.Second), 0)
		}
		for time.Since(start) < time.Duration(rows)*10*time.Second {
			result, err := transactionssync.RunOnce(t.Context(), f.client(t), m, transactionssync.Params{Rewind: 10 * time.Minute})
			require.NoError(t, err)
			assert.True(t, result.CaughtUp)
			assert.LessOrEqual(t, result.Pages, (10+5)*6/4+2) // the window and five minutes; a page repeats the row before it
			time.Sleep(5 * time.Minute)
		}
	})
}

// A row from the future neither hides the lag nor ends the window, and what
// changes later replaces it.
func TestRowFromTheFuture(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, m := new(feed), newMemory()
		now := time.Now()
		for i := range int64(40) {
			f.add(i+1, now.Add(time.Duration(i-40)*time.Minute), 0)
		}
		*f = append(*f, feedRow{id: 41, stamp: now.AddDate(90, 0, 0), visible: now})
		p := transactionssync.Params{MaxPages: 2}
		for range 10 {
			_, err := transactionssync.RunOnce(t.Context(), f.client(t), m, p)
			require.NoError(t, err)
		}
		assert.Empty(t, f.lost(m))
		for i := range int64(40) {
			f.add(i+50, now.Add(time.Duration(i)*time.Minute), time.Duration(i%2)*9*time.Minute)
		}
		f.add(41, now.Add(30*time.Minute), 0)
		time.Sleep(time.Hour)
		result, err := transactionssync.RunOnce(t.Context(), f.client(t), m, p)
		require.NoError(t, err)
		assert.False(t, result.CaughtUp)
		assert.GreaterOrEqual(t, result.Lag, 20*time.Minute)
		for range 10 {
			_, err := transactionssync.RunOnce(t.Context(), f.client(t), m, p)
			require.NoError(t, err)
		}
		assert.Empty(t, f.lost(m))
	})
}

// Rows from the future that fill more pages than a pass may read, also where none
// of them decodes: each pass comes to the end all the same, and then to what is
// late.
func TestMaxPagesAndRowsFromTheFuture(t *testing.T) {
	t.Parallel()
	for _, bad := range []bool{false, true} {
		t.Run(fmt.Sprint("bad ", bad), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f, m := new(feed), newMemory()
				now := time.Now()
				for i := range int64(30) {
					f.add(i+1, now.Add(time.Duration(i-30)*time.Minute), 0)
				}
				for i := range int64(22) {
					*f = append(*f, feedRow{id: i + 100, stamp: now.AddDate(1, 0, int(i)), visible: now, bad: bad})
				}
				for i := range int64(20) {
					f.add(i+200, now.Add(time.Duration(i)*5*time.Minute), time.Duration(i%2)*9*time.Minute)
				}
				for range 30 {
					_, err := transactionssync.RunOnce(t.Context(), f.client(t), m, transactionssync.Params{MaxPages: 1})
					if err != nil {
						require.ErrorIs(t, err, transactionssync.ErrRejected)
					}
					time.Sleep(5 * time.Minute)
				}
				assert.Empty(t, f.lost(m))
			})
		})
	}
}
