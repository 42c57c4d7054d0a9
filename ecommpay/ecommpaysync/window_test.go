package ecommpaysync_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
)

// Each version of an operation is late by up to the window, and each operation is
// updated once. Passes come at any distance, some are cut off, some stop for an
// hour between two commits: in the end nothing is missing.
func TestNothingLateIsLost(t *testing.T) {
	t.Parallel()
	for _, every := range []time.Duration{time.Minute, 7 * time.Minute, time.Hour} {
		for _, rewind := range []time.Duration{0, -1} {
			t.Run(fmt.Sprint("every ", every, ", rewind ", rewind), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					f, m := new(feed), newMemory()
					start := time.Now()
					for i := range 600 { // one a minute; each fourth is late
						updated := start.Add(time.Duration(i) * time.Minute)
						late := time.Duration(i*i%10) * time.Minute
						if i%4 > 0 {
							late = 0
						}
						f.add(i+1, updated, late)
						f.add(i+1, updated.Add(time.Duration(i%300)*time.Minute+30*time.Second), late)
					}
					cut := errors.New("cut off")
					m.fail = func(commit int) error {
						switch {
						case commit%5 == 4:
							return cut
						case commit%21 == 0:
							time.Sleep(time.Hour)
						}
						return nil
					}
					p := ecommpaysync.Params{From: start, Rewind: rewind}
					for time.Since(start) < 20*time.Hour {
						if _, err := ecommpaysync.RunOnce(t.Context(), f.client(t), m, p); err != nil {
							require.ErrorIs(t, err, cut)
						}
						time.Sleep(every)
					}
					m.fail = func(int) error { return nil }
					for range 2 {
						_, err := ecommpaysync.RunOnce(t.Context(), f.client(t), m, p)
						require.NoError(t, err)
					}
					if rewind == 0 {
						assert.Zero(t, f.missed(m), every)
					} else if every == time.Minute { // the control
						assert.Positive(t, f.missed(m), every)
					}
					for version, times := range m.applied {
						assert.Equal(t, 1, times, version)
					}
				})
			})
		}
	}
}

// An operation became visible while nothing ran, long after the window had passed.
func TestLateRowDuringAnOutage(t *testing.T) {
	t.Parallel()
	for _, rewind := range []time.Duration{10 * time.Minute, -1} {
		t.Run(rewind.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f, m := new(feed), newMemory()
				start := time.Now()
				for i := range 50 {
					f.add(i+1, start.Add(time.Duration(i)*time.Minute), 0)
				}
				f.add(555, start.Add(41*time.Minute), 9*time.Minute+30*time.Second)
				time.Sleep(50 * time.Minute)
				for _, outage := range []time.Duration{30 * 24 * time.Hour, 0} {
					_, err := ecommpaysync.RunOnce(t.Context(), f.client(t), m, ecommpaysync.Params{From: start, Rewind: rewind})
					require.NoError(t, err)
					assert.NotContains(t, m.ids(), "555")
					time.Sleep(outage)
					if outage > 0 {
						_, err = ecommpaysync.RunOnce(t.Context(), f.client(t), m, ecommpaysync.Params{Rewind: rewind})
						require.NoError(t, err)
					}
					if rewind > 0 {
						assert.Contains(t, m.ids(), "555")
						return
					}
				}
			})
		})
	}
}

// A pass stops for longer than the window behind an interval that was young when
// it was read, and goes on from there with what is much younger.
func TestLateRowDuringALongPass(t *testing.T) {
	t.Parallel()
	for _, rewind := range []time.Duration{10 * time.Minute, -1} {
		t.Run(rewind.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f, m := new(feed), newMemory()
				start := time.Now()
				for i := range 60 {
					f.add(i+1, start.Add(time.Duration(i)*time.Minute), 0)
				}
				f.add(555, start.Add(52*time.Minute), 9*time.Minute)
				time.Sleep(time.Hour)
				m.fail = func(commit int) error {
					if commit == 23 { // a page of the interval from 55 minutes on
						time.Sleep(24 * time.Hour)
					}
					return nil
				}
				p := ecommpaysync.Params{From: start, Rewind: rewind, Step: 5 * time.Minute}
				result, err := ecommpaysync.RunOnce(t.Context(), f.client(t), m, p)
				require.NoError(t, err)
				assert.True(t, result.CaughtUp)
				assert.Len(t, m.rows, 60)
				_, err = ecommpaysync.RunOnce(t.Context(), f.client(t), m, p)
				require.NoError(t, err)
				assert.Equal(t, rewind > 0, f.missed(m) == 0)
			})
		})
	}
}

// A walk misses an operation that comes to the front in the moment in which one in
// front of it leaves. It was late then, and the window is that of the first request
// of the walk: the next pass reads it.
func TestLateRowThatAWalkMisses(t *testing.T) {
	t.Parallel()
	for _, rewind := range []time.Duration{10 * time.Minute, -1} {
		t.Run(rewind.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f, m := new(feed), newMemory()
				start := time.Now()
				for i := range 30 {
					f.add(i+1, start.Add(time.Duration(i)*16*time.Second), 0)
				}
				f.add(555, start.Add(5*time.Second), 9*time.Minute+25*time.Second)
				f.add(1, start.Add(9*time.Minute+30*time.Second), 0) // leaves
				time.Sleep(9 * time.Minute)
				m.fail = func(int) error {
					time.Sleep(time.Hour)
					return nil
				}
				p := ecommpaysync.Params{From: start, Rewind: rewind}
				_, err := ecommpaysync.RunOnce(t.Context(), f.client(t), m, p)
				require.NoError(t, err)
				assert.NotContains(t, m.ids(), "555")
				m.fail = func(int) error { return nil }
				_, err = ecommpaysync.RunOnce(t.Context(), f.client(t), m, p)
				require.NoError(t, err)
				assert.Equal(t, rewind > 0, f.missed(m) == 0)
			})
		})
	}
}

// A stream with nothing new costs one request and one commit a pass, and what is
// read of one in use is the window and what is new.
func TestWindowIsNoLonger(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, m := new(feed), newMemory()
		start := time.Now()
		p := ecommpaysync.Params{From: start}
		time.Sleep(time.Hour)
		for i := range 10 {
			result, err := ecommpaysync.RunOnce(t.Context(), f.client(t), m, p)
			require.NoError(t, err)
			assert.Equal(t, ecommpaysync.Result{CaughtUp: true}, result)
			assert.Equal(t, i+1, f.requests)
			assert.Equal(t, i+1, m.commits)
			time.Sleep(5 * time.Minute)
		}
		for i := range 750 { // every ten seconds
			f.add(i+1, time.Now().Add(time.Duration(i)*10*time.Second), 0)
		}
		for range 20 {
			result, err := ecommpaysync.RunOnce(t.Context(), f.client(t), m, p)
			require.NoError(t, err)
			assert.True(t, result.CaughtUp)
			assert.LessOrEqual(t, result.Pages, 15*6/5+2) // a window and five minutes, in pages that overlap by half
			time.Sleep(5 * time.Minute)
		}
		assert.Greater(t, len(m.rows), 500)
	})
}

// A pass that takes long ends with the present, and not with that of its start.
func TestPassEndsWithThePresent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, m := new(feed), newMemory()
		start := time.Now()
		for i := range 100 {
			f.add(i+1, start.Add(time.Duration(i)*time.Hour), 0)
		}
		time.Sleep(48*time.Hour + time.Minute)
		m.fail = func(commit int) error {
			if commit == 1 {
				time.Sleep(24 * time.Hour)
			}
			return nil
		}
		result, err := ecommpaysync.RunOnce(t.Context(), f.client(t), m, ecommpaysync.Params{From: start})
		require.NoError(t, err)
		assert.True(t, result.CaughtUp)
		assert.Len(t, m.rows, 73)
	})
}

// Nobody has documented whether the ends of an interval belong to it, nor what
// becomes of fractions of a second. Nothing is lost whichever way it is, however
// many intervals there are.
func TestEndsOfIntervals(t *testing.T) {
	t.Parallel()
	for name, includes := range map[string]func(at, from, to time.Time) bool{
		"whole seconds":     wholeSeconds,
		"exact":             func(at, from, to time.Time) bool { return !at.Before(from) && !at.After(to) },
		"without the first": func(at, from, to time.Time) bool { return at.After(from) && !at.After(to) },
		"without the last":  func(at, from, to time.Time) bool { return !at.Before(from) && at.Before(to) },
		"without both":      func(at, from, to time.Time) bool { return at.After(from) && at.Before(to) },
		"without both, of whole seconds": func(at, from, to time.Time) bool {
			at = at.Truncate(time.Second)
			return at.After(from) && at.Before(to)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f, m := &feed{includes: includes}, newMemory()
				start := time.Now()
				for i := range 120 { // four a second
					f.add(i+1, start.Add(time.Second+time.Duration(i)*250*time.Millisecond), 0)
				}
				time.Sleep(2 * time.Minute)
				_, err := ecommpaysync.RunOnce(t.Context(), f.client(t), m, ecommpaysync.Params{From: start, Step: 3 * time.Second, Rewind: -1})
				require.NoError(t, err)
				assert.Zero(t, f.missed(m))
			})
		})
	}
}
