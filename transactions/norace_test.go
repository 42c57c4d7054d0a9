//go:build !race

package transactions_test

const propertyFilters = 20_000
