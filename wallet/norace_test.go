//go:build !race

package wallet_test

const inMemory = 10_000 // sequences without sockets
