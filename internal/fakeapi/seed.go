package fakeapi

import (
	"math/rand/v2"
	"time"
)

// NewRand returns a random number generator for made-up data. Generators with the
// same seed and stream return the same numbers on every machine and Go version.
// Generators of one seed with different streams are independent of each other. The
// numbers are not secret, and a generator is not safe for concurrent use.
func NewRand(seed, stream uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, stream)) //nolint:gosec // test data, not a secret
}

// Part divides span into n equal parts, and returns the time from the start of span
// to the start of part i, rounded toward zero. Parts are counted from 0. If i is n,
// Part returns span. If i is below 0 or above n, the time is outside of span. n
// must be positive: Part panics if n is 0, and the time is meaningless if n is
// negative.
func Part(span time.Duration, i, n int) time.Duration {
	whole, rest := int64(span)/int64(n), int64(span)%int64(n)
	return time.Duration(whole*int64(i) + rest*int64(i)/int64(n))
}

// Pick returns one of items, each with the same probability. It panics without
// items.
func Pick[T any](r *rand.Rand, items ...T) T { return items[r.IntN(len(items))] }

// Chance returns true with the probability p: never for 0 or less, always for 1 or
// more.
func Chance(r *rand.Rand, p float64) bool { return r.Float64() < p }

// Digits returns a string of n random decimal digits. The first digit is not 0. For
// n = 0 it returns "". It panics if n is negative.
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

// Hex returns a string of n random hexadecimal digits in lower case. For n = 0 it
// returns "". It panics if n is negative.
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
