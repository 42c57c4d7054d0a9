package vimatest

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"time"
)

const pageLimit = 100 // highest count that the documentation allows, and the default here

// query is what a list request asks for.
type query struct {
	project, status   string
	hasDays           bool
	firstDay, lastDay int // inclusive, in days since 1970
	count             int
	descending        bool

	hasCursor, byUpdate, inclusive bool
	cursor                         uint64
}

// matches reports whether project, status and days of q select a version.
func (q *query) matches(v *version) bool {
	return (q.project == "" || q.project == v.project) &&
		(q.status == "" || q.status == v.status) &&
		(!q.hasDays || q.firstDay <= v.day && v.day <= q.lastDay && (v.day < q.lastDay || !v.after))
}

// parseQuery returns the query of a request, or an error for anything that the
// provider's documentation leaves open.
func parseQuery(values url.Values, c config) (query, error) {
	q := query{count: pageLimit, inclusive: c.inclusive}
	for name, given := range values {
		if len(given) != 1 {
			return q, fmt.Errorf("%s is given %d times", name, len(given))
		}
		if given[0] == "" {
			return q, fmt.Errorf("%s is empty", name)
		}
		if err := q.set(name, given[0]); err != nil {
			return q, err
		}
	}
	q.count = min(q.count, c.pageLimit)

	_, byCreate := values["from_operation_create_id"]
	from, to := values.Get("from"), values.Get("to")
	switch {
	case byCreate && q.byUpdate:
		return q, errors.New("both cursors at once are undefined")
	case q.hasCursor && q.descending:
		return q, errors.New("a cursor with descending=true is undefined")
	case values.Get("date") != "" && from+to != "":
		return q, errors.New("date with from or to is undefined")
	case from != "" && to != "" && from > to:
		return q, errors.New("from is after to")
	}
	err := q.setDays(values.Get("date"), from, to)
	q.hasDays = q.hasDays && !c.days.ignored
	return q, err
}

// set takes one parameter. It returns an error for an unknown name and for an
// invalid value.
func (q *query) set(name, text string) (err error) {
	switch name {
	case "apikey", "date", "from", "to": // parseQuery and authorized use them
	case "project":
		q.project = text
	case "status":
		q.status = text
	case "count":
		q.count, err = strconv.Atoi(text)
		if err != nil || q.count < 1 || q.count > pageLimit || strconv.Itoa(q.count) != text {
			return fmt.Errorf("count is not a number from 1 to %d", pageLimit)
		}
	case "descending":
		if text != "true" && text != "false" {
			return errors.New("descending is neither true nor false")
		}
		q.descending = text == "true"
	case "from_operation_create_id", "from_operation_update_id":
		q.hasCursor, q.byUpdate = true, q.byUpdate || name == "from_operation_update_id"
		q.cursor, err = parseID(name, text)
	default:
		return fmt.Errorf("unknown parameter %q", name)
	}
	return err
}

// setDays takes date, from and to; "" is absent. It returns an error for a
// malformed day.
func (q *query) setDays(date, from, to string) error {
	if date != "" {
		from, to = date, date
	}
	if from == "" && to == "" {
		return nil
	}
	q.hasDays, q.firstDay, q.lastDay = true, math.MinInt32, math.MaxInt32
	for _, end := range []struct {
		text string
		day  *int
	}{{from, &q.firstDay}, {to, &q.lastDay}} {
		if end.text == "" {
			continue
		}
		t, err := time.Parse(dateForm, end.text)
		if err != nil {
			return errors.New("a date is not of the form YYYY-MM-DD")
		}
		*end.day = dayOf(t)
	}
	return nil
}

// parseID parses an id or cursor. It returns an error that names name if text is
// not a number of at most 64 bits.
func parseID(name, text string) (uint64, error) {
	id, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s is not a number of at most 64 bits", name)
	}
	return id, nil
}
