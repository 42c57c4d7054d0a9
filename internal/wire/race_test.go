//go:build race

package wire_test

// garbage is how often the memory of rows is allocated at most: under the race
// detector sync.Pool drops decoders at random.
const garbage = 12
