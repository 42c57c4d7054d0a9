package fakeapi

import (
	"math/rand/v2"
	"time"
)

// NewRand returns a source of made-up data. The same seed and stream make the
// same data on every machine and Go version. Streams of one seed are independent,
// so that drawing more from one does not change another.
func NewRand(seed, stream uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, stream)) //nolint:gosec // test data, not a secret
}

// Part returns the offset at which the i-th of n equal parts of span begins. n
// must not be 0.
func Part(span time.Duration, i, n int) time.Duration {
	whole, rest := int64(span)/int64(n), int64(span)%int64(n)
	return time.Duration(whole*int64(i) + rest*int64(i)/int64(n))
}

// Pick returns one of items, each with the same probability. It panics if there
// are none.
func Pick[T any](r *rand.Rand, items ...T) T { return items[r.IntN(len(items))] }

// Chance returns true with probability p.
func Chance(r *rand.Rand, p float64) bool { return r.Float64() < p }

// Digits returns n random decimal digits; the first is not 0.
func Digits(r *rand.Rand, n int) string {
	out := make([]byte, n)
	for i := range out {
		digits := "0123456789"
		if i == 0 {
			digits = digits[1:]
		}
		out[i] = digits[r.IntN(len(digits))]
	}
	return string(out)
}

// Hex returns n random lower-case hexadecimal digits.
func Hex(r *rand.Rand, n int) string {
	out := make([]byte, n)
	var bits uint64
	for i := range out {
		if i%16 == 0 { // one draw lasts for sixteen digits
			bits = r.Uint64()
		}
		out[i] = "0123456789abcdef"[bits&15]
		bits >>= 4
	}
	return string(out)
}
