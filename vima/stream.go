package vima

import (
	"slices"
	"time"

	"github.com/payclients/payclients-go/internal/wire"
)

// stream is one of the two orders that operations come in.
type stream struct {
	field string // of the row
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

// badID is the cursor of a row that does not decode, or "".
func (s stream) badID(b BadRow) string {
	id, _ := wire.Field(b.Raw, s.field)
	if !decimalID(id) {
		return ""
	}
	return id
}

// last is the cursor of the last row of the answer, or "" where it has none.
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

// highest is the highest cursor of a page's rows and after. Rows that do not
// decode count too, or a page of nothing else would stop every walk.
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

// first is the operation of the page with the lowest create id.
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

// of reports whether all operations of a page may be of a day, whatever the zone is.
func (p *OperationPage) of(day Date) bool {
	const zones = 15 * time.Hour
	return !slices.ContainsFunc(p.Operations, func(o *Operation) bool {
		at := o.OperationCreatedAt
		return !at.IsZero() && (at.Before(day.Time().Add(-zones)) || at.After(day.AddDays(1).Time().Add(zones)))
	})
}

func (p *OperationPage) empty() bool { return len(p.Operations)+len(p.Bad) == 0 }

// holds reports whether the operation with a create id is on the page.
func (p *OperationPage) holds(id string) bool {
	return slices.ContainsFunc(p.Operations, func(o *Operation) bool {
		return decimalID(o.OperationCreateID) && CompareCursors(o.OperationCreateID, id) == 0
	}) || slices.ContainsFunc(p.Bad, func(b BadRow) bool {
		is := createID.badID(b)
		return is != "" && CompareCursors(is, id) == 0
	})
}

// keep leaves the rows whose create ids are wanted; "" is none.
func (p *OperationPage) keep(wanted func(id string) bool) {
	p.Operations = slices.DeleteFunc(p.Operations, func(o *Operation) bool {
		return decimalID(o.OperationCreateID) && !wanted(o.OperationCreateID)
	})
	p.Bad = slices.DeleteFunc(p.Bad, func(b BadRow) bool { return !wanted(createID.badID(b)) })
}
