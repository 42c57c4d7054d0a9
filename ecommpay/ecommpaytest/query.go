package ecommpaytest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
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

// zone parses an offset such as +10:30, or a name such as Asia/Singapore. It
// returns an error for any other name, "" and "Local" included.
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

// page returns the bounds of a page among n rows, as for a slice: rows[from:to].
// WithPageLimit lowers limit.
func (s *Server) page(n, offset, limit int) (from, to int) {
	if s.config.pageLimit > 0 {
		limit = min(limit, s.config.pageLimit)
	}
	from = min(offset, n)
	return from, min(n, from+limit)
}

// paging parses the member pagination. The default limit is 20. It returns an
// error for unknown members and numbers out of range.
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

const (
	timeForm = "2006-01-02 15:04:05"
	dateForm = "2006-01-02"
)

// body is a JSON object of a request.
type body map[string]json.RawMessage

// text returns a member that is a string or a number. It returns an error if the
// member is missing or anything else.
func (b body) text(name string) (string, error) {
	values, err := texts(b[name])
	if err != nil || len(values) != 1 {
		return "", fmt.Errorf("%s is not a single value", name)
	}
	return values[0], nil
}

// only returns an error if the body has a member whose name is not one of names,
// nil otherwise.
func (b body) only(names ...string) error {
	for name := range b {
		if !slices.Contains(names, name) {
			return fmt.Errorf("unknown member %q", name)
		}
	}
	return nil
}

// values returns the values of a filter: one value, an array, or a string with
// commas. It returns nil, which matches everything, if the member is missing. It
// returns an error for a value that is neither a string nor a number.
func (b body) values(name string) (filter map[string]bool, err error) {
	if b[name] == nil {
		return filter, nil // none
	}
	list, err := texts(b[name])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	filter = map[string]bool{}
	for _, text := range list {
		for _, value := range strings.Split(text, ", ") {
			filter[value] = true
		}
	}
	return filter, nil
}

// object returns a member that is an object, an empty body if it is missing. It
// returns an error for anything else.
func (b body) object(name string) (body, error) {
	out := body{}
	if b[name] != nil && json.Unmarshal(b[name], &out) != nil {
		return nil, fmt.Errorf("%s is not an object", name)
	}
	return out, nil
}

// number returns the member called name, a whole number as a JSON number or a
// string. It returns fallback if the member is missing. It returns an error for any
// other value, and for a number below low or above high.
func (b body) number(name string, low, high, fallback int) (int, error) {
	if b[name] == nil {
		return fallback, nil
	}
	text, err := b.text(name)
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("%s is not a number from %d to %d", name, low, high)
	}
	return n, nil
}

// interval returns a period {from, to}, zero times if it is missing. Either end
// may be left out. It returns an error for other members, for ends that are not
// times, and if from is after to.
func (b body) interval(name string) (from, to time.Time, err error) {
	period, err := b.object(name)
	if err != nil || len(period) == 0 {
		return from, to, err
	}
	if err := period.only("from", "to"); err != nil {
		return from, to, err
	}
	ends := [2]string{"1970-01-01 00:00:00", "9999-12-31 00:00:00"}
	for i, end := range []string{"from", "to"} {
		if period[end] == nil {
			continue
		}
		if ends[i], err = period.text(end); err != nil {
			return from, to, fmt.Errorf("%s: %s is not a string", name, end)
		}
	}
	return span(name, ends[0], ends[1])
}

// pair returns a period [from, to], zero times if it is missing. It returns an
// error for anything but two times in order.
func (b body) pair(name string) (from, to time.Time, err error) {
	if b[name] == nil {
		return from, to, nil
	}
	ends, err := texts(b[name])
	if err != nil || len(ends) != 2 {
		return from, to, fmt.Errorf("%s is not a pair of times", name)
	}
	return span(name, ends[0], ends[1])
}

// span parses two ends, as times or dates. A date as the last end means its whole
// day. It returns an error for another form, and if from is after to.
func span(name, first, last string) (from, to time.Time, err error) {
	if from, err = time.Parse(timeForm, first); err != nil {
		from, err = time.Parse(dateForm, first)
	}
	if err == nil {
		if to, err = time.Parse(timeForm, last); err != nil {
			to, err = time.Parse(dateForm, last)
			to = to.Add(24*time.Hour - time.Second)
		}
	}
	if err != nil {
		return from, to, fmt.Errorf("%s: a time is not of the form YYYY-MM-DD hh:mm:ss", name)
	}
	if from.After(to) {
		return from, to, fmt.Errorf("%s: from is after to", name)
	}
	return from, to, nil
}

// texts returns the strings and numbers of an array, or a single one. It returns
// an error for any other element.
func texts(raw json.RawMessage) ([]string, error) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	var out []string
	for _, element := range list {
		var text string
		var number json.Number
		switch {
		case json.Unmarshal(element, &text) == nil:
			out = append(out, text)
		case json.Unmarshal(element, &number) == nil:
			out = append(out, number.String())
		default:
			return nil, fmt.Errorf("neither a string nor a number")
		}
	}
	return out, nil
}
