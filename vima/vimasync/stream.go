package vimasync

import (
	"slices"
	"time"

	"github.com/payclients/payclients-go/internal/syncer"
	"github.com/payclients/payclients-go/vima"
)

// stream is one of the two orders in which a pass reads.
type stream struct {
	name  string // the name of the cursor's field
	track func(*state) *track
	id    func(*vima.Operation) string
	time  func(*vima.Operation) time.Time
	after func(*vima.ListOperationsParams, string)
	next  func(*vima.OperationPage) string
}

// created returns the stream of new operations.
func created() stream { //nolint:dupl // a table, other members than in changed
	return stream{
		name:  "operation_create_id",
		track: func(s *state) *track { return &s.Created },
		id:    func(o *vima.Operation) string { return o.OperationCreateID },
		time:  func(o *vima.Operation) time.Time { return o.OperationCreatedAt },
		after: func(p *vima.ListOperationsParams, cursor string) { p.AfterCreateID = cursor },
		next:  func(p *vima.OperationPage) string { return p.NextCreateID },
	}
}

// changed returns the stream of changes.
func changed() stream { //nolint:dupl // a table, other members than in created
	return stream{
		name:  "operation_update_id",
		track: func(s *state) *track { return &s.Changed },
		id:    func(o *vima.Operation) string { return o.OperationUpdateID },
		time:  func(o *vima.Operation) time.Time { return o.OperationModifiedAt },
		after: func(p *vima.ListOperationsParams, cursor string) { p.AfterUpdateID = cursor },
		next:  func(p *vima.OperationPage) string { return p.NextUpdateID },
	}
}

// read moves a track over a page that was requested at asked, row by row. A cursor
// that is too high to be stored moves nothing.
func (s stream) read(t *track, rows []*vima.Operation, bad []vima.BadRow, asked time.Time, rewind time.Duration) {
	ascending := slices.SortedFunc(slices.Values(rows), func(a, b *vima.Operation) int {
		return vima.CompareCursors(s.id(a), s.id(b))
	})
	for _, o := range ascending {
		if _, ok := syncer.Number(s.id(o)); ok {
			t.advance(s.id(o), s.at(o, asked), asked, rewind)
		}
	}
	for _, b := range bad {
		if id := syncer.Field(b.Raw, s.name); id != "" {
			if _, ok := syncer.Number(id); ok {
				t.advance(id, time.Time{}, asked, rewind)
			}
		}
	}
}

// at returns the time of a row's version: the documented time, or the time in its
// id if that is later and not in the future. If ids hold no time, nothing is lost:
// a row that seems younger than it is, is read once more.
func (s stream) at(o *vima.Operation, asked time.Time) time.Time {
	t := s.time(o)
	if inID, ok := vima.CursorTime(s.id(o)); ok && !inID.After(asked) {
		t = later(t, inID)
	}
	return t
}

// beginning is the cursor before all others.
const beginning = "0"

// startChanges returns where changes are read from after a first pass: at the
// highest update id of its first page, or of the newest page, which a pass by
// ranges reads first. What changed before that page was requested is in the pages
// after it. What changes later has a higher id, unless it becomes visible late. The
// track is as if the rows of the page had been read as changes.
func startChanges(rows []*vima.Operation, bad []vima.BadRow, asked time.Time, rewind time.Duration) track {
	t := track{High: beginning}
	t.begin(rewind)
	changed().read(&t, rows, bad, asked, rewind)
	t.Open, t.Scan = false, ""
	return t
}

// later returns the later of two times.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
