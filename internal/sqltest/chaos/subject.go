package main

import (
	"context"
	"database/sql"
	"math/rand/v2"
)

// subject is a sync package with the fake of its provider and the table that it
// fills. Each is a file here.
type subject interface {
	name() string
	// serve starts a fake that holds a history.
	serve(w weather) fake
	// open is a sync of the fake at url into pool: a right one, or one that
	// leaves out what m says. tell hears what it does.
	open(url string, d database, pool *sql.DB, m mode, tell func(event)) (replica, error)
	// stored are the versions in the table, by id.
	stored(ctx context.Context, pool *sql.DB) (map[string]string, error)
}

// weather is what a fake goes through.
type weather struct {
	history int  // operations that are older than any rewind window
	late    bool // each twentieth version becomes visible after higher ones were read
	seed    uint64
}

// fake is a provider in the parent process. change is called by one goroutine.
type fake interface {
	url() string
	storm()                               // makes requests fail from now on
	change(random *rand.Rand)             // changes an operation, or adds one
	settle(context.Context) error         // ends faults, and shows what is late
	versions() (map[string]string, error) // the newest, by id
	close()
}

// replica is a sync in a child process, or the one that catches up in the
// parent.
type replica interface {
	migrate(context.Context) error
	pass(context.Context) (outcome, error)
	// loop makes passes while it holds the lease, until ctx ends. It tells of
	// each, and reports the first error that is not a fence.
	loop(context.Context) error
}

// outcome is what became of a pass. One that was fenced has no error.
type outcome struct {
	changed          int
	caughtUp, fenced bool
}

// version is a row in one of its versions.
type version struct{ id, version string }

func subjects() []subject { return []subject{vimaSubject{}} }

func find(name string) subject {
	for _, s := range subjects() {
		if s.name() == name {
			return s
		}
	}
	return nil
}

// What all fakes have in common.
const (
	pageSize    = 25
	lateEvery   = 20
	lateFor     = 10   // requests
	faultShare  = 0.03 // of each of four kinds
	historyDays = 2
)
