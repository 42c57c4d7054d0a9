package main

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

const dateForm = time.DateOnly

// errUsage is an environment that cannot be used.
var errUsage = errors.New("wrong environment")

// source is where operations come from.
type source struct {
	url         string
	credentials ecommpay.Credentials
	from, to    time.Time // whole days: to is the last second
	options     []ecommpay.Option
	what        string // for the heading
	hint        string // for the end
	close       func()
}

const hint = `
This was offline. To read yesterday's operations of the real service:

  ECOMMPAY_URL=` + ecommpay.ProductionURL + ` ECOMMPAY_TOKEN=… ECOMMPAY_SECRET=… go run ./examples/ecommpay-export

ECOMMPAY_FROM=YYYY-MM-DD and ECOMMPAY_TO=YYYY-MM-DD are for other days.
`

// newSource is the service that env names, or the fake where it names none.
func newSource(env func(string) string) (*source, error) {
	from, to, err := days(env("ECOMMPAY_FROM"), env("ECOMMPAY_TO"))
	if err != nil {
		return nil, err
	}
	base, token, secret := env("ECOMMPAY_URL"), env("ECOMMPAY_TOKEN"), env("ECOMMPAY_SECRET")
	switch {
	case base == "" && token+secret != "":
		return nil, fmt.Errorf("%w: there are credentials but no ECOMMPAY_URL, for example %s", errUsage, ecommpay.ProductionURL)
	case base == "":
		return offline(from, to), nil
	case token == "" || secret == "":
		return nil, fmt.Errorf("%w: ECOMMPAY_URL needs ECOMMPAY_TOKEN and ECOMMPAY_SECRET", errUsage)
	}
	s := &source{
		url: base, credentials: ecommpay.Credentials{Token: token, Secret: secret}, from: from, to: to,
		what: "as the service has them now", close: func() {},
	}
	if from.IsZero() {
		s.from = time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -1)
		s.to = lastSecond(s.from)
	}
	if u, err := url.Parse(base); err == nil {
		s.what = "as " + u.Host + " has them now"
	}
	return s, nil
}

// days reads the first and the last day; zero where none is given.
func days(first, last string) (from, to time.Time, err error) {
	if first == "" && last == "" {
		return from, to, nil
	}
	if last == "" {
		last = first
	}
	from, err = time.Parse(dateForm, first)
	to, err2 := time.Parse(dateForm, last)
	if errors.Join(err, err2) != nil || from.After(to) {
		return from, to, fmt.Errorf("%w: ECOMMPAY_FROM and ECOMMPAY_TO must be days as 2026-01-15, the earlier one first", errUsage)
	}
	return from, lastSecond(to), nil
}

func lastSecond(day time.Time) time.Time { return day.AddDate(0, 0, 1).Add(-time.Second) }

// offline is a fake Data API on loopback with two days of operations that move
// while they are read. A few requests fail, in ways that the client gets over by
// itself.
func offline(from, to time.Time) *source {
	plan := ecommpaytest.Plan{Operations: 2400, Seed: 1, From: time.Date(2026, time.January, 15, 0, 0, 0, 0, time.UTC), Days: 2}
	if from.IsZero() {
		from, to = plan.From, lastSecond(plan.From.AddDate(0, 0, 1))
	}
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
		url: srv.URL(), credentials: ecommpaytest.DefaultCredentials(), from: from, to: to,
		// Loopback needs none of the patience that a real service deserves.
		options: []ecommpay.Option{ecommpay.WithRetry(ecommpay.RetryPolicy{MinWait: 20 * time.Millisecond, MaxWait: 200 * time.Millisecond})},
		what:    "made up and served by ecommpaytest on this machine",
		hint:    hint, close: srv.Close,
	}
}
