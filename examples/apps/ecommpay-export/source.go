package main

import (
	"cmp"
	"fmt"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
	"github.com/payclients/payclients-go/examples/apps/internal/environ"
	"github.com/payclients/payclients-go/examples/internal/cli"
)

// ask is what the command line asks for.
type ask struct {
	from, to time.Time // whole days of the zone: to is the last second; zero where none is given
	zone     *time.Location
	out      string // a file; "" is the standard output
	excel    bool
}

// parse reads flags, and from the environment the days that they leave open.
func parse(call *cli.Call) (*ask, error) {
	p, a := program(), new(ask)
	flags := p.Flags()
	from := flags.String("from", call.Env("ECOMMPAY_FROM"), "first `day`, as 2026-01-15; yesterday unless set")
	to := flags.String("to", call.Env("ECOMMPAY_TO"), "last `day`, which belongs to the interval; the first one unless set")
	zone := flags.String("zone", "UTC", "the time `zone` of the days and of times in the file, as Asia/Bishkek")
	flags.StringVar(&a.out, "out", "", "the `file` to write; the standard output unless set")
	flags.BoolVar(&a.excel, "excel", false, "the file is "+cli.Excel)
	if err := p.Parse(flags, call); err != nil {
		return nil, err
	}
	var err error
	if a.zone, err = cli.Zone(*zone); err != nil || *from == "" && *to == "" {
		return a, err
	}
	if a.from, _, err = cli.Day("-from (or ECOMMPAY_FROM)", *from, a.zone); err != nil {
		return nil, err
	}
	if _, a.to, err = cli.Day("-to (or ECOMMPAY_TO)", cmp.Or(*to, *from), a.zone); err != nil {
		return nil, err
	}
	if a.from.After(a.to) {
		return nil, fmt.Errorf("%w: -from must not be behind -to", cli.ErrUsage)
	}
	return a, nil
}

// days makes a day and the n before it the interval, unless there is one.
func (a *ask) days(last time.Time, n int) {
	if !a.from.IsZero() {
		return
	}
	last = last.In(a.zone)
	a.from, _, _ = cli.Day("", last.AddDate(0, 0, -n).Format(time.DateOnly), a.zone) // a day that was formatted can be read
	_, a.to, _ = cli.Day("", last.Format(time.DateOnly), a.zone)
}

// source is where operations come from.
type source struct {
	url         string
	credentials ecommpay.Credentials
	options     []ecommpay.Option
	what        string // for the heading
	hint        string // for the end
	close       func()
}

const hint = `
This was offline. To read yesterday's operations of the real service:

  make apps
  ECOMMPAY_URL=` + ecommpay.ProductionURL + ` ECOMMPAY_TOKEN=… ECOMMPAY_SECRET=… bin/ecommpay-export

-from YYYY-MM-DD and -to YYYY-MM-DD are for other days, and -h lists all flags.
`

// newSource is the service that env names, or the fake where it names none.
func newSource(ask *ask, env func(string) string) (*source, error) {
	base, credentials, err := environ.Ecommpay(env)
	switch {
	case err != nil:
		return nil, err
	case base == "":
		return offline(ask), nil
	}
	ask.days(time.Now().In(ask.zone).AddDate(0, 0, -1), 0)
	return &source{url: base, credentials: credentials, what: environ.Has(base), close: func() {}}, nil
}

// offline is a fake Data API on loopback with two days of operations that move
// while they are read. A few requests fail, in ways that the client gets over by
// itself.
func offline(ask *ask) *source {
	plan := ecommpaytest.Plan{Operations: 2400, Seed: 1, From: time.Date(2026, time.January, 15, 0, 0, 0, 0, time.UTC), Days: 2}
	ask.days(plan.From.Add(36*time.Hour), 1)
	srv := ecommpaytest.NewServer(ecommpaytest.WithMoves(ecommpaytest.Moves{Leave: 2, Arrive: 1, Change: 3, Requests: 3, Seed: 1}))
	srv.Seed(ecommpaytest.Generate(plan)...)
	nth := func(n int) func(ecommpaytest.Request) bool {
		return func(ecommpaytest.Request) bool { n--; return n == 0 }
	}
	srv.Inject(
		ecommpaytest.Fault{Status: 503, Match: nth(1)},
		ecommpaytest.Fault{Status: 429, RetryAfter: "0", Match: nth(2)},
		ecommpaytest.Fault{Kind: ecommpaytest.FaultTruncated, Match: nth(3)},
	)
	return &source{
		url: srv.URL(), credentials: ecommpaytest.DefaultCredentials(),
		// Loopback needs none of the patience that a real service deserves.
		options: []ecommpay.Option{ecommpay.WithRetry(ecommpay.RetryPolicy{MinWait: 20 * time.Millisecond, MaxWait: 200 * time.Millisecond})},
		what:    "made up and served by ecommpaytest on this machine",
		hint:    hint, close: srv.Close,
	}
}
