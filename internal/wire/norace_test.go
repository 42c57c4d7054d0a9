//go:build !race

package wire_test

// garbage is how often the memory of rows is allocated at most.
const garbage = 3
