package ecommpaysync

import (
	"fmt"
	"slices"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
	"github.com/payclients/payclients-go/internal/syncer"
)

// state is what State holds.
type state struct {
	// From and Projects are what the stream was begun with: whatever was changed
	// before, or belongs to others, was never read.
	From     time.Time    `json:"from"`
	Projects []string     `json:"projects,omitzero"`
	Sweep    syncer.Sweep `json:"sweep"`
	// To is the end of the interval that is being read, from Sweep.Next on. A pass
	// that finds one knows that the pass before was cut off.
	To time.Time `json:"to,omitzero"`
	// Span is how many seconds the next interval may have; 0 is Params.Step.
	Span int64 `json:"span,omitzero"`
}

// settle is how long after its end an interval is read: clocks differ a little.
const settle = 5 * time.Second

// settled is the end of what may be read at an instant.
func settled(now time.Time) time.Time { return now.Add(-settle).Truncate(time.Second) }

// interval asks for all that was changed from from on and before to. Whether the
// ends of an interval belong to it, and with what fractions of a second, is
// unproven. So it begins a second earlier, and its end counts as not read.
func interval(from, to time.Time) ecommpay.Interval {
	from = from.Add(-time.Second)
	if epoch := time.Unix(0, 0); from.Before(epoch) {
		from = epoch
	}
	return ecommpay.Interval{From: from, To: to}
}

// listing is what is asked for. The fields are named so that the digests of rows
// do not change where the service changes what it gives by default.
func listing(of ecommpay.Interval, projects []string) ecommpay.ListOperationsParams {
	return ecommpay.ListOperationsParams{From: of.From, To: of.To, ProjectIDs: projects, Fields: ecommpay.DefaultFields()}
}

// open begins a stream, or goes on with it.
func (r *run) open() error {
	s := &r.state
	if r.at.State == "" {
		if r.From.IsZero() {
			return invalid(fmt.Sprintf("From: the first pass of stream %q needs it", r.Stream))
		}
		from := r.From.UTC().Truncate(time.Second)
		*s = state{From: from, Projects: r.ProjectIDs, Sweep: syncer.Start(from)}
		return nil
	}
	var faults []string
	if !r.From.IsZero() && r.From.Before(s.From) {
		faults = append(faults, fmt.Sprintf("From: stream %q was begun with %s, and reads nothing before", r.Stream, s.From.UTC().Format(time.RFC3339)))
	}
	if !slices.Equal(r.ProjectIDs, s.Projects) {
		faults = append(faults, fmt.Sprintf("ProjectIDs: stream %q was begun with %v", r.Stream, s.Projects))
	}
	if len(faults) > 0 {
		return invalid(faults...)
	}
	s.shorten()
	return nil
}

// shorten makes the next interval half as long as the one that was cut off:
// offsets prove nothing from one walk to the next, so it has to be read from its
// start.
func (s *state) shorten() {
	if !s.To.IsZero() {
		s.Span = max(1, int64(s.To.Sub(s.Sweep.Next)/time.Second)/2)
		s.To = time.Time{}
	}
}

// span is how long the next interval may be.
func (s *state) span(step time.Duration) time.Duration {
	if s.Span <= 0 || s.Span > int64(step/time.Second) {
		return step
	}
	return time.Duration(s.Span) * time.Second
}

// begin begins the interval that is to be read at now, and says whether it is the
// last one. There is none where nothing is left to be read.
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

// lag is the age of the point that was read up to.
func (s *state) lag(now time.Time) time.Duration { return s.Sweep.Lag(now) }

// backfill reports whether the first pass still reads.
func (s *state) backfill() bool { return s.Sweep.First }

// shortest reports that the interval cannot be made shorter.
func (s *state) shortest() bool { return s.To.Sub(s.Sweep.Next) <= time.Second }

// close ends the interval, whose first request was made at asked.
func (s *state) close(step time.Duration, asked time.Time, rewind time.Duration) {
	s.Sweep.Advance(s.To, asked, rewind)
	s.To = time.Time{}
	if s.Span = 2 * int64(s.span(step)/time.Second); s.Span >= int64(step/time.Second) {
		s.Span = 0
	}
}
