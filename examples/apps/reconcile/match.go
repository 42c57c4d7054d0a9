package main

import (
	"context"
	"errors"
	"iter"
	"slices"
)

// maxGroup is how many rows of one key are held of each side. What comes after
// them is a duplicate, also if it equals one.
const maxGroup = 10_000

var errOrder = errors.New("keys do not come in the order of their bytes: the database must be in UTF-8")

// matcher walks over two sides in the order of their keys.
type matcher struct {
	vima, other *stream
	period      period
	report      func(entry) error
}

// side is what is compared with another one.
type side struct {
	rows  iter.Seq2[row, error] // in the order of the bytes of their keys
	reach reach
}

// match reports every row of both sides once. It holds the rows of one key of
// each side in memory.
func match(ctx context.Context, vima, other side, p period, report func(entry) error) error {
	m := matcher{
		vima:   newStream(vima, func(r *row) error { return report(entry{vima: r, kinds: leftOut}) }),
		other:  newStream(other, func(r *row) error { return report(entry{other: r, kinds: leftOut}) }),
		period: p, report: report,
	}
	defer m.vima.stop()
	defer m.other.stop()
	for {
		err := errors.Join(ctx.Err(), m.vima.pull(), m.other.pull())
		if err != nil {
			return err
		}
		v, o := m.vima.head, m.other.head
		switch {
		case v == nil && o == nil:
			return nil
		case o == nil || v != nil && (v.key < o.key || v.key == ""):
			err = m.alone(entry{vima: m.vima.take()})
		case v == nil || o.key < v.key:
			err = m.alone(entry{other: m.other.take()})
		default:
			err = m.together(v.key)
		}
		if err != nil {
			return err
		}
	}
}

// alone reports a row whose key the other side has not, or that has none.
func (m *matcher) alone(e entry) error {
	r, opposite := e.vima, m.other.reach
	e.kinds = missingOther
	if r == nil {
		r, e.kinds, opposite = e.other, missingVima, m.vima.reach
	}
	if e.needs = m.period.needs(r.at, opposite); e.needs != (reach{}) {
		e.kinds = waiting
	}
	switch {
	case r.outside:
		e.kinds = beyond
	case r.key == "":
		e.kinds = unreadable
	case r.problem != "":
		e.kinds |= unreadable
	}
	if problem := spoilt(r.key); problem != "" && r.line > 0 && !r.outside && r.problem == "" {
		r.problem, r.column = problem, ""
		r.hint = "ask for the file as it was before a spreadsheet opened it"
		e.kinds |= spoiltKey
	}
	if e.kinds&waiting == 0 {
		e.needs = reach{}
	}
	return m.report(e)
}

// together reports the rows of a key that both sides have. One lies in the
// period, or none of them is of interest.
func (m *matcher) together(key string) error {
	vima, err := m.group(m.vima, key, func(r *row) entry { return entry{vima: r} })
	if err != nil {
		return err
	}
	other, err := m.group(m.other, key, func(r *row) entry { return entry{other: r} })
	if err != nil {
		return err
	}
	switch {
	case !within(vima) && !within(other):
		for _, e := range singles(vima, other) {
			e.kinds, e.met = beyond, true
			err = errors.Join(err, m.report(e))
		}
		return err
	case len(vima) == 1 && len(other) == 1:
		e := compare(vima[0], other[0])
		e.met = true
		return m.report(e)
	}
	return m.several(vima, other)
}

// several pairs off what is equal. Which of the others belong together nobody
// can know.
func (m *matcher) several(vima, other []*row) error {
	waiting := map[identity][]*row{}
	var left []*row
	for _, o := range other {
		if o.problem == "" {
			waiting[o.identity()] = append(waiting[o.identity()], o)
		}
	}
	paired := map[*row]bool{}
	for _, v := range vima {
		equals := waiting[v.identity()]
		at := slices.IndexFunc(equals, func(o *row) bool { return v.kind == o.kind })
		if at < 0 {
			at = slices.IndexFunc(equals, func(o *row) bool { return sameType(v, o) })
		}
		if v.problem != "" || at < 0 {
			left = append(left, v)
			continue
		}
		paired[equals[at]] = true
		e := compare(v, equals[at])
		waiting[v.identity()] = slices.Delete(equals, at, at+1)
		e.shared, e.met = true, true
		if err := m.report(e); err != nil {
			return err
		}
	}
	var rest []*row
	for _, o := range other {
		if !paired[o] {
			rest = append(rest, o)
		}
	}
	for _, e := range singles(left, rest) {
		if err := m.report(asDuplicate(e)); err != nil {
			return err
		}
	}
	return nil
}

// group takes the rows of a key.
func (m *matcher) group(s *stream, key string, single func(*row) entry) ([]*row, error) {
	var rows []*row
	for s.head != nil && s.head.key == key {
		if r := s.take(); len(rows) < maxGroup {
			rows = append(rows, r)
		} else if err := m.report(asDuplicate(single(r))); err != nil {
			return nil, err
		}
		if err := s.pull(); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func asDuplicate(e entry) entry {
	e.kinds, e.met = duplicate, true
	if r := e.only(); r.problem != "" {
		e.kinds |= unreadable
	}
	return e
}

func within(rows []*row) bool {
	for _, r := range rows {
		if !r.outside {
			return true
		}
	}
	return false
}

func singles(vima, other []*row) []entry {
	var all []entry
	for _, r := range vima {
		all = append(all, entry{vima: r})
	}
	for _, r := range other {
		all = append(all, entry{other: r})
	}
	return all
}

// stream is a side, row by row.
type stream struct {
	head  *row // nil is the end, once pull was called
	next  func() (row, error, bool)
	stop  func()
	skip  func(*row) error // gets the rows that are left out
	reach reach
	last  string
}

func newStream(of side, skip func(*row) error) *stream {
	s := &stream{skip: skip, reach: of.reach}
	s.next, s.stop = iter.Pull2(of.rows)
	return s
}

// pull makes the next row that counts the head, unless there is one.
func (s *stream) pull() error {
	for s.head == nil {
		r, err, ok := s.next()
		switch {
		case err != nil:
			return err
		case !ok:
			return nil
		case r.key < s.last:
			return errOrder
		}
		s.last = r.key
		if !r.leftOut {
			s.head = &r
		} else if err := s.skip(&r); err != nil {
			return err
		}
	}
	return nil
}

func (s *stream) take() *row {
	r := s.head
	s.head = nil
	return r
}
