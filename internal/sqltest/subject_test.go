package sqltest_test

import (
	"context"
	"database/sql"
	"testing"
	"time"
)

// subject is a sync package with the fake of its provider, each in a file of its
// own. Every test of this package runs for every subject, on both databases.
type subject interface {
	facts() facts
	// serve starts a fake with n rows that are spread over three days. Those of
	// transactions are of the last hours where some are late.
	serve(t testing.TB, n int, o serving) fake
	// open makes a store. Unless o has a function of its own, it enters each version
	// that is applied in the ledger.
	open(d database, db *sql.DB, o options) (replica, error)
	// json is a row as it is received.
	json(r row) string
	// stored are the versions in the table, as in the ledger.
	stored(t testing.TB, db *sql.DB) map[int64]string
}

func subjects() []subject {
	return []subject{vimaSubject{}, ecommpaySubject{}, transactionsSubject{}}
}

// facts are what the tests have to know of a subject.
type facts struct {
	name                                           string // of the client package
	table, id, text, status, amount, currency, day string // columns; text is the one that rows are looked up by
	spoilt                                         string // what makes a row an older version, in UPDATE
	keepsRaw                                       bool   // by default
	service                                        string // in a report of Check
	walk                                           string // the call that reads rows
	refused                                        error  // what a 403 matches
	refusal                                        string // what its text has besides the status
	stalled                                        error  // what a pass may end with while rows change under it; nil is nothing
	secret                                         string // that must be in no log
	bigID                                          string // that cannot be stored, "" where there is none
	overlapping                                    bool   // whether streams may share rows
	lastCounts                                     bool   // whether what is committed last replaces newer versions
	bytesCount                                     bool   // whether other bytes are another version
	parts                                          int    // of the rows, by which streams can part them
	refuses                                        map[string]string
}

// serving is what a fake has to go through.
type serving struct {
	small bool // pages of a few rows
	late  bool // some versions become visible after others that come behind them
	moves bool // rows change while they are read, where the provider pages by offset
}

// lateEvery and late are how many versions there are for one that is late, and by
// how much it is, by the clock of a fake. wide is longer.
const (
	lateEvery = 5
	late      = 10 * time.Minute
)

// step is by how much each change moves the clock of a fake with late versions.
func (o serving) step() time.Duration {
	if o.late {
		return time.Second
	}
	return 0
}

// fake is a provider in this process.
type fake interface {
	change(id int64)                      // makes a new version of a row, which a pass reads at once
	changeLate(id int64)                  // makes one that may become visible behind others
	showLate()                            // lets time pass until it is visible
	seed(r row, raw string)               // adds a row; raw takes the place of its JSON unless it is ""
	ids() []int64                         // of the rows that decode, in ascending order
	newest() map[int64]string             // the versions of those, as in the ledger
	refuse(times int)                     // answers with 403
	storm()                               // makes 12 requests of 100 fail
	calm()                                // ends that
	requests() int                        // that were made
	observed(then func(request int)) fake // the same fake, whose clients report each request
}

// row is a row in a version, from 1 on.
type row struct {
	id       int64
	version  int
	text     string
	status   string
	minor    int64 // the amount, where there is a currency
	currency bool
	created  time.Time
	members  string // more of the JSON, with a comma in front
}

// params are the params of a pass. The subject adds where its rows begin.
type params struct {
	stream   string
	rewind   time.Duration
	maxPages int
	part     int  // of those by which streams can part the rows, from 1; 0 is all
	other    bool // with what a stream "default" does not go on
}

// wide are params with a window in which all rows of serving.late are that are
// late.
var wide = params{rewind: 12 * time.Hour}

type result struct {
	Inserted, Updated, Unchanged int
	Rejected                     int
	Pages                        int
	Lag                          time.Duration
	CaughtUp                     bool
}

// options are the options of a store.
type options struct {
	apply   func(ctx context.Context, tx *sql.Tx, a applied) error
	keepRaw *bool
	mapRow  mapping
	silent  bool // without OnApply
}

// mapping is what MapRow does.
type mapping int

const (
	mapNothing mapping = iota
	mapText            // sets the text, and tries to change what a row is told apart by
	mapRaw             // sets Raw to {}
)

// applied is what OnApply gets.
type applied struct {
	id       int64
	version  string // as in the ledger
	told     string // as in Before
	text     string
	before   *before
	backfill bool
}

type before struct{ version, status, amount, currency string }

// day is a day of a report.
type day struct {
	text                  string
	ok                    bool
	api, stored           map[string]string
	count                 int
	rejected              int
	missing, stale, extra []string
}

// replica is a store with its sync.
type replica interface {
	Migrate(ctx context.Context) error
	Lag(ctx context.Context, stream string) (lag time.Duration, known bool, err error)
	load(ctx context.Context, stream string) (version int64, state string, err error)
	// commit stores rows, given as JSON or, for a row without Raw, as a row.
	commit(ctx context.Context, stream string, from int64, state string, rows []any, bad []string) (done result, err error)
	pass(ctx context.Context, f fake, p params) (result, error)
	// passing is pass with a look at each change before it is committed.
	passing(ctx context.Context, f fake, p params, committing func(rows int, caughtUp time.Duration)) (result, error)
	loop(ctx context.Context, f fake, p params, every time.Duration, onPass func(result, error)) error
	// check compares the days from the first one of a fake on.
	check(ctx context.Context, f fake, first, last int) ([]day, error)
	sentinels() (invalid, fenced, rejected error)
}
