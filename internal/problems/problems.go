// Package problems collects what is wrong with the arguments of a call, so that
// one error reports all of it.
package problems

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// List holds problems with the arguments of a call, each in the form "Size: must not be
// negative". Nil is an empty list, ready to use.
type List []string

// If appends text to the list if wrong is true and the list does not hold the same
// text yet. In all other cases it does nothing. The list may be nil; the pointer l
// must not.
func (l *List) If(wrong bool, text string) {
	if !wrong {
		return
	}
	for _, known := range *l {
		if known == text {
			return
		}
	}
	*l = append(*l, text)
}

// Members checks the JSON members that a program wants to add to a request. members
// holds their values by name. Members returns a text for each problem: label, ": "
// and a rule. The texts are in the order of the sorted names, and each text comes
// once. The result is nil if every member is allowed.
//
// taken lists the names that members must not have. A member with such a name
// breaks the rule "must not have a, b or c", which lists all of taken. taken must
// hold two names or more, or none.
//
// For a member with any other name Members calls problem, which must not be nil.
// problem returns the rule that the member breaks, or "" if it breaks none.
func Members(label string, members map[string]json.RawMessage, problem func(name string, value json.RawMessage) string, taken ...string) List {
	var problems List
	for _, name := range slices.Sorted(maps.Keys(members)) {
		var rule string
		if slices.Contains(taken, name) {
			last := len(taken) - 1
			rule = "must not have " + strings.Join(taken[:last], ", ") + " or " + taken[last]
		} else {
			rule = problem(name, members[name])
		}
		problems.If(rule != "", label+": "+rule)
	}
	return problems
}
