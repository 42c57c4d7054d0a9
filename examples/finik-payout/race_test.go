//go:build race

package main

// The race detector slows it down, and finds nothing more in the later rows.
const manyRows = 400
