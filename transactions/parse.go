package transactions

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/payclients/payclients-go/internal/wire"
)

// ParseFilter parses the query parameters of the service's own filter language, so
// that your service can offer the same filters to its users. If query is nil or has
// no parameter, ParseFilter returns the zero Filter and no error. The field
// Filter.Unchecked is nil in every result.
//
// ParseFilter is strict where the service is not. It returns ErrInvalidRequest, with
// the zero Filter, for each of these:
//
//   - an unknown name or operation. page, size and sort are unknown names: remove
//     them first,
//   - a name that occurs twice and is not a list,
//   - an empty value ("status.equals="), or a value that does not have the field's
//     type,
//   - a filter that breaks a rule of [Filter].
//
// The error names every parameter at fault and quotes no value.
//
// A list is one parameter whose commas separate the elements
// ("status.in=SUCCESS,CHECK_OK"), or several parameters of the same name, one for
// each element. In several parameters a comma is part of the element. Times are in
// RFC 3339; write their plus sign as %2B in a query.
func ParseFilter(query url.Values) (Filter, error) {
	var f Filter
	var problems []string
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if problem := f.set(name, query[name]); problem != "" {
			problems = append(problems, quote(name)+": "+problem)
		}
	}
	_, wrong := f.encode()
	if problems = append(problems, wrong...); len(problems) > 0 {
		return Filter{}, invalid(problems...)
	}
	return f, nil
}

// set takes one parameter, or returns what is wrong with it.
func (f *Filter) set(name string, given []string) (problem string) {
	if name == distinct {
		var b *bool
		if problem = setOne(&b, given, parseBool); problem == "" {
			f.Distinct = *b
		}
		return problem
	}
	field, operation, _ := strings.Cut(name, ".")
	i := slices.IndexFunc(filterFields, func(x filterField) bool { return x.name == field })
	if i < 0 {
		return "is unknown"
	}
	switch operation {
	case "greaterOrEqualThan":
		return "is an old name of greaterThanOrEqual"
	case "lessOrEqualThan":
		return "is an old name of lessThanOrEqual"
	}
	return filterFields[i].of(f).set(operation, given)
}

// unknownOperation is what is wrong with an unknown operation.
const unknownOperation = "is not an operation of this field"

// set takes an operation from a query, or returns what is wrong.
func (r *Range[T]) set(operation string, given []string) (problem string) {
	switch operation {
	case "equals":
		return setOne(&r.Equals, given, parse[T])
	case "notEquals":
		return setOne(&r.NotEquals, given, parse[T])
	case "in":
		return setList(&r.In, given, parse[T])
	case "notIn":
		return setList(&r.NotIn, given, parse[T])
	case "specified":
		return setOne(&r.Specified, given, parseBool)
	case "greaterThan":
		return setOne(&r.GreaterThan, given, parse[T])
	case "lessThan":
		return setOne(&r.LessThan, given, parse[T])
	case "greaterThanOrEqual":
		return setOne(&r.GreaterThanOrEqual, given, parse[T])
	case "lessThanOrEqual":
		return setOne(&r.LessThanOrEqual, given, parse[T])
	}
	return unknownOperation
}

// set takes an operation from a query, or returns what is wrong.
func (e *Exact[T]) set(operation string, given []string) (problem string) {
	switch operation {
	case "equals":
		return setOne(&e.Equals, given, parseExact[T])
	case "notEquals":
		return setOne(&e.NotEquals, given, parseExact[T])
	case "in":
		return setList(&e.In, given, parseExact[T])
	case "notIn":
		return setList(&e.NotIn, given, parseExact[T])
	case "specified":
		return setOne(&e.Specified, given, parseBool)
	}
	return unknownOperation
}

// set takes an operation from a query, or returns what is wrong.
func (t *Text) set(operation string, given []string) (problem string) {
	switch operation {
	case "equals":
		return setOne(&t.Equals, given, parseText)
	case "notEquals":
		return setOne(&t.NotEquals, given, parseText)
	case "in":
		return setList(&t.In, given, parseText)
	case "notIn":
		return setList(&t.NotIn, given, parseText)
	case "contains":
		return setOne(&t.Contains, given, parseText)
	case "doesNotContain":
		return setOne(&t.DoesNotContain, given, parseText)
	case "specified":
		return setOne(&t.Specified, given, parseBool)
	}
	return unknownOperation
}

// setOne parses the only value of an operation.
func setOne[T any](to **T, given []string, read func(string) (T, string)) (problem string) {
	if len(given) != 1 {
		return "must be given once"
	}
	v, problem := read(given[0])
	if problem == "" {
		*to = &v
	}
	return problem
}

// setList parses a list as the service does: one parameter is split at its commas
// and its parts are trimmed; several are taken as they are.
func setList[T any](to *[]T, given []string, read func(string) (T, string)) (problem string) {
	if len(given) == 1 {
		given = strings.Split(given[0], ",")
		for i := range given {
			given[i] = strings.Trim(given[i], " ")
		}
	}
	list := make([]T, 0, len(given))
	for _, text := range given {
		v, problem := read(text)
		if problem != "" {
			return problem
		}
		list = append(list, v)
	}
	*to = list
	return ""
}

// parse parses a number or a time; problem is what is wrong with it, or "".
func parse[T int32 | int64 | decimal.Decimal | time.Time](text string) (v T, problem string) {
	var err error
	switch v := any(&v).(type) {
	case *int32:
		var n int64
		if n, err = strconv.ParseInt(text, 10, 32); err != nil || strconv.FormatInt(n, 10) != text {
			return *new(T), "must be a whole number of 32 bits"
		}
		*v = int32(n)
	case *int64:
		if *v, err = strconv.ParseInt(text, 10, 64); err != nil || strconv.FormatInt(*v, 10) != text {
			return *new(T), "must be a whole number of 64 bits"
		}
	case *decimal.Decimal:
		if *v, err = wire.Decimal(text); err != nil {
			return *new(T), "must be a decimal number of at most 19 digits"
		}
	case *time.Time:
		// Parse also accepts a comma, and cuts everything after the ninth digit.
		_, fraction, _ := strings.Cut(text, ".")
		long := len(fraction)-len(strings.TrimLeft(fraction, "0123456789")) > 9
		if *v, err = time.Parse(time.RFC3339Nano, text); err != nil || long || strings.Contains(text, ",") {
			return *new(T), "must be a time of RFC 3339, for example 2026-01-15T00:00:00Z"
		}
		*v = v.UTC()
	}
	return v, valueProblem(v)
}

// parseExact parses a boolean or a name.
func parseExact[T Status | PayType | bool](text string) (v T, problem string) {
	switch v := any(&v).(type) {
	case *bool:
		*v, problem = parseBool(text)
	case *Status:
		*v = Status(text)
	case *PayType:
		*v = PayType(text)
	}
	return v, problem
}

// parseBool parses true or false.
func parseBool(text string) (b bool, problem string) {
	if text != "true" && text != "false" {
		return false, "must be true or false"
	}
	return text == "true", ""
}

// parseText returns text; encode finds what is wrong with it.
func parseText(text string) (string, string) { return text, "" }
