package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/payclients/payclients-go/examples/internal/cli"
)

// stream is the copy of one service's rows.
type stream struct {
	name     string
	migrate  func(ctx context.Context) error
	pass     func(ctx context.Context) (result, error)
	check    func(ctx context.Context, from, to time.Time) ([]comparison, error)
	lag      func(ctx context.Context) (lag time.Duration, known bool, err error)
	rejects  func(ctx context.Context) (int, error) // rows in sync_rejects
	fenced   error                                  // of its sync package
	rejected error
}

// result is what a pass did, see vimasync.Result.
type result struct {
	Inserted, Updated, Unchanged int
	Rejected                     int
	Pages                        int
	Lag                          time.Duration
	CaughtUp                     bool
}

// comparison is one day of a copy beside the service.
type comparison interface {
	OK() bool
	String() string
}

// comparisons are the days of a report.
func comparisons[D comparison](days []D) []comparison {
	all := make([]comparison, len(days))
	for i, d := range days {
		all[i] = d
	}
	return all
}

// outcome is how a pass ended.
type outcome string

const (
	outcomeOK       outcome = "ok"
	outcomeRejected outcome = "rejected" // all was read, and some rows do not decode
	outcomePartial  outcome = "partial"  // its time was over, and the next one goes on
	outcomeFenced   outcome = "fenced"   // another process has moved on
	outcomeStopped  outcome = "stopped"  // the process ends
	outcomeFailed   outcome = "failed"
)

func outcomes() []outcome {
	return []outcome{outcomeOK, outcomeRejected, outcomePartial, outcomeFenced, outcomeStopped, outcomeFailed}
}

// good reports whether the copy has come closer to the service, or as close as
// can be.
func (o outcome) good() bool {
	return o == outcomeOK || o == outcomeRejected || o == outcomePartial
}

// outcome says how a pass ended whose context is ctx.
func (s *stream) outcome(ctx context.Context, r result, err error) outcome {
	switch {
	case err == nil:
		return outcomeOK
	case errors.Is(err, s.fenced):
		return outcomeFenced
	case errors.Is(err, s.rejected) && r.CaughtUp:
		return outcomeRejected
	case errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		if r.Pages > 0 {
			return outcomePartial
		}
	case ctx.Err() != nil:
		return outcomeStopped
	}
	return outcomeFailed
}

// service is one whose rows can be kept.
type service struct {
	name      string
	url       string   // the variable that names it
	variables []string // the others that it takes
	// open makes its stream. With ledger each version that is applied is entered.
	open func(env func(string) string, db *database, ledger bool) (*stream, error)
	fake func(rows int) *fake
}

// configured are the services that env names.
func configured(env func(string) string) ([]service, error) {
	var found []service
	for _, s := range services {
		if env(s.url) != "" {
			found = append(found, s)
			continue
		}
		for _, name := range s.variables {
			if env(name) != "" {
				return nil, fmt.Errorf("%w: there is %s but no %s", cli.ErrUsage, name, s.url)
			}
		}
	}
	return found, nil
}

// openStreams makes the streams of services in a database, without a call to
// them.
func openStreams(env func(string) string, db *database, offline bool, of []service) ([]*stream, error) {
	var streams []*stream
	for _, s := range of {
		opened, err := s.open(env, db, offline)
		if err != nil {
			return nil, err
		}
		opened.rejects = func(ctx context.Context) (int, error) { return db.rejects(ctx, opened.name) }
		streams = append(streams, opened)
	}
	return streams, nil
}

// retryPolicy is that of each of the packages.
type retryPolicy struct {
	MaxAttempts      int
	MinWait, MaxWait time.Duration
}

// retries are those of a request. A long walk is worth more patience than a single
// call, and loopback needs none.
func retries(offline bool) retryPolicy {
	if offline {
		return retryPolicy{5, time.Millisecond, 20 * time.Millisecond}
	}
	return retryPolicy{MaxAttempts: 5}
}

// rewindOf is how late a row of a service may become visible and still be read, 0
// where env does not say.
func rewindOf(env func(string) string, name string) (time.Duration, error) {
	text := env(name)
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("%w: %s must be a time such as 10m", cli.ErrUsage, name)
	}
	return d, nil
}
