//go:build race

package wallet_test

// The race detector slows the sequences down by ten and finds nothing more in
// the later ones.
const inMemory = 2_000
