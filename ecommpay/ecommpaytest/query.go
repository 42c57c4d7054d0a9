package ecommpaytest

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/payclients/payclients-go/ecommpay"
)

// query is a parsed request for operations.
type query struct {
	from, to      time.Time // zero: all
	projects      map[string]bool
	reach         map[string]bool // projects of the token; nil is all
	types         map[string]bool
	statuses      map[string]bool
	customers     map[string]bool
	email         string
	fields        []ecommpay.Field
	zone          *time.Location
	limit, offset int
}

// matches reports whether a row meets every condition except the interval.
func (q *query) matches(r *row) bool {
	return in(q.projects, r.ProjectID) && in(q.reach, r.ProjectID) && in(q.types, string(r.OperationType)) &&
		in(q.statuses, string(r.OperationStatus)) && in(q.customers, r.CustomerID) &&
		(q.email == "" || q.email == r.CustomerEmail)
}

// everything reports whether the query has no condition except the interval.
func (q *query) everything() bool {
	return q.projects == nil && q.reach == nil && q.types == nil && q.statuses == nil && q.customers == nil && q.email == ""
}

// in reports whether a filter accepts value. A nil filter accepts all.
func in(filter map[string]bool, value string) bool { return filter == nil || filter[value] }

// parseQuery parses a request for operations. It returns an error for everything
// that the provider's documentation does not list.
func (s *Server) parseQuery(b body) (query, error) {
	q := query{reach: s.config.projects, zone: time.UTC}
	if err := b.only("interval", "tz", "project_id", "operation_type", "operation_status", "customer_id",
		"customer_email", "fields", "limit", "offset"); err != nil {
		return q, err
	}
	var errs [8]error
	q.limit, errs[0] = b.number("limit", 0, 1000, 1000)
	q.offset, errs[1] = b.number("offset", 0, 1<<30, 0)
	q.projects, errs[2] = b.values("project_id")
	q.types, errs[3] = b.values("operation_type")
	q.statuses, errs[4] = b.values("operation_status")
	q.customers, errs[5] = b.values("customer_id")
	q.from, q.to, errs[6] = b.interval("interval")
	if b["customer_email"] != nil {
		q.email, errs[7] = b.text("customer_email")
	}
	if err := errors.Join(errs[:]...); err != nil {
		return q, err
	}
	if b["tz"] != nil {
		tz, err := b.text("tz")
		if err == nil {
			q.zone, err = zone(tz)
		}
		if err != nil {
			return q, errors.New("tz is neither an offset nor a name of a time zone")
		}
	}
	if !q.to.IsZero() { // the ends are meant in the zone
		_, east := q.from.In(q.zone).Zone()
		q.from = q.from.Add(-time.Duration(east) * time.Second)
		_, east = q.to.In(q.zone).Zone()
		q.to = q.to.Add(-time.Duration(east) * time.Second)
	}
	if err := s.reach(q.projects); err != nil {
		return q, err
	}
	return q, q.setFields(b)
}

func (q *query) setFields(b body) error {
	if b["fields"] == nil {
		return nil
	}
	names, err := texts(b["fields"])
	if err != nil {
		return err
	}
	known := append(ecommpay.AllFields(), ecommpay.FieldSumInitialAmount, ecommpay.FieldSumInitialCurrency,
		ecommpay.FieldSumConvertedAmount, ecommpay.FieldSumConvertedCurrency)
	for _, name := range names {
		if !slices.Contains(known, ecommpay.Field(name)) {
			return fmt.Errorf("unknown field %q", name)
		}
		q.fields = append(q.fields, ecommpay.Field(name))
	}
	return nil
}

// reach returns a refusal with status 401 if the token cannot reach one of the
// projects.
func (s *Server) reach(projects map[string]bool) error {
	for id := range projects {
		if !in(s.config.projects, id) {
			return refusal{http.StatusUnauthorized, "You have no access to project_id = " + id}
		}
	}
	return nil
}

// zone parses an offset such as +10:30, or a name such as Asia/Singapore.
func zone(text string) (*time.Location, error) {
	if t, err := time.Parse("-07:00", text); err == nil {
		if _, east := t.Zone(); east != 0 {
			return time.FixedZone(text, east), nil
		}
		return time.UTC, nil
	}
	if text == "" || text == "Local" {
		return nil, errors.New("no zone")
	}
	return time.LoadLocation(text)
}

// page returns the bounds of a page among n rows, shortened by WithPageLimit.
func (s *Server) page(n, offset, limit int) (from, to int) {
	if s.config.pageLimit > 0 {
		limit = min(limit, s.config.pageLimit)
	}
	from = min(offset, n)
	return from, min(n, from+limit)
}

// paging parses the member pagination. The default limit is 20.
func (s *Server) paging(b body) (limit, offset int, err error) {
	p, err := b.object("pagination")
	if err == nil {
		err = p.only("limit", "offset")
	}
	if err != nil {
		return 0, 0, err
	}
	limit, err1 := p.number("limit", 1, 1<<30, 20)
	offset, err2 := p.number("offset", 0, 1<<30, 0)
	return limit, offset, errors.Join(err1, err2)
}
