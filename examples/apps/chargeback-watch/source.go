package main

import (
	"fmt"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
	"github.com/payclients/payclients-go/examples/apps/internal/environ"
	"github.com/payclients/payclients-go/examples/internal/cli"
)

// ask is what the command line asks for.
type ask struct {
	reported ecommpay.Interval // zero: whenever
	zone     *time.Location
	json     bool
}

// parse reads flags, and from the environment the days that they leave open.
func parse(call *cli.Call) (*ask, error) {
	p, a := program(), new(ask)
	flags := p.Flags()
	from := flags.String("from", call.Env("ECOMMPAY_FROM"), "first `day`, as 2026-01-15, on which the platform learned of a chargeback")
	to := flags.String("to", call.Env("ECOMMPAY_TO"), "last `day`, which belongs to the interval")
	zone := flags.String("zone", "UTC", "the time `zone` of days and times, as Asia/Bishkek")
	flags.BoolVar(&a.json, "json", false, "print JSON in place of the table")
	if err := p.Parse(flags, call); err != nil {
		return nil, err
	}
	var err error
	a.zone, err = cli.Zone(*zone)
	switch {
	case err != nil || *from == "" && *to == "":
		return a, err
	case *from == "" || *to == "":
		return nil, fmt.Errorf("%w: set both of -from and -to (or ECOMMPAY_FROM and ECOMMPAY_TO), or none", cli.ErrUsage)
	}
	if a.reported.From, _, err = cli.Day("-from (or ECOMMPAY_FROM)", *from, a.zone); err != nil {
		return nil, err
	}
	if _, a.reported.To, err = cli.Day("-to (or ECOMMPAY_TO)", *to, a.zone); err != nil {
		return nil, err
	}
	if a.reported.To.Before(a.reported.From) {
		return nil, fmt.Errorf("%w: -to must not be before -from", cli.ErrUsage)
	}
	return a, nil
}

// holds reports whether the platform learned of a chargeback on the days that are
// asked for. The service is asked by dates of UTC, which may hold more. A report
// date without a time is a date, whatever the zone; zero is one that cannot be
// read, and stays.
func (a *ask) holds(reported time.Time) bool {
	if a.reported.IsZero() || reported.IsZero() {
		return true
	}
	if reported = reported.UTC(); reported.Equal(reported.Truncate(24 * time.Hour)) {
		day := reported.Format(time.DateOnly)
		return day >= a.reported.From.Format(time.DateOnly) && day <= a.reported.To.Format(time.DateOnly)
	}
	return !reported.Before(a.reported.From) && reported.Before(a.reported.To.Add(time.Second))
}

// source is where chargebacks come from.
type source struct {
	url         string
	credentials ecommpay.Credentials
	now         time.Time
	options     []ecommpay.Option
	what        string // for the heading
	hint        string // for the end
	close       func()
}

const hint = `
This was offline. To watch the chargebacks of the real service:

  make apps
  ECOMMPAY_URL=` + ecommpay.ProductionURL + ` ECOMMPAY_TOKEN=… ECOMMPAY_SECRET=… \
  bin/chargeback-watch

-from and -to, days as YYYY-MM-DD, are for those reported in an interval only, and -h lists all flags.
`

// newSource is the service that env names, or the fake where it names none.
func newSource(env func(string) string, now time.Time) (*source, error) {
	base, credentials, err := environ.Ecommpay(env)
	switch {
	case err != nil:
		return nil, err
	case base == "":
		return offline(), nil
	}
	return &source{url: base, credentials: credentials, now: now.UTC(), what: environ.Has(base), close: func() {}}, nil
}

// offlineNow is the time at the fake service.
var offlineNow = time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)

// offline is a fake service on loopback with a few chargebacks. Some requests
// fail, in ways that the client gets over by itself.
func offline() *source {
	srv := ecommpaytest.NewServer(ecommpaytest.WithPageLimit(4)) // several pages
	for i, c := range []struct {
		hours                             int // until the response is due
		project, reason, amount, currency string
		status                            ecommpay.ChargebackStatus
		completed                         bool
	}{
		{hours: 24 * 20, project: "11", reason: "10.4", amount: "50.00", currency: "EUR", status: "NEW"},
		{hours: 36, project: "12", reason: "13.1", amount: "12500", currency: "JPY", status: "NEW"},
		{hours: -30, project: "11", reason: "4837", amount: "310.10", currency: "USD", status: "NEW"},
		{hours: 50, project: "11", reason: "10.4", amount: "75.00", currency: "EUR", status: ecommpay.ChargebackWon, completed: true},
		{hours: 24 * 7, project: "11", reason: "4853", amount: "99999999999.99", currency: "EUR", status: "NEW"},
		{hours: 24*7 + 1, project: "12", reason: "13.3", amount: "12.345", currency: "KWD", status: "NEW"},
		{hours: -24 * 9, project: "12", reason: "13.1", amount: "20.00", currency: "USD", status: ecommpay.ChargebackPartiallyWon, completed: true},
		{hours: 5, project: "11", reason: "10.4", amount: "18.90", currency: "EUR", status: "IN REVIEW"},
		{project: "12", reason: "4834", amount: "42.00", currency: "USD", status: "NEW"},
	} {
		amount := decimal.MustParse(c.amount)
		b := &ecommpay.Chargeback{
			ChargebackID: fmt.Sprint(9001 + i), ProjectID: c.project, OperationID: fmt.Sprint(int64(6435210000001) + int64(i)),
			ARN: fmt.Sprintf("7453730501500000000%04d", i+1), ReasonCode: c.reason, Status: c.status,
			ChbAmount: &amount, ChbCurrency: c.currency, ReportDate: offlineNow.AddDate(0, 0, -12+i),
		}
		if c.hours != 0 {
			b.RespondBy = offlineNow.Add(time.Duration(c.hours) * time.Hour)
		}
		if c.completed {
			b.ChbCompletedAt = offlineNow.Add(-time.Hour)
		}
		srv.SeedChargebacks(b)
	}
	srv.Inject(
		ecommpaytest.Fault{Status: 503, Times: 1},
		ecommpaytest.Fault{Kind: ecommpaytest.FaultTruncated, Times: 1},
	)
	return &source{
		url: srv.URL(), credentials: ecommpaytest.DefaultCredentials(), now: offlineNow,
		// Loopback needs none of the patience that a real service deserves.
		options: []ecommpay.Option{ecommpay.WithRetry(ecommpay.RetryPolicy{MinWait: 20 * time.Millisecond, MaxWait: 200 * time.Millisecond})},
		what:    "made up and served by ecommpaytest on this machine",
		hint:    hint, close: srv.Close,
	}
}
