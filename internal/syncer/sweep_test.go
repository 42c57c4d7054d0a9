package syncer_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/payclients/payclients-go/internal/syncer"
)

// A stream of rows, one a second, each visible late by up to the window. Sweeps
// read parts of it, are cut off, and wait for any time: whatever has happened, no
// row before Safe is unread, and sweeps that come to the end read every row.
func TestSweepLosesNothing(t *testing.T) {
	t.Parallel()
	const rows, window = 5000, 300
	start := time.Unix(1_700_000_000, 0).UTC()
	at := func(second int) time.Time { return start.Add(time.Duration(second) * time.Second) }
	for seed := range uint64(40) {
		lost := map[time.Duration]int{}
		for _, rewind := range []time.Duration{window * time.Second, -1} {
			random := rand.New(rand.NewPCG(seed, 1))
			visible := make([]int, rows)
			for i := range visible {
				visible[i] = i + random.IntN(5)/4*random.IntN(window)
			}
			read := make([]bool, rows)
			s := syncer.Sweep{Safe: start, Next: start}
			now := 0
			for now < rows+2*window {
				s.Begin(rewind)
				for pages := 1 + random.IntN(40); pages > 0; pages-- {
					asked := now
					now += random.IntN(4) * random.IntN(200) // until the page is stored
					from := int(s.Next.Sub(start) / time.Second)
					to := min(from+1+random.IntN(600), asked)
					for i := from; i < min(to, rows); i++ {
						read[i] = read[i] || visible[i] <= asked
					}
					s.Advance(at(max(from, to)), at(asked), rewind)
					for i := range min(int(s.Safe.Sub(start)/time.Second), rows) {
						if rewind > 0 && !read[i] {
							t.Fatalf("seed %d: row %d is behind %d and was not read", seed, i, int(s.Safe.Sub(start)/time.Second))
						}
					}
					if to >= asked {
						s.End()
						break
					}
				}
				now += random.IntN(3) * random.IntN(2*window)
			}
			for range 2 { // to the end, undisturbed
				s.Begin(rewind)
				for i := int(s.Next.Sub(start) / time.Second); i < rows; i++ {
					read[i] = true
				}
				s.Advance(at(now), at(now), rewind)
				s.End()
			}
			for _, seen := range read {
				if !seen {
					lost[rewind]++
				}
			}
		}
		assert.Zero(t, lost[window*time.Second], "seed %d", seed)
		assert.Positive(t, lost[-1], "the control, seed %d", seed)
	}
}

func TestSweepGoesOn(t *testing.T) {
	t.Parallel()
	start := time.Unix(1_700_000_000, 0).UTC()
	minute := func(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }
	s := syncer.Sweep{Safe: start, Next: start}
	s.Begin(10 * time.Minute)
	s.Advance(minute(5), minute(60), 10*time.Minute)
	assert.Equal(t, syncer.Sweep{Safe: minute(5), Next: minute(5), Open: true}, s)
	s.Begin(10 * time.Minute) // of another pass
	s.Advance(minute(55), minute(61), 10*time.Minute)
	assert.Equal(t, syncer.Sweep{Safe: minute(51), Next: minute(55), Open: true, Hot: true}, s)
	s.Advance(minute(200), minute(201), 10*time.Minute)
	s.End()
	assert.Equal(t, syncer.Sweep{Safe: minute(51), Next: minute(200)}, s, "what was hot is read again")
	s.Begin(10 * time.Minute)
	assert.Equal(t, minute(51), s.Next)
	s = syncer.Sweep{Safe: minute(1), Next: minute(9)}
	s.Begin(0)
	assert.Equal(t, minute(9), s.Next)
}
