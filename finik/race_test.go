//go:build race

package finik_test

// The race detector slows the sequences down by ten and finds nothing more in
// the later ones.
const sequencesInMemory = 1_000
