// Package problems collects what is wrong with the arguments of a call, so that
// one error reports all of it.
package problems

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// List holds problems. Each names an argument and the rule that it breaks.
type List []string

// If appends text if wrong is true, unless the list has the same text already.
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

// Members returns what is wrong with members that a caller adds to the argument
// named of, an empty list if nothing is. taken are at least two names that the
// caller may not use. problem returns the rule that another member breaks, or "".
func Members(of string, members map[string]json.RawMessage, problem func(name string, value json.RawMessage) string, taken ...string) List {
	var problems List
	for _, name := range slices.Sorted(maps.Keys(members)) {
		var rule string
		if slices.Contains(taken, name) {
			last := len(taken) - 1
			rule = "must not have " + strings.Join(taken[:last], ", ") + " or " + taken[last]
		} else {
			rule = problem(name, members[name])
		}
		problems.If(rule != "", of+": "+rule)
	}
	return problems
}
