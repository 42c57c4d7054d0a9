//go:build !race

package finik_test

const sequencesInMemory = 10_000 // sequences without sockets
