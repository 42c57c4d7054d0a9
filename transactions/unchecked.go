package transactions

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

func (f *Filter) uncheckedFaults() []string {
	var faults []string
	problem := func(name, rule string) { faults = append(faults, "Unchecked: "+quote(name)+" "+rule) }
	for name, given := range f.Unchecked {
		field, _, _ := strings.Cut(name, ".")
		switch {
		case name == "" || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
			problem(name, "is not a name")
			continue
		case name == "page" || name == "size" || name == "sort":
			problem(name, "is not a condition")
		case name == distinct:
			problem(name, "is the field Distinct")
		case slices.ContainsFunc(filterFields, func(x filterField) bool { return x.name == field && !x.of(f).IsZero() }):
			problem(name, "is of a field that has a condition already")
		}
		if len(given) == 0 {
			problem(name, "has no value")
		}
		if slices.ContainsFunc(given, func(v string) bool { return !utf8.ValidString(v) }) {
			problem(name, "must be valid UTF-8")
		}
	}
	slices.Sort(faults)
	return faults
}

// uncheckedFields returns what Unchecked says of the documented fields, for the
// check of rows, or nil for nothing. A field is left out where anything of it is
// not what a filter may say: nobody knows what the service makes of that.
func (f *Filter) uncheckedFields() *Filter {
	byField := map[string]url.Values{}
	for name, given := range f.Unchecked {
		field, _, _ := strings.Cut(name, ".")
		if byField[field] == nil {
			byField[field] = url.Values{}
		}
		byField[field][name] = given
	}
	said := url.Values{}
	for _, values := range byField {
		if _, err := ParseFilter(values); err == nil {
			for name, given := range values {
				said[name] = given
			}
		}
	}
	if len(said) == 0 {
		return nil
	}
	fields, err := ParseFilter(said)
	if err != nil {
		return nil
	}
	return &fields
}
