package main

import (
	"context"
	_ "embed"
)

// contender is a client that reads all operations of a collector and counts them.
// Each measurement runs in a process of its own.
type contender struct {
	name string
	ours bool
	gogc string // "" is Go's default

	// One of these: sync reads all operations in one walk, pace reads them day by
	// day with several workers, peer is a program in another language.
	sync func(ctx context.Context, endpoint string) (operations int, err error)
	pace func(ctx context.Context, endpoint string, workers int) (operations int, err error)
	peer *peer
}

// The names of what others are compared with.
const (
	floor = "floor"
	naive = "encoding/json"
)

var contenders = []contender{
	{name: floor, sync: syncFloor},
	{name: "vima", ours: true, sync: syncOurs},
	{name: "vima, Prefetch(1)", ours: true, sync: syncPrefetch},
	{name: "vima, GOGC=200", ours: true, gogc: "200", sync: syncOurs},
	{name: "vima, GOGC=400", ours: true, gogc: "400", sync: syncOurs},
	{name: "goccy/go-json", sync: syncGoccy},
	{name: naive, sync: syncNaive},
}

var paced = []contender{
	{name: floor, pace: paceFloor},
	{name: "vima", ours: true, pace: paceOurs},
}

// peer is a program that an interpreter reads from standard input.
type peer struct {
	interpreter, script, mode string
}

//go:embed peers/sync.py
var pythonScript string

//go:embed peers/sync.js
var nodeScript string

var peers = []contender{
	{name: "Python, float", peer: &peer{"python3", pythonScript, "float"}},
	{name: "Python, Decimal", peer: &peer{"python3", pythonScript, "decimal"}},
	{name: "Node", peer: &peer{"node", nodeScript, "number"}},
}
