package ecommpaysync

import (
	"fmt"
	"slices"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/internal/syncer"
)

// state is the JSON in Checkpoint.State.
type state struct {
	// From and Projects are what the stream began with: anything updated before,
	// or of other projects, was never read.
	From     time.Time    `json:"from"`
	Projects []string     `json:"projects,omitzero"`
	Sweep    syncer.Sweep `json:"sweep"`
	// To is the end of the interval being read, which starts at Sweep.Next. A
	// pass that finds To set knows that the pass before was cut off.
	To time.Time `json:"to,omitzero"`
	// Span is the length of the next interval in seconds; 0 is Params.Step.
	Span int64 `json:"span,omitzero"`
}

// settle is how long after its end an interval is read: clocks differ a little.
const settle = 5 * time.Second

// settled returns the latest end that an interval may have at the time now.
func settled(now time.Time) time.Time { return now.Add(-settle).Truncate(time.Second) }

// interval returns the interval to ask for all changes at or after start and
// before end. The interval begins a second before start, but never before 1970. It
// ends at end, although changes at end count as not read: it is unproven whether
// the ends belong to an interval, and with which fractions of a second.
func interval(start, end time.Time) ecommpay.Interval {
	start = start.Add(-time.Second)
	if epoch := time.Unix(0, 0); start.Before(epoch) {
		start = epoch
	}
	return ecommpay.Interval{From: start, To: end}
}

// listing returns the request's parameters. The fields are named, so that digests
// stay the same if the service changes its default fields.
func listing(of ecommpay.Interval, projects []string) ecommpay.ListOperationsParams {
	return ecommpay.ListOperationsParams{From: of.From, To: of.To, ProjectIDs: projects, Fields: ecommpay.DefaultFields()}
}

// resume starts a stream, or continues it from the stored state. It returns
// ErrInvalidRequest if From is missing on the first pass, or From or ProjectIDs
// contradict the stored state.
func (r *run) resume() error {
	s := &r.state
	if r.at.State == "" {
		if r.From.IsZero() {
			return invalid(fmt.Sprintf("From: must be set in the first pass of stream %q", r.Stream))
		}
		from := r.From.UTC().Truncate(time.Second)
		*s = state{From: from, Projects: r.ProjectIDs, Sweep: syncer.Start(from)}
		return nil
	}
	var problems []string
	if !r.From.IsZero() && r.From.Before(s.From) {
		problems = append(problems, fmt.Sprintf("From: stream %q was begun with %s, and reads nothing before", r.Stream, s.From.UTC().Format(time.RFC3339)))
	}
	if !slices.Equal(r.ProjectIDs, s.Projects) {
		problems = append(problems, fmt.Sprintf("ProjectIDs: stream %q was begun with %v", r.Stream, s.Projects))
	}
	if len(problems) > 0 {
		return invalid(problems...)
	}
	s.shorten()
	return nil
}

// shorten halves the interval that was cut off. It must be read from its start:
// offsets mean nothing to another walk.
func (s *state) shorten() {
	if !s.To.IsZero() {
		s.Span = max(1, int64(s.To.Sub(s.Sweep.Next)/time.Second)/2)
		s.To = time.Time{}
	}
}

// span returns the length of the next interval, at most step.
func (s *state) span(step time.Duration) time.Duration {
	if s.Span <= 0 || s.Span > int64(step/time.Second) {
		return step
	}
	return time.Duration(s.Span) * time.Second
}

// begin sets the end of the interval to read at the time now. last reports
// whether it is the last one; ok is false if there is nothing to read.
func (s *state) begin(step time.Duration, now time.Time) (last, ok bool) {
	end := settled(now)
	if !s.Sweep.Next.Before(end) {
		return true, false
	}
	s.To = s.Sweep.Next.Truncate(time.Second).Add(s.span(step))
	if last = !s.To.Before(end); last {
		s.To = end
	}
	return last, true
}

// lag returns the time from the update time up to which the stream has read to the
// time now, 0 if the stream has not begun.
func (s *state) lag(now time.Time) time.Duration { return s.Sweep.Lag(now) }

// backfill reports whether the first sweep is still going on.
func (s *state) backfill() bool { return s.Sweep.First }

// shortest reports whether the interval is one second, the shortest.
func (s *state) shortest() bool { return s.To.Sub(s.Sweep.Next) <= time.Second }

// close ends the interval, whose first request was made at asked, and doubles the
// length of the next one, up to step.
func (s *state) close(step time.Duration, asked time.Time, rewind time.Duration) {
	s.Sweep.Advance(s.To, asked, rewind)
	s.To = time.Time{}
	if s.Span = 2 * int64(s.span(step)/time.Second); s.Span >= int64(step/time.Second) {
		s.Span = 0
	}
}
