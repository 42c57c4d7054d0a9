package transactionstest

import (
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// defaultSize is the number of rows of a page without size.
const defaultSize = 20

// query is a list request as the service reads it.
type query struct {
	criteria   []test
	page, size int
	sort       []order
}

// order is one key of the sort.
type order struct {
	column     *column
	descending bool
	ignoreCase bool
}

// query reads the parameters of a list request, or returns the refusal.
func (s *Server) query(r *http.Request, parameters url.Values) (query, *answer) {
	known := url.Values{}
	for name, given := range parameters {
		if field, _, _ := strings.Cut(name, "."); !s.config.unknown[field] {
			known[name] = given
		}
	}
	u := readCriteria(known, s.store.columns)
	if len(u.bad) > 0 {
		return query{}, validation(r, u.bad)
	}
	q := query{}
	for _, f := range u.filters {
		q.criteria = append(q.criteria, f.tests()...)
	}
	q.page = max(0, javaInt(parameters, "page", 0))
	q.size = javaInt(parameters, "size", defaultSize)
	if q.size < 1 {
		q.size = defaultSize
	}
	q.size = min(q.size, s.config.pageLimit)
	for _, text := range parameters["sort"] {
		orders, ok := s.store.readSort(text)
		if !ok {
			return query{}, problem(r, http.StatusInternalServerError, "No property found for type 'Transaction'")
		}
		q.sort = append(q.sort, orders...)
	}
	return q, nil
}

// javaInt reads the first parameter of a name: text that is not a number is 0, and
// a missing or empty one is absent.
func javaInt(parameters url.Values, name string, absent int) int {
	text := parameters.Get(name)
	if strings.TrimSpace(text) == "" {
		return absent
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0
	}
	return int(n)
}

// readSort reads "field,field,desc,ignorecase": direction and case apply to all
// fields. It returns false for an unknown field.
func (s *store) readSort(text string) ([]order, bool) {
	var names []string
	for name := range strings.SplitSeq(text, ",") {
		if strings.Trim(name, " .") != "" {
			names = append(names, name)
		}
	}
	var form order
	drop := func(word string) bool {
		last := len(names) - 1
		if last < 0 || !strings.EqualFold(names[last], word) {
			return false
		}
		names = names[:last]
		return true
	}
	form.ignoreCase = drop("ignorecase")
	if !drop("asc") {
		form.descending = drop("desc")
	}
	orders := make([]order, 0, len(names))
	for _, name := range names {
		o := form
		if o.column = s.columns[strings.TrimSpace(name)]; o.column == nil {
			return nil, false
		}
		orders = append(orders, o)
	}
	return orders, true
}

// compare compares rows as PostgreSQL does: NULL is above all values.
func (o order) compare(a, b *row) int {
	x, y := o.column.get(a), o.column.get(b)
	var c int
	switch {
	case x.null && y.null:
		return 0
	case x.null:
		c = 1
	case y.null:
		c = -1
	default:
		if o.ignoreCase && o.column.kind == kindString {
			x.text, y.text = strings.ToLower(x.text), strings.ToLower(y.text)
		}
		c = o.column.compare(x, y)
	}
	if o.descending {
		return -c
	}
	return c
}

// offset returns where the page begins; a number that does not fit is after
// everything.
func (q query) offset() int {
	if q.page > math.MaxInt32/q.size {
		return math.MaxInt32
	}
	return q.page * q.size
}

// by reports whether the sort is a beginning of names, in ascending order.
func (q query) by(names ...string) bool {
	return len(q.sort) > 0 && len(q.sort) <= len(names) && !slices.ContainsFunc(q.sort, func(o order) bool { return o.descending }) &&
		slices.EqualFunc(q.sort, names[:len(q.sort)], func(o order, name string) bool { return o.column.name == name })
}
