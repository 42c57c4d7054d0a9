package transactions

import (
	"slices"
	"strings"
)

// Field is the name of a field of a transaction in the JSON, for [Sort]. The
// constants are the names that [Filter] has. Other names are accepted too: 1 to 64
// ASCII letters and digits, beginning with a letter, except asc, desc and ignorecase.
// A call refuses anything else with ErrInvalidRequest. For a name that the service
// does not know, the call returns *Error, most often with status 500.
type Field string

// Sort is one key of an order: ascending by Field, unless Descending is set. In a
// list of keys the first key counts most. The zero Sort has no Field, and a call
// refuses it with ErrInvalidRequest.
type Sort struct {
	Field      Field
	Descending bool
	IgnoreCase bool // sorts without regard to case; only for fields with strings, which is not checked
}

// String returns the key as the service reads it: the field, "asc" or "desc", and
// "ignorecase" if IgnoreCase is set, with commas between them. Examples are
// "date,desc" and "category,asc,ignorecase".
func (s Sort) String() string {
	text := string(s.Field) + ",asc"
	if s.Descending {
		text = string(s.Field) + ",desc"
	}
	if s.IgnoreCase {
		text += ",ignorecase"
	}
	return text
}

// sortProblems returns what is wrong with an order.
func sortProblems(order []Sort) []string {
	var problems []string
	for i, s := range order {
		if !isProperty(string(s.Field)) {
			problems = append(problems, "Sort: a field must be a name of letters and digits")
		} else if slices.ContainsFunc(order[:i], func(o Sort) bool { return o.Field == s.Field }) {
			problems = append(problems, "Sort: field "+string(s.Field)+" must not occur twice")
		}
	}
	return problems
}

// unique adds the id as the last key, unless order has it: rows that are otherwise
// equal would come in any order, another one on each page.
func unique(order []Sort) []Sort {
	if slices.ContainsFunc(order, func(s Sort) bool { return s.Field == FieldID }) {
		return order
	}
	return append(slices.Clone(order), Sort{Field: FieldID})
}

// isProperty reports whether name can be the name of a property. The service reads
// asc, desc and ignorecase as something else.
func isProperty(name string) bool {
	switch strings.ToLower(name) {
	case "", "asc", "desc", "ignorecase":
		return false
	}
	for i, r := range name {
		letter := 'a' <= r|0x20 && r|0x20 <= 'z'
		if digit := '0' <= r && r <= '9'; !letter && (!digit || i == 0) {
			return false
		}
	}
	return len(name) <= 64
}
