package main

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// errUsage is an environment that cannot be used.
var errUsage = errors.New("wrong environment")

// source is where operations come from.
type source struct {
	url     string
	auth    vima.Authenticator
	day     vima.Date
	options []vima.Option
	what    string // for the heading
	hint    string // for the end
	close   func()
}

const hint = `
This was offline. To read yesterday's operations of the real service:

  VIMA_URL=` + vima.ProductionURL + ` VIMA_API_KEY=… go run ./examples/quickstart

VIMA_USERNAME and VIMA_PASSWORD are for basic authentication, and VIMA_DATE=YYYY-MM-DD is for another day.
`

// newSource is the service that env names, or the fake where it names none.
func newSource(env func(string) string) (*source, error) {
	var day vima.Date
	if day.UnmarshalText([]byte(env("VIMA_DATE"))) != nil {
		return nil, fmt.Errorf("%w: VIMA_DATE must be a day as YYYY-MM-DD", errUsage)
	}
	key, username, password := env("VIMA_API_KEY"), env("VIMA_USERNAME"), env("VIMA_PASSWORD")
	endpoint := env("VIMA_URL")
	switch {
	case endpoint == "" && key+username+password != "":
		return nil, fmt.Errorf("%w: there are credentials but no VIMA_URL, for example %s", errUsage, vima.ProductionURL)
	case endpoint == "":
		return offline(day), nil
	case key == "" && (username == "" || password == ""):
		return nil, fmt.Errorf("%w: VIMA_URL needs VIMA_API_KEY, or VIMA_USERNAME and VIMA_PASSWORD", errUsage)
	case key != "" && username+password != "":
		return nil, fmt.Errorf("%w: set VIMA_API_KEY, or VIMA_USERNAME and VIMA_PASSWORD, but not both", errUsage)
	}

	s := &source{url: endpoint, auth: vima.APIKey(key), day: day, what: "as the service has them now", close: func() {}}
	if key == "" {
		s.auth = vima.BasicAuth(username, password)
	}
	if day.IsZero() {
		s.day = vima.DateOf(time.Now()).AddDays(-1)
	}
	if u, err := url.Parse(endpoint); err == nil {
		s.what = "as " + u.Host + " has them now"
	}
	return s, nil
}

// offline is a fake collector on loopback with one day of operations. A few
// requests fail, in ways that the client gets over by itself.
func offline(day vima.Date) *source {
	plan := vimatest.Plan{Operations: 2400, Seed: 1, From: vima.Date{Year: 2026, Month: time.January, Day: 15}}
	if day.IsZero() {
		day = plan.From
	}
	srv := vimatest.NewServer(vimatest.WithInclusiveCursor(true))
	srv.Seed(vimatest.Generate(plan)...)
	srv.Inject(
		vimatest.Fault{Status: 503, Times: 1, Probability: 0.1, Seed: 1},
		vimatest.Fault{Status: 429, Times: 1, Probability: 0.1, Seed: 2, RetryAfter: "0"},
		vimatest.Fault{Kind: vimatest.FaultTruncated, Times: 1, Probability: 0.1, Seed: 3},
	)
	return &source{
		url: srv.URL(), auth: vima.APIKey(vimatest.DefaultAPIKey), day: day,
		// Loopback needs none of the patience that a real service deserves.
		options: []vima.Option{vima.WithRetry(vima.RetryPolicy{MinWait: 20 * time.Millisecond, MaxWait: 200 * time.Millisecond})},
		what:    "made up and served by vimatest on this machine",
		hint:    hint, close: srv.Close,
	}
}
