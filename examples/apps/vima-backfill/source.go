package main

import (
	"context"
	"fmt"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/payclients/payclients-go/examples/apps/internal/environ"
	"github.com/payclients/payclients-go/examples/internal/cli"
	"github.com/payclients/payclients-go/vima"
	"github.com/payclients/payclients-go/vima/vimatest"
)

// source is the service that operations come from.
type source struct {
	client            *vima.Client
	name              string // for the state: a URL without what may be secret in it
	requests, retried atomic.Int64
	close             func()
}

// newSource is the service that env names, or a fake one for the demo.
func newSource(demo bool, env func(string) string) (*source, error) {
	if demo {
		return newDemo()
	}
	endpoint, auth, err := environ.Vima(env)
	switch {
	case err != nil:
		return nil, err
	case endpoint == "":
		return nil, fmt.Errorf("%w: VIMA_URL is not set, for example to %s", cli.ErrUsage, vima.ProductionURL)
	}
	u, err := url.Parse(endpoint)
	if err != nil {
		return nil, fmt.Errorf("%w: VIMA_URL is not a URL", cli.ErrUsage) // err repeats it, with what may be secret
	}
	s := &source{name: u.Scheme + "://" + u.Host + u.EscapedPath(), close: func() {}}
	// A long walk is worth more patience than a single call.
	return s, s.connect(endpoint, auth, vima.RetryPolicy{MaxAttempts: 6})
}

// demoPlan is a month of operations, the same in each run.
func demoPlan() vimatest.Plan {
	return vimatest.Plan{Operations: 9300, Seed: 1, From: vima.Date{Year: 2026, Month: time.January, Day: 1}, Days: 31}
}

func newDemo() (*source, error) {
	srv := vimatest.NewServer()
	srv.Seed(vimatest.Generate(demoPlan())...)
	srv.Inject(
		vimatest.Fault{Status: 503, Probability: 0.02, Seed: 1},
		vimatest.Fault{Status: 429, RetryAfter: "0", Probability: 0.02, Seed: 2},
		vimatest.Fault{Kind: vimatest.FaultTruncated, Probability: 0.02, Seed: 3},
		vimatest.Fault{Delay: 10 * time.Millisecond, Times: -1},
	)
	s := &source{name: "demo", close: srv.Close}
	err := s.connect(srv.URL(), vima.APIKey(vimatest.DefaultAPIKey),
		vima.RetryPolicy{MaxAttempts: 6, MinWait: 10 * time.Millisecond, MaxWait: 100 * time.Millisecond})
	return s, err
}

func (s *source) connect(endpoint string, auth vima.Authenticator, retry vima.RetryPolicy) (err error) {
	s.client, err = vima.NewClient(endpoint, auth, vima.WithRetry(retry), vima.WithObserver(func(_ context.Context, a vima.Attempt) {
		if a.Number == 1 {
			s.requests.Add(1)
		} else {
			s.retried.Add(1)
		}
	}))
	return err
}
