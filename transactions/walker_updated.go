package transactions

import (
	"fmt"
	"maps"
	"time"

	"github.com/payclients/payclients-go/internal/transport"
)

// updateWalker follows a list in the order of last modifications.
type updateWalker struct {
	rows
	size int
	from time.Time // up to which everything was yielded, except some rows of that instant
	seen map[row]struct{}
}

// advance removes from page what was yielded before. It returns where to go on, and
// whether there may be another page.
func (w *updateWalker) advance(m moment, page *TransactionPage, a transport.Response) (next moment, more bool, err error) {
	got := len(page.Transactions) + len(page.Bad)
	if got == 0 {
		if err := w.exhausted(page); err != nil {
			return m, false, err
		}
	} else {
		w.counted = page.Total != nil
	}
	if m.until.IsZero() {
		return w.advanceTime(m, page, a, got)
	}
	return w.advanceID(m, page, a, got)
}

// advanceTime takes a page in the order of time.
func (w *updateWalker) advanceTime(m moment, page *TransactionPage, a transport.Response, got int) (moment, bool, error) {
	if got == 0 {
		return m, false, nil
	}
	last := m.from
	for r := range page.asReceived() {
		if err := growing(r, m.from, last); err != nil {
			return m, false, err
		}
		if at := r.modified(); !at.IsZero() {
			last = at
		}
	}
	seen := w.at(page, last)
	w.drop(page, w.known)
	w.from = last
	ended := lastPage(page, a, got, w.size)
	if last.After(m.from) {
		w.seen = seen
		return moment{from: last}, !ended, nil
	}
	maps.Copy(seen, w.seen)
	w.seen = seen
	return moment{from: m.from, until: m.from.Add(resolution(m.from))}, !ended, nil
}

// known reports whether a row was yielded before.
func (w *updateWalker) known(r row) bool {
	_, known := w.seen[r]
	return known
}

// at returns the rows of page that were modified at an instant. Rows that do not
// decode may have been.
func (w *updateWalker) at(page *TransactionPage, instant time.Time) map[row]struct{} {
	seen := map[row]struct{}{}
	for _, t := range page.Transactions {
		if t.LastModifiedDate.Equal(instant) {
			seen[w.of(t)] = struct{}{}
		}
	}
	for _, b := range page.Bad {
		seen[w.ofBad(b)] = struct{}{}
	}
	return seen
}

// advanceID takes a page of one instant, in the order of ids.
func (w *updateWalker) advanceID(m moment, page *TransactionPage, a transport.Response, got int) (moment, bool, error) {
	behind := moment{from: m.until}
	if got == 0 {
		w.seen = nil
		return behind, true, nil
	}
	if err := ascending(page, m.after); err != nil {
		return m, false, err
	}
	for r := range page.asReceived() {
		if err := growing(r, m.from, m.from); err != nil {
			return m, false, err
		}
	}
	highest := page.highest(m.after)
	if highest == m.after {
		return m, false, fmt.Errorf("%w: a page after id %d has no row with a higher one", ErrPaginationStalled, m.after)
	}
	w.drop(page, w.known)
	if lastPage(page, a, got, w.size) {
		w.seen = nil
		return behind, true, nil
	}
	return moment{m.from, m.until, highest}, true, nil
}

// growing returns an error if the time of r is missing, before the requested
// instant, or before the row in front of it: the service has ignored the condition
// or the order. A row that does not decode need not have a time.
func growing(r received, from, before time.Time) error {
	switch at := r.modified(); {
	case at.IsZero() && r.good == nil:
		return nil
	case at.IsZero():
		return fmt.Errorf("%w: %s has no lastModifiedDate that can be read", ErrPaginationStalled, r)
	case at.Before(from):
		return fmt.Errorf("%w: %w: %s was modified before the requested instant", ErrPaginationStalled, ErrFilterIgnored, r)
	case at.Before(before):
		return fmt.Errorf("%w: %s came after one that was modified later, so the service ignored the order", ErrPaginationStalled, r)
	}
	return nil
}

// resolution returns the step of times that are printed as t is: what a service
// keeps of a time beyond its printed digits lies within that step.
func resolution(t time.Time) time.Duration {
	for _, step := range []time.Duration{time.Second, time.Millisecond, time.Microsecond} {
		if t.Nanosecond()%int(step) == 0 {
			return step
		}
	}
	return time.Nanosecond
}
