package transactions

import (
	"slices"
	"strings"
)

// Field is a field of a transaction by its name on the wire. Any other property
// of the service's is a field too; one that it does not know is an error of the
// service, most often with status 500.
type Field string

// Sort is one key of an order. The order of several is that of the list.
type Sort struct {
	Field      Field
	Descending bool
	IgnoreCase bool // for fields of text
}

// String is the key as the service reads it, for example "date,desc".
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

func sortFaults(order []Sort) []string {
	var faults []string
	for i, s := range order {
		if !isProperty(string(s.Field)) {
			faults = append(faults, "Sort: a field must be a name of letters and digits")
		} else if slices.ContainsFunc(order[:i], func(o Sort) bool { return o.Field == s.Field }) {
			faults = append(faults, "Sort: field "+string(s.Field)+" must not occur twice")
		}
	}
	return faults
}

// unique is the order made a total one: rows that are equal in it would be in
// any order, another one on each page.
func unique(order []Sort) []Sort {
	if slices.ContainsFunc(order, func(s Sort) bool { return s.Field == FieldID }) {
		return order
	}
	return append(slices.Clone(order), Sort{Field: FieldID})
}

// isProperty reports whether name can be the name of a property: asc, desc and
// ignorecase would be read as something else.
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
