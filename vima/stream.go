package vima

import "github.com/payclients/payclients-go/internal/wire"

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
