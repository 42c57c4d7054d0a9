package transactionstest

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// test is one operation that the service evaluates.
type test struct {
	column    *column
	operation string
	value     value
	list      []value
	specified bool
}

// Understood says which parameters of a query the server evaluates, ignores and
// refuses, see [Understand]. A list without elements is nil.
type Understood struct {
	// Evaluated are the operations that count, sorted, each as field, operation and
	// value: `status.in [CHECK_OK SUCCESS]`, `requestTrId.contains "ab"`,
	// `senderSuccess.equals true`, `date.lessThan 2026-01-15T00:00:00Z`.
	Evaluated []string
	// Ignored are the parameters that do nothing, sorted: unknown names, and
	// operations that another operation on the same field switches off.
	Ignored []string
	// Bad are the parameters, sorted, whose values do not convert: the server
	// refuses them with status 400.
	Bad []string
}

// Understand sorts the parameters of a list request into those that a server
// evaluates, ignores and refuses. So a test need not guess from the rows. The
// argument query holds the parameters of the request. Options of a server, such as
// [WithUnknownFields], have no influence.
//
// Some parameters are in no list of the result: page, size and sort, distinct with
// another value than true, a name without values, and a condition whose value the
// server reads as absent, such as an empty number. If query is nil or empty,
// Understand returns the zero Understood.
func Understand(query url.Values) Understood {
	u := readCriteria(query, allColumns())
	out := Understood{Ignored: u.ignored}
	for _, f := range u.filters {
		counts := f.tests()
		for _, operation := range f.operations() {
			i := slices.IndexFunc(counts, func(t test) bool { return t.operation == operation })
			if i < 0 {
				out.Ignored = append(out.Ignored, f.column.name+"."+operation)
				continue
			}
			out.Evaluated = append(out.Evaluated, counts[i].String())
		}
	}
	if u.distinct {
		out.Evaluated = append(out.Evaluated, "distinct true")
	}
	for _, b := range u.bad {
		out.Bad = append(out.Bad, b.Field)
	}
	slices.Sort(out.Ignored)
	slices.Sort(out.Evaluated)
	return out
}

// operations returns the names of the operations that have a value, sorted.
func (f *filter) operations() []string {
	var names []string
	for name, v := range f.single {
		if v != nil {
			names = append(names, name)
		}
	}
	for name := range f.lists {
		names = append(names, name)
	}
	if f.specified != nil {
		names = append(names, "specified")
	}
	slices.Sort(names)
	return names
}

// tests returns the operations that count. A filter of strings or names uses only
// the first that is there; a range uses equals, or else in, or else all others.
func (f *filter) tests() []test {
	var order []string
	switch f.column.kind.family() {
	case familyPlain:
		order = []string{"equals", "in", "notIn", "notEquals", "specified"}
	case familyString:
		order = []string{"equals", "in", "notIn", "contains", "doesNotContain", "notEquals", "specified"}
	case familyRange:
		order = []string{
			"equals", "in", "specified", "notEquals", "notIn",
			"greaterThan", "greaterThanOrEqual", "lessThan", "lessThanOrEqual",
		}
	}
	present := f.operations()
	var tests []test
	for _, operation := range order {
		if !slices.Contains(present, operation) {
			continue
		}
		t := test{column: f.column, operation: operation, list: f.lists[operation]}
		if v := f.single[operation]; v != nil {
			t.value = *v
		}
		if operation == "specified" {
			t.specified = *f.specified
		}
		tests = append(tests, t)
		if f.column.kind.family() != familyRange || operation == "equals" || operation == "in" {
			break
		}
	}
	return tests
}

// holds evaluates t as SQL does: NULL meets nothing but specified=false.
func (t *test) holds(r *row) bool {
	v := t.column.get(r)
	if t.operation == "specified" {
		return v.null != t.specified
	}
	if v.null {
		return false
	}
	switch t.operation {
	case "equals":
		return t.column.compare(v, t.value) == 0
	case "notEquals":
		return t.column.compare(v, t.value) != 0
	case "in":
		return t.among(v)
	case "notIn":
		// NOT (x IN (a, NULL)) is never true.
		return !t.among(v) && !slices.ContainsFunc(t.list, func(x value) bool { return x.null })
	case "contains":
		return like(strings.ToUpper(v.text), "%"+strings.ToUpper(t.value.text)+"%")
	case "doesNotContain":
		return !like(strings.ToUpper(v.text), "%"+strings.ToUpper(t.value.text)+"%")
	case "greaterThan":
		return t.column.compare(v, t.value) > 0
	case "greaterThanOrEqual":
		return t.column.compare(v, t.value) >= 0
	case "lessThan":
		return t.column.compare(v, t.value) < 0
	case "lessThanOrEqual":
		return t.column.compare(v, t.value) <= 0
	}
	panic("transactionstest: no operation " + t.operation)
}

// among reports whether the list has v.
func (t *test) among(v value) bool {
	return slices.ContainsFunc(t.list, func(x value) bool { return !x.null && t.column.compare(v, x) == 0 })
}

// like reports whether text fits a pattern of LIKE with % and _, in which a
// backslash escapes the next character, as in PostgreSQL and MySQL.
func like(text, pattern string) bool {
	t, p := []rune(text), []rune(pattern)
	// After a mismatch the last % takes one more rune: an earlier % would not help.
	ti, pi, star, from := 0, 0, -1, 0
	for ti < len(t) {
		switch {
		case pi < len(p) && p[pi] == '%':
			star, from = pi, ti
			pi++
			continue
		case pi < len(p) && p[pi] == '_':
			ti, pi = ti+1, pi+1
			continue
		case pi+1 < len(p) && p[pi] == '\\' && p[pi+1] == t[ti]:
			ti, pi = ti+1, pi+2
			continue
		case pi < len(p) && p[pi] != '\\' && p[pi] == t[ti]:
			ti, pi = ti+1, pi+1
			continue
		case star < 0:
			return false
		}
		from++
		ti, pi = from, star+1
	}
	return strings.Trim(string(p[pi:]), "%") == ""
}

// String returns field, operation and value.
func (t test) String() string {
	var shown string
	switch t.operation {
	case "specified":
		shown = strconv.FormatBool(t.specified)
	case "in", "notIn":
		parts := make([]string, len(t.list))
		for i, v := range t.list {
			parts[i] = t.column.show(v)
		}
		shown = "[" + strings.Join(parts, " ") + "]"
	default:
		shown = t.column.show(t.value)
	}
	return fmt.Sprintf("%s.%s %s", t.column.name, t.operation, shown)
}

// show returns a value for String.
func (c *column) show(v value) string {
	switch {
	case v.null:
		return "NULL"
	case c.kind == kindString:
		return strconv.Quote(v.text)
	case c.kind == kindEnum:
		return v.text
	case c.kind == kindDouble:
		return v.amount.String()
	case c.kind == kindInstant:
		return v.at.Format(time.RFC3339Nano)
	case c.kind == kindBoolean:
		return strconv.FormatBool(v.number == 1)
	}
	return strconv.FormatInt(v.number, 10)
}
