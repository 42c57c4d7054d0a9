package transactions

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/govalues/decimal"
)

// maxQuery is the highest length of all conditions as sent, in bytes. Tomcat
// accepts 8 KiB of request line and headers; the rest is for the token and other
// headers.
const maxQuery = 6 << 10

// operation is one operation of a condition, as sent.
type operation struct {
	name     string
	values   []string
	problems []string
}

// encode returns the parameters of f, and what is wrong with f by parameter. It
// looks at each condition once.
func (f *Filter) encode() (url.Values, []string) {
	values := url.Values{}
	var problems []string
	for _, field := range filterFields {
		problems = append(problems, add(values, field.name, field.of(f))...)
	}
	if f.Distinct {
		values.Set(distinct, "true")
	}
	for name, given := range f.Unchecked {
		values[name] = append(values[name], given...)
	}
	if problems = append(problems, f.uncheckedProblems()...); len(problems) > 0 {
		return values, problems
	}
	if n := len(values.Encode()); n > maxQuery {
		problems = []string{fmt.Sprintf("Filter: comes to %d bytes of at most %d: split a long list into several filters", n, maxQuery)}
	}
	return values, problems
}

// narrowed returns a copy of values, the parameters of a filter, in which the
// conditions on some fields come from f. f may select nothing: a walk adds bounds
// of its own to a valid filter.
func (f *Filter) narrowed(values url.Values, fields ...Field) url.Values {
	values = maps.Clone(values)
	for _, field := range filterFields {
		if name := Field(field.name); slices.Contains(fields, name) {
			maps.DeleteFunc(values, func(parameter string, _ []string) bool {
				return strings.HasPrefix(parameter, field.name+".")
			})
			add(values, field.name, field.of(f))
		}
	}
	return values
}

// add adds a condition to values, and returns what is wrong with the condition.
func add(values url.Values, name string, c condition) []string {
	if c.IsZero() {
		return nil
	}
	operations := c.operations()
	problems := c.problems(name, operations)
	for _, o := range operations {
		values[name+"."+o.name] = o.values
		for _, problem := range o.problems {
			problems = append(problems, name+"."+o.name+": "+problem)
		}
	}
	return problems
}

// encode adds a condition to v, or returns ErrInvalidRequest.
func encode(name string, c condition, v *url.Values) error {
	values := url.Values{}
	if problems := add(values, name, c); len(problems) > 0 {
		return invalid(problems...)
	}
	maps.Copy(*v, values)
	return nil
}

// operations returns the operations that are set, in the service's order.
func (r Range[T]) operations() []operation {
	w := operationWriter[T]{text: format[T], problem: valueProblem[T]}
	w.one("equals", r.Equals)
	w.list("in", r.In)
	w.specified(r.Specified)
	w.one("notEquals", r.NotEquals)
	w.list("notIn", r.NotIn)
	w.one("greaterThan", r.GreaterThan)
	w.one("greaterThanOrEqual", r.GreaterThanOrEqual)
	w.one("lessThan", r.LessThan)
	w.one("lessThanOrEqual", r.LessThanOrEqual)
	return w.out
}

// problems returns which of the operations do not go together.
func (r Range[T]) problems(name string, operations []operation) []string {
	var problems []string
	names := operationNames(operations)
	for _, alone := range []string{"equals", "in"} {
		if len(names) > 1 && names[0] == alone {
			problems = append(problems, fmt.Sprintf("%s.%s: must stand alone, since the service would ignore %s",
				name, alone, strings.Join(names[1:], ", ")))
		}
	}
	if len(names) > 1 && isFalse(r.Specified) {
		problems = append(problems, name+".specified: must not be false together with other conditions, which NULL never meets")
	}
	if r.empty() {
		problems = append(problems, name+": must end after its start")
	}
	return problems
}

// empty reports whether no value is within the bounds.
func (r Range[T]) empty() bool {
	for _, low := range []*T{r.GreaterThan, r.GreaterThanOrEqual} {
		for _, high := range []*T{r.LessThan, r.LessThanOrEqual} {
			if low == nil || high == nil {
				continue
			}
			c := compare(*low, *high)
			if c > 0 || c == 0 && (low == r.GreaterThan || high == r.LessThan) {
				return true
			}
		}
	}
	return false
}

// operations returns the operations that are set, in the service's order.
func (e Exact[T]) operations() []operation {
	w := operationWriter[T]{text: formatExact[T], problem: exactProblem[T]}
	w.one("equals", e.Equals)
	w.list("in", e.In)
	w.list("notIn", e.NotIn)
	w.one("notEquals", e.NotEquals)
	w.specified(e.Specified)
	return w.out
}

// problems returns which of the operations do not go together.
func (e Exact[T]) problems(name string, operations []operation) []string {
	return onlyOne(name, operations)
}

// operations returns the operations that are set, in the service's order.
func (t Text) operations() []operation {
	w := operationWriter[string]{text: strings.Clone, problem: textProblem}
	w.one("equals", t.Equals)
	w.list("in", t.In)
	w.list("notIn", t.NotIn)
	w.problem = containsProblem
	w.one("contains", t.Contains)
	w.problem = patternProblem
	w.one("doesNotContain", t.DoesNotContain)
	w.problem = textProblem
	w.one("notEquals", t.NotEquals)
	w.specified(t.Specified)
	return w.out
}

// problems returns which of the operations do not go together.
func (t Text) problems(name string, operations []operation) []string {
	return onlyOne(name, operations)
}

// onlyOne returns an error text if there is more than one operation.
func onlyOne(name string, operations []operation) []string {
	if len(operations) < 2 {
		return nil
	}
	names := operationNames(operations)
	return []string{fmt.Sprintf("%s.%s: must stand alone, since the service would ignore %s",
		name, names[0], strings.Join(names[1:], ", "))}
}

// operationNames returns the names of operations.
func operationNames(operations []operation) []string {
	names := make([]string, 0, len(operations))
	for _, o := range operations {
		names = append(names, o.name)
	}
	return names
}

// operationWriter collects the operations that are set, in the order in which the
// service looks at them.
type operationWriter[T any] struct {
	text    func(T) string
	problem func(T) string
	out     []operation
}

// one adds an operation with one value; nil adds nothing.
func (w *operationWriter[T]) one(name string, v *T) {
	if v != nil {
		w.out = append(w.out, operation{name: name, values: []string{w.text(*v)}, problems: problemsOf(w.problem(*v))})
	}
}

// list adds an operation with a list of values; nil adds nothing.
func (w *operationWriter[T]) list(name string, values []T) {
	if values == nil {
		return
	}
	o := operation{name: name}
	if len(values) == 0 {
		o.problems = []string{"must not be an empty list"}
	}
	for _, v := range values {
		o.values = append(o.values, w.text(v))
		for _, problem := range problemsOf(w.problem(v)) {
			if !slices.Contains(o.problems, problem) {
				o.problems = append(o.problems, problem)
			}
		}
	}
	if len(o.values) == 1 && (strings.Contains(o.values[0], ",") || spaceAtEnd(o.values[0])) {
		instead := map[string]string{"in": "Equals", "notIn": "NotEquals"}[name]
		o.problems = append(o.problems, "a single value must not have a comma, nor spaces at its ends: use "+instead)
	}
	w.out = append(w.out, o)
}

// specified adds the operation specified; nil adds nothing.
func (w *operationWriter[T]) specified(b *bool) {
	if b != nil {
		w.out = append(w.out, operation{name: "specified", values: []string{strconv.FormatBool(*b)}})
	}
}

// problemsOf returns a list of one problem, nil for "".
func problemsOf(problem string) []string {
	if problem == "" {
		return nil
	}
	return []string{problem}
}

// spaceAtEnd reports whether s begins or ends with a space.
func spaceAtEnd(s string) bool { return strings.Trim(s, " ") != s }

// instant is the layout of times as sent.
const instant = "2006-01-02T15:04:05.999999999Z"

// format returns a value as sent.
func format[T int32 | int64 | decimal.Decimal | time.Time](v T) string {
	switch v := any(v).(type) {
	case int32:
		return strconv.FormatInt(int64(v), 10)
	case int64:
		return strconv.FormatInt(v, 10)
	case decimal.Decimal:
		return v.String()
	case time.Time:
		return v.UTC().Format(instant)
	}
	return ""
}

// valueProblem returns "", or what is wrong with a time: it is zero, or outside the
// years 1 to 9999.
func valueProblem[T int32 | int64 | decimal.Decimal | time.Time](v T) string {
	t, ok := any(v).(time.Time)
	switch {
	case !ok:
	case t.IsZero():
		return "must not be the zero time"
	case t.UTC().Year() < 1 || t.UTC().Year() > 9999:
		return "must be of a year from 1 to 9999"
	}
	return ""
}

// compare returns -1, 0 or 1, as a is less than, equal to or greater than b.
func compare[T int32 | int64 | decimal.Decimal | time.Time](a, b T) int {
	switch a := any(a).(type) {
	case int32:
		b, _ := any(b).(int32)
		return cmp.Compare(a, b)
	case int64:
		b, _ := any(b).(int64)
		return cmp.Compare(a, b)
	case decimal.Decimal:
		b, _ := any(b).(decimal.Decimal)
		return a.Cmp(b)
	case time.Time:
		b, _ := any(b).(time.Time)
		return a.Compare(b)
	}
	return 0
}

// formatExact returns a value as sent.
func formatExact[T Status | PayType | bool](v T) string { return fmt.Sprint(v) }

// exactProblem returns what is wrong with a value, or "". A name must be the name of
// a constant in the service's code.
func exactProblem[T Status | PayType | bool](v T) string {
	if _, ok := any(v).(bool); ok {
		return ""
	}
	name := formatExact(v)
	other := func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}
	if name == "" || strings.ContainsFunc(name, other) || name[0] <= '9' {
		return "must be a constant's name: letters, digits and underscores"
	}
	return ""
}

// textProblem returns "", or what is wrong with a string: it is empty, not UTF-8, or
// has control characters.
func textProblem(v string) string {
	switch {
	case v == "":
		return "must not be empty"
	case !utf8.ValidString(v):
		return "must be valid UTF-8"
	case strings.ContainsFunc(v, unicode.IsControl):
		return "must not hold control characters"
	}
	return ""
}

// containsProblem is textProblem for Contains, where a backslash is wrong too.
func containsProblem(v string) string {
	if strings.Contains(v, `\`) {
		return `must not hold \, which acts as an escape in a pattern: see Filter.Unchecked`
	}
	return textProblem(v)
}

// patternProblem is textProblem for DoesNotContain, where %, _ and a backslash are
// wrong too.
func patternProblem(v string) string {
	if strings.ContainsAny(v, `%_\`) {
		return `must not hold %, _ or \, which act as a pattern: see Filter.Unchecked`
	}
	return textProblem(v)
}

// quote quotes a name that somebody else chose: shortened, and without long
// numbers.
func quote(name string) string {
	const longest = 64
	name = longDigits.ReplaceAllString(name, "…")
	if len(name) > longest {
		name = name[:longest] + "…"
	}
	return strconv.Quote(name)
}

// longDigits are digits that may be a card, an account or a phone number in place
// of a name.
var longDigits = regexp.MustCompile(`[0-9]{12,}`)
