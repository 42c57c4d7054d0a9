package ecommpaysync_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaysync"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

// Each fourth commit fails, and so does each pass until the intervals are short
// enough.
func TestRunOnceGoesOn(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 500, ecommpaytest.WithPageLimit(20)), newMemory()
	broken := errors.New("the database is gone")
	m.fail = func(commit int) error {
		if commit%4 == 0 {
			return broken
		}
		return nil
	}
	passes := 0
	for {
		result, err := ecommpaysync.RunOnce(t.Context(), connect(t, srv), m, since)
		passes++
		require.Less(t, passes, 1000)
		if err == nil {
			assert.True(t, result.CaughtUp)
			break
		}
		require.ErrorIs(t, err, broken)
		assert.False(t, result.CaughtUp)
		assert.Positive(t, result.Lag)
		assert.LessOrEqual(t, result.Pages, 3)
	}
	assert.Greater(t, passes, 10)
	m.has(t, srv)
}

// An interval that is cut off is read again from its start and half as long, and
// what follows one that ended is twice as long.
func TestIntervalsShrinkAndGrow(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 0), newMemory()
	srv.Seed(ecommpaytest.Generate(ecommpaytest.Plan{Operations: 1000, Seed: 5, From: begin})...)
	p := ecommpaysync.Params{From: begin, Step: 16 * time.Hour}
	length := func() (hours []int) {
		for _, i := range asked(t, srv) {
			hours = append(hours, int(i.To.Sub(i.From.Add(time.Second)).Hours()))
		}
		return hours
	}
	for i, want := range [][]int{{16}, {8}, {4}} {
		m.fail = func(commit int) error {
			if commit == 2*i+2 {
				return errors.New("cut off")
			}
			return nil
		}
		_, err := ecommpaysync.RunOnce(t.Context(), connect(t, srv), m, p)
		require.Error(t, err)
		assert.Equal(t, want, length())
	}
	m.fail = func(int) error { return nil }
	pass(t, srv, m, p)
	assert.Equal(t, []int{2, 4, 8, 16, 16}, length()[:5])
	m.has(t, srv)
}

// However few pages a pass may store, passes come to the end: also over many
// operations of the same second, which no interval can part.
func TestMaxPages(t *testing.T) {
	t.Parallel()
	for _, most := range []int{1, 4} {
		t.Run(fmt.Sprint(most, " pages"), func(t *testing.T) {
			t.Parallel()
			srv, m := fake(t, 400, ecommpaytest.WithPageLimit(10)), newMemory()
			dense := begin.Add(30 * time.Hour)
			for i := range 60 {
				srv.Seed(at(i+1, dense))
			}
			p := ecommpaysync.Params{From: begin, MaxPages: most}
			passes, whole := 0, 0
			for {
				result := pass(t, srv, m, p)
				passes++
				require.Less(t, passes, 1500)
				if result.Pages > most {
					whole++
				}
				if result.CaughtUp {
					break
				}
				assert.Positive(t, result.Lag)
			}
			assert.Positive(t, whole, "that second")
			assert.Less(t, whole, 4)
			assert.Greater(t, passes, 400/10/most)
			m.has(t, srv)
		})
	}
}

// The service does not answer for long intervals. Once the stream is begun, passes
// get on all the same.
func TestTooLongToAnswer(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 300), newMemory()
	p := ecommpaysync.Params{From: begin, Step: time.Hour}
	m.fail = func(int) error {
		if m.commits == 5 {
			return errors.New("cut off")
		}
		return nil
	}
	_, err := ecommpaysync.RunOnce(t.Context(), connect(t, srv), m, p)
	require.Error(t, err)
	p.Step = 0
	srv.Inject(ecommpaytest.Fault{Status: 504, Times: -1, Match: func(r ecommpaytest.Request) bool {
		i := intervalOf(t, r.Body)
		return i.To.Sub(i.From) > 5*time.Hour
	}})
	c := connect(t, srv, ecommpay.WithRetry(ecommpay.RetryPolicy{MaxAttempts: 1}))
	passes := 0
	for {
		passes++
		require.Less(t, passes, 200)
		result, err := ecommpaysync.RunOnce(t.Context(), c, m, p)
		if err == nil {
			assert.True(t, result.CaughtUp)
			break
		}
		var refused *ecommpay.Error
		require.ErrorAs(t, err, &refused)
	}
	assert.Greater(t, passes, 10)
	m.has(t, srv)

	// To be refused tells nothing of the length, and is not stored.
	before := m.checkpoints["default"]
	srv.ClearFaults()
	srv.Inject(ecommpaytest.Fault{Status: 401})
	_, err = ecommpaysync.RunOnce(t.Context(), c, m, p)
	require.ErrorIs(t, err, ecommpay.ErrUnauthorized)
	assert.Equal(t, before, m.checkpoints["default"])
}

// The state stays small, however much was read.
func TestStateIsSmall(t *testing.T) {
	t.Parallel()
	srv, m := fake(t, 600, ecommpaytest.WithPageLimit(10)), newMemory()
	longest := 0
	m.fail = func(int) error {
		longest = max(longest, len(m.checkpoints["default"].State))
		return nil
	}
	p := since
	p.Step, p.ProjectIDs = time.Hour, []string{"11", "12"}
	pass(t, srv, m, p)
	assert.Less(t, longest, 300)
}
