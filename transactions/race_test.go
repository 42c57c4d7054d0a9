//go:build race

package transactions_test

// The race detector slows the properties down by ten and finds nothing more in
// the later filters.
const propertyFilters = 2_000
