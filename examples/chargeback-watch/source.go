package main

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/ecommpay/ecommpaytest"
)

// errUsage is an environment that cannot be used.
var errUsage = errors.New("wrong environment")

// source is where chargebacks come from.
type source struct {
	url         string
	credentials ecommpay.Credentials
	reported    ecommpay.Interval // zero: whenever
	now         time.Time
	options     []ecommpay.Option
	what        string // for the heading
	hint        string // for the end
	close       func()
}

const hint = `
This was offline. To watch the chargebacks of the real service:

  ECOMMPAY_URL=` + ecommpay.ProductionURL + ` ECOMMPAY_TOKEN=… ECOMMPAY_SECRET=… \
  go run ./examples/chargeback-watch

ECOMMPAY_FROM and ECOMMPAY_TO, days as YYYY-MM-DD, are for those reported in an interval only.
`

// newSource is the service that env names, or the fake where it names none.
func newSource(env func(string) string, now time.Time) (*source, error) {
	endpoint, token, secret := env("ECOMMPAY_URL"), env("ECOMMPAY_TOKEN"), env("ECOMMPAY_SECRET")
	reported, err := parseInterval(env("ECOMMPAY_FROM"), env("ECOMMPAY_TO"))
	switch {
	case err != nil:
		return nil, err
	case endpoint == "" && token+secret != "":
		return nil, fmt.Errorf("%w: there are credentials but no ECOMMPAY_URL, for example %s", errUsage, ecommpay.ProductionURL)
	case endpoint == "":
		return offline(reported), nil
	case token == "" || secret == "":
		return nil, fmt.Errorf("%w: ECOMMPAY_URL needs ECOMMPAY_TOKEN and ECOMMPAY_SECRET", errUsage)
	}
	s := &source{
		url: endpoint, credentials: ecommpay.Credentials{Token: token, Secret: secret}, reported: reported, now: now.UTC(),
		what: "as the service has them now", close: func() {},
	}
	if u, err := url.Parse(endpoint); err == nil {
		s.what = "as " + u.Host + " has them now"
	}
	return s, nil
}

// parseInterval reads both days, which belong to the interval.
func parseInterval(from, to string) (i ecommpay.Interval, err error) {
	if from == "" && to == "" {
		return i, nil
	}
	if from == "" || to == "" {
		return i, fmt.Errorf("%w: set both of ECOMMPAY_FROM and ECOMMPAY_TO, or none", errUsage)
	}
	if i.From, err = parseDay("ECOMMPAY_FROM", from); err != nil {
		return i, err
	}
	if i.To, err = parseDay("ECOMMPAY_TO", to); err != nil {
		return i, err
	}
	if i.To.Before(i.From) {
		return i, fmt.Errorf("%w: ECOMMPAY_TO must not be before ECOMMPAY_FROM", errUsage)
	}
	return i, nil
}

func parseDay(name, text string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return day, fmt.Errorf("%w: %s must be a day as YYYY-MM-DD in UTC", errUsage, name)
	}
	return day, nil
}

// offlineNow is the time at the fake service.
var offlineNow = time.Date(2026, time.January, 15, 12, 0, 0, 0, time.UTC)

// offline is a fake service on loopback with a few chargebacks. Some requests
// fail, in ways that the client gets over by itself.
func offline(reported ecommpay.Interval) *source {
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
		url: srv.URL(), credentials: ecommpaytest.DefaultCredentials(), reported: reported, now: offlineNow,
		// Loopback needs none of the patience that a real service deserves.
		options: []ecommpay.Option{ecommpay.WithRetry(ecommpay.RetryPolicy{MinWait: 20 * time.Millisecond, MaxWait: 200 * time.Millisecond})},
		what:    "made up and served by ecommpaytest on this machine",
		hint:    hint, close: srv.Close,
	}
}
