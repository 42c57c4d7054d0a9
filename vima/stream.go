package vima

import (
	"slices"
	"time"

	"github.com/payclients/payclients-go/internal/wire"
)

// stream is one of the two orders of operations: by create id or by update id.
type stream struct {
	field string // the name of the id in the JSON
	id    func(*Operation) string
	after func(*ListOperationsParams) *string
}

//nolint:gochecknoglobals // two constants
var (
	createID = stream{
		field: "operation_create_id",
		id:    func(o *Operation) string { return o.OperationCreateID },
		after: func(p *ListOperationsParams) *string { return &p.AfterCreateID },
	}
	updateID = stream{
		field: "operation_update_id",
		id:    func(o *Operation) string { return o.OperationUpdateID },
		after: func(p *ListOperationsParams) *string { return &p.AfterUpdateID },
	}
)

// badID returns the cursor of a row that does not decode, "" if it has none.
func (s stream) badID(b BadRow) string {
	id, _ := wire.Field(b.Raw, s.field)
	if !decimalID(id) {
		return ""
	}
	return id
}

// last returns the cursor of the last row of the answer, "" if that row has none.
func (p *OperationPage) last(s stream) (cursor string) {
	good, bad := len(p.Operations), len(p.Bad)
	switch {
	case bad > 0 && p.Bad[bad-1].Index == good+bad-1:
		return s.badID(p.Bad[bad-1])
	case good > 0:
		cursor = s.id(p.Operations[good-1])
	}
	if !decimalID(cursor) {
		return ""
	}
	return cursor
}

// highest returns the highest cursor of the page's rows and of after. Rows that do
// not decode count too: otherwise a page with only such rows would stop every
// iteration.
func (p *OperationPage) highest(s stream, after string) string {
	for _, o := range p.Operations {
		if id := s.id(o); decimalID(id) && CompareCursors(id, after) > 0 {
			after = id
		}
	}
	for _, b := range p.Bad {
		if id := s.badID(b); CompareCursors(id, after) > 0 {
			after = id
		}
	}
	return after
}

// first returns the operation of the page with the lowest create id.
func (p *OperationPage) first() (lowest first) {
	take := func(id string, created time.Time) {
		if decimalID(id) && (lowest.id == "" || CompareCursors(id, lowest.id) < 0) {
			lowest = first{id, created}
		}
	}
	for _, o := range p.Operations {
		take(o.OperationCreateID, o.OperationCreatedAt)
	}
	for _, b := range p.Bad {
		take(createID.badID(b), time.Time{})
	}
	return lowest
}

// of reports whether all operations of the page may belong to day, in any time
// zone. A page without times may.
func (p *OperationPage) of(day Date) bool {
	const zones = 15 * time.Hour
	return !slices.ContainsFunc(p.Operations, func(o *Operation) bool {
		at := o.OperationCreatedAt
		return !at.IsZero() && (at.Before(day.Time().Add(-zones)) || at.After(day.AddDays(1).Time().Add(zones)))
	})
}

// empty reports whether the page has no rows, good or bad.
func (p *OperationPage) empty() bool { return len(p.Operations)+len(p.Bad) == 0 }

// holds reports whether the page has the operation with this create id.
func (p *OperationPage) holds(id string) bool {
	return slices.ContainsFunc(p.Operations, func(o *Operation) bool {
		return decimalID(o.OperationCreateID) && CompareCursors(o.OperationCreateID, id) == 0
	}) || slices.ContainsFunc(p.Bad, func(b BadRow) bool {
		is := createID.badID(b)
		return is != "" && CompareCursors(is, id) == 0
	})
}

// keep removes the rows whose create ids are not wanted. A good row without a
// create id stays; for a bad row without one, wanted gets "".
func (p *OperationPage) keep(wanted func(id string) bool) {
	p.Operations = slices.DeleteFunc(p.Operations, func(o *Operation) bool {
		return decimalID(o.OperationCreateID) && !wanted(o.OperationCreateID)
	})
	p.Bad = slices.DeleteFunc(p.Bad, func(b BadRow) bool { return !wanted(createID.badID(b)) })
}
