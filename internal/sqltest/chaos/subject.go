package main

import (
	"context"
	"database/sql"
	"math/rand/v2"
)

// subject is a sync package with its provider's fake and the table that it fills.
type subject interface {
	name() string
	// controls are the wrong modes that damage it, each with the part of the
	// history (one in so many) with which they do.
	controls() map[mode]int
	// serve starts a fake that holds a history, all of it visible.
	serve(ctx context.Context, w weather) (fake, error)
	// open returns a sync of the fake at url into pool: a correct one, or one
	// that leaves out what m says. tell is called for each event.
	open(url string, d database, pool *sql.DB, m mode, tell func(event)) (replica, error)
	// stored returns the versions in the table, by id.
	stored(ctx context.Context, pool *sql.DB) (map[string]string, error)
}

// weather says what a fake goes through.
type weather struct {
	history int  // operations older than any rewind window
	ranges  bool // the history has many days, each with operations after the end that the collector lists
	late    bool // some versions become visible after newer ones
	seed    uint64
}

// fake is a provider in the parent process. One goroutine calls change.
type fake interface {
	url() string
	storm()                               // makes requests fail from now on
	change(random *rand.Rand)             // changes an operation, or adds one
	settle(ctx context.Context) error     // ends faults, and waits until all can be seen
	versions() (map[string]string, error) // the newest, by id
	close()
}

// version is a row in one version.
type version struct{ id, version string }

// What the fakes have in common.
const (
	pageSize    = 25
	lateEvery   = 20
	faultShare  = 0.03 // of each of four kinds
	historyDays = 2
)

func subjects() []subject {
	return []subject{vimaSubject{}, ecommpaySubject{}, transactionsSubject{}}
}

func find(name string) subject {
	for _, s := range subjects() {
		if s.name() == name {
			return s
		}
	}
	return nil
}

// each returns the versions of rows.
func each[Row any](rows []*Row, of func(*Row) version) []version {
	all := make([]version, len(rows))
	for i, row := range rows {
		all[i] = of(row)
	}
	return all
}
