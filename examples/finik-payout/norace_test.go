//go:build !race

package main

const manyRows = 2000
